"""Pairs as tests look at them: every row of a filter, and what a training would be given now."""

from __future__ import annotations

from engine.contract.specs import TrainKind
from studio.services.projects.project import Project
from studio.services.review import pair_list
from studio.services.review.types import PairFilter, PairOrder, PairRow, TrainRow
from studio.services.stages.training_pairs import training_rows


def list_pairs(project: Project, filter: PairFilter, *, order: PairOrder = "generation") -> list[PairRow]:
    """Return all pairs that a filter selects."""
    return pair_list.rows(project, pair_list.listed(project, filter, order).tolist())


def training_pairs(project: Project, iteration: int, kind: TrainKind) -> list[TrainRow]:
    """Return what a training of this kind would be given now: without vetoed pairs, in image order."""
    settings = project.settings
    with project.reader() as session:
        return training_rows(session, settings, project.images_root(), iteration, kind)
