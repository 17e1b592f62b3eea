"""Whole columns of a collection, as joined integers."""

from __future__ import annotations

import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.collections import CollectionScore
from db.joined_column import Numbers, joined

_SCORED = (
    "collection_score WHERE scorer_id = :scorer AND image_id IN "
    "(SELECT id FROM collection_image WHERE collection_id = :collection) ORDER BY image_id"
)


def codes(session: Session, collection_id: int) -> Numbers:
    """Return ``id << 4 | (pick + 1) << 2 | missing << 1 | problem`` per image in id order."""
    code = "(id << 4) + ((pick + 1) << 2) + (missing << 1) + (problem IS NOT NULL)"
    rows = "collection_image WHERE collection_id = :collection ORDER BY id"
    return joined(session, code, rows, {"collection": collection_id})


def ids_by(session: Session, collection_id: int, column: str) -> Numbers:
    """Return every image's id in the order of ``name`` or ``path``."""
    if column not in ("name", "path"):
        raise ValueError(column)
    rows = f"collection_image WHERE collection_id = :collection ORDER BY {column}, id"
    return joined(session, "id", rows, {"collection": collection_id})


def largest_score(session: Session, scorer_id: int) -> float:
    """Return the largest magnitude of a scorer's scores; 0 if there is none."""
    statement = select(func.max(func.abs(CollectionScore.score))).where(CollectionScore.scorer_id == scorer_id)
    return session.scalar(statement) or 0.0


def scored_ids(session: Session, collection_id: int, scorer_id: int) -> Numbers:
    """Return ``id << 1 | explained`` of the images that this scorer has scored, in id order."""
    values = {"collection": collection_id, "scorer": scorer_id}
    return joined(session, "(image_id << 1) + explained", _SCORED, values)


def scores(session: Session, collection_id: int, scorer_id: int, scale: float) -> Numbers:
    """Return the scores of the images of :func:`scored_ids`, in the same order, times ``scale``, rounded."""
    values = {"collection": collection_id, "scorer": scorer_id, "scale": scale}
    return joined(session, "CAST(round(score * :scale) AS INTEGER)", _SCORED, values)


def ids_with_text(session: Session, collection_id: int, scorer_id: int | None, wanted: str) -> list[Numbers]:
    """Return the images with this text in their path, or an explanation with words starting with each of these.

    ``scorer_id``: only explanations of this scorer; None: of any.
    """
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", wanted) + "%"
    within = "collection_image WHERE collection_id = :collection AND path LIKE :it ESCAPE '\\'"
    found = [joined(session, "id", within, {"collection": collection_id, "it": pattern})]
    words = re.findall(r"[^\W_]+", wanted)
    if words:
        # from the words to the scores: asked for both at once, SQLite looks up every image for every score that matches
        rows = (
            "collection_score_words CROSS JOIN collection_score ON collection_score.id = collection_score_words.rowid "
            "WHERE collection_score_words MATCH :match "
            "AND image_id IN (SELECT id FROM collection_image WHERE collection_id = :collection)"
        )
        values: dict[str, object] = {"match": " ".join(f'"{word}"*' for word in words), "collection": collection_id}
        if scorer_id is not None:
            rows += " AND scorer_id = :scorer"
            values["scorer"] = scorer_id
        found.append(joined(session, "image_id", rows, values))
    return found
