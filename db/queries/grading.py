"""Grades by people, and the grades of several judges of the same explanations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import Image, Judgement, ModelVersion, Prediction

_PART = 1_000


def explained_answers(session: Session) -> Iterator[Any]:
    """Yield (prediction id, image id, version name) of the explained test answers that keep the format."""
    statement = (
        select(Prediction.id, Prediction.image_id, ModelVersion.name)
        .join(ModelVersion, ModelVersion.id == Prediction.model_version_id)
        .join(Image, Image.id == Prediction.image_id)
        .where(Image.split == "test", Prediction.explained, Prediction.parse_ok, Prediction.text != "")
        .order_by(Prediction.id)
    )
    for part in session.execute(statement).partitions(_PART):
        yield from part


def put_grade(session: Session, prediction_id: int, judge: str, scale: str, grade: int | None) -> None:
    """Store one grade of a person, keeping the others of the same explanation."""
    values = {"prediction_id": prediction_id, "judge": judge, "raw": "", "reason": ""}
    statement = insert(Judgement).values(**values, **{scale: grade})
    keys = [Judgement.prediction_id, Judgement.judge]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_={scale: grade, "reason": ""}))


def skip(session: Session, prediction_id: int, judge: str, reason: str) -> None:
    """Store that a person gave an explanation no grade, and why."""
    nothing = {"consistency": None, "usefulness": None, "general": None, "reason": reason}
    statement = insert(Judgement).values(prediction_id=prediction_id, judge=judge, raw="", **nothing)
    keys = [Judgement.prediction_id, Judgement.judge]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=nothing))


def clear_grade(session: Session, prediction_id: int, judge: str, scale: str | None) -> None:
    """Take one grade back, or all of them with None; a row without any is deleted."""
    mine = (Judgement.prediction_id == prediction_id, Judgement.judge == judge)
    if scale is not None:
        session.execute(update(Judgement).where(*mine).values(**{scale: None}))
    empty = (Judgement.consistency.is_(None), Judgement.usefulness.is_(None), Judgement.general.is_(None))
    session.execute(delete(Judgement).where(*mine, *(() if scale is None else empty)))


def grades_of(session: Session, judge: str) -> Sequence[Any]:
    """Return (prediction id, consistency, usefulness, general, reason) of a judge, by prediction id."""
    columns = (Judgement.consistency, Judgement.usefulness, Judgement.general, Judgement.reason)
    statement = select(Judgement.prediction_id, *columns).where(Judgement.judge == judge)
    return session.execute(statement.order_by(Judgement.prediction_id)).all()


def judges(session: Session) -> list[tuple[str, int]]:
    """Return every judge with its number of judgements, in the order of their first one."""
    statement = select(Judgement.judge, func.count()).group_by(Judgement.judge).order_by(func.min(Judgement.id))
    return [(judge, count) for judge, count in session.execute(statement)]
