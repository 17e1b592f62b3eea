"""The review flow, driven by keys."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from support.pair_rows import list_pairs
from support.projects import SPLITS, rows
from support.reviewed import BAD_TEXT
from support.situations.gated import make_gated_project
from support.window import open_in

from studio.models.table import STATE_ROLE
from studio.services.review import pair_list as service
from studio.services.review import review_steps
from studio.services.review.types import PairFilter
from studio.text import printable
from studio.views.pairs.pairs_page import PairsPage
from studio.views.window.main_window import MainWindow

TOTAL = SPLITS["train"]


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page with its list read."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    found = window.shell.pairs
    qtbot.waitUntil(lambda: found.model.rowCount() == TOTAL and found.current is not None)
    found.table.setFocus()
    return found


def press(qtbot: QtBot, page: PairsPage, keys: str) -> None:
    for key in keys:
        code = {"<": Qt.Key.Key_Left, ">": Qt.Key.Key_Right}.get(key)
        target: QWidget = page.window().focusWidget() or page
        if code is None:
            qtbot.keyClicks(target, key)
        else:
            qtbot.keyClick(target, code)


def saved(page: PairsPage) -> list[str]:
    return [row.verdict for row in list_pairs(page.project, PairFilter(iteration=1))]


def shown(page: PairsPage) -> list[str]:
    return [row.verdict for row in page.model.rows]


def place(page: PairsPage) -> int:
    return page.table.currentIndex().row()


def test_that_keys_decide_advance_and_are_saved(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "vkv")
    assert place(page) == 3
    assert shown(page)[:4] == ["veto", "keep", "veto", "none"]
    qtbot.waitUntil(lambda: page.progress.text() == f"3 of {TOTAL} reviewed, 2 vetoed")
    assert saved(page)[:4] == ["veto", "keep", "veto", "none"]


def test_that_keys_work_at_once_on_coming_to_the_page_and_from_the_rail(qtbot: QtBot, page: PairsPage) -> None:
    window = page.window()
    assert isinstance(window, MainWindow) and window.shell is not None
    qtbot.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, page, "v")  # not on this page
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, page, "k")
    window.shell.buttons["pairs"].setFocus()
    press(qtbot, page, "v")
    assert shown(page)[:3] == ["keep", "veto", "none"]


def test_that_arrows_move_and_stop_at_the_ends(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "<")
    assert place(page) == 0
    press(qtbot, page, ">>")
    assert place(page) == 2
    press(qtbot, page, ">" * (TOTAL + 5))
    assert place(page) == TOTAL - 1


def test_that_undo_takes_back_the_latest_and_returns_to_it(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "vk")
    press(qtbot, page, ">>>>")
    press(qtbot, page, "u")
    qtbot.waitUntil(lambda: shown(page)[1] == "none")
    assert place(page) == 1
    press(qtbot, page, "u")
    qtbot.waitUntil(lambda: shown(page)[0] == "none")
    qtbot.waitUntil(lambda: saved(page) == ["none"] * TOTAL)
    press(qtbot, page, "u")
    qtbot.waitUntil(lambda: "Nothing to undo" in page.feedback.text())


def test_that_undo_finds_a_pair_that_the_filter_hides(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "v")
    first = page.model.row(0).id
    qtbot.waitUntil(lambda: "1 of" in page.progress.text())
    page.controls.state.setCurrentIndex(page.controls.state.findData("unreviewed"))
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL - 1)
    press(qtbot, page, "u")
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL)
    assert page.controls.state.currentData() is None
    assert page.current is not None and page.current.id == first


def test_that_the_filter_lists_what_was_vetoed(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "vkk")
    qtbot.waitUntil(lambda: "3 of" in page.progress.text())
    for data, count in (("veto", 1), ("keep", 2), ("unreviewed", TOTAL - 3), (None, TOTAL)):
        page.controls.state.setCurrentIndex(page.controls.state.findData(data))
        qtbot.waitUntil(lambda count=count: page.model.rowCount() == count)


def test_that_single_keys_are_text_while_the_search_field_has_the_focus(qtbot: QtBot, page: PairsPage) -> None:
    page.controls.search.setFocus()
    qtbot.waitUntil(page.controls.search.hasFocus)
    press(qtbot, page, "vku?<")
    assert page.controls.search.text() == "vku?"
    assert saved(page) == ["none"] * TOTAL
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)  # no pair matches, and a sentence says so
    page.controls.search.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL)


def test_that_the_buttons_do_what_the_keys_do(qtbot: QtBot, page: PairsPage) -> None:
    qtbot.mouseClick(page.buttons.veto_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.buttons.keep_button, Qt.MouseButton.LeftButton)
    assert (place(page), shown(page)[:2]) == (2, ["veto", "keep"])
    qtbot.mouseClick(page.buttons.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(page)[:2] == ["veto", "none"])
    qtbot.mouseClick(page.buttons.redo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(page)[:2] == ["veto", "keep"])


def test_that_a_verdict_is_told_by_word_and_shape(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "v<")
    index = page.model.index(0, 0)
    assert (index.data(), index.data(STATE_ROLE)) == ("Vetoed", "veto")
    assert page.detail.verdict.text() == "Vetoed"
    assert not page.detail.sign.pixmap().isNull()


def test_that_the_answers_are_shown_literally_with_their_difference_marked(page: PairsPage) -> None:
    assert page.current is not None
    assert page.detail.rejected.toPlainText() == printable(page.current.rejected_text)
    assert printable(BAD_TEXT) in page.detail.rejected.toPlainText()
    assert page.detail.chosen.marked() == ["soft", "sharp"]
    assert page.detail.rejected.marked()[0] == "harsh"


def test_that_a_decision_that_cannot_be_saved_is_taken_off_the_screen(
    qtbot: QtBot, page: PairsPage, window: MainWindow, reviewed: Path
) -> None:
    pair = page.model.row(0)
    page.model.replace(0, type(pair)(**{**{name: getattr(pair, name) for name in pair.__slots__}, "id": 999_999}))
    press(qtbot, page, "v")
    assert window.shell is not None
    message = window.shell.message
    qtbot.waitUntil(message.isVisible)
    assert "999999" in message.label.text().replace(",", "")
    assert shown(page)[0] == "none"
    assert rows(reviewed, "SELECT count(*) FROM decision") == [(0,)]


def test_that_an_edit_is_saved_by_key_and_undone(qtbot: QtBot, page: PairsPage) -> None:
    assert page.current is not None
    before = page.current
    press(qtbot, page, "e")
    press(qtbot, page, "vk ")
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0 and page.detail.editor.row is None)
    saved_row = service.pair(page.project, before.id)
    assert (saved_row.chosen_text, saved_row.rejected_text) == ("vk " + before.chosen_text, before.rejected_text)
    assert page.detail.marks.words() == ["edited"]
    press(qtbot, page, "u")
    qtbot.waitUntil(lambda: page.current is not None and page.current.chosen_text == before.chosen_text)


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Decisions are not saved before this is set."""
    let_go, decide = threading.Event(), review_steps.decide

    def waiting(*given: Any, **named: Any) -> Any:
        assert let_go.wait(20)
        return decide(*given, **named)

    monkeypatch.setattr(review_steps, "decide", waiting)
    return let_go


