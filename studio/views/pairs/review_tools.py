"""What leads a review on the Pairs page: reasons of vetoes, the next unreviewed pair, counts of filters, windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from studio.services.review import pair_list, veto_reasons
from studio.services.review.text_index import TextIndexes
from studio.services.review.types import FilterCounts
from studio.views.pairs.pair_loader import AGAIN_MS
from studio.views.pairs.review_summary import ReviewSummaryWindow
from studio.views.pairs.similar.similar_window import SimilarPairsWindow
from studio.views.pairs.veto_reasons_window import VetoReasonsWindow

if TYPE_CHECKING:
    from studio.views.pairs.pairs_page import PairsPage

COUNT_MS = 400
"""Pause after which the choices of the filters are counted."""


class ReviewTools(QObject):
    """Works on the list and the filters of its page. Signal ``reasons_changed``: ``reasons`` is another list."""

    reasons_changed = Signal()

    def __init__(self, page: PairsPage) -> None:
        super().__init__(page)
        self._page = page
        self._project = page.project
        self._background = page.workspace.background
        self.reasons: tuple[str, ...] = ()
        self._indexes = TextIndexes(page.project)
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)
        self._counting.setInterval(COUNT_MS)
        self._counting.timeout.connect(self._count)

    def read_reasons(self) -> None:
        """Read the project's reasons of vetoes."""
        project = self._project
        self._background.read("reasons", lambda: veto_reasons.veto_reasons(project), self._on_reasons)

    def edit_reasons(self) -> None:
        """Open the window for the project's reasons."""
        window = VetoReasonsWindow(self._page.workspace, self.reasons, self._page)
        window.saved.connect(self._on_reasons)
        window.show()

    def show_summary(self) -> None:
        """Open the window with the reasons of the vetoes, counted."""
        controls, whose = self._page.controls, self._page.reviewer
        window = ReviewSummaryWindow(self._page.workspace, controls.filter.iteration, self._page, reviewer=whose)
        self._page.reviewers.chosen.connect(window.close)
        window.show()

    def show_similar(self) -> None:
        """Open the window with the pairs whose texts are like the shown one's."""
        if self._page.current is not None:
            SimilarPairsWindow(self._page, self._page.current, self._indexes).show()

    def count_soon(self) -> None:
        """Count what each choice of the filters would list, once there is a pause."""
        self._counting.start()

    def next_unreviewed(self) -> None:
        """Go to the next pair of the list without a verdict, from its end on from its beginning."""
        model, place = self._page.model, self._page.table.currentIndex().row()
        for number in range(place + 1, model.rowCount()):
            row = model.row_at(number)
            if row is None:
                break
            if row.verdict == "none":
                self._page.go_to(number)
                return
        self._look_for_unreviewed(place)

    def _look_for_unreviewed(self, place: int) -> None:
        page, project, ids, state = self._page, self._project, self._page.model.ids, self._page.pair_actions.state
        iteration, whose = page.controls.filter.iteration, page.reviewer

        def done(found: int | None) -> None:
            if not page.pair_actions.is_current(state):  # what was being saved meanwhile may be one of them
                QTimer.singleShot(AGAIN_MS, self, lambda: self._look_for_unreviewed(place))
            elif page.model.ids is not ids:
                return  # another list is shown by now
            elif found is None:
                page.feedback.setText(self.tr("All pairs of this list are reviewed."))
            else:
                page.go_to(found)

        find = pair_list.next_unreviewed
        self._background.read("unreviewed", lambda: find(project, ids, place, iteration, whose), done)

    def _count(self) -> None:
        project, controls = self._project, self._page.controls
        wanted = controls.filter

        def done(counts: FilterCounts) -> None:
            if wanted == controls.filter:
                controls.show_counts(counts)

        self._background.read("pairs:counts", lambda: pair_list.filter_counts(project, wanted), done)

    def _on_reasons(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        self._page.controls.offer_reasons(reasons)
        self.count_soon()
        self.reasons_changed.emit()
