"""What is known of the pairs of an iteration before they are reviewed, and the verdicts so far.

Texts and flags are those before a reviewer's edits: what edits change is known of reviewed pairs only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.models import DECIDING, Decision, Pair
from db.queries.pairs import is_newest, latest_decision


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
    image_id: int


def triage_rows(session: Session, iteration: int, reviewer: str = DECIDING) -> list[TriageRow]:
    """Return the newest pairs of an iteration, in id order."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            *(Pair.id, Pair.chosen_text, Pair.rejected_text, Pair.chosen_score, Pair.rejected_score),
            *(Pair.margin_score, Pair.margin_consistency, Pair.flags, func.coalesce(Decision.verdict, "none")),
            Pair.image_id,
        )
        .select_from(Pair)
        .outerjoin(Decision, Decision.id == latest_decision(reviewer))
        .where(is_newest(), Pair.iteration == iteration)
        .order_by(Pair.id)
    )
    return [TriageRow(*row) for row in session.execute(statement)]
