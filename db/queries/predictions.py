"""Predictions and the judges' grades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import Image, Judgement, ModelVersion, Prediction
from db.queries import judge_readings, rereads

_CHUNK = 500


def put_predictions(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store predictions by (version, image); an existing one keeps its id and calibrated score.

    Grades of an answer that has become another one are deleted, and what was read from its text.
    """
    if not rows:
        return
    _delete_grades_of_other_answers(session, rows)
    statement = insert(Prediction)
    names = ("logprobs", "label", "text", "raw", "parse_ok", "truncated", "explained")
    changed = {name: statement.excluded[name] for name in names}
    keys = [Prediction.model_version_id, Prediction.image_id]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def _delete_grades_of_other_answers(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    answers = {(row["model_version_id"], row["image_id"]): (row["label"], row["text"], row["parse_ok"]) for row in rows}
    columns = (Prediction.id, Prediction.label, Prediction.text, Prediction.parse_ok)
    for start in range(0, len(rows), _CHUNK):
        images = {row["image_id"] for row in rows[start : start + _CHUNK]}
        versions = {row["model_version_id"] for row in rows[start : start + _CHUNK]}
        found = session.execute(
            select(Prediction.model_version_id, Prediction.image_id, *columns).where(
                Prediction.model_version_id.in_(versions), Prediction.image_id.in_(images)
            )
        )
        other = [row.id for row in found if answers.get((row[0], row[1]), row[3:]) != tuple(row[3:])]
        if other:
            session.execute(delete(Judgement).where(Judgement.prediction_id.in_(other)))
            rereads.delete_of(session, other)
            judge_readings.delete_of(session, other)


def put_judgements(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store judgements by (prediction, judge), replacing older ones; one without a grade replaces no grade."""
    if not rows:
        return
    statement = insert(Judgement)
    names = ("consistency", "usefulness", "general", "raw", "reason")
    changed = {name: statement.excluded[name] for name in names}
    keys = [Judgement.prediction_id, Judgement.judge]
    better = statement.excluded.consistency.is_not(None) | Judgement.consistency.is_(None)
    update_them = statement.on_conflict_do_update(index_elements=keys, set_=changed, where=better)
    session.execute(update_them, list(rows))


def set_scores(session: Session, version_id: int, scores: Mapping[int, float | None]) -> None:
    """Store calibrated scores, by image id."""
    found = session.execute(select(Prediction.image_id, Prediction.id).where(Prediction.model_version_id == version_id))
    ids = {image_id: prediction_id for image_id, prediction_id in found}  # noqa: C416  a Result is not a mapping
    rows = [{"id": ids[image_id], "score": score} for image_id, score in scores.items() if image_id in ids]
    if rows:
        session.execute(update(Prediction), rows)


def of_version(
    session: Session, version_id: int, splits: Sequence[str], *, explained: bool | None = None
) -> list[tuple[Prediction, Image]]:
    """Return a version's predictions on these splits, in image order."""
    statement = (
        select(Prediction, Image)
        .join(Image, Image.id == Prediction.image_id)
        .where(Prediction.model_version_id == version_id, Image.split.in_(splits))
        .order_by(Prediction.image_id)
    )
    if explained is not None:
        statement = statement.where(Prediction.explained.is_(explained))
    return [(prediction, image) for prediction, image in session.execute(statement)]


def all_judgements(session: Session, version_id: int) -> dict[int, list[Judgement]]:
    """Return the judgements of a version by all judges, by prediction id, oldest first."""
    statement = (
        select(Judgement)
        .join(Prediction, Prediction.id == Judgement.prediction_id)
        .where(Prediction.model_version_id == version_id)
        .order_by(Judgement.id)
    )
    found: dict[int, list[Judgement]] = defaultdict(list)
    for row in session.scalars(statement):
        found[row.prediction_id].append(row)
    return found


def judgements(session: Session, version_id: int, judge: str | None = None) -> dict[int, Judgement]:
    """Return a version's judgements by prediction id; of one judge, or the latest of any."""
    statement = (
        select(Judgement)
        .join(Prediction, Prediction.id == Judgement.prediction_id)
        .where(Prediction.model_version_id == version_id)
        .order_by(Judgement.id)
    )
    if judge is not None:
        statement = statement.where(Judgement.judge == judge)
    return {row.prediction_id: row for row in session.scalars(statement)}


def counts(session: Session) -> dict[str, dict[str, int]]:
    """Return the number of predictions by version and split."""
    statement = (
        select(ModelVersion.name, Image.split, func.count())
        .select_from(Prediction)
        .join(ModelVersion, ModelVersion.id == Prediction.model_version_id)
        .join(Image, Image.id == Prediction.image_id)
        .group_by(ModelVersion.name, Image.split)
    )
    result: dict[str, dict[str, int]] = {}
    for version, split, number in session.execute(statement):
        result.setdefault(version, {})[split] = number
    return result


def explanation_lengths(session: Session, version_id: int) -> dict[int, int]:
    """Return the characters of a version's explanations of test images, by image id; without reading the texts."""
    statement = (
        select(Prediction.image_id, func.length(Prediction.text))
        .join(Image, Image.id == Prediction.image_id)
        .where(Prediction.model_version_id == version_id, Image.split == "test", Prediction.explained)
    )
    return {image: length for image, length in session.execute(statement)}  # noqa: C416  a Result is not a mapping
