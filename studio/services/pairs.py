"""Pairs and the decisions on them. No Qt, no torch."""

from __future__ import annotations

from engine.specs import TrainKind
from studio.services.project import Project
from studio.services.rows import PairCounts, PairFilter, PairRow, Scope, TrainRow, Verdict


def iterations(project: Project) -> list[int]:
    """The iterations that have pairs, ascending."""
    raise NotImplementedError


def list_pairs(
    project: Project, filter: PairFilter, *, after: int | None = None, limit: int | None = None
) -> list[PairRow]:
    """Pairs in id order; ``after`` a pair id and ``limit`` give one page."""
    raise NotImplementedError


def pair(project: Project, pair_id: int) -> PairRow:
    """One pair; StudioError if there is none."""
    raise NotImplementedError


def decide(
    project: Project, pair_id: int, verdict: Verdict, *, scope: Scope = "both", reason: str = "", note: str = ""
) -> int:
    """Append a decision; the latest counts. Returns its id."""
    raise NotImplementedError


def undo(project: Project) -> PairRow | None:
    """Take back the latest decision that still stands; returns its pair as it is now, None if there is nothing to undo."""
    raise NotImplementedError


def counts(project: Project, iteration: int | None = None) -> PairCounts:
    """How far the review is; None counts all iterations."""
    raise NotImplementedError


def training_pairs(project: Project, iteration: int, kind: TrainKind) -> list[TrainRow]:
    """What a training of this kind would be given now: vetoed pairs left out, fractions applied."""
    raise NotImplementedError
