"""Pages are loaded step by step in the window's thread, their services on another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from studio.views.loading import Steps

SERVICES = (
    "load_services_of_pages",
    "load_services_of_wizard",
    "load_services_of_archives",
)
ROOT = Path(__file__).parents[2]


def test_that_one_step_is_taken_at_each_turn_and_then_the_end_is_told(qtbot: QtBot) -> None:
    told: list[str] = []

    def steps(name: str) -> Iterator[None]:
        told.append(f"{name}1")
        yield
        told.append(f"{name}2")

    running = Steps()
    running.run(steps("a"), lambda: told.append("a"))
    running.run(steps("b"), lambda: told.append("b"))
    assert told == []
    qtbot.waitUntil(lambda: len(told) == 6)
    assert told == ["a1", "a2", "a", "b1", "b2", "b"]


def test_that_nothing_is_told_after_a_stop(qtbot: QtBot) -> None:
    told: list[str] = []
    running = Steps()
    running.run(iter([None, None, None]), lambda: told.append("end"))
    running.stop()
    qtbot.wait(30)
    assert told == []


def test_that_a_step_that_fails_ends_its_own_steps_only(qtbot: QtBot) -> None:
    told: list[str] = []

    def failing() -> Iterator[None]:
        yield
        raise ImportError("no module")

    running = Steps()
    with capture_exceptions() as raised:
        running.run(failing(), lambda: told.append("never"))
        running.run(iter([None]), lambda: told.append("end"))
        qtbot.waitUntil(lambda: told == ["end"])
    assert [str(problem[1]) for problem in raised] == ["no module"]


@pytest.mark.parametrize("name", SERVICES)
def test_that_services_are_loaded_without_qt_but_for_what_is_there(name: str) -> None:
    code = (
        f"import sys; from studio.views.loading import {name}; before = set(sys.modules); {name}();"
        "print([name for name in set(sys.modules) - before"
        " if name.startswith(('PySide6', 'pyqtgraph', 'studio.views', 'studio.widgets', 'studio.models'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=os.environ)
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n", "", 0)
