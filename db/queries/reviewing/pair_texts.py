"""Texts of the pairs under review, for searching and learning from them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.models import DECIDING, Decision, Image, Pair
from db.queries.pairs import CHOSEN, REJECTED, is_newest, latest_decision


@dataclass(frozen=True, slots=True)
class TextState:
    """Changes when a text of any pair does."""

    pairs: int
    newest: int
    edit: int


def text_state(session: Session) -> TextState:
    """Return the present state of the texts of all pairs."""
    pairs, newest = session.execute(select(func.count(Pair.id), func.max(Pair.id))).one()
    edited = or_(Decision.chosen_edit.is_not(None), Decision.rejected_edit.is_not(None))
    last = session.scalar(select(func.max(Decision.id)).where(edited))
    reverted = _last_of_edited(session, last)
    return TextState(pairs, newest or 0, max(last or 0, reverted))


def _last_of_edited(session: Session, last: int | None) -> int:
    """Return the latest decision on a pair that was ever edited: it may have restored a text."""
    if last is None:
        return 0
    edited = select(Decision.pair_id).where(or_(Decision.chosen_edit.is_not(None), Decision.rejected_edit.is_not(None)))
    return session.scalar(select(func.max(Decision.id)).where(Decision.pair_id.in_(edited))) or 0


def pair_texts(session: Session, iteration: int) -> list[tuple[int, str, str]]:
    """Return id, chosen and rejected text of the newest pairs of an iteration, in id order."""
    statement = (
        select(Pair.id, CHOSEN, REJECTED)
        .outerjoin(Decision, Decision.id == latest_decision())
        .where(is_newest(), Pair.iteration == iteration)
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
