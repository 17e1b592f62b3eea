"""The start page, the command palette and the sheet of keyboard shortcuts."""

from __future__ import annotations

import dataclasses
import shutil
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.window import open_in

from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell
from studio.views.window.shortcut_sheet import KeySheet, key_sections
from studio.widgets.fuzzy import fit
from studio.widgets.recent_delegate import FACTS_ROLE, PLACE_ROLE
from studio.window_settings import AppSettings


def leave(qtbot: QtBot, window: MainWindow) -> None:
    window.close_project()
    qtbot.waitUntil(lambda: window.shell is None)


def shell_of(window: MainWindow) -> Shell:
    assert window.shell is not None
    return window.shell


def test_that_recent_projects_show_versions_srcc_and_when_they_were_opened(
    qtbot: QtBot, window: MainWindow, settings: AppSettings, reviewed: Path
) -> None:
    leave(qtbot, window)
    item = window.start.recent.item(0)
    qtbot.waitUntil(lambda: bool(item.data(FACTS_ROLE)), timeout=10_000)
    assert "2 versions" in item.data(FACTS_ROLE) and "iter1/score: SRCC 0.720" in item.data(FACTS_ROLE)
    folder, opened = item.data(PLACE_ROLE)
    assert folder == str(reviewed) and opened.startswith("opened ") and settings.opened_at(reviewed) is not None


def test_that_a_project_that_is_gone_is_told_and_removed_with_delete(
    qtbot: QtBot, window: MainWindow, settings: AppSettings, reviewed: Path
) -> None:
    leave(qtbot, window)
    shutil.rmtree(reviewed)
    window.start.set_recent([])
    window._show_start()
    item = window.start.recent.item(0)
    qtbot.waitUntil(lambda: "no longer exists" in (item.data(FACTS_ROLE) or ""), timeout=10_000)
    window.start.recent.setFocus()
    qtbot.keyClick(window.start.recent, Qt.Key.Key_Delete)
    assert settings.recent == () and window.start.none.isVisible() and not window.start.remove_button.isEnabled()


def test_that_return_opens_the_chosen_project(qtbot: QtBot, window: MainWindow) -> None:
    leave(qtbot, window)
    window.start.recent.setFocus()
    qtbot.keyClick(window.start.recent, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.shell is not None, timeout=10_000)


def test_that_a_few_letters_find_a_page_and_return_goes_there(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.palette_of_commands
    qtbot.waitUntil(palette.isVisible)
    qtbot.keyClicks(palette.line, "gojo")
    assert palette.shown[0] == "Go to Jobs"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.shell.page_name == "jobs" and not palette.isVisible()


def test_that_the_palette_presses_a_button_of_another_page(qtbot: QtBot, window: MainWindow) -> None:
    shell = window.shell
    assert shell is not None
    shell.show_page("pairs")
    qtbot.waitUntil(lambda: shell.pairs.model.rowCount() > 0, timeout=10_000)
    shell.show_page("jobs")
    window.show_commands()
    palette = window.palette_of_commands
    qtbot.keyClicks(palette.line, "pairs veto")
    assert palette.shown[0].startswith("Pairs: Veto")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert shell.page_name == "pairs"
    qtbot.waitUntil(lambda: any(row.verdict == "veto" for row in shell.pairs.model.rows), timeout=10_000)


def test_that_escape_and_arrows_work_in_the_palette(qtbot: QtBot, window: MainWindow) -> None:
    window.show_commands()
    palette = window.palette_of_commands
    first = palette.list.currentRow()
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.list.currentRow() == first + 1
    qtbot.keyClicks(palette.line, "zzzzqqq")
    assert palette.shown == [] and palette.nothing.isVisible()
    qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()


@pytest.mark.parametrize(
    ("letters", "better", "worse"),
    [
        ("gj", "Go to Jobs", "Eggs and jam"),
        ("comp", "Compare", "A campus of maps"),
        ("sk", "Show the keys", "Desk"),
    ],
)
def test_that_fuzzy_search_prefers_word_beginnings_and_neighbours(letters: str, better: str, worse: str) -> None:
    best, other = fit(letters, better), fit(letters, worse)
    assert best is not None and (other is None or best > other)


def test_that_fuzzy_search_needs_every_letter_in_order() -> None:
    assert fit("boj", "Go to Jobs") is None and fit("", "x") == 0 and fit("GTJ", "Go to Jobs") is not None


def test_that_the_layout_of_the_keys_fits_the_smallest_screen(qtbot: QtBot, window: MainWindow) -> None:
    sheet = KeySheet(key_sections(window.action_sets), window)
    qtbot.addWidget(sheet)
    assert sheet.width() <= 1280 and sheet.height() <= 720


def test_that_the_last_opened_project_comes_first(
    qtbot: QtBot, empty_window: MainWindow, settings: AppSettings, reviewed: Path
) -> None:
    settings.remember_project(Path("/elsewhere/other"))
    open_in(qtbot, empty_window, reviewed)
    leave(qtbot, empty_window)
    assert empty_window.start.recent.count() == 2 and settings.recent[0] == reviewed


def test_that_the_finished_demo_is_on_the_screen_within_two_seconds_and_is_a_copy_of_ones_own(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    began = time.thread_time()  # a busy machine does not count, nor do threads that other tests left
    qtbot.mouseClick(empty_window.start.explore_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: empty_window.shell is not None)
    shell = shell_of(empty_window)
    shell.show_page("overview")
    qtbot.waitUntil(lambda: shell.overview.results.table.model().rowCount() == 8)
    assert time.thread_time() - began < 4, "two seconds on a quiet machine, pages being loaded for the first time"
    assert shell.pairs.project.root.is_relative_to(tmp_path / "data")
    assert shell.message.isVisible() and "your own copy" in shell.message.label.text()
    root = shell.pairs.project.root
    leave(qtbot, empty_window)
    open_in(qtbot, empty_window, root)
    assert not shell_of(empty_window).message.isVisible(), "said once"


def test_that_beside_an_open_project_it_opens_in_another_window(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    opened: list[Path] = []
    window._services = dataclasses.replace(window._services, open_another_window=opened.append)
    shell = shell_of(window)
    window.explore_finished_demo()
    qtbot.waitUntil(shell.message.isVisible)
    assert window.shell is shell and "another window" in shell.message.label.text()
    assert [root.parent for root in opened] == [tmp_path / "data" / "score-studio"]


@pytest.mark.parametrize("line", ["x = [", "[training]\nrank = 'many'"])
def test_that_a_project_with_broken_settings_is_refused_with_the_reason_and_opens_once_they_are_mended(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path, line: str
) -> None:
    file = reviewed / "studio.toml"
    right = file.read_text("utf-8")
    file.write_text(f"{line}\n", "utf-8")
    empty_window.open_project(reviewed)
    qtbot.waitUntil(empty_window.start.message.isVisible)
    assert empty_window.shell is None and "studio.toml" in empty_window.start.message.label.text()
    assert not empty_window.start.busy.isVisible()
    file.write_text(right, "utf-8")
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
