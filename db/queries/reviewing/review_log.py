"""Every decision of every reviewer ever made, in order: nothing of it is changed or removed by an undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from db.models import Decision, Image, Pair, ReviewStep

PART = 2000


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """One decision of a step, and the verdict that the same reviewer had on the pair before it."""

    id: int
    step: int
    at: datetime
    who: str
    reviewer: str
    kind: str
    line: str
    iteration: int
    image: str
    draw: int
    before: str
    verdict: str
    scope: str
    reason: str
    note: str
    chosen_edited: bool
    rejected_edited: bool


def logged_decisions(session: Session, after: int, limit: int = PART) -> list[LoggedDecision]:
    """Return decisions with higher ids, in their order."""
    earlier, other = aliased(Decision), aliased(Decision)
    same = (other.pair_id == Decision.pair_id, other.reviewer == Decision.reviewer, other.id < Decision.id)
    last = select(func.max(other.id)).where(*same).correlate(Decision).scalar_subquery()
    before = select(earlier.verdict).where(earlier.id == last).correlate(Decision).scalar_subquery()
    statement: Select[*tuple[Any, ...]] = (
        select(
            *(Decision.id, ReviewStep.id, ReviewStep.at, ReviewStep.who, Decision.reviewer, ReviewStep.kind),
            *(Pair.line, Pair.iteration, Image.path, Pair.draw, func.coalesce(before, "none")),
            *(Decision.verdict, Decision.scope, Decision.reason, Decision.note),
            *(Decision.chosen_edit.is_not(None), Decision.rejected_edit.is_not(None)),
        )
        .join(ReviewStep, ReviewStep.id == Decision.step_id)
        .join(Pair, Pair.id == Decision.pair_id)
        .join(Image, Image.id == Pair.image_id)
        .where(Decision.id > after)
        .order_by(Decision.id)
        .limit(limit)
    )
    return [LoggedDecision(*row) for row in session.execute(statement)]


def undone_steps(session: Session) -> set[int]:
    """Return the steps that are undone now: their undo was not undone itself."""
    found = session.execute(select(ReviewStep.id, ReviewStep.undoes_id).where(ReviewStep.undoes_id.is_not(None)))
    undoing = {undone: step for step, undone in found if undone is not None}
    return {step for step in undoing if _chain(step, undoing) % 2}


def _chain(step: int, undoing: dict[int, int]) -> int:
    """Return how many steps undo this one, the one that undoes it, and so on."""
    length = 0
    while step in undoing:
        step, length = undoing[step], length + 1
    return length
