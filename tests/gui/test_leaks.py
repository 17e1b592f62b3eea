"""Pages and dialogs that are closed leave nothing behind: no widget, no object of Qt, no thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.living import growth
from support.window import open_in

from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell
from studio.widgets.chart_saving import SaveButton
from studio.widgets.notices import show_problem
from studio.widgets.path_field import PathField
from studio.widgets.table_saving import ask_and_save

ROUNDS = 20
FEW_ROUNDS = 11
"""Of what takes a second: two of the eight that count must leave something to be found."""


def dialogs() -> list[QDialog]:
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible()]


def close_dialogs() -> None:
    """As a person who presses Escape."""
    for dialog in dialogs():
        dialog.reject()


def ask_about_a_version(shell: Shell) -> None:
    shell.models.tree.setCurrentIndex(shell.models.model.find("iter1/score"))
    shell.models.delete()


def ask_for_a_file_to_export(shell: Shell) -> None:
    shell.export()
    assert shell.panel is not None
    shell.panel.pairs_button.click()


def main_window(shell: Shell) -> MainWindow:
    window = shell.window()
    assert isinstance(window, MainWindow)
    return window


DIALOGS: dict[str, Callable[[Shell], None]] = {
    "keys": lambda shell: main_window(shell).show_keys(),
    "open a project": lambda shell: main_window(shell).browse(),
    "open an archive": lambda shell: main_window(shell).browse_archive(),
    "export": lambda shell: shell.export(),
    "export, a file": ask_for_a_file_to_export,
    "delete a version": ask_about_a_version,
    "chat": lambda shell: shell.compare.chat(),
    "veto reasons": lambda shell: shell.pairs.tools.edit_reasons(),
    "review summary": lambda shell: shell.pairs.tools.show_summary(),
    "save a table": lambda shell: ask_and_save(shell.compare.table),
    "save a chart": lambda shell: shell.findChildren(SaveButton)[0].ask("png"),
    "a problem": lambda shell: show_problem(shell, "text"),
}


FEW = ("export", "chat", "save a chart")
"""Of the fast run: a panel, a window of its own, a dialog for a file."""


@pytest.mark.parametrize("names", [FEW, pytest.param(tuple(DIALOGS), marks=pytest.mark.slow)], ids=["few", "all"])
def test_that_dialogs_opened_and_closed_many_times_leave_nothing(
    qtbot: QtBot, window: MainWindow, names: tuple[str, ...]
) -> None:
    shell = window.shell
    assert shell is not None
    for name in ("models", "compare", "overview"):
        shell.show_page(name)
    qtbot.waitUntil(lambda: bool(shell.findChildren(SaveButton)), timeout=20_000)  # pyqtgraph is loaded
    qtbot.waitUntil(lambda: shell.models.model.rowCount() > 0, timeout=20_000)
    found = {}
    for name in names:

        def once(act: Callable[[Shell], None] = DIALOGS[name]) -> None:
            act(shell)
            qtbot.waitUntil(lambda: bool(dialogs()), timeout=5000)
            close_dialogs()
            qtbot.wait(1)

        if grown := growth(qtbot, once, ROUNDS):
            found[name] = grown
    assert not found


def test_that_the_palette_shown_many_times_leaves_nothing(qtbot: QtBot, window: MainWindow) -> None:
    def once() -> None:
        window.show_commands()
        qtbot.wait(1)
        assert window.palette_of_commands.isVisible()
        window.show_commands()

    grown = growth(qtbot, once, ROUNDS)
    assert not grown, grown


def test_that_a_field_for_a_path_leaves_no_dialog(qtbot: QtBot) -> None:
    field = PathField("Folder", "folder")
    qtbot.addWidget(field)
    field.show()

    def once() -> None:
        field.browse()
        qtbot.wait(5)
        close_dialogs()

    grown = growth(qtbot, once, ROUNDS)
    assert not grown, grown


def test_that_the_wizard_opened_and_left_many_times_leaves_nothing(qtbot: QtBot, empty_window: MainWindow) -> None:
    def once() -> None:
        empty_window.new_project()
        qtbot.waitUntil(lambda: empty_window.wizard is not None, timeout=10_000)
        assert empty_window.wizard is not None
        empty_window.wizard.left.emit()
        qtbot.waitUntil(lambda: empty_window.wizard is None, timeout=10_000)

    grown = growth(qtbot, once, FEW_ROUNDS)
    assert not grown, grown


@pytest.mark.slow
def test_that_the_pages_shown_many_times_leave_nothing(qtbot: QtBot, window: MainWindow) -> None:
    def once() -> None:
        assert window.shell is not None
        for name in window.shell.pages:
            window.shell.show_page(name)
            qtbot.wait(15)

    grown = growth(qtbot, once, ROUNDS)
    assert not grown, grown


@pytest.mark.slow
def test_that_a_project_opened_and_closed_many_times_leaves_nothing(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path
) -> None:
    def once() -> None:
        open_in(qtbot, empty_window, reviewed)
        assert empty_window.shell is not None
        for name in empty_window.shell.pages:
            empty_window.shell.show_page(name)
            qtbot.wait(15)
        empty_window.close_project()
        qtbot.waitUntil(lambda: empty_window.shell is None, timeout=10_000)

    grown = growth(qtbot, once, ROUNDS)
    assert not grown, grown
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith(("thumb", "image"))] == []


def test_that_what_is_kept_is_found(qtbot: QtBot) -> None:
    kept: list[object] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    gate = threading.Event()

    def once() -> None:
        kept.append(QObject())
        QPushButton("text", parent)  # belongs to Qt alone
        thread = threading.Thread(target=gate.wait, name="kept-1")
        thread.start()

    grown = growth(qtbot, once, 8)
    assert grown == {"QObject": 5, "QPushButton": 5, "thread kept": 5}
    gate.set()
