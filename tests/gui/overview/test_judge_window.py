"""Judging from the window: the estimate before, real jobs, grades on Overview."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from support.projects import SPLITS, rows
from support.servers.judge_server import JudgeServer, judging

from studio.views.overview.judge_window import JudgeWindow
from studio.views.window.main_window import MainWindow

pytestmark = pytest.mark.child


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judging(JudgeServer()) as found:
        yield found


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow) -> JudgeWindow:
    assert window.shell is not None
    page = window.shell.overview
    qtbot.waitUntil(lambda: page.results.proxy.rowCount() == 2)
    page.commands["overview.judge"].trigger()
    qtbot.waitUntil(lambda: len(window.findChildren(JudgeWindow)) == 1)
    (found,) = window.findChildren(JudgeWindow)
    qtbot.waitUntil(lambda: bool(found.estimate.text()))
    return found


def type_in(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.selectAll()
    field.del_()
    qtbot.keyClicks(field, text)


def test_that_the_estimate_follows_what_is_typed(qtbot: QtBot, shown: JudgeWindow) -> None:
    tests = SPLITS["test"]
    told = shown.estimate.text()
    assert told.startswith(f"{2 * tests} explanations of 2 versions, by gpt-4o-2024-08-06. ")
    assert "About 0.0" in told and shown.start_button.isEnabled()
    type_in(qtbot, shown.sample, "3")
    assert not shown.start_button.isEnabled(), "not before the estimate is there"
    qtbot.waitUntil(lambda: shown.estimate.text().startswith("6 explanations"))
    type_in(qtbot, shown.server, "http://localhost:8000/v1")
    qtbot.waitUntil(lambda: "No prices are known for this server." in shown.estimate.text())
    type_in(qtbot, shown.server, "localhost")
    qtbot.waitUntil(lambda: "it must be an address such as" in shown.estimate.text())
    type_in(qtbot, shown.server, "http://localhost:8000/v1")
    type_in(qtbot, shown.limit, "much")
    qtbot.waitUntil(lambda: "max_cost is 'much'" in shown.estimate.text())
    assert not shown.start_button.isEnabled()


def test_that_versions_are_judged_and_shown(
    qtbot: QtBot, window: MainWindow, shown: JudgeWindow, server: JudgeServer, reviewed: Path
) -> None:
    before = (reviewed / "studio.toml").read_text("utf-8")
    type_in(qtbot, shown.server, server.address)
    type_in(qtbot, shown.model, "judge")
    qtbot.waitUntil(shown.start_button.isEnabled)
    shown.read.click()
    assert not shown.start_button.isEnabled(), "the estimate is made anew"
    qtbot.waitUntil(shown.start_button.isEnabled)
    with qtbot.waitSignal(shown.destroyed):
        qtbot.keyClick(shown.model, Qt.Key.Key_Return)
    assert window.shell is not None
    page = window.shell.overview
    workspace = page.workspace
    stages = "('judge', 'judge_reading', 'measure')"
    states = f"SELECT stage, state FROM job WHERE stage IN {stages} ORDER BY id DESC LIMIT 6"
    qtbot.waitUntil(lambda: [state for _, state in rows(reviewed, states)] == ["done"] * 6, timeout=60_000)
    assert rows(reviewed, "SELECT count(*) FROM judge_reading") == [(2 * SPLITS["test"],)]
    qtbot.waitUntil(lambda: not workspace.running, timeout=20_000)
    assert server.asked > 0
    qtbot.waitUntil(lambda: all(row.judge for row in page.results.model.rows), timeout=20_000)
    assert (reviewed / "studio.toml").read_text("utf-8") == before, "for this time alone"
