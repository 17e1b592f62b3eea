"""A review that training waits for is seen from everywhere, and leads to the pairs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from support.fake_engine_child import use_fake_engine
from support.projects import SPLITS, rows, write_photos
from support.situations.gated import make_gated_project
from support.trial import press
from support.window import open_in

from studio.services.loop import next_action
from studio.services.projects import create_and_open
from studio.services.review.types import WaitingReview
from studio.services.settings.toml_edit import set_review
from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell

TOTAL = SPLITS["train"]


def shell_of(window: MainWindow) -> Shell:
    assert window.shell is not None
    return window.shell


def badge(shell: Shell) -> str:
    """What is on the button of the Pairs page; "" if nothing is."""
    shown = [label.text() for label in shell.buttons["pairs"].findChildren(QLabel) if label.isVisible()]
    return shown[0] if shown else ""


def test_that_the_rail_counts_the_pairs_that_are_left(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    open_in(qtbot, empty_window, make_gated_project(tmp_path / "p", tmp_path / "data"))
    shell = shell_of(empty_window)
    qtbot.waitUntil(lambda: badge(shell) == str(TOTAL))
    described = shell.buttons["pairs"].accessibleDescription()
    assert described == f"Training of iteration 1 is waiting for your review: {TOTAL} pairs to go."
    shell.show_page("pairs")
    qtbot.waitUntil(lambda: shell.pairs.current is not None)
    press(empty_window, "V")
    qtbot.waitUntil(lambda: badge(shell) == str(TOTAL - 1))
    for _pair in range(TOTAL - 1):
        press(empty_window, "K")
    qtbot.waitUntil(lambda: badge(shell) == "✓")


def test_that_the_jobs_page_leads_to_the_review(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    open_in(qtbot, empty_window, make_gated_project(tmp_path / "p", tmp_path / "data"))
    shell = shell_of(empty_window)
    shell.show_page("jobs")
    page = shell.jobs
    qtbot.waitUntil(lambda: "waiting for your review of iteration 1" in page.summary.text())
    chips: list[QPushButton] = []

    def chip_is_there() -> bool:
        chips[:] = [button for button in page.stepper.buttons if button.text() == "Review" and button.isVisible()]
        return bool(chips)

    page.table.selectRow(page.model.rowCount() - 1)
    qtbot.waitUntil(chip_is_there)
    assert chips[0].isEnabled() and chips[0].toolTip() == "Review: training is waiting for it"
    qtbot.mouseClick(chips[0], Qt.MouseButton.LeftButton)
    assert shell.page_name == "pairs"
    shell.show_page("jobs")
    assert page.review_button.isVisible()
    qtbot.mouseClick(page.review_button, Qt.MouseButton.LeftButton)
    assert shell.page_name == "pairs"


@pytest.mark.timeout(180)
def test_that_a_queue_that_stops_for_a_review_says_so_and_offers_it(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_engine(monkeypatch)
    root, data = tmp_path / "p", tmp_path / "data"
    create_and_open.create_project(root, images=data / "images", scores=write_photos(data), model="some/model")
    set_review(root, True)
    open_in(qtbot, empty_window, root)
    shell = shell_of(empty_window)
    qtbot.waitUntil(lambda: shell.overview.all_button.isVisible() and shell.overview.all_button.isEnabled())
    qtbot.mouseClick(shell.overview.all_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(shell.message.isVisible, timeout=60_000)
    assert shell.message.label.text() == f"Training of iteration 1 is waiting for your review: {TOTAL} pairs to go."
    assert badge(shell) == str(TOTAL)
    qtbot.mouseClick(shell.message.action_button, Qt.MouseButton.LeftButton)
    assert shell.page_name == "pairs" and not shell.message.isVisible()
    shell._ask_for_review(WaitingReview(1, TOTAL, 0))
    assert not shell.message.isVisible(), "the pairs are on the screen"
    shell.show_page("overview")
    shell._ask_for_review(WaitingReview(1, TOTAL, 0))
    assert shell.message.isVisible()
    shell.show_page("pairs")
    assert not shell.message.isVisible()
    qtbot.waitUntil(lambda: shell.pairs.gate.is_open and not shell.pairs.workspace.running)
    shell.show_page("overview")
    shell.pairs.train()
    stages = "SELECT count(*) FROM job WHERE iteration = 2 AND stage = 'generate' AND state = 'done'"
    qtbot.waitUntil(lambda: rows(root, stages) == [(1,)], timeout=120_000)
    qtbot.waitUntil(lambda: shell.message.isVisible() and "iteration 2" in shell.message.label.text())


def test_that_a_review_that_nobody_waits_for_is_not_mentioned(qtbot: QtBot, window: MainWindow) -> None:
    shell = shell_of(window)
    shell.show_page("jobs")
    qtbot.waitUntil(lambda: shell.reminder._known)
    assert badge(shell) == "" and not shell.jobs.review_button.isVisible()
    assert next_action.review_pending(shell.pairs.project, 1) is False
