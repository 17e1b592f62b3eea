"""The models that score collections, what they say, and what is left to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, func, select, type_coerce
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from db.collections import CollectionImage, CollectionScore, Scorer
from db.queries.collections.images import chunks

_ANSWER = ("logprobs", "label", "score", "text", "raw", "parse_ok", "truncated", "explained", "job_id")


def find_scorer(session: Session, name: str, digest: str, folder: str, base: str) -> Scorer | None:
    """Return the scorer with these marks."""
    return session.scalar(
        select(Scorer).where(Scorer.name == name, Scorer.digest == digest, Scorer.folder == folder, Scorer.base == base)
    )


def newest_scorer(session: Session, name: str, folder: str, base: str) -> int:
    """Return the id of the scorer of this name and folder that was made last; 0 if there is none."""
    own = select(Scorer.id).where(Scorer.name == name, Scorer.folder == folder, Scorer.base == base)
    return session.scalar(own.order_by(Scorer.id.desc()).limit(1)) or 0


def scorer(session: Session, scorer_id: int) -> Scorer | None:
    """Return a scorer."""
    return session.get(Scorer, scorer_id)


def scorers_of(session: Session, collection_id: int) -> list[tuple[Scorer, int, int]]:
    """Return the scorers of a collection in the order in which they were made, with their scores and explanations."""
    counted = (
        select(
            CollectionScore.scorer_id.label("scorer"),
            func.count().label("scores"),
            func.sum(type_coerce(CollectionScore.explained, Integer)).label("explained"),
        )
        .join(CollectionImage, CollectionImage.id == CollectionScore.image_id)
        .where(CollectionImage.collection_id == collection_id)
        .group_by(CollectionScore.scorer_id)
    ).subquery()
    statement = select(Scorer, counted.c.scores, counted.c.explained).join(counted, counted.c.scorer == Scorer.id)
    return [(row, scores, explained) for row, scores, explained in session.execute(statement.order_by(Scorer.id))]


def folders(session: Session) -> list[Scorer]:
    """Return the exported models that have been used, the latest first."""
    return list(session.scalars(select(Scorer).where(Scorer.folder != "").order_by(Scorer.id.desc())))


def unscored(session: Session, collection_id: int, scorer_id: int, *, explain: bool) -> list[tuple[int, str]]:
    """Return id and path of the usable images without a score (with ``explain``: without an explanation)."""
    done = select(CollectionScore.id).where(
        CollectionScore.image_id == CollectionImage.id, CollectionScore.scorer_id == scorer_id
    )
    if explain:
        done = done.where(CollectionScore.explained.is_(True))
    statement = (
        select(CollectionImage.id, CollectionImage.path)
        .where(*_usable(collection_id), ~done.exists())
        .order_by(CollectionImage.id)
    )
    return [(key, path) for key, path in session.execute(statement)]


def extremes(session: Session, collection_id: int, scorer_id: int, number: int) -> list[tuple[int, str]]:
    """Return those of the ``number`` lowest and highest scored usable images that have no explanation yet."""
    statement = (
        select(CollectionImage.id, CollectionImage.path, CollectionScore.explained)
        .join(CollectionScore, CollectionScore.image_id == CollectionImage.id)
        .where(*_usable(collection_id), CollectionScore.scorer_id == scorer_id)
        .order_by(CollectionScore.score, CollectionImage.id)
    )
    rows = session.execute(statement).all()
    ends = rows if len(rows) <= 2 * number else [*rows[:number], *rows[len(rows) - number :]]
    return sorted((key, path) for key, path, explained in ends if not explained)


def chosen(session: Session, collection_id: int, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Return id and path of those of these images that are usable."""
    found: list[tuple[int, str]] = []
    for part in chunks(ids):
        statement = select(CollectionImage.id, CollectionImage.path).where(
            *_usable(collection_id), CollectionImage.id.in_(part)
        )
        found += [(key, path) for key, path in session.execute(statement)]
    return sorted(found)


def put_scores(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store answers by (image, scorer), replacing earlier ones; a bare score never replaces an explanation."""
    if not rows:
        return
    statement = upsert(CollectionScore)
    changed = {name: statement.excluded[name] for name in _ANSWER}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[CollectionScore.image_id, CollectionScore.scorer_id],
            set_=changed,
            where=statement.excluded.explained.is_(True) | CollectionScore.explained.is_(False),
        ),
        list(rows),
    )


def answers(session: Session, ids: Sequence[int], scorers: Sequence[int] | None = None) -> list[CollectionScore]:
    """Return what these scorers, or all, say about these images, in the order of scorers."""
    found: list[CollectionScore] = []
    for part in chunks(ids):
        statement = select(CollectionScore).where(CollectionScore.image_id.in_(part))
        if scorers is not None:
            statement = statement.where(CollectionScore.scorer_id.in_(scorers))
        found += session.scalars(statement.order_by(CollectionScore.scorer_id, CollectionScore.image_id))
    return found


def scores_of(session: Session, ids: Sequence[int], scorers: Sequence[int]) -> dict[tuple[int, int], float]:
    """Return the scores of these images by image and scorer; nothing else of the answers is read."""
    columns = (CollectionScore.image_id, CollectionScore.scorer_id, CollectionScore.score)
    found: dict[tuple[int, int], float] = {}
    for part in chunks(ids):
        wanted = select(*columns).where(CollectionScore.image_id.in_(part), CollectionScore.scorer_id.in_(scorers))
        found |= {(image, scorer): score for image, scorer, score in session.execute(wanted)}
    return found


def _usable(collection_id: int) -> tuple[Any, ...]:
    return (
        CollectionImage.collection_id == collection_id,
        CollectionImage.missing.is_(False),
        CollectionImage.problem.is_(None),
    )
