"""A second reviewer by name in the window: blind, with verdicts of their own, remembered, used when asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.pair_rows import list_pairs, training_pairs
from support.projects import SPLITS
from support.situations.gated import make_gated_project
from support.window import open_in

from studio.services.review import pair_list, review_steps
from studio.services.review.types import PairFilter
from studio.views.pairs.pairs_page import PairsPage
from studio.views.pairs.reviewers.reviewers_window import ReviewersWindow
from studio.views.window.main_window import MainWindow

TOTAL = SPLITS["train"]
ANN = "Ann <b>B.</b>"


def ready(qtbot: QtBot, page: PairsPage) -> PairsPage:
    """Waits until the list of the chosen reviewer is there."""
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.current is not None and bool(page.tools.reasons))
    page.window().activateWindow()
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    return page


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page with its list."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    return ready(qtbot, window.shell.pairs)


def press(qtbot: QtBot, page: PairsPage, keys: str) -> None:
    for key in keys:
        qtbot.keyClicks(page.window().focusWidget() or page, key)


def saved(qtbot: QtBot, page: PairsPage, reviewer: str = "") -> list[str]:
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    ids = pair_list.listed(page.project, PairFilter(1)).tolist()
    return [row.verdict for row in pair_list.rows(page.project, ids, reviewer)]


def opened(page: PairsPage) -> ReviewersWindow:
    page.commands["pairs.reviewers"].trigger()
    return next(each for each in page.findChildren(ReviewersWindow) if each.isVisible())


def add(qtbot: QtBot, page: PairsPage, name: str) -> ReviewersWindow:
    window = opened(page)
    qtbot.keyClicks(window.name, name)
    qtbot.keyClick(window.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.reviewer == name)
    return window


def test_that_a_second_reviewer_is_added_and_reviews_blind(qtbot: QtBot, page: PairsPage) -> None:
    assert not page.head.reviewer.isVisible()
    press(qtbot, page, "vk")
    saved(qtbot, page)
    window = add(qtbot, page, ANN)
    qtbot.waitUntil(page.head.reviewer.isVisible)
    qtbot.mouseClick(window.review_button, Qt.MouseButton.LeftButton)
    assert page.reviewer == ANN and page.model.rowCount() == 0, "nothing of the first reviewer is left on the screen"
    ready(qtbot, page)
    assert [row.verdict for row in page.model.rows] == ["none"] * TOTAL
    qtbot.waitUntil(lambda: page.progress.text() == f"0 of {TOTAL} reviewed, 0 vetoed")
    page.go_to(0)
    press(qtbot, page, "k2v")
    assert saved(qtbot, page, ANN)[:4] == ["keep", "veto", "veto", "none"]
    assert saved(qtbot, page)[:4] == ["veto", "keep", "none", "none"]
    assert len(training_pairs(page.project, 1, "score")) == TOTAL - 1
    press(qtbot, page, "u")
    assert saved(qtbot, page, ANN)[:4] == ["keep", "veto", "none", "none"]
    for name in ("pairs.edit", "pairs.regenerate"):
        page.commands[name].update_state()
        assert not page.commands[name].isEnabled()
    page.head.reviewer.setCurrentIndex(0)
    ready(qtbot, page)
    assert [row.verdict for row in page.model.rows][:3] == ["veto", "keep", "none"]
    press(qtbot, page, "u")
    assert saved(qtbot, page)[:3] == ["veto", "none", "none"] and saved(qtbot, page, ANN)[0] == "keep"


def test_that_disagreements_are_listed_and_agreement_is_shown(qtbot: QtBot, page: PairsPage) -> None:
    ids = page.model.ids.tolist()
    for place in range(10):
        review_steps.decide(page.project, ids[place], "veto" if place < 5 else "keep")
        review_steps.decide(page.project, ids[place], "veto" if place < 3 else "keep", reviewer=ANN)
    window = opened(page)
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    texts = [window.model.index(0, column).data() for column in range(6)]
    assert texts[0] == ANN and texts[1:3] == ["10", "10"] and texts[5] == "2"
    assert texts[3].startswith("80% [") and texts[4].startswith("0.60 [")
    window.resize(600, window.height())
    header = window.table.horizontalHeader()
    assert all(header.sectionSize(column) >= header.sectionSizeHint(column) for column in range(1, header.count()))
    state = page.controls.state
    qtbot.waitUntil(lambda: state.itemText(0) == f"All ({TOTAL})")
    assert state.itemText(state.findData("disagree")) == "Disagreements"
    qtbot.mouseClick(window.disagreements_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.ids.tolist() == ids[3:5])
    assert page.reviewer == ANN
    qtbot.waitUntil(lambda: state.currentText() == "Disagreements (2)")
    qtbot.waitUntil(lambda: [row.verdict for row in page.model.rows] == ["keep", "keep"])


def test_that_the_chosen_reviewer_is_remembered_for_the_project(
    qtbot: QtBot, page: PairsPage, window: MainWindow, reviewed: Path
) -> None:
    add(qtbot, page, ANN).close()
    page.reviewers.choose(ANN)
    ready(qtbot, page)
    press(qtbot, page, "v")
    saved(qtbot, page, ANN)
    window.close_project()
    qtbot.waitUntil(lambda: window.shell is None)
    open_in(qtbot, window, reviewed)
    assert window.shell is not None
    window.shell.show_page("pairs")
    again = ready(qtbot, window.shell.pairs)
    assert again.reviewer == ANN and again.model.row(0).verdict == "veto"
    qtbot.waitUntil(lambda: again.head.reviewer.currentData() == ANN and again.head.reviewer.isVisible())


def test_that_a_decision_of_theirs_is_used_for_training_when_asked(qtbot: QtBot, page: PairsPage) -> None:
    page.commands["pairs.use-decision"].update_state()
    assert not page.commands["pairs.use-decision"].isEnabled()
    page.reviewers.choose(ANN)
    ready(qtbot, page)
    page.selection.select_all()
    press(qtbot, page, "2")
    saved(qtbot, page, ANN)
    assert len(training_pairs(page.project, 1, "score")) == TOTAL
    page.commands["pairs.use-decision"].trigger()
    assert saved(qtbot, page) == ["veto"] * TOTAL
    qtbot.waitUntil(lambda: page.feedback.text().startswith(f"{TOTAL} decisions used for training"))
    assert training_pairs(page.project, 1, "score") == []
    assert {row.reason for row in list_pairs(page.project, PairFilter(1))} == {page.tools.reasons[1]}


def test_that_the_page_follows_the_use_of_a_decision(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    open_in(qtbot, empty_window, make_gated_project(tmp_path / "project", tmp_path / "data"))
    assert empty_window.shell is not None
    empty_window.shell.show_page("pairs")
    page = empty_window.shell.pairs
    qtbot.waitUntil(lambda: page.gate.gate is not None and page.model.rowCount() > 1)
    ids, everything = page.model.ids.tolist(), page.model.rowCount()
    review_steps.decide_all(page.project, ids, "keep")
    review_steps.decide_all(page.project, ids, "veto", reviewer=ANN)
    page.reviewers.choose(ANN)
    page.controls.state.setCurrentIndex(page.controls.state.findData("disagree"))
    qtbot.waitUntil(lambda: page.model.rowCount() == everything and page.current is not None)
    assert page.gate.gate is not None and page.gate.gate.score == everything
    page.table.setFocus()
    page.selection.select_all()
    page.commands["pairs.use-decision"].trigger()
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    qtbot.waitUntil(lambda: page.gate.gate is not None and page.gate.gate.score == 0)
    assert not page.gate.is_open


def test_that_a_name_that_cannot_be_used_says_why(qtbot: QtBot, page: PairsPage) -> None:
    window = add(qtbot, page, ANN)
    qtbot.keyClicks(window.name, ANN.upper())
    qtbot.mouseClick(window.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.message.isVisible)
    assert "is a reviewer already" in window.message.text() and window.model.rowCount() == 1
