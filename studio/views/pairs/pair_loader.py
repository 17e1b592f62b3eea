"""Reading for the Pairs page: the list as ids, and the rows around the current pair."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from studio.models.paged_table import PAGE
from studio.models.pair_list import PairsModel
from studio.services.images.image_columns import Ids
from studio.services.projects.project import Project
from studio.services.review import pair_list
from studio.services.review.gate import review_gate, training_begun
from studio.services.review.triage.ranking import Triage, in_order
from studio.services.review.types import PairCounts, PairFilter, PairOrder, PairRow, ReviewGate
from studio.views.pairs.pair_actions import PairActions
from studio.views.workspace import Workspace

AROUND = PAGE
"""Rows read before and behind the shown pair, so that a key never waits for the next one."""
AGAIN_MS = 20
"""When what was read is out of date, and a change may still be being saved, it is read again after this time."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The ids of a list, some of its rows, and other facts about its iteration."""

    known: list[int]
    iteration: int | None
    counts: PairCounts
    ids: Ids
    rows: list[PairRow]
    gate: ReviewGate | None
    begun: bool


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order of the list; ``ranking`` is what "doubt" sorts by, ``only`` the pairs of a session, in their order."""

    order: PairOrder
    ranking: Triage | None = None
    only: tuple[int, Ids] | None = None

    def apply(self, iteration: int | None, ids: Ids) -> Ids:
        """Return the listed ids in this order, those of the session alone if one is on."""
        if self.only is not None and self.only[0] == iteration:
            session = self.only[1]
            return session[np.isin(session, ids)]
        return ids if self.ranking is None else in_order(self.ranking, ids)


def read_list(project: Project, wanted: PairFilter, sorting: Sorting, kept: int | None, near: int) -> Listed:
    """Read the list (of the latest iteration if the wanted one is unknown) with the rows around :func:`place_of`."""
    known = pair_list.iterations(project)
    iteration = wanted.iteration if wanted.iteration in known else (known[-1] if known else None)
    order: PairOrder = "generation" if sorting.order == "doubt" else sorting.order
    ids = sorting.apply(iteration, pair_list.listed(project, replace(wanted, iteration=iteration), order))
    page = place_of(ids, kept, near) // PAGE * PAGE
    near_ids = [int(pair_id) for pair_id in ids[max(0, page - AROUND) : page + PAGE + AROUND]]
    rows = pair_list.rows(project, near_ids, wanted.reviewer)
    gate = review_gate(project, iteration) if iteration is not None else None
    begun = iteration is not None and training_begun(project, iteration)
    return Listed(known, iteration, pair_list.counts(project, iteration, wanted.reviewer), ids, rows, gate, begun)


def place_of(ids: Ids, kept: int | None, near: int) -> int:
    """Return a pair's position in a list; a missing one keeps its old position."""
    found: list[int] = np.flatnonzero(ids == kept).tolist() if kept is not None else []
    return found[0] if found else max(0, min(near, len(ids) - 1))


class RowReading(QObject):
    """Reads rows that a model requests. Signal ``arrived``: rows were added."""

    arrived = Signal()

    def __init__(self, workspace: Workspace, model: PairsModel, actions: PairActions) -> None:
        super().__init__(model)
        self._workspace, self._model, self._actions = workspace, model, actions
        model.rows_wanted.connect(self._read)

    def _read(self, ids: list[int]) -> None:
        project, state, whose = self._workspace.project, self._actions.state, self._actions.reviewer

        def done(rows: list[PairRow]) -> None:
            if self._actions.is_current(state):
                self._model.add_rows({row.id: row for row in rows})
                self.arrived.emit()
            else:  # A change was being made or saved meanwhile: these rows may be older.
                QTimer.singleShot(AGAIN_MS, self._model, self._model.ask_again)

        def failed(text: str) -> None:
            self._model.forget_asked()
            self._workspace.problem.emit(text)

        self._workspace.background.read("pairs:rows", lambda: pair_list.rows(project, ids, whose), done, failed)
