"""Scores that versions read from their own explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import Prediction, Reread


def put_rereads(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store what was read, by prediction, replacing older rows."""
    if not rows:
        return
    statement = insert(Reread)
    changed = {name: statement.excluded[name] for name in ("logprobs", "swapped_id", "swapped_logprobs")}
    session.execute(statement.on_conflict_do_update(index_elements=[Reread.prediction_id], set_=changed), list(rows))


def delete_of(session: Session, predictions: Sequence[int]) -> None:
    """Delete what was read from these predictions' texts, also beside other images."""
    of_them = or_(Reread.prediction_id.in_(predictions), Reread.swapped_id.in_(predictions))
    session.execute(delete(Reread).where(of_them))


def of_version(session: Session, version_id: int) -> dict[int, Reread]:
    """Return a version's rows by prediction id."""
    statement = (
        select(Reread)
        .join(Prediction, Prediction.id == Reread.prediction_id)
        .where(Prediction.model_version_id == version_id)
    )
    return {row.prediction_id: row for row in session.scalars(statement)}
