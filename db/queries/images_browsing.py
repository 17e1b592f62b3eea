"""Query many images at once: whole columns, ids by condition, cells by id. Plain tuples, since objects are slow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from db.image_search import ImageTag
from db.joined_column import Numbers, joined
from db.models import DECIDING, Decision, Image, Judgement, ModelVersion, Pair, Prediction

_SCORED = "prediction WHERE model_version_id = :version AND score IS NOT NULL ORDER BY image_id"


def codes(session: Session) -> Numbers:
    """Return ``id << 8 | split << 5 | bin << 1 | problem`` per image in id order; split: train 0, val 1, test 2."""
    split = "CASE split WHEN 'train' THEN 0 WHEN 'val' THEN 32 ELSE 64 END"
    return joined(session, f"(id << 8) + {split} + (bin << 1) + (problem IS NOT NULL)", "image ORDER BY id", {})


def largest_score(session: Session) -> float:
    """Return the largest magnitude of a mean score; 0 if there is no image."""
    return session.scalar(select(func.max(func.abs(Image.mean_score)))) or 0.0


def largest_predicted(session: Session, version_id: int) -> float:
    """Return the largest magnitude of a version's calibrated score; 0 if there is none."""
    statement = select(func.max(func.abs(Prediction.score))).where(Prediction.model_version_id == version_id)
    return session.scalar(statement) or 0.0


def scores(session: Session, scale: float) -> Numbers:
    """Return every image's mean score in id order, times ``scale``, rounded."""
    return joined(session, "CAST(round(mean_score * :scale) AS INTEGER)", "image ORDER BY id", {"scale": scale})


def ids_by_name(session: Session) -> Numbers:
    """Return every image id in the order of names."""
    return joined(session, "id", "image ORDER BY name, id", {})


def scored_ids(session: Session, version_id: int) -> Numbers:
    """Return the images that have a calibrated score of this version, in id order."""
    return joined(session, "image_id", _SCORED, {"version": version_id})


def predicted_scores(session: Session, version_id: int, scale: float) -> Numbers:
    """Return the calibrated scores of the images of :func:`scored_ids`, in the same order, times ``scale``, rounded."""
    values = {"version": version_id, "scale": scale}
    return joined(session, "CAST(round(score * :scale) AS INTEGER)", _SCORED, values)


def newest_predicting(session: Session) -> tuple[int, str] | None:
    """Return id and name of the newest version that has calibrated scores."""
    scored = select(Prediction.id).where(Prediction.model_version_id == ModelVersion.id, Prediction.score.is_not(None))
    statement = select(ModelVersion.id, ModelVersion.name).where(scored.exists()).order_by(ModelVersion.id.desc())
    found = session.execute(statement.limit(1)).first()
    return None if found is None else (found[0], found[1])


def scored_versions(session: Session) -> list[str]:
    """Return the names of the versions that have calibrated scores, in creation order."""
    scored = select(Prediction.id).where(Prediction.model_version_id == ModelVersion.id, Prediction.score.is_not(None))
    return list(session.scalars(select(ModelVersion.name).where(scored.exists()).order_by(ModelVersion.id)))


def ids_with_tag(session: Session, key: str, value: str) -> Numbers:
    """Return the images with this tag."""
    return joined(session, "image_id", "image_tag WHERE key = :key AND value = :value", {"key": key, "value": value})


def ids_vetoed(session: Session) -> list[int]:
    """Return the images that have a pair whose latest decision is a veto."""
    other = aliased(Decision)
    latest = select(func.max(other.id)).where(other.pair_id == Decision.pair_id, other.reviewer == DECIDING)
    statement = (
        select(Pair.image_id)
        .join(Decision, Decision.pair_id == Pair.id)
        .where(Decision.verdict == "veto", Decision.id == latest.correlate(Decision).scalar_subquery())
    )
    return list(session.scalars(statement.distinct()))


def ids_named(session: Session, wanted: str) -> list[Numbers]:
    """Return the images with this text anywhere in their name or in a tag's value; ASCII letters ignore case."""
    pattern = {"it": "%" + re.sub(r"([\\%_])", r"\\\1", wanted) + "%"}
    return [
        joined(session, "id", r"image WHERE name LIKE :it ESCAPE '\'", pattern),
        joined(session, "image_id", r"image_tag WHERE value LIKE :it ESCAPE '\'", pattern),
    ]


def ids_explained(session: Session, wanted: str) -> list[Numbers]:
    """Return the images with an explanation, of a version or in a pair, that has a word starting with each of these."""
    words = re.findall(r"[^\W_]+", wanted)
    match = {"match": " ".join(f'"{word}"*' for word in words)}
    rows = "{0} WHERE id IN (SELECT rowid FROM {0}_words WHERE {0}_words MATCH :match)"
    return [joined(session, "image_id", rows.format(table), match) for table in ("prediction", "pair") if words]


def tag_counts(session: Session, limit: int) -> list[tuple[str, str, int]]:
    """Return (key, value, images), the most frequent values first within each key, at most ``limit`` per key."""
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
    """Return (id, path, name, score, split, bin, problem, predicted score) of these images, in no particular order."""
    return session.execute(_cells(version_id).where(Image.id.in_(ids))).all()


def one(session: Session, image_id: int) -> Image | None:
    """Return one image."""
    return session.get(Image, image_id)


def answers(session: Session, image_id: int, judge: str) -> list[tuple[ModelVersion, Prediction, Judgement | None]]:
    """Return the versions' answers about one image, in creation order, with this judge's judgements."""
    statement = (
        select(ModelVersion, Prediction, Judgement)
        .join(Prediction, Prediction.model_version_id == ModelVersion.id)
        .outerjoin(Judgement, (Judgement.prediction_id == Prediction.id) & (Judgement.judge == judge))
        .where(Prediction.image_id == image_id)
        .order_by(ModelVersion.id)
    )
    return [(version, prediction, judgement) for version, prediction, judgement in session.execute(statement)]


def verdicts(session: Session, image_id: int) -> list[str | None]:
    """Return the latest verdict of each pair of one image; None if undecided."""
    latest = select(func.max(Decision.id)).where(Decision.pair_id == Pair.id, Decision.reviewer == DECIDING)
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
