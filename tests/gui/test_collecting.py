"""Garbage is looked for where nobody scrolls."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio import collecting


class Window(QWidget):
    """What the collector hears of the window."""

    entered = Signal()
    left = Signal()


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The other tests have the collector that they had."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_that_an_open_project_is_set_aside_and_a_closed_one_is_not(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "SETTLED_MS", 1)
    window = Window()
    qtbot.addWidget(window)
    collecting.collect_when_quiet(window)  # type: ignore[arg-type]
    window.entered.emit()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 1000, timeout=5000)
    window.left.emit()
    assert gc.get_freeze_count() == 0


def test_that_a_project_closed_at_once_is_never_set_aside(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "SETTLED_MS", 20)
    window = Window()
    qtbot.addWidget(window)
    collecting.collect_when_quiet(window)  # type: ignore[arg-type]
    window.entered.emit()
    window.left.emit()
    with qtbot.waitSignal(window.destroyed, timeout=60, raising=False):  # lets the time pass
        pass
    assert gc.get_freeze_count() == 0
