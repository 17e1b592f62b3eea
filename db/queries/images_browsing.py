"""Many images at once: whole columns, ids by condition, cells by id, as plain tuples: objects would be slow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from db.browsing import ImageTag
from db.models import Decision, Image, Judgement, ModelVersion, Pair, Prediction

CHUNK = 4000
"""Rows fetched at a time: other threads get their turn between two chunks."""


def columns(session: Session) -> Iterator[Sequence[tuple[int, float, str, int, bool]]]:
    """(id, score, split, bin, has a problem) of every image in id order, chunk by chunk."""
    return _chunks(
        session,
        "SELECT id, mean_score, split, bin, problem IS NOT NULL FROM image ORDER BY id",
        {},
    )


def ids_by_name(session: Session) -> Iterator[Sequence[tuple[int]]]:
    """Every image id in the order of names, chunk by chunk."""
    return _chunks(session, "SELECT id FROM image ORDER BY name, id", {})


def predicted_scores(session: Session, version_id: int) -> Iterator[Sequence[tuple[int, float]]]:
    """(image id, calibrated score) of one version in image order, chunk by chunk; images without are left out."""
    statement = (
        "SELECT image_id, score FROM prediction WHERE model_version_id = :version AND score IS NOT NULL "
        "ORDER BY image_id"
    )
    return _chunks(session, statement, {"version": version_id})


def newest_predicting(session: Session) -> tuple[int, str] | None:
    """Id and name of the newest version that has calibrated scores."""
    scored = select(Prediction.id).where(Prediction.model_version_id == ModelVersion.id, Prediction.score.is_not(None))
    statement = select(ModelVersion.id, ModelVersion.name).where(scored.exists()).order_by(ModelVersion.id.desc())
    found = session.execute(statement.limit(1)).first()
    return None if found is None else (found[0], found[1])


def scored_versions(session: Session) -> list[str]:
    """The names of the versions that have calibrated scores, in order of making."""
    scored = select(Prediction.id).where(Prediction.model_version_id == ModelVersion.id, Prediction.score.is_not(None))
    return list(session.scalars(select(ModelVersion.name).where(scored.exists()).order_by(ModelVersion.id)))


def ids_with_tag(session: Session, key: str, value: str) -> Iterator[Sequence[tuple[int]]]:
    """Images with this tag."""
    statement = "SELECT image_id FROM image_tag WHERE key = :key AND value = :value"
    return _chunks(session, statement, {"key": key, "value": value})


def ids_vetoed(session: Session) -> list[int]:
    """Images of which a pair's latest decision is a veto."""
    latest = select(func.max(Decision.id)).group_by(Decision.pair_id)
    statement = (
        select(Pair.image_id)
        .join(Decision, Decision.pair_id == Pair.id)
        .where(Decision.verdict == "veto", Decision.id.in_(latest))
    )
    return list(session.scalars(statement.distinct()))


def ids_named(session: Session, wanted: str) -> Iterator[Sequence[tuple[int]]]:
    """Images with this text anywhere in their name, or anywhere in the value of a tag; ASCII letters of any case."""
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", wanted) + "%"
    yield from _chunks(session, r"SELECT id FROM image WHERE name LIKE :it ESCAPE '\'", {"it": pattern})
    yield from _chunks(session, r"SELECT image_id FROM image_tag WHERE value LIKE :it ESCAPE '\'", {"it": pattern})


def ids_explained(session: Session, wanted: str) -> Iterator[Sequence[tuple[int]]]:
    """Images with an explanation, of a version or in a pair, that has words beginning with each of these words."""
    words = re.findall(r"[^\W_]+", wanted)
    if not words:
        return
    match = {"match": " ".join(f'"{word}"*' for word in words)}
    for table in ("prediction", "pair"):
        statement = (
            f"SELECT image_id FROM {table} WHERE id IN "
            f"(SELECT rowid FROM {table}_words WHERE {table}_words MATCH :match)"
        )
        yield from _chunks(session, statement, match)


def tag_counts(session: Session, limit: int) -> list[tuple[str, str, int]]:
    """(key, value, images), the most frequent values first within each key, at most ``limit`` a key."""
    counted = (
        select(ImageTag.key, ImageTag.value, func.count().label("images")).group_by(ImageTag.key, ImageTag.value)
    ).subquery()
    place = func.row_number().over(partition_by=counted.c.key, order_by=[counted.c.images.desc(), counted.c.value])
    ranked = select(counted, place.label("place")).subquery()
    statement = (
        select(ranked.c.key, ranked.c.value, ranked.c.images)
        .where(ranked.c.place <= limit)
        .order_by(ranked.c.key, ranked.c.place)
    )
    return [(key, value, images) for key, value, images in session.execute(statement)]


def cells(session: Session, ids: Sequence[int], version_id: int | None) -> Sequence[Row[Any]]:
    """(id, path, name, score, split, bin, problem, predicted score) of these images, in no order."""
    return session.execute(_cells(version_id).where(Image.id.in_(ids))).all()


def one(session: Session, image_id: int) -> Image | None:
    """One image."""
    return session.get(Image, image_id)


def answers(session: Session, image_id: int) -> list[tuple[ModelVersion, Prediction, Judgement | None]]:
    """What the versions say about one image, in order of making, with the latest judgement of any judge."""
    latest = select(func.max(Judgement.id)).where(Judgement.prediction_id == Prediction.id)
    statement = (
        select(ModelVersion, Prediction, Judgement)
        .join(Prediction, Prediction.model_version_id == ModelVersion.id)
        .outerjoin(Judgement, Judgement.id == latest.correlate(Prediction).scalar_subquery())
        .where(Prediction.image_id == image_id)
        .order_by(ModelVersion.id)
    )
    return [(version, prediction, judgement) for version, prediction, judgement in session.execute(statement)]


def verdicts(session: Session, image_id: int) -> list[str | None]:
    """The latest verdict of each pair of one image; None where nothing was decided."""
    latest = select(func.max(Decision.id)).where(Decision.pair_id == Pair.id)
    statement = (
        select(Decision.verdict)
        .select_from(Pair)
        .outerjoin(Decision, Decision.id == latest.correlate(Pair).scalar_subquery())
    )
    return list(session.scalars(statement.where(Pair.image_id == image_id)))


def _cells(version_id: int | None) -> Select[Any]:
    plain = (Image.id, Image.path, Image.name, Image.mean_score, Image.split, Image.bin, Image.problem)
    predicted = (
        select(Prediction.score)
        .where(Prediction.model_version_id == version_id, Prediction.image_id == Image.id)
        .scalar_subquery()
    )
    return select(*plain, predicted)


def _chunks(session: Session, statement: str, values: dict[str, Any]) -> Iterator[Sequence[Any]]:
    """Rows of a statement as tuples of the driver."""
    cursor = session.connection().exec_driver_sql(statement, values).cursor
    while rows := cursor.fetchmany(CHUNK):
        yield rows
