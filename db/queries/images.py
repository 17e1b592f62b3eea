"""Images and their ratings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from db.models import Image, Rating

_CACHE_KIB = 65536
_INDEX_TAGS = (
    "INSERT INTO image_tag(key, value, image_id) SELECT each.key, each.value, image.id FROM image, "
    "json_each(image.tags) AS each WHERE image.id > ? AND each.value IS NOT NULL AND each.value <> '' ORDER BY 1, 2, 3"
)
_BATCH = 500
"""Ids per statement; SQLite's own limit on variables is higher."""

_UNEXAMINED = or_(Image.sha256.is_(None), Image.problem.is_not(None))


def insert_images(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert images with the raw driver, since there may be 250,000 rows; columns missing in a row are NULL."""
    names = [column.name for column in Image.__table__.columns]
    places = ", ".join("?" * len(names))
    values = [tuple(json.dumps(row["tags"]) if name == "tags" else row.get(name) for name in names) for row in rows]
    if values:
        session.connection().exec_driver_sql(f"INSERT INTO image ({', '.join(names)}) VALUES ({places})", values)


@contextmanager
def many_images(session: Session) -> Iterator[None]:
    """Index tags once at the end of a bulk insert instead of row by row, within one transaction.

    Trigger and cache size are restored afterwards; on an error the transaction rolls everything back.
    """
    connection = session.connection()
    (trigger,) = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'image_tag_made'").one()
    (last,) = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM image").one()
    (cache,) = connection.exec_driver_sql("PRAGMA cache_size").one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.exec_driver_sql("DROP TRIGGER image_tag_made")
    yield
    connection.exec_driver_sql(_INDEX_TAGS, (last,))
    connection.exec_driver_sql(trigger)
    connection.exec_driver_sql(f"PRAGMA cache_size = {cache}")


def insert_ratings(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ratings."""
    if rows:
        session.execute(insert(Rating), list(rows))


def of_splits(session: Session, splits: Sequence[str]) -> Sequence[Image]:
    """Return the images of these splits in id order."""
    return session.scalars(select(Image).where(Image.split.in_(splits)).order_by(Image.id)).all()


def ids_of_split(session: Session, split: str) -> Sequence[int]:
    """Return the ids of a split's images, ascending."""
    return session.scalars(select(Image.id).where(Image.split == split).order_by(Image.id)).all()


def all_images(session: Session) -> Sequence[Image]:
    """Return all images in id order."""
    return session.scalars(select(Image).order_by(Image.id)).all()


def paths(session: Session) -> dict[int, str]:
    """Return the images' paths, relative to the images folder, by image id."""
    found = session.execute(select(Image.id, Image.path))
    return {key: value for key, value in found}  # noqa: C416  a Result is not a mapping


def count_images(session: Session) -> int:
    """Return how many images there are."""
    return session.scalar(select(func.count()).select_from(Image)) or 0


def count_raters(session: Session) -> int:
    """Return the number of raters with individual ratings."""
    return session.scalar(select(func.count(Rating.rater.distinct()))) or 0


def set_problem(session: Session, image_id: int, problem: str) -> None:
    """Record why an image cannot be used."""
    session.execute(update(Image).where(Image.id == image_id).values(problem=problem))


def clear_problems(session: Session, image_ids: Sequence[int]) -> None:
    """Clear the problems of images that have become readable."""
    for start in range(0, len(image_ids), _BATCH):
        ids = image_ids[start : start + _BATCH]
        session.execute(update(Image).where(Image.id.in_(ids), Image.problem.is_not(None)).values(problem=None))


def unchecked(session: Session, after: int = 0, limit: int | None = None) -> list[tuple[int, str]]:
    """Return id and path of each image whose content is unknown, or that has a problem, in id order.

    ``after``: only ids above it; ``limit``: the maximum number.
    """
    query = select(Image.id, Image.path).where(_UNEXAMINED, Image.id > after).order_by(Image.id).limit(limit)
    return [(key, path) for key, path in session.execute(query)]


def count_unchecked(session: Session) -> int:
    """Return the total number of images that ``unchecked`` returns."""
    return session.scalars(select(func.count()).select_from(Image).where(_UNEXAMINED)).one()


def set_checked(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store ``sha256``, ``width``, ``height`` and ``problem`` of the images with these ``id``s."""
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in ("sha256", "width", "height", "problem")}
    named = [{f"to_{name}": value for name, value in row.items()} for row in rows]
    if named:
        session.connection().execute(update(Image).where(Image.id == bindparam("to_id")).values(values), named)


def leaks(session: Session) -> tuple[int, list[tuple[str, str]]]:
    """Return how many contents occur in more than one split; for the first, one (path, split) per split."""
    split_over = (
        select(Image.sha256)
        .where(Image.sha256.is_not(None))
        .group_by(Image.sha256)
        .having(func.count(Image.split.distinct()) > 1)
        .subquery()
    )
    count, first = session.execute(select(func.count(), func.min(split_over.c.sha256))).one()
    if not count:
        return 0, []
    firsts = select(func.min(Image.id)).where(Image.sha256 == first).group_by(Image.split)
    rows = session.execute(select(Image.path, Image.split).where(Image.id.in_(firsts)).order_by(Image.split))
    return count, [(path, split) for path, split in rows]


def same_content(session: Session) -> list[tuple[str, str, Any]]:
    """Return hash, path and split of each image that shares its content with another one, by hash and id."""
    several = select(Image.sha256).where(Image.sha256.is_not(None)).group_by(Image.sha256).having(func.count() > 1)
    query = select(Image.sha256, Image.path, Image.split).where(Image.sha256.in_(several))
    found = session.execute(query.order_by(Image.sha256, Image.id))
    return [(str(sha256), path, split) for sha256, path, split in found]


def with_problem(session: Session) -> list[tuple[str, str]]:
    """Return path and problem of each image that cannot be used, in id order."""
    query = select(Image.path, Image.problem).where(Image.problem.is_not(None)).order_by(Image.id)
    return [(path, str(problem)) for path, problem in session.execute(query)]


def count_by_split(session: Session) -> dict[str, int]:
    """Return the number of images in each split that has some."""
    counted = select(Image.split, func.count()).group_by(Image.split)
    return {row[0]: row[1] for row in session.execute(counted)}
