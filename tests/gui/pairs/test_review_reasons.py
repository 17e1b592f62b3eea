"""Vetoes for a reason, filters by numbers with their counts, and the next unreviewed pair: by keys in the window."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog
from pytestqt.qtbot import QtBot
from support.pair_rows import list_pairs
from support.projects import SPLITS

from studio.services.review.types import PairFilter, PairRow
from studio.services.review.veto_reasons import DEFAULT_REASONS
from studio.views.pairs.pairs_page import PairsPage
from studio.views.pairs.review_summary import ReviewSummaryWindow
from studio.views.pairs.veto_reasons_window import VetoReasonsWindow
from studio.views.window.main_window import MainWindow

TOTAL = SPLITS["train"]


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page with its list and the project's reasons."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    found = window.shell.pairs
    qtbot.waitUntil(lambda: found.model.rowCount() == TOTAL and found.current is not None and bool(found.tools.reasons))
    found.table.setFocus()
    return found


def press(qtbot: QtBot, page: PairsPage, keys: str) -> None:
    for key in keys:
        qtbot.keyClicks(page.window().focusWidget() or page, key)


def saved(qtbot: QtBot, page: PairsPage) -> list[PairRow]:
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    return list_pairs(page.project, PairFilter(iteration=1))


def texts(combo: QComboBox) -> list[str]:
    return [combo.itemText(place) for place in range(combo.count())]


def window_of(page: PairsPage, kind: type[QDialog]) -> QDialog:
    return next(each for each in page.findChildren(kind) if each.isVisible())


def test_that_a_digit_vetoes_for_its_reason_and_goes_on(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "2v1")
    assert page.table.currentIndex().row() == 3
    rows = saved(qtbot, page)
    assert [(row.verdict, row.reason) for row in rows[:4]] == [
        ("veto", DEFAULT_REASONS[1]), ("veto", ""), ("veto", DEFAULT_REASONS[0]), ("none", ""),
    ]  # fmt: skip
    assert page.feedback.text().endswith(f"vetoed ({DEFAULT_REASONS[0]})")
    page.step(-1)
    assert (page.detail.verdict.text(), page.detail.reason.text()) == ("Vetoed", DEFAULT_REASONS[0])
    assert page.model.index(0, 0).data() == f"Vetoed: {DEFAULT_REASONS[1]}"
    press(qtbot, page, "k")
    assert saved(qtbot, page)[2].reason == ""
    press(qtbot, page, "u")
    qtbot.waitUntil(lambda: page.model.row(2).reason == DEFAULT_REASONS[0])


def test_that_a_digit_without_a_reason_does_nothing(qtbot: QtBot, page: PairsPage) -> None:
    assert len(DEFAULT_REASONS) < 9
    press(qtbot, page, "9")
    assert page.table.currentIndex().row() == 0
    assert {row.verdict for row in saved(qtbot, page)} == {"none"}


def test_that_the_projects_own_reasons_are_on_the_keys_at_once(qtbot: QtBot, page: PairsPage) -> None:
    page.commands["pairs.edit-reasons"].trigger()
    window = window_of(page, VetoReasonsWindow)
    assert isinstance(window, VetoReasonsWindow)
    window.fields[0].setText("<b>wrong</b> breed")
    window.fields[8].setText("too long")
    window.fields[7].setText("generic")
    qtbot.keyClick(window.fields[8], Qt.Key.Key_Return)
    qtbot.waitUntil(window.message.isVisible)
    assert "“generic” is there twice" in window.message.text() and page.tools.reasons == DEFAULT_REASONS
    window.fields[7].clear()
    qtbot.mouseClick(window.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.tools.reasons == ("<b>wrong</b> breed", *DEFAULT_REASONS[1:], "too long"))
    page.window().activateWindow()
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    press(qtbot, page, "18")
    assert [row.reason for row in saved(qtbot, page)[:2]] == ["<b>wrong</b> breed", "too long"]
    assert page.commands["pairs.reason-1"].plain_text == "Veto: <b>wrong</b> breed"


def test_that_the_counts_beside_the_filters_are_what_they_list(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "22v1kk")
    qtbot.waitUntil(lambda: f"Unreviewed ({TOTAL - 6})" in texts(page.controls.state))
    assert texts(page.controls.state)[:5] == [
        f"All ({TOTAL})", f"Unreviewed ({TOTAL - 6})", f"Suspicious ({TOTAL})", "Vetoed (4)", "Kept (2)",
    ]  # fmt: skip
    assert {"Any reason (4)", f"{DEFAULT_REASONS[1]} (2)", "No reason given (1)"} < set(texts(page.controls.reason))
    for combo in (page.controls.state, page.controls.flag, page.controls.reason):
        qtbot.waitUntil(lambda: page.controls.flag.itemText(0) == f"Any flag ({TOTAL})")  # counted without a filter
        for place in range(combo.count()):
            if combo.itemData(place) == "disagree":  # counted only while it is chosen: the count reveals a verdict
                assert combo.itemText(place) == "Disagreements"
                combo.setCurrentIndex(place)
                qtbot.waitUntil(lambda combo=combo, place=place: combo.itemText(place) == "Disagreements (0)")
            count = int(combo.itemText(place).rpartition("(")[2].removesuffix(")"))
            if combo is page.controls.reason and combo.itemData(place) is None:
                continue  # of all vetoes; any reason lists those that are no vetoes too
            combo.setCurrentIndex(place)
            qtbot.waitUntil(lambda count=count: page.model.rowCount() == count)
        combo.setCurrentIndex(0)


def test_that_pairs_are_filtered_by_distance_and_words_and_all_is_cleared_at_once(
    qtbot: QtBot, page: PairsPage
) -> None:
    distances = Counter(abs(row.chosen_score - row.rejected_score) for row in list_pairs(page.project, PairFilter(1)))
    far = max(distances)
    assert distances[far] < TOTAL
    press(qtbot, page, "m")
    controls = page.controls
    assert controls.more.isVisible()
    controls.distance.low.setFocus()
    qtbot.keyClicks(controls.distance.low, str(far))
    qtbot.waitUntil(lambda: page.model.rowCount() == distances[far])
    assert controls.more_button.text() == "More filters (1)"
    qtbot.keyClicks(controls.words.high, "3v")
    qtbot.waitUntil(lambda: controls.words.high.property("state") == "wrong")
    assert page.model.rowCount() == distances[far], "what is no number filters nothing"
    controls.words.high.selectAll()
    qtbot.keyClicks(controls.words.high, "2")
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)
    qtbot.mouseClick(controls.clear_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL)
    assert controls.more_button.text() == "More filters" and not controls.clear_button.isEnabled()


def test_that_a_key_jumps_to_the_next_unreviewed_pair_and_says_when_there_is_none(
    qtbot: QtBot, page: PairsPage
) -> None:
    press(qtbot, page, "vkk")
    page.table.setCurrentIndex(page.model.index(0, 0))
    press(qtbot, page, "j")
    assert page.table.currentIndex().row() == 3
    page.table.setCurrentIndex(page.model.index(TOTAL - 1, 0))
    press(qtbot, page, "v")
    press(qtbot, page, "j")
    qtbot.waitUntil(lambda: page.table.currentIndex().row() == 3)
    page.pair_actions.decide_all(page.model.ids.tolist(), "keep", "both")
    qtbot.waitUntil(lambda: f"All {TOTAL} pairs reviewed" in page.progress.text())
    press(qtbot, page, "j")
    qtbot.waitUntil(lambda: page.feedback.text() == "All pairs of this list are reviewed.")


def test_that_the_summary_counts_and_charts_the_reasons(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "2212v")
    saved(qtbot, page)
    press(qtbot, page, "g")
    window = window_of(page, ReviewSummaryWindow)
    assert isinstance(window, ReviewSummaryWindow)
    qtbot.waitUntil(lambda: window.model.rowCount() > 0)
    bars = [(bar.name, bar.count) for bar in window.chart.bars]
    assert bars[:3] == [(DEFAULT_REASONS[1], 3), ("No reason given", 1), (DEFAULT_REASONS[0], 1)]
    assert {count for _name, count in bars[3:]} == {0}
    assert window.model.index(0, 2).data() == "60%" and window.total.text() == "5 pairs are vetoed."
    window.iteration.setCurrentIndex(0)
    qtbot.waitUntil(lambda: window.iteration.currentText() == "All iterations" and window.model.vetoed == 5)


def test_that_the_pace_and_what_is_left_are_shown(qtbot: QtBot, page: PairsPage) -> None:
    qtbot.waitUntil(lambda: page.head.pace_label.text() == f"{TOTAL} left")
    for key in "vkvkvk":
        press(qtbot, page, key)
        qtbot.wait(30)
    qtbot.waitUntil(lambda: page.head.pace_label.text().startswith(f"{TOTAL - 6} left · "))
    assert "a minute, about" in page.head.pace_label.text()
