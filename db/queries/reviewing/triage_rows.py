"""What is known of the pairs of an iteration before they are reviewed, and the verdicts so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from db.models import DECIDING, Decision, Pair
from db.queries.pairs import CHOSEN, FLAGS, REJECTED, is_newest, latest_decision


@dataclass(frozen=True, slots=True)
class TriageRow:
    """One pair; ``verdict`` is the reviewer's latest one, "none" without a decision."""

    id: int
    chosen: str
    rejected: str
    chosen_score: int
    rejected_score: int
    margin_score: float | None
    margin_consistency: float | None
    flags: list[str]
    verdict: str


def triage_rows(session: Session, iteration: int, reviewer: str = DECIDING) -> list[TriageRow]:
    """Return the newest pairs of an iteration, in id order."""
    own = aliased(Decision)
    statement: Select[*tuple[Any, ...]] = (
        select(
            *(Pair.id, CHOSEN, REJECTED, Pair.chosen_score, Pair.rejected_score),
            *(Pair.margin_score, Pair.margin_consistency, FLAGS, func.coalesce(own.verdict, "none")),
        )
        .select_from(Pair)
        .outerjoin(Decision, Decision.id == latest_decision())
        .outerjoin(own, own.id == latest_decision(reviewer))
        .where(is_newest(), Pair.iteration == iteration)
        .order_by(Pair.id)
    )
    return [TriageRow(*row) for row in session.execute(statement)]
