"""Verdicts on several selected pairs at once: by Shift, Ctrl and Ctrl+A, as one step that is undone as a whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from support.pair_rows import list_pairs
from support.projects import SPLITS, rows

from studio.services.review import review_steps
from studio.services.review.types import PairFilter
from studio.services.review.veto_reasons import DEFAULT_REASONS
from studio.views.pairs.pairs_page import PairsPage
from studio.views.window.main_window import MainWindow

TOTAL = SPLITS["train"]
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page with its list and the project's reasons."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    found = window.shell.pairs
    qtbot.waitUntil(lambda: found.model.rowCount() == TOTAL and found.current is not None and bool(found.tools.reasons))
    found.table.setFocus()
    return found


def click(qtbot: QtBot, page: PairsPage, place: int, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Click a row of the list, with Shift or Ctrl held down."""
    middle = page.table.visualRect(page.model.index(place, 1)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(middle))


def press(qtbot: QtBot, page: PairsPage, key: str, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the focus is."""
    qtbot.keyClick(page.window().focusWidget() or page, key, modifier)


def places(page: PairsPage) -> list[int]:
    """The selected rows of the list."""
    order = page.model.ids.tolist()
    return [order.index(pair_id) for pair_id in page.selection.ids]


def verdicts(qtbot: QtBot, page: PairsPage) -> list[str]:
    """What is stored, in the order of the list, once everything is saved."""
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    return [row.verdict for row in list_pairs(page.project, PairFilter(iteration=1))]


def shown(page: PairsPage) -> list[str]:
    return [row.verdict for row in page.model.rows]


def test_that_a_veto_applies_to_all_selected_rows_as_one_step(qtbot: QtBot, page: PairsPage) -> None:
    click(qtbot, page, 1)
    click(qtbot, page, 4, SHIFT)
    click(qtbot, page, 6, CONTROL)
    click(qtbot, page, 2, CONTROL)
    assert places(page) == [1, 3, 4, 6] and page.feedback.text() == "4 pairs selected"
    press(qtbot, page, "v")
    expected = ["none", "veto", "none", "veto", "veto", "none", "veto"]
    assert shown(page)[:7] == expected, "at once"
    assert page.feedback.text() == "4 pairs vetoed. Undo (U)"
    assert places(page) == [1, 3, 4, 6], "the selection stays"
    assert verdicts(qtbot, page)[:7] == expected
    assert rows(page.project.root, "SELECT kind, pairs FROM review_step") == [("bulk", 4)]
    qtbot.waitUntil(lambda: page.progress.text() == f"4 of {TOTAL} reviewed, 4 vetoed")
    press(qtbot, page, "u")
    assert verdicts(qtbot, page) == ["none"] * TOTAL
    qtbot.waitUntil(lambda: shown(page) == ["none"] * TOTAL)
    assert review_steps.history(page.project).undo is None
    press(qtbot, page, "u", SHIFT)
    assert verdicts(qtbot, page)[:7] == expected


def test_that_keep_and_reasons_apply_to_all_selected_rows(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "a", CONTROL)
    assert page.selection.count == TOTAL
    press(qtbot, page, "k")
    assert page.feedback.text() == f"{TOTAL} pairs kept. Undo (U)"
    assert verdicts(qtbot, page) == ["keep"] * TOTAL
    click(qtbot, page, 0)
    click(qtbot, page, 2, SHIFT)
    press(qtbot, page, "2")
    assert page.feedback.text() == f"3 pairs vetoed ({DEFAULT_REASONS[1]}). Undo (U)"
    assert verdicts(qtbot, page) == ["veto"] * 3 + ["keep"] * (TOTAL - 3)
    stored = list_pairs(page.project, PairFilter(1))
    assert {row.reason for row in stored[:3]} == {DEFAULT_REASONS[1]} and stored[3].reason == ""
    press(qtbot, page, "u")
    assert verdicts(qtbot, page) == ["keep"] * TOTAL


def test_that_the_current_pair_is_shown_and_changed_with_the_others(qtbot: QtBot, page: PairsPage) -> None:
    click(qtbot, page, 0)
    click(qtbot, page, 3, SHIFT)
    assert page.current is not None and page.current.id == page.model.row(3).id
    press(qtbot, page, "v")
    assert page.detail.verdict.text() == "Vetoed" and page.table.currentIndex().row() == 3
    qtbot.keyClick(page.table, Qt.Key.Key_Right)
    assert places(page) == [4], "moving on selects one pair again"
    press(qtbot, page, "k")
    assert verdicts(qtbot, page)[:6] == ["veto"] * 4 + ["keep", "none"]


def test_that_one_selected_pair_that_is_not_the_current_one_is_the_one_changed(qtbot: QtBot, page: PairsPage) -> None:
    click(qtbot, page, 1)
    click(qtbot, page, 5, CONTROL)
    click(qtbot, page, 5, CONTROL)
    assert places(page) == [1] and page.table.currentIndex().row() == 5
    press(qtbot, page, "v")
    assert verdicts(qtbot, page)[:6] == ["none", "veto", "none", "none", "none", "none"]
    assert page.feedback.text() == "1 pair vetoed. Undo (U)"


def test_that_the_selection_survives_other_lists(qtbot: QtBot, page: PairsPage) -> None:
    wanted = set(page.model.ids[2:7].tolist())
    click(qtbot, page, 2)
    click(qtbot, page, 6, SHIFT)
    page.controls.state.setCurrentIndex(page.controls.state.findData("unreviewed"))
    press(qtbot, page, "v")
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    page.controls.state.setCurrentIndex(page.controls.state.findData("veto"))
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)
    assert set(page.selection.ids) == wanted
    page.controls.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL)
    assert set(page.selection.ids) == wanted and places(page) == [2, 3, 4, 5, 6]


def test_that_focus_review_is_about_one_pair(qtbot: QtBot, page: PairsPage) -> None:
    click(qtbot, page, 0)
    click(qtbot, page, 4, SHIFT)
    press(qtbot, page, "l")
    press(qtbot, page, "v")
    assert verdicts(qtbot, page)[:6] == ["none"] * 4 + ["veto", "none"]


def test_that_several_verdicts_that_cannot_be_saved_are_taken_off_the_screen(
    qtbot: QtBot, page: PairsPage, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_named: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(review_steps, "decide_all", full)
    press(qtbot, page, "a", CONTROL)
    press(qtbot, page, "v")
    assert shown(page) == ["veto"] * TOTAL
    assert window.shell is not None
    qtbot.waitUntil(window.shell.message.isVisible)
    qtbot.waitUntil(lambda: shown(page) == ["none"] * TOTAL)
    assert page.selection.count == TOTAL
