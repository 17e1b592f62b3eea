"""Focus review: one pair alone, with the same keys as beside the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support.pair_rows import list_pairs
from support.projects import SPLITS
from support.window import let_it_read

from studio.services.review import pair_list, review_steps
from studio.services.review.types import PairFilter
from studio.views.pairs.pairs_page import PairsPage
from studio.views.window.main_window import MainWindow

TOTAL = SPLITS["train"]
LONG = " ".join(["The light is soft and the horizon is level, but the left third is empty."] * 11)
"""About 150 words, as models write them."""


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page in focus review, on its first pair."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    found = window.shell.pairs
    qtbot.waitUntil(lambda: found.model.rowCount() == TOTAL and found.current is not None and bool(found.tools.reasons))
    found.table.setFocus()
    press(qtbot, found, "l")
    assert found.focused
    return found


def press(qtbot: QtBot, page: PairsPage, keys: str) -> None:
    for key in keys:
        qtbot.keyClicks(page.window().focusWidget() or page, key)


def key(qtbot: QtBot, page: PairsPage, code: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    target: QWidget = page.window().focusWidget() or page
    qtbot.keyClick(target, code, modifiers or Qt.KeyboardModifier.NoModifier)


def test_that_one_pair_fills_the_window_with_both_texts_and_their_difference(
    qtbot: QtBot, window: MainWindow, page: PairsPage
) -> None:
    assert window.shell is not None and page.current is not None
    assert page.focus.isVisible() and page.reason_bar.isVisible()
    hidden = (page.table, page.controls, page.detail, page.buttons.veto_all_button, window.shell.buttons["jobs"])
    assert not any(widget.isVisible() for widget in hidden)
    assert page.focus.chosen.toPlainText() == page.current.chosen_text
    assert page.focus.chosen.marked() == ["soft", "sharp"] and page.focus.rejected.marked()[0] == "harsh"
    assert page.focus.image.width() > 0.3 * page.width()
    key(qtbot, page, Qt.Key.Key_Escape)
    assert page.table.hasFocus() and window.shell.buttons["jobs"].isVisible() and not page.focus.isVisible()
    assert page.detail.chosen.toPlainText() == page.current.chosen_text


@pytest.mark.parametrize(("width", "height", "least"), [(1024, 700, 14), (1600, 1000, 18)])
def test_that_texts_of_150_words_are_readable_in_a_size_for_the_window(
    qtbot: QtBot, window: MainWindow, page: PairsPage, width: int, height: int, least: int
) -> None:
    assert page.current is not None
    row = page.current
    review_steps.edit(page.project, row.id, LONG, LONG.replace("soft", "harsh"))
    page.pair_actions.shown.emit(pair_list.pair(page.project, row.id))
    window.resize(width, height)
    qtbot.waitUntil(lambda: page.focus.chosen.font().pixelSize() >= least)
    text = page.focus.chosen
    lines = sum(
        block.layout().lineCount() for block in map(text.document().findBlockByNumber, range(text.blockCount()))
    )
    needed = lines * text.fontMetrics().lineSpacing()
    assert needed <= text.viewport().height() * (1.0 if height > 700 else 1.15), "read without scrolling, or nearly"
    if text.verticalScrollBar().maximum():
        key(qtbot, page, Qt.Key.Key_Down)
        assert text.verticalScrollBar().value() > 0


def test_that_the_keys_are_those_of_the_list(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "vk2")
    assert page.table.currentIndex().row() == 3 and page.focused
    press(qtbot, page, "n")
    press(qtbot, page, "vku")
    key(qtbot, page, Qt.Key.Key_Return)
    press(qtbot, page, "k")
    key(qtbot, page, Qt.Key.Key_Left)
    assert page.table.currentIndex().row() == 3
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    rows = list_pairs(page.project, PairFilter(iteration=1))[:5]
    assert [row.verdict for row in rows] == ["veto", "keep", "veto", "keep", "none"]
    assert rows[2].reason == page.tools.reasons[1] and rows[3].note == "vku"
    assert page.focus.verdict.text() == "Kept" and "vku" in page.focus.note.text()
    press(qtbot, page, "u")
    qtbot.waitUntil(lambda: page.focus.verdict.text() == "Unreviewed")
    press(qtbot, page, "j")
    assert page.table.currentIndex().row() == 4


def test_that_texts_are_edited_in_focus_and_moving_on_saves_them(qtbot: QtBot, page: PairsPage) -> None:
    assert page.current is not None
    first = page.current
    press(qtbot, page, "e")
    assert page.focus.editor.chosen.hasFocus()
    press(qtbot, page, "l1 ")
    key(qtbot, page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0 and page.focus.editor.row is None)
    assert page.focused and pair_list.pair(page.project, first.id).chosen_text == "l1 " + first.chosen_text
    assert page.focus.marks.words() == ["edited"]
    press(qtbot, page, "e")
    press(qtbot, page, "x")
    page.show_focus(False)
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    assert pair_list.pair(page.project, first.id).chosen_text == "xl1 " + first.chosen_text
    assert page.detail.editor.row is None and page.focus.editor.row is None
    key(qtbot, page, Qt.Key.Key_Escape)
    assert page.table.isVisible()


def test_that_a_reason_is_given_by_its_button(qtbot: QtBot, page: PairsPage) -> None:
    shown = [button for button in page.reason_bar.buttons if button.isVisible()]
    assert [button.text() for button in shown][:2] == [
        f"{place + 1}  {page.tools.reasons[place]}" for place in range(2)
    ]
    qtbot.mouseClick(shown[1], Qt.MouseButton.LeftButton)
    assert page.table.currentIndex().row() == 1 and page.model.row(0).reason == page.tools.reasons[1]


def test_that_another_page_has_its_rail_and_focus_review_is_there_on_coming_back(
    qtbot: QtBot, window: MainWindow, page: PairsPage
) -> None:
    assert window.shell is not None
    key(qtbot, page, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert window.shell.page_name != "pairs" and window.shell.buttons["jobs"].isVisible()
    window.shell.show_page("pairs")
    let_it_read(qtbot, window)
    assert page.focus.isVisible() and not window.shell.buttons["jobs"].isVisible()
    press(qtbot, page, "v")
    assert page.table.currentIndex().row() == 1


def test_that_the_next_image_is_read_before_its_turn(qtbot: QtBot, page: PairsPage) -> None:
    images = page.workspace.images
    following = page.model.row(page.table.currentIndex().row() + 1)
    qtbot.waitUntil(lambda: any(path == following.image_path for path, _side in images._cache))


def test_that_an_empty_list_says_so_in_focus_too(qtbot: QtBot, page: PairsPage) -> None:
    page.controls.state.setCurrentIndex(page.controls.state.findData("veto"))
    qtbot.waitUntil(page.nothing.isVisible)
    assert not page.focus.isVisible()
    page.nothing.all_wanted.emit()
    qtbot.waitUntil(page.focus.isVisible)
