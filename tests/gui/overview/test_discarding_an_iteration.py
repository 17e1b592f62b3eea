"""An iteration that was cancelled can be discarded on Overview, and put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from support.projects import rows
from support.reviewed import make_reviewed_project
from support.trial import Acts, Trial
from support.window import let_it_read, open_in

from db.models import Job
from studio.services.loop import next_action
from studio.services.projects import create_and_open
from studio.views.overview.overview_page import OverviewPage
from studio.views.window.main_window import MainWindow

acts = Acts()


@acts("overview.discard")
def discard(trial: Trial, name: str) -> None:
    trial.until(trial.shell.overview.discard_button.isVisible)
    trial.opens(name, QMessageBox)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose iteration 1 was cancelled; its pairs are there."""
    made = make_reviewed_project(tmp_path / "p", tmp_path / "p-data")
    project = create_and_open.open_project(made, exclusive=True)
    next_action.enqueue_next(project, 1)
    with project.session() as session:
        for job in session.query(Job).all():
            job.state = "done" if job.iteration == 0 else "cancelled"
    project.close()
    return made


@pytest.fixture
def page(qtbot: QtBot, empty_window: MainWindow, root: Path) -> Iterator[OverviewPage]:
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("overview")
    yield empty_window.shell.overview


def answer(qtbot: QtBot, page: OverviewPage, text: str) -> QMessageBox:
    qtbot.waitUntil(lambda: bool(page.findChildren(QMessageBox)))
    (box,) = page.findChildren(QMessageBox)
    (button,) = (each for each in box.buttons() if each.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return box


def test_that_a_cancelled_iteration_is_discarded_after_a_question_and_put_back(
    qtbot: QtBot, empty_window: MainWindow, page: OverviewPage, root: Path
) -> None:
    qtbot.waitUntil(page.discard_button.isVisible)
    assert page.discard_button.text() == "Discard iteration 1…"
    qtbot.mouseClick(page.discard_button, Qt.MouseButton.LeftButton)
    answer(qtbot, page, "Cancel")
    let_it_read(qtbot, empty_window)
    pairs = "SELECT count(*) FROM pair WHERE iteration = 1"
    ((before,),) = rows(root, pairs)
    assert before > 0 and page.discard_button.isVisible()
    qtbot.waitUntil(lambda: not page.findChildren(QMessageBox))
    qtbot.mouseClick(page.discard_button, Qt.MouseButton.LeftButton)
    answer(qtbot, page, "Discard")
    qtbot.waitUntil(page.message.isVisible)
    assert page.message.label.text() == "Iteration 1 was discarded."
    assert rows(root, pairs) == [(0,)]
    qtbot.waitUntil(lambda: page.next_step_text == "Run iteration 1" and not page.discard_button.isVisible())
    qtbot.mouseClick(page.message.action_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(root, pairs) == [(before,)])
    qtbot.waitUntil(page.discard_button.isVisible)


def test_that_a_finished_iteration_is_not_offered_to_be_discarded(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    window.shell.show_page("overview")
    page = window.shell.overview
    let_it_read(qtbot, window)
    assert page.next_step_text and not page.discard_button.isVisible()
    assert not page.can_discard


def test_that_it_is_found_in_the_palette_and_in_the_menu(
    qtbot: QtBot, empty_window: MainWindow, page: OverviewPage
) -> None:
    for name, act in acts.items():
        Trial(qtbot, empty_window).every_way(act, name)
