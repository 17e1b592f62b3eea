"""Predictions as plain columns, for pages that show tens of thousands of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Result, String, func, select, type_coerce
from sqlalchemy.orm import Session

from db.models import Image, Judgement, Prediction

_PART = 300


def test_images(session: Session) -> Iterator[Any]:
    """Yield (id, path, name, mean_score, bin) of the test images that have a prediction, in id order."""
    predicted = select(Prediction.id).where(Prediction.image_id == Image.id).exists()
    statement = (
        select(Image.id, Image.path, Image.name, Image.mean_score, Image.bin)
        .where(Image.split == "test", predicted)
        .order_by(Image.id)
    )
    return _in_parts(session.execute(statement))


def scores(session: Session, version_id: int) -> Iterator[Any]:
    """Yield (image_id, prediction_id, score, label, parse_ok, truncated) of a version on the test images."""
    statement = (
        select(
            Prediction.image_id,
            Prediction.id,
            Prediction.score,
            Prediction.label,
            Prediction.parse_ok,
            Prediction.truncated,
        )
        .join(Image, Image.id == Prediction.image_id)
        .where(Prediction.model_version_id == version_id, Image.split == "test")
    )
    return _in_parts(session.execute(statement))


def grades(session: Session, version_id: int, judge: str) -> dict[int, float | None]:
    """Return a judge's consistency grades of a version by prediction id; those of others do not compare."""
    statement = (
        select(Judgement.prediction_id, Judgement.consistency)
        .join(Prediction, Prediction.id == Judgement.prediction_id)
        .where(Prediction.model_version_id == version_id, Judgement.judge == judge)
    )
    return {prediction: grade for prediction, grade in _in_parts(session.execute(statement))}  # noqa: C416


def texts(session: Session, image_id: int) -> dict[int, str]:
    """Return the explanations of one image by version id."""
    statement = select(Prediction.model_version_id, Prediction.text).where(Prediction.image_id == image_id)
    return {version: text for version, text in session.execute(statement)}  # noqa: C416


def all_texts(session: Session, version_id: int) -> dict[int, str]:
    """Return a version's explanations of test images by image id; images without one are skipped."""
    statement = (
        select(Prediction.image_id, Prediction.text)
        .join(Image, Image.id == Prediction.image_id)
        .where(
            Prediction.model_version_id == version_id,
            Image.split == "test",
            Prediction.explained,
            Prediction.text != "",
        )
    )
    return {image: text for image, text in session.execute(statement)}  # noqa: C416


def logprobs(session: Session, version_id: int) -> Sequence[Any]:
    """Return (label, logprobs as JSON text) of a version on the test images, in image order."""
    statement = (
        select(Prediction.label, type_coerce(Prediction.logprobs, String))
        .join(Image, Image.id == Prediction.image_id)
        .where(Prediction.model_version_id == version_id, Image.split == "test")
        .order_by(Prediction.image_id)
    )
    return session.execute(statement).all()


def stamp(session: Session, version_id: int) -> tuple[int, int]:
    """Return (count, highest id) of a version's predictions; changes when one is added."""
    statement = select(func.count(), func.max(Prediction.id)).where(Prediction.model_version_id == version_id)
    count, highest = session.execute(statement).one()
    return count, highest or 0


def test_bins(session: Session) -> dict[int, int]:
    """Return the number of test images by true label 0..9."""
    statement = select(Image.bin, func.count()).where(Image.split == "test").group_by(Image.bin)
    return {label: count for label, count in session.execute(statement)}  # noqa: C416


def _in_parts(result: Result[Any]) -> Iterator[Any]:
    """Yield row by row, fetching a few hundred at a time, so that other threads can run and few rows are in memory."""
    for part in result.partitions(_PART):
        yield from part