@pytest.mark.parametrize("read", ["list", "rows"])
def test_that_what_was_read_while_a_decision_was_being_saved_does_not_hide_it(
    qtbot: QtBot, page: PairsPage, slow_disk: threading.Event, monkeypatch: pytest.MonkeyPatch, read: str
) -> None:
    arrived: list[object] = []
    put, add = page._on_rows, page.model.add_rows
    monkeypatch.setattr(page, "_on_rows", lambda found: (put(found), arrived.append(found)))
    monkeypatch.setattr(page.model, "add_rows", lambda found: (add(found), arrived.append(found)))
    press(qtbot, page, "v")
    if read == "list":
        page.refresh()
    else:
        page.model.rows_wanted.emit(page.model.ids.tolist())
    qtbot.wait(300)  # time for the read to come back
    assert shown(page)[0] == "veto" and not arrived
    slow_disk.set()
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    if read == "list":
        qtbot.waitUntil(lambda: len(arrived) == 1)
    assert shown(page)[0] == saved(page)[0] == "veto"


def test_that_the_requested_scores_stay_while_a_pair_is_edited(qtbot: QtBot, page: PairsPage) -> None:
    row = page.current
    assert row is not None
    press(qtbot, page, "e")
    editor = page.detail.editor
    assert editor.isVisible()
    shown = {label.text() for label in editor.findChildren(QLabel) if label.isVisible() and label.property("tone")}
    assert shown == {str(row.chosen_score), str(row.rejected_score)}


def test_that_a_finished_review_says_so_and_offers_the_training(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    open_in(qtbot, empty_window, make_gated_project(tmp_path / "project", tmp_path / "data"))
    assert empty_window.shell is not None
    empty_window.shell.show_page("pairs")
    page = empty_window.shell.pairs
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.train_button.isVisible())
    page.controls.state.setCurrentIndex(page.controls.state.findData("unreviewed"))
    page.table.setFocus()
    press(qtbot, page, "v" + "k" * (TOTAL - 1))
    qtbot.waitUntil(lambda: page.progress.text() == f"All {TOTAL} pairs reviewed, 1 vetoed.")
    page.refresh()
    qtbot.waitUntil(page.nothing.isVisible)
    assert page.nothing.text.text() == f"All {TOTAL} pairs reviewed, 1 vetoed."
    assert page.nothing.train_button.isVisible()
    assert page.nothing.train_button.text() == f"Train on {TOTAL - 1} pairs"
    qtbot.mouseClick(page.nothing.all_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL)
    assert page.controls.state.currentData() is None


def test_that_a_filter_that_nothing_matches_is_not_taken_for_a_finished_review(qtbot: QtBot, page: PairsPage) -> None:
    page.controls.state.setCurrentIndex(page.controls.state.findData("veto"))
    qtbot.waitUntil(page.nothing.isVisible)
    assert page.nothing.text.text() == "No pairs match the filter."
    assert not page.nothing.train_button.isVisible() and page.nothing.all_button.isVisible()
