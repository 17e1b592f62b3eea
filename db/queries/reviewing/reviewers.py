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


def verdict_pairs(session: Session, reviewer: str, iteration: int | None) -> list[tuple[str, str, str, int]]:
    """Return the first reviewer's own verdict, the one in effect, this reviewer's, and the number of pairs with them.

    The own verdict is another one than that in effect if the latter was taken over, "none" if they had given none.
    """
    other = aliased(Decision)
    verdicts = func.coalesce(Decision.own_verdict, Decision.verdict), Decision.verdict, other.verdict
    statement = (
        select(*verdicts, func.count())
        .select_from(Pair)
        .join(Decision, Decision.id == latest_decision())
        .join(other, other.id == latest_decision(reviewer))
        .where(is_newest(), Decision.verdict != "none", other.verdict != "none")
        .group_by(*verdicts)
    )
    if iteration is not None:
        statement = statement.where(Pair.iteration == iteration)
    return [(own, first, second, count) for own, first, second, count in session.execute(statement)]
