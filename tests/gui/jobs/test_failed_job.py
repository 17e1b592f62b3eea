"""A job that failed is told once: with the job where that is shown, else by a message that leads to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.fake_worker import use_fake_worker
from support.projects import write_photos
from support.window import let_it_read, open_in

from studio.services.projects import create_and_open
from studio.views.jobs.jobs_page import JobsPage
from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell


@pytest.fixture
def shell(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A new project whose first job fails with a message of its own."""
    use_fake_worker(monkeypatch, "fail")
    scores = write_photos(tmp_path / "data")
    create_and_open.create_project(tmp_path / "p", images=scores.parent / "images", scores=scores, model="demo")
    open_in(qtbot, empty_window, tmp_path / "p")
    assert empty_window.shell is not None
    return empty_window.shell


def run_until_it_fails(qtbot: QtBot, window: MainWindow) -> None:
    assert window.workspace is not None
    workspace = window.workspace
    with qtbot.waitSignal(workspace.rested):
        workspace.enqueue(1)
    qtbot.waitUntil(lambda: not workspace.running)


def failed_job(page: JobsPage) -> int:
    return next(row.id for row in page.model.rows if row.state == "failed")


def test_that_on_another_page_a_message_says_it_and_leads_to_the_job(
    qtbot: QtBot, empty_window: MainWindow, shell: Shell
) -> None:
    shell.show_page("images")
    run_until_it_fails(qtbot, empty_window)
    qtbot.waitUntil(shell.message.isVisible)
    assert "The model is tired. Let it sleep." in shell.message.label.text()
    shell.show_page("jobs")
    assert not shell.message.isVisible(), "the page says it"
    let_it_read(qtbot, empty_window)
    assert shell.jobs.detail.error.text() == "The model is tired. Let it sleep."


def test_that_the_messages_button_chooses_the_job(qtbot: QtBot, empty_window: MainWindow, shell: Shell) -> None:
    shell.show_page("jobs")
    shell.show_page("images")
    run_until_it_fails(qtbot, empty_window)
    qtbot.waitUntil(shell.message.isVisible)
    qtbot.mouseClick(shell.message.action_button, Qt.MouseButton.LeftButton)
    assert shell.page_name == "jobs" and not shell.message.isVisible()
    qtbot.waitUntil(lambda: any(row.state == "failed" for row in shell.jobs.model.rows))
    qtbot.waitUntil(lambda: shell.jobs.current is not None and shell.jobs.current.id == failed_job(shell.jobs))


def test_that_an_empty_log_gives_its_place_to_the_settings_until_a_tab_is_chosen(
    qtbot: QtBot, empty_window: MainWindow, shell: Shell
) -> None:
    shell.show_page("jobs")
    run_until_it_fails(qtbot, empty_window)
    page, detail = shell.jobs, shell.jobs.detail
    qtbot.waitUntil(lambda: any(row.state == "failed" for row in page.model.rows))
    failed = page.model.find(failed_job(page))
    assert failed is not None
    page.table.setCurrentIndex(page.model.index(failed, 0))
    qtbot.waitUntil(lambda: "hello from the child" in detail.log.toPlainText())
    assert detail.tabs.currentWidget() is detail.log_view and detail.tabs.tabText(0) == "Log"
    page.table.setCurrentIndex(page.model.index(page.model.rowCount() - 1, 0))  # it has not begun
    qtbot.waitUntil(lambda: detail.tabs.tabText(0) == "Log (empty)")
    assert detail.tabs.currentWidget() is detail.settings
    page.table.setCurrentIndex(page.model.index(failed, 0))
    qtbot.waitUntil(lambda: detail.tabs.currentWidget() is detail.log_view)
    detail.tabs.setCurrentIndex(1)
    page.table.setCurrentIndex(page.model.index(page.model.rowCount() - 1, 0))
    qtbot.waitUntil(lambda: detail.tabs.tabText(0) == "Log (empty)")
    assert detail.tabs.currentIndex() == 1, "the user has chosen"
