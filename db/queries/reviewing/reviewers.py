"""Verdicts of several reviewers on the same pairs."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.models import DECIDING, Decision, Pair
from db.queries.pairs import is_newest, latest_decision


def reviewers(session: Session) -> list[str]:
    """Return the named reviewers that have decisions, by name."""
    named = select(Decision.reviewer).where(Decision.reviewer != DECIDING).distinct()
    return list(session.scalars(named.order_by(Decision.reviewer)))


def verdict_pairs(session: Session, reviewer: str, iteration: int | None) -> dict[tuple[str, str], int]:
    """Return how often (first reviewer's verdict, this reviewer's) occur on pairs on which both have decided."""
    own = aliased(Decision)
    statement = (
        select(Decision.verdict, own.verdict, func.count())
        .select_from(Pair)
        .join(Decision, Decision.id == latest_decision())
        .join(own, own.id == latest_decision(reviewer))
        .where(is_newest(), Decision.verdict != "none", own.verdict != "none")
        .group_by(Decision.verdict, own.verdict)
    )
    if iteration is not None:
        statement = statement.where(Pair.iteration == iteration)
    return {(first, second): count for first, second, count in session.execute(statement)}
