"""Reminds of a review that training waits for: on the rail, on the Jobs page, and by a message when the queue rests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from studio.plural import plural
from studio.services.review.gate import waiting_review
from studio.services.review.types import PairCounts, WaitingReview
from studio.views.workspace import Workspace

Then = Callable[[WaitingReview | None], object]


class ReviewReminder(QObject):
    """Knows which review is waiting. GUI thread.

    Signals:
        changed(WaitingReview | None): another review waits, or the same one has come further.
        began(WaitingReview): training has begun to wait, while the project was open.
    """

    changed = Signal(object)
    began = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._known = False
        self.waiting: WaitingReview | None = None
        workspace.jobs_changed.connect(self.read)

    def read(self, then: Then | None = None) -> None:
        """Look which review is waiting; ``then`` is called with it."""
        project = self._workspace.project

        def done(found: WaitingReview | None) -> None:
            before, known = self.waiting, self._known
            self._show(found)
            self._known = True
            if known and found is not None and (before is None or before.iteration != found.iteration):
                self.began.emit(found)
            if then is not None:
                then(found)

        self._workspace.background.read(
            "waiting-review" if then is None else "waiting-review:then", lambda: waiting_review(project), done
        )

    def count(self, counts: PairCounts) -> None:
        """Take the progress of the review that is waiting, as the Pairs page has just saved it."""
        if self.waiting is not None and counts.total == self.waiting.total:
            self._show(replace(self.waiting, reviewed=counts.reviewed))

    def _show(self, found: WaitingReview | None) -> None:
        if found != self.waiting:
            self.waiting = found
            self.changed.emit(found)


def badge_text(waiting: WaitingReview | None) -> tuple[str, str]:
    """Return the badge of the Pairs page and what it means; both "" if no review is waiting."""
    if waiting is None:
        return "", ""
    if not waiting.remaining:
        return "✓", waiting_text(waiting)
    return f"{waiting.remaining:,}", waiting_text(waiting)


def waiting_text(waiting: WaitingReview) -> str:
    """Return one sentence about the review that is waiting."""
    if waiting.remaining:
        text = plural(
            "ReviewReminder",
            "Training of iteration {0} is waiting for your review: {n} pairs to go.",
            "Training of iteration {0} is waiting for your review: {n} pair to go.",
            waiting.remaining,
        )
    else:
        text = plural(
            "ReviewReminder",
            "All {n} pairs of iteration {0} are reviewed. Start the training on the Pairs page.",
            "The pair of iteration {0} is reviewed. Start the training on the Pairs page.",
            waiting.total,
        )
    return text.format(waiting.iteration)
