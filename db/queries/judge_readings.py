"""Scores that judges read from explanations, without the image."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import JudgeReading, Prediction


def put_readings(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store readings by (prediction, judge), replacing older ones; one without a score replaces no score."""
    if not rows:
        return
    statement = insert(JudgeReading)
    changed = {name: statement.excluded[name] for name in ("label", "raw", "reason")}
    better = statement.excluded.label.is_not(None) | JudgeReading.label.is_(None)
    keys = [JudgeReading.prediction_id, JudgeReading.judge]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed, where=better), list(rows))


def delete_of(session: Session, predictions: Sequence[int]) -> None:
    """Delete what was read from these predictions' texts."""
    session.execute(delete(JudgeReading).where(JudgeReading.prediction_id.in_(predictions)))


def of_version(session: Session, version_id: int) -> dict[int, dict[str, int | None]]:
    """Return the scores that were read from a version's explanations, by prediction id and judge."""
    statement = (
        select(JudgeReading.prediction_id, JudgeReading.judge, JudgeReading.label)
        .join(Prediction, Prediction.id == JudgeReading.prediction_id)
        .where(Prediction.model_version_id == version_id)
        .order_by(JudgeReading.id)
    )
    found: dict[int, dict[str, int | None]] = defaultdict(dict)
    for prediction, judge, label in session.execute(statement):
        found[prediction][judge] = label
    return found
