"""Changes to pairs: shown immediately, saved in order in the background."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from studio.services.projects.project import Project
from studio.services.review import pair_list, resampling, review_steps
from studio.services.review.review_steps import ReviewHistory
from studio.services.review.types import PairCounts, PairRow, PairVerdict, ReviewedRow, VetoScope
from studio.views.workspace import Workspace

Result = TypeVar("Result")
PAINT_S = 0.03
"""A change is saved once the window has shown it and the next pair, whose painting would wait for Python meanwhile."""
FORESEEN = 500
"""Changes whose undo is shown at once."""


class PairActions(QObject):
    """Writes all changes made on the Pairs page.

    Attributes:
        reviewer: whose decisions are made; "" is the first reviewer, who decides for training.
        saving: changes shown but not saved yet.
        history: what can be undone and done again; None while that is not known.
        is_listed: whether the page can show a pair at once; set by the page.

    Signals:
        shown(PairRow): show this state of a pair; it is being saved, or is restored after a failed save.
        foreseen(str, PairRow): an "undo" or "redo" will show this state; the database has not confirmed it yet.
        saved(PairCounts): current review progress.
        shown_many(list[PairRow]): show these states of several pairs; they are being saved.
        many(str, int): verdict and number of pairs changed at once; the list must be read again. 0: it shows what is
            not so.
        reviewed(str, ReviewedRow | None): an "undo" or "redo" that was not foreseen was done; None: there was nothing.
        queued: a regeneration was queued.
        history_changed: ``history`` has changed.
    """

    shown = Signal(object)
    foreseen = Signal(str, object)
    saved = Signal(object)
    shown_many = Signal(object)
    many = Signal(str, int)
    reviewed = Signal(str, object)
    queued = Signal()
    history_changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._project = workspace.project
        self._changes = 0
        self.saving = 0
        self.reviewer = ""
        self._done: deque[tuple[PairRow, PairRow]] = deque(maxlen=FORESEEN)
        self._undone: deque[tuple[PairRow, PairRow]] = deque(maxlen=FORESEEN)
        self.history: ReviewHistory | None = ReviewHistory(None, None)  # until it is read
        self.is_listed: Callable[[int], bool] = lambda _pair: False

    @property
    def state(self) -> int:
        """Return what a read that begins now will show, to be compared with ``is_current`` when it arrives."""
        return self._changes if not self.saving else -1  # it may read the database before or after what is being saved

    def is_current(self, state: int) -> bool:
        """Return whether a read that began in this state shows all changes: none was being made or saved meanwhile."""
        return state == self._changes

    def read_history(self) -> None:
        """Read what can be undone and done again."""
        project, state, reviewer = self._project, self.state, self.reviewer

        def done(history: ReviewHistory) -> None:
            if self.is_current(state):
                self._set_history(history)

        self._workspace.background.read("review-history", lambda: review_steps.history(project, reviewer), done)

    def set_reviewer(self, reviewer: str) -> None:
        """Make the decisions of this reviewer from now on."""
        self.reviewer = reviewer
        self._changes += 1  # what is being read is another reviewer's
        self.forget()
        self._set_history(None)
        self.read_history()

    def _set_history(self, history: ReviewHistory | None) -> None:
        self.history = history
        self.history_changed.emit()

    def decide(self, row: PairRow, verdict: PairVerdict, scope: VetoScope, reason: str = "") -> None:
        """Set a verdict."""
        new = replace(row, verdict=verdict, scope=scope, reason=reason)
        project, given = self._project, {"scope": scope, "reason": reason, "reviewer": self.reviewer}
        self._change(row, new, lambda: review_steps.decide(project, row.id, verdict, **given))  # type: ignore[arg-type]

    def annotate(self, row: PairRow, note: str) -> None:
        """Write a note."""
        project, whose = self._project, self.reviewer
        self._change(row, replace(row, note=note), lambda: review_steps.annotate(project, row.id, note, reviewer=whose))

    def edit(self, row: PairRow, chosen: str, rejected: str) -> None:
        """Replace the generated texts; the flags are updated on saving."""
        generated = (row.generated_chosen, row.generated_rejected)
        new = replace(row, chosen_text=chosen, rejected_text=rejected, edited=(chosen, rejected) != generated)

        def work() -> PairRow:
            review_steps.edit(self._project, row.id, chosen, rejected)
            return pair_list.pair(self._project, row.id)

        self._change(row, new, work)

    def decide_all(self, ids: Sequence[int], verdict: PairVerdict, scope: VetoScope, reason: str = "") -> None:
        """Set one verdict for all these pairs, as one undo step."""
        project, whose = self._project, self.reviewer

        def done(_step: object) -> None:
            self.many.emit(verdict, len(ids))

        self.forget()
        decide_all = review_steps.decide_all
        self._write(lambda: decide_all(project, ids, verdict, scope=scope, reason=reason, reviewer=whose), done)

    def decide_selected(
        self, ids: Sequence[int], rows: Sequence[PairRow], verdict: PairVerdict, scope: VetoScope, reason: str = ""
    ) -> None:
        """Set one verdict for these pairs, as one undo step; ``rows``: those of them that the window has read."""
        project, whose = self._project, self.reviewer
        self.forget()
        self.shown_many.emit([replace(row, verdict=verdict, scope=scope, reason=reason) for row in rows])

        def save() -> PairCounts:
            time.sleep(PAINT_S)
            review_steps.decide_all(project, ids, verdict, scope=scope, reason=reason, reviewer=whose)
            iteration = rows[0].iteration if rows else pair_list.pair(project, ids[0]).iteration
            return pair_list.counts(project, iteration, whose)

        def failed(text: str) -> None:
            self.many.emit(verdict, 0)
            self._workspace.problem.emit(text)

        self._write(save, self.saved.emit, failed)

    def use_decisions(self, ids: Sequence[int], done: Callable[[int], None]) -> None:
        """Make the reviewer's verdicts on these pairs the first reviewer's; ``done`` gets their number."""
        project, whose = self._project, self.reviewer
        self._write(lambda: review_steps.use_decisions(project, ids, whose), done)

    def undo(self) -> None:
        """Undo the latest step."""
        change = self._done.pop() if self._done else None
        if change is not None:
            self._undone.append(change)
        self._move("undo", review_steps.undo, self._foresee("undo", None if change is None else change[0]))

    def redo(self) -> None:
        """Redo the step undone last."""
        change = self._undone.pop() if self._undone else None
        if change is not None:
            self._done.append(change)
        self._move("redo", review_steps.redo, self._foresee("redo", None if change is None else change[1]))

    def forget(self) -> None:
        """Foresee no undo or redo any more: what they will do is no longer known without the database."""
        self._done.clear()
        self._undone.clear()

    def _correct(self, expected: PairRow, saved: PairRow) -> None:
        """Remember a state as it was saved, with what only saving has found, for when it is done again."""
        for changes in (self._done, self._undone):
            for place, (before, after) in enumerate(changes):
                if after is expected:
                    changes[place] = (before, saved)

    def _foresee(self, what: str, row: PairRow | None) -> PairRow | None:
        """Show at once what an undo or redo will do, if the page lists the pair; returns what was shown."""
        if row is None or not self.is_listed(row.id):
            return None
        self.foreseen.emit(what, row)
        return row

    def _move(self, what: str, move: Callable[[Project, str], ReviewedRow | None], shown: PairRow | None) -> None:
        """Undo or redo; ``shown``: what the window shows already, so that the result has nothing to add to it."""
        project, whose = self._project, self.reviewer

        def done(found: ReviewedRow | None) -> None:
            if shown is None or found is None or (found.count, found.pair.id) != (1, shown.id):
                self.forget()
                self.reviewed.emit(what, found)
                if shown is not None:
                    self.many.emit("none", 0)
            if found is not None:
                self._count(found.pair.iteration)

        self._write(lambda: move(project, whose), done)

    def _count(self, iteration: int) -> None:
        """Read the progress of the review; another count or save that comes meanwhile is newer."""
        project, state, whose = self._project, self.state, self.reviewer
        counts = pair_list.counts
        self._workspace.background.read(
            "review-counts",
            lambda: counts(project, iteration, whose),
            lambda found: self.saved.emit(found) if self.is_current(state) else None,
        )

    def regenerate(self, row: PairRow) -> None:
        """Queue a regeneration with another wrong score and start the queue."""

        def done(_job: object) -> None:
            self._workspace.jobs_changed.emit()
            self._workspace.start_queue()
            self.queued.emit()

        self._change(row, replace(row, redrawing=True), lambda: resampling.ask_redraw(self._project, row.id), done)
        self._done.pop()  # it is no step of the review

    def _change(
        self, row: PairRow, new: PairRow, work: Callable[[], object], then: Callable[[object], None] | None = None
    ) -> None:
        """Show and save the new state; restore the old one if saving fails."""
        self._done.append((row, new))
        self._undone.clear()
        self.shown.emit(new)
        whose = self.reviewer

        def save() -> tuple[object, PairCounts]:
            time.sleep(PAINT_S)
            return work(), pair_list.counts(self._project, row.iteration, whose)

        def done(result: tuple[object, PairCounts]) -> None:
            if isinstance(result[0], PairRow):
                self._correct(new, result[0])
                self.shown.emit(result[0])
            self.saved.emit(result[1])
            if then is not None:
                then(result[0])

        def failed(text: str) -> None:
            self.forget()
            self.shown.emit(row)
            self._workspace.problem.emit(text)

        self._write(save, done, failed)

    def _write(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        self._changes += 1
        self.saving += 1
        self._set_history(None)

        def settle(call: Callable[[], None]) -> None:
            self._changes += 1
            self.saving -= 1
            if not self.saving:
                self.read_history()
            call()

        self._workspace.background.write(
            work,
            lambda result: settle(lambda: done(result)),
            lambda text: settle(lambda: (failed or self._workspace.problem.emit)(text)),
        )
