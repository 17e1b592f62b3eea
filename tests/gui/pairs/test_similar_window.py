"""The window of similar pairs: threshold, check boxes, preview, and one veto of all that are checked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from support.pair_rows import list_pairs
from support.projects import SPLITS, rows

from studio.services.review.types import PairFilter, PairRow
from studio.services.review.veto_reasons import DEFAULT_REASONS
from studio.views.pairs.pairs_page import PairsPage
from studio.views.pairs.review_summary import ReviewSummaryWindow
from studio.views.pairs.similar.similar_window import SimilarPairsWindow, word_spans
from studio.views.window.main_window import MainWindow

TOTAL = SPLITS["train"]
ALIKE = (2, 5, 9)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page; the texts of three pairs are alike, those of the others share one common word with them."""
    assert window.shell is not None
    page = window.shell.pairs
    with page.project.session() as session:
        connection = session.connection()
        for place in range(TOTAL):
            text = f"harbour tripod silhouette number{place}" if place in ALIKE else "the harbour"
            given = {"id": place + 1, "text": text}
            connection.exec_driver_sql(
                "UPDATE pair SET chosen_text = :text, rejected_text = :text || ' rather' WHERE id = :id", given
            )
    window.shell.show_page("pairs")
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.current is not None and bool(page.tools.reasons))
    page.refresh()
    qtbot.waitUntil(lambda: "harbour" in page.model.row(ALIKE[0]).chosen_text)
    page.table.setFocus()
    return page


@pytest.fixture
def similar(qtbot: QtBot, page: PairsPage) -> SimilarPairsWindow:
    """The window for the second of the three."""
    page.go_to(ALIKE[1])
    qtbot.keyClicks(page.table, "i")
    window = next(each for each in page.findChildren(SimilarPairsWindow) if each.isVisible())
    qtbot.waitUntil(lambda: window.model.rowCount() > 0)
    return window


def saved(qtbot: QtBot, page: PairsPage) -> list[PairRow]:
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    return list_pairs(page.project, PairFilter(iteration=1))


def listed(window: SimilarPairsWindow) -> list[int]:
    return [row.id - 1 for row in window.model.rows]


def test_that_similar_pairs_are_listed_from_the_threshold_on(qtbot: QtBot, similar: SimilarPairsWindow) -> None:
    assert listed(similar)[0] == ALIKE[1] and set(listed(similar)) == set(ALIKE)
    assert similar.found.text() == "3 pairs" and similar.veto_button.text() == "Veto all 3 like this"
    assert set(similar.model.row(1).shared) >= {"harbour", "tripod", "silhouette"}
    similar.threshold.setValue(5)
    assert len(listed(similar)) > 3
    values = [row.similarity for row in similar.model.rows]
    assert values == sorted(values, reverse=True)
    similar.threshold.setValue(100)
    assert listed(similar) == [ALIKE[1]]
    assert similar.veto_button.text() == "Veto 1 like this"


def test_that_both_texts_are_shown_with_the_shared_words_marked(qtbot: QtBot, similar: SimilarPairsWindow) -> None:
    qtbot.waitUntil(lambda: "harbour" in similar.chosen_text.toPlainText())
    assert {"harbour", "tripod", "silhouette"} <= set(similar.chosen_text.marked())
    assert {"harbour", "tripod"} <= set(similar.rejected_text.marked())
    assert similar.chosen_score.text() and similar.rejected_score.text()


def test_that_all_checked_pairs_are_vetoed_as_one_step(
    qtbot: QtBot, page: PairsPage, similar: SimilarPairsWindow
) -> None:
    index = similar.model.index(1, 0)
    similar.model.setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    unchecked = similar.model.row(1).id
    assert similar.veto_button.text() == "Veto all 2 like this"
    similar.reason.setCurrentIndex(similar.reason.findData(DEFAULT_REASONS[1]))
    qtbot.mouseClick(similar.veto_button, Qt.MouseButton.LeftButton)
    vetoed = [row for row in saved(qtbot, page) if row.verdict == "veto"]
    assert {row.id - 1 for row in vetoed} == {*ALIKE} - {unchecked - 1}
    assert {row.reason for row in vetoed} == {DEFAULT_REASONS[1]}
    assert rows(page.project.root, "SELECT kind, pairs FROM review_step") == [("bulk", 2)]
    assert page.feedback.text().startswith("2 pairs vetoed") and similar.message.text().startswith("2 pairs vetoed")
    qtbot.waitUntil(lambda: similar.model.row(0).verdict == "veto")
    assert similar.model.checked_ids == []
    page.pair_actions.undo()
    assert {row.verdict for row in saved(qtbot, page)} == {"none"}
    qtbot.waitUntil(lambda: {row.verdict for row in similar.model.rows} == {"none"})
    assert similar.model.checked_ids == [row.id for row in similar.model.rows if row.id != unchecked]


def test_that_verdicts_given_before_are_left_as_they_are_unless_checked(
    qtbot: QtBot, page: PairsPage, similar: SimilarPairsWindow
) -> None:
    page.go_to(ALIKE[0])
    page.decide("keep")
    saved(qtbot, page)
    qtbot.waitUntil(lambda: "keep" in {row.verdict for row in similar.model.rows})
    assert similar.veto_button.text() == "Veto all 2 like this"
    similar.veto()
    assert [row.verdict for row in saved(qtbot, page) if row.id - 1 in ALIKE] == ["keep", "veto", "veto"]
    qtbot.waitUntil(lambda: similar.model.checked_ids == [])
    kept = next(place for place, row in enumerate(similar.model.rows) if row.verdict == "keep")
    similar.model.setData(similar.model.index(kept, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    similar.veto()
    assert {row.verdict for row in saved(qtbot, page) if row.id - 1 in ALIKE} == {"veto"}


def test_that_the_window_closes_with_the_review_that_it_shows(
    qtbot: QtBot, page: PairsPage, similar: SimilarPairsWindow
) -> None:
    page.commands["pairs.summary"].trigger()
    summary = next(each for each in page.findChildren(ReviewSummaryWindow) if each.isVisible())
    gone = [qtbot.waitSignal(window.destroyed) for window in (similar, summary)]
    page.reviewers.choose("Ann")
    for signal in gone:
        signal.wait()


def test_that_a_click_on_a_box_unchecks_and_nothing_checked_vetoes_nothing(
    qtbot: QtBot, page: PairsPage, similar: SimilarPairsWindow
) -> None:
    qtbot.mouseClick(similar.uncheck_button, Qt.MouseButton.LeftButton)
    assert similar.model.checked_ids == [] and not similar.veto_button.isEnabled()
    qtbot.mouseClick(similar.check_button, Qt.MouseButton.LeftButton)
    assert len(similar.model.checked_ids) == 3
    box = similar.table.visualRect(similar.model.index(2, 0))
    for inset in range(2, 30, 4):
        where = QPoint(box.left() + inset, box.center().y())
        qtbot.mouseClick(similar.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        if len(similar.model.checked_ids) == 2:
            break
    assert len(similar.model.checked_ids) == 2


def test_that_words_are_marked_whole() -> None:
    text = "Soft light, lightly soft; don't SOFT-box"
    marked = [text[span.start : span.end] for span in word_spans(text, ("soft", "don't"))]
    assert marked == ["Soft", "soft", "don't", "SOFT"]
    assert word_spans(text, ()) == []
