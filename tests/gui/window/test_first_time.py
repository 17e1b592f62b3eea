"""A first-time user: from the start page through the wizard to a vetoed pair, a trained iteration and a comparison."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QPushButton
from pytestqt.qtbot import QtBot
from support.fake_engine_child import use_fake_engine
from support.projects import write_photos

from studio.services.loop import queue
from studio.services.projects import create_and_open
from studio.services.review import pair_list
from studio.services.versions import version_list
from studio.views.window.main_window import MainWindow


class Person:
    """Clicks what can be clicked and waits for what is to come."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.bot, self.window = qtbot, window

    def click(self, button: QPushButton) -> None:
        self.until(lambda: button.isVisible() and button.isEnabled())
        self.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def until(self, ready: Callable[[], bool], seconds: int = 60) -> None:
        self.bot.waitUntil(ready, timeout=seconds * 1000)


def make_project(person: Person, data: Path, root: Path) -> None:
    """Start page and wizard, with the review gate switched on."""
    window = person.window
    person.click(window.start.new_button)
    person.until(lambda: window.wizard is not None)
    wizard = window.wizard
    assert wizard is not None
    person.bot.keyClicks(wizard.data.images.line, str(data / "images"))
    person.click(wizard.next_button)
    review = wizard.model.form.editor("loop.review")
    assert isinstance(review, QCheckBox)
    person.click(wizard.model.collapsed.button)
    review.click()
    person.click(wizard.next_button)
    wizard.finish.folder.line.selectAll()
    person.bot.keyClicks(wizard.finish.folder.line, str(root))
    person.click(wizard.next_button)
    person.until(lambda: window.shell is not None)


@pytest.mark.timeout(180)
def test_that_a_first_time_user_gets_from_the_start_page_to_a_comparison(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_engine(monkeypatch)
    write_photos(tmp_path / "photos")
    person, window, root = Person(qtbot, empty_window), empty_window, tmp_path / "mine"
    make_project(person, tmp_path / "photos", root)
    shell, workspace = window.shell, window.workspace
    assert shell is not None and workspace is not None
    shell.show_page("overview")
    person.click(shell.overview.button)
    person.until(lambda: shell.page_name == "jobs")
    person.until(lambda: not workspace.running and shell.jobs.model.rowCount() > 0)
    shell.show_page("overview")
    person.until(lambda: shell.overview.button.isEnabled())
    if not pair_list.iterations(workspace.project):
        person.click(shell.overview.button)
        person.until(lambda: not workspace.running and bool(pair_list.iterations(workspace.project)))
        shell.show_page("overview")
    person.until(lambda: "eview" in shell.overview.button.text())
    person.click(shell.overview.button)
    assert shell.page_name == "pairs"
    person.until(lambda: shell.pairs.model.rowCount() == 24)
    qtbot.keyClick(window, Qt.Key.Key_V)
    person.until(lambda: pair_list.counts(workspace.project, 1).vetoed == 1)
    person.click(shell.pairs.train_button)
    person.until(
        lambda: any(row.name == "iter1/score" and row.metrics for row in version_list.versions(workspace.project))
    )
    trained = [job for job in queue.list_jobs(workspace.project) if job.stage == "train"]
    lines = (trained[0].run_folder / "input.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 23, "the vetoed pair is left out"
    shell.show_page("pairs")
    person.until(lambda: shell.pairs.late.text().startswith("Training has started"))
    shell.show_page("compare")
    person.until(lambda: shell.compare.model.rowCount() == 12)
    assert not window.findChildren(QDialog), "no dialog was in the way"
    person.until(lambda: not workspace.running)
    window.close_project()
    person.until(lambda: window.shell is None)
    assert [job.state for job in queue.list_jobs(create_and_open.open_project(root))].count("done") >= 8
