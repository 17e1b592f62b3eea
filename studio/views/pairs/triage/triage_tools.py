"""Learns from the verdicts for the Pairs page: the order by doubt, and sessions of the most doubtful pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.services.images.image_columns import Ids
from studio.services.review import pair_list
from studio.services.review.triage.ranking import Triage, in_order, triage
from studio.services.review.types import PairFilter
from studio.views.pairs.triage.triage_bar import TriageBar, quality_text

if TYPE_CHECKING:
    from studio.views.pairs.pairs_page import PairsPage

SESSION_PAIRS = 200


@dataclass(frozen=True, slots=True)
class ReviewSession:
    """The most doubtful pairs of an iteration at the time it began, most doubtful first."""

    iteration: int
    ids: Ids


class TriageTools(QObject):
    """Trains off the window's thread, when asked: an order that changed with each verdict would jump.

    Signal ``changed``: the list must be read again.
    """

    changed = Signal()

    def __init__(self, page: PairsPage, bar: TriageBar) -> None:
        super().__init__(page)
        self._page, self.bar = page, bar
        self._background = page.workspace.background
        self.ranking: Triage | None = None
        self.session: ReviewSession | None = None
        self._learning: int | None = None
        bar.end_button.clicked.connect(lambda _checked: self.end_session())

    @property
    def order(self) -> Triage | None:
        """Return the ranking that the list is sorted by, if it is worth anything."""
        ranking = self.ranking
        wanted = self._page.controls.sorting == "doubt" and ranking is not None and ranking.has_pattern
        return ranking if wanted and ranking is not None and ranking.iteration == self._iteration else None

    def learn(self) -> None:
        """Learn from the verdicts so far, then sort the list; does nothing while that is being done."""
        if self._learning is None or self._learning != self._iteration:
            self._train(self.changed.emit)

    def follow(self) -> None:
        """Learn for the iteration that is shown now, if the order is by doubt and nothing is known of it."""
        known = self.ranking is not None and self.ranking.iteration == self._iteration
        if self._page.controls.sorting == "doubt" and not known:
            self.learn()

    def leave_order(self) -> None:
        """Another order is chosen: what the one by doubt is worth matters to a session only."""
        if self.session is None:
            self.ranking = None
        self.show_state()

    def begin_session(self) -> None:
        """Learn from the verdicts so far, then list the unreviewed pairs with the highest chance of a veto."""
        self._train(self._choose_pairs)

    def end_session(self) -> None:
        """List all pairs again."""
        self.session = None
        self.show_state()
        self.changed.emit()

    def forget(self) -> None:
        """Forget ranking and session: another reviewer's review is shown."""
        self.ranking = self.session = self._learning = None
        self.show_state()

    def count(self) -> None:
        """Count what is left of the session."""
        session, project, whose = self.session, self._page.project, self._page.reviewer
        if session is None:
            return

        def done(unreviewed: Ids) -> None:
            if session is self.session:
                left = set(unreviewed.tolist()) & set(session.ids.tolist())
                self.bar.show_session(len(session.ids), len(left))

        wanted = PairFilter(session.iteration, "unreviewed", reviewer=whose)
        self._background.read("triage:left", lambda: pair_list.listed(project, wanted), done)

    @property
    def _iteration(self) -> int | None:
        return self._page.controls.filter.iteration

    def _train(self, then: Callable[[], object]) -> None:
        project, iteration, whose = self._page.project, self._iteration, self._page.reviewer
        if iteration is None:
            return
        self._learning = iteration
        self.bar.show_quality(self.tr("Learning from the verdicts so far…"))
        self.bar.show()

        def done(ranking: Triage) -> None:
            self._learning = None
            if whose == self._page.reviewer:
                self.ranking = ranking
                self.show_state()
                then()

        def failed(text: str) -> None:
            self._learning = None
            self.show_state()
            self._page.workspace.problem.emit(text)

        self._background.read("triage", lambda: triage(project, iteration, whose), done, failed)

    def _choose_pairs(self) -> None:
        ranking, project, whose = self.ranking, self._page.project, self._page.reviewer
        if ranking is None or not ranking.has_pattern:
            return

        def done(unreviewed: Ids) -> None:
            if ranking is self.ranking:
                chosen = in_order(ranking, unreviewed)[:SESSION_PAIRS]
                self.session = ReviewSession(ranking.iteration, chosen)
                self.bar.show_session(len(chosen), len(chosen))
                self.show_state()
                self.changed.emit()

        wanted = PairFilter(ranking.iteration, "unreviewed", reviewer=whose)
        self._background.read("triage:session", lambda: pair_list.listed(project, wanted), done)

    def show_state(self) -> None:
        """Show in the bar what is known."""
        told = self.ranking is not None and (self._page.controls.sorting == "doubt" or self.session is not None)
        refused = self.ranking is not None and not self.ranking.has_pattern
        self.bar.setVisible(told or refused)
        self.bar.show_quality("" if self.ranking is None else quality_text(self.ranking))
        if self.session is None:
            self.bar.show_session(0, None)
        else:
            self.count()
