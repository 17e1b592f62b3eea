"""Texts of the pairs under review, for searching and learning from them."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.models import DECIDING, Decision, Image, Pair
from db.queries.pairs import CHOSEN, REJECTED, is_newest, latest_decision


def pair_texts(session: Session, iteration: int) -> list[tuple[int, str, str]]:
    """Return id, chosen and rejected text of the newest pairs of an iteration, in id order."""
    statement = (
        select(Pair.id, CHOSEN, REJECTED)
        .outerjoin(Decision, Decision.id == latest_decision())
        .where(is_newest(), Pair.iteration == iteration)
        .order_by(Pair.id)
    )
    return [(pair_id, chosen, rejected) for pair_id, chosen, rejected in session.execute(statement)]


def edited_texts(session: Session, iteration: int) -> list[tuple[int, str | None, str | None]]:
    """Return id and edited texts of the newest pairs of an iteration that have any, in id order; None: not edited."""
    statement = (
        select(Pair.id, Decision.chosen_edit, Decision.rejected_edit)
        .join(Decision, Decision.id == latest_decision())
        .where(is_newest(), Pair.iteration == iteration)
        .where(or_(Decision.chosen_edit.is_not(None), Decision.rejected_edit.is_not(None)))
        .order_by(Pair.id)
    )
    return [(pair_id, chosen, rejected) for pair_id, chosen, rejected in session.execute(statement)]


def names_and_verdicts(session: Session, iteration: int, reviewer: str = DECIDING) -> dict[int, tuple[str, str, str]]:
    """Return image name, verdict and reason of the newest pairs of an iteration, by id."""
    statement = (
        select(
            *(Pair.id, Image.name, func.coalesce(Decision.verdict, "none"), func.coalesce(Decision.reason, "")),
        )
        .join(Image, Image.id == Pair.image_id)
        .outerjoin(Decision, Decision.id == latest_decision(reviewer))
        .where(is_newest(), Pair.iteration == iteration)
    )
    return {pair_id: (name, verdict, reason) for pair_id, name, verdict, reason in session.execute(statement)}
