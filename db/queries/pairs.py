"""Pairs and the decisions on them. The decision with the highest id is the one that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, func, or_, select, type_coerce, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session, aliased

from db.models import Decision, Image, Pair

PairRecord = tuple[Pair, Image, Decision | None]
_KEY = (Pair.iteration, Pair.image_id, Pair.draw)


def put_pairs(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write pairs by (iteration, image, draw); one that is there keeps its id and takes the new values."""
    if not rows:
        return
    statement = insert(Pair)
    own = [column.name for column in Pair.__table__.columns if column.name in rows[0]]
    changed = {name: statement.excluded[name] for name in own if name not in ("iteration", "image_id", "draw")}
    session.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=changed), list(rows))


def iterations(session: Session) -> Sequence[int]:
    """The iterations that have pairs, ascending."""
    return session.scalars(select(Pair.iteration).distinct().order_by(Pair.iteration)).all()


def page(
    session: Session,
    *,
    iteration: int | None = None,
    verdict: str | None = None,
    flag: str | None = None,
    text: str = "",
    after: int | None = None,
    limit: int | None = None,
) -> list[PairRecord]:
    """Pairs with image and latest decision in id order. ``verdict`` "unreviewed" also finds withdrawn decisions."""
    conditions: list[ColumnElement[bool]] = []
    if iteration is not None:
        conditions.append(Pair.iteration == iteration)
    if verdict == "unreviewed":
        conditions.append(or_(Decision.id.is_(None), Decision.verdict == "none"))
    elif verdict is not None:
        conditions.append(Decision.verdict == verdict)
    if flag is not None:
        conditions.append(type_coerce(Pair.flags, String).contains(f'"{flag}"', autoescape=True))
    if text:
        columns = (Pair.chosen_text, Pair.rejected_text, Image.name)
        conditions.append(or_(*(column.contains(text, autoescape=True) for column in columns)))
    if after is not None:
        conditions.append(Pair.id > after)
    return _records(session, conditions, limit)


def one(session: Session, pair_id: int) -> PairRecord | None:
    """One pair with image and latest decision."""
    found = _records(session, [Pair.id == pair_id], 1)
    return found[0] if found else None


def in_image_order(session: Session, iteration: int) -> list[PairRecord]:
    """An iteration's pairs in the order of images and draws, which does not depend on how they came in."""
    records = _records(session, [Pair.iteration == iteration], None)
    return sorted(records, key=lambda record: (record[0].image_id, record[0].draw))


def image_paths(session: Session) -> dict[int, str]:
    """The paths of the pairs' images, relative to the images folder, by pair id."""
    found = session.execute(select(Pair.id, Image.path).join(Image, Image.id == Pair.image_id))
    return {key: value for key, value in found}  # noqa: C416  a Result is no mapping


def count(session: Session, iteration: int | None) -> int:
    """How many pairs there are."""
    statement = select(func.count()).select_from(Pair)
    return session.scalar(statement if iteration is None else statement.where(Pair.iteration == iteration)) or 0


def count_verdicts(session: Session, iteration: int | None) -> dict[str, int]:
    """How many pairs have each verdict as their latest; pairs without a decision are not in it."""
    latest = select(func.max(Decision.id)).group_by(Decision.pair_id)
    statement = select(Decision.verdict, func.count()).where(Decision.id.in_(latest)).group_by(Decision.verdict)
    if iteration is not None:
        statement = statement.join(Pair, Pair.id == Decision.pair_id).where(Pair.iteration == iteration)
    return {key: value for key, value in session.execute(statement)}  # noqa: C416  a Result is no mapping


def add_decision(session: Session, decision: Decision) -> int:
    """Append a decision; returns its id."""
    session.add(decision)
    session.flush()
    return decision.id


def last_standing(session: Session, pair_id: int | None = None, before: int | None = None) -> Decision | None:
    """The latest decision that is no undo and was not undone; of one pair and older than ``before`` if given."""
    undo = aliased(Decision)
    undone = select(undo.id).where(undo.undoes_id == Decision.id).exists()
    statement = select(Decision).where(Decision.undoes_id.is_(None), ~undone)
    if pair_id is not None:
        statement = statement.where(Decision.pair_id == pair_id)
    if before is not None:
        statement = statement.where(Decision.id < before)
    return session.scalars(statement.order_by(Decision.id.desc()).limit(1)).first()


def set_margins(session: Session, kind: str, margins: Mapping[int, float]) -> None:
    """Keep the reward margins after a training of this kind ("score" or "consistency"), by pair id."""
    column = "margin_score" if kind == "score" else "margin_consistency"
    if margins:
        session.execute(update(Pair), [{"id": pair_id, column: margin} for pair_id, margin in margins.items()])


def _records(session: Session, conditions: Sequence[ColumnElement[bool]], limit: int | None) -> list[PairRecord]:
    other = aliased(Decision)
    latest = select(func.max(other.id)).where(other.pair_id == Pair.id).correlate(Pair).scalar_subquery()
    statement = (
        select(Pair, Image, Decision)
        .join(Image, Image.id == Pair.image_id)
        .outerjoin(Decision, Decision.id == latest)
        .where(*conditions)
        .order_by(Pair.id)
        .limit(limit)
    )
    return [(pair, image, decision) for pair, image, decision in session.execute(statement)]
