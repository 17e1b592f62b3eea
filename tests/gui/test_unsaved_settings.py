"""Unsaved settings are marked, asked about and never ignored."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from support.window import open_in

from studio.services.settings.toml_edit import set_review
from studio.views.settings.settings_page import SettingsPage
from studio.views.window.main_window import MainWindow
from studio.views.workspace import Workspace
from studio.widgets.unsaved_mark import UnsavedMark

PATH = "training.rank"


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> SettingsPage:
    assert window.shell is not None
    window.shell.show_page("settings")
    page = window.shell.settings
    qtbot.waitUntil(lambda: line(page).text() != "")
    return page


@pytest.fixture
def started(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have been queued."""
    calls: list[Any] = []
    assert window.workspace is not None
    monkeypatch.setattr(window.workspace, "_act", calls.append)
    return calls


def line(page: SettingsPage) -> QLineEdit:
    editor = page.form.editor(PATH)
    assert isinstance(editor, QLineEdit)
    return editor


def type_rank(page: SettingsPage, text: str) -> None:
    line(page).selectAll()
    QTest.keyClicks(line(page), text)


def rank(root: Path) -> int:
    value: int = tomllib.loads((root / "studio.toml").read_text())["training"]["rank"]
    return value


def question(window: MainWindow) -> QMessageBox | None:
    assert window.shell is not None
    return window.shell.unsaved._box


def answer(qtbot: QtBot, window: MainWindow, text: str) -> None:
    qtbot.waitUntil(lambda: question(window) is not None)
    box = question(window)
    assert box is not None
    button: QPushButton = next(one for one in box.buttons() if one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.wait(20)


def mark(window: MainWindow) -> UnsavedMark:
    assert window.shell is not None
    found = window.shell.buttons["settings"].findChild(UnsavedMark)
    assert isinstance(found, UnsavedMark)
    return found


def enqueue(window: MainWindow) -> None:
    workspace = window.workspace
    assert isinstance(workspace, Workspace)
    workspace.enqueue(2)


def test_that_unsaved_settings_are_marked_on_the_rail_and_on_the_page_until_they_are_saved(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, reviewed: Path
) -> None:
    assert window.shell is not None
    button = window.shell.buttons["settings"]
    assert not mark(window).isVisible() and not page.mark.isVisible() and not page.unsaved
    before = line(page).text()
    type_rank(page, "7")
    assert mark(window).isVisible() and page.mark.isVisible() and page.unsaved
    assert button.accessibleDescription() == button.toolTip() == "Unsaved changes"
    window.shell.show_page("overview")
    assert mark(window).isVisible()
    window.shell.show_page("settings")
    qtbot.wait(100)
    assert line(page).text() == "7", "going to another page and back keeps what was typed"
    type_rank(page, before)
    assert not mark(window).isVisible() and not page.unsaved, "what is as in the file is not unsaved"
    type_rank(page, "7")
    page.save()
    qtbot.waitUntil(lambda: not page.unsaved)
    assert not mark(window).isVisible() and not page.mark.isVisible() and button.toolTip() == ""
    assert rank(reviewed) == 7


def test_that_an_iteration_does_not_silently_run_with_the_old_settings(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, started: list[Any], reviewed: Path
) -> None:
    type_rank(page, "7")
    enqueue(window)
    assert started == []
    answer(qtbot, window, "Cancel")
    assert started == [] and page.unsaved and question(window) is None
    enqueue(window)
    answer(qtbot, window, "Save and run")
    qtbot.waitUntil(lambda: len(started) == 1)
    assert rank(reviewed) == 7 and not page.unsaved
    enqueue(window)
    assert len(started) == 2 and question(window) is None


def test_that_a_person_may_run_without_saving_and_keeps_what_was_typed(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, started: list[Any], reviewed: Path
) -> None:
    before = rank(reviewed)
    type_rank(page, "7")
    enqueue(window)
    enqueue(window)  # the same question once more is not another one
    answer(qtbot, window, "Run without saving")
    assert len(started) == 1 and question(window) is None
    assert page.unsaved and line(page).text() == "7" and rank(reviewed) == before


def test_that_training_after_a_review_and_resuming_ask_too(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, started: list[Any]
) -> None:
    type_rank(page, "7")
    assert window.workspace is not None
    for start in (lambda: window.workspace.approve_review(1), lambda: window.workspace.resume(1)):  # type: ignore[union-attr]
        start()
        assert started == []
        answer(qtbot, window, "Cancel")
    assert started == []


def test_that_the_button_of_the_overview_waits_for_the_answer(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, started: list[Any]
) -> None:
    assert window.shell is not None
    type_rank(page, "7")
    window.shell.show_page("overview")
    overview = window.shell.overview
    qtbot.waitUntil(overview.button.isEnabled)
    overview.button.click()
    answer(qtbot, window, "Cancel")
    assert started == [] and window.shell.page_name == "overview" and overview.button.isEnabled()
    overview.button.click()
    answer(qtbot, window, "Run without saving")
    assert len(started) == 1 and window.shell.page_name == "jobs"


def test_that_values_that_are_invalid_cannot_be_saved_from_the_question(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, started: list[Any]
) -> None:
    type_rank(page, "many")
    enqueue(window)
    box = question(window)
    assert box is not None
    save = next(one for one in box.buttons() if one.text() == "Save and run")
    assert not save.isEnabled() and "invalid" in box.informativeText()
    answer(qtbot, window, "Cancel")
    assert started == []


def test_that_closing_the_window_asks_and_saves(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, reviewed: Path
) -> None:
    type_rank(page, "7")
    assert not window.close() and window.isVisible()
    answer(qtbot, window, "Cancel")
    assert window.isVisible() and window.shell is not None
    window.close()
    answer(qtbot, window, "Save")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert rank(reviewed) == 7


def test_that_leaving_the_project_can_discard_the_changes(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, reviewed: Path
) -> None:
    before = rank(reviewed)
    type_rank(page, "7")
    window.close_project()
    assert window.shell is not None
    answer(qtbot, window, "Don't save")
    qtbot.waitUntil(lambda: window.shell is None)
    assert rank(reviewed) == before


def test_that_saving_keeps_what_was_changed_in_the_file_elsewhere(
    qtbot: QtBot, window: MainWindow, page: SettingsPage, reviewed: Path
) -> None:
    """The check box of the Overview writes into the same file."""
    review = tomllib.loads((reviewed / "studio.toml").read_text())["loop"]["review"]
    type_rank(page, "7")
    set_review(reviewed, not review)
    page.save()
    qtbot.waitUntil(lambda: not page.unsaved)
    told = tomllib.loads((reviewed / "studio.toml").read_text())
    assert told["training"]["rank"] == 7 and told["loop"]["review"] is (not review)


def test_that_nothing_is_asked_where_nothing_is_unsaved(qtbot: QtBot, empty_window: MainWindow, reviewed: Path) -> None:
    open_in(qtbot, empty_window, reviewed)
    empty_window.close_project()
    assert empty_window.shell is None
