"""Images and their ratings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.models import Image, Rating

_CACHE_KIB = 65536
_INDEX_TAGS = (
    "INSERT INTO image_tag(key, value, image_id) SELECT each.key, each.value, image.id FROM image, "
    "json_each(image.tags) AS each WHERE image.id > ? AND each.value IS NOT NULL AND each.value <> '' ORDER BY 1, 2, 3"
)
_BATCH = 500
"""Ids in one statement; SQLite's own limit on variables is higher."""


def insert_images(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert images; a column that a row does not have is NULL. By the driver itself: there may be 250,000 rows."""
    names = [column.name for column in Image.__table__.columns]
    places = ", ".join("?" * len(names))
    values = [tuple(json.dumps(row["tags"]) if name == "tags" else row.get(name) for name in names) for row in rows]
    if values:
        session.connection().exec_driver_sql(f"INSERT INTO image ({', '.join(names)}) VALUES ({places})", values)


@contextmanager
def many_images(session: Session) -> Iterator[None]:
    """For thousands of inserts in one transaction: their tags are indexed at its end, in order, not one by one.

    Trigger and cache are afterwards as before; on an error the transaction takes all of it back.
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
    """The images of these splits in id order."""
    return session.scalars(select(Image).where(Image.split.in_(splits)).order_by(Image.id)).all()


def all_images(session: Session) -> Sequence[Image]:
    """All images in id order."""
    return session.scalars(select(Image).order_by(Image.id)).all()


def paths(session: Session) -> dict[int, str]:
    """The images' paths, relative to the images folder, by image id."""
    found = session.execute(select(Image.id, Image.path))
    return {key: value for key, value in found}  # noqa: C416  a Result is no mapping


def set_problem(session: Session, image_id: int, problem: str) -> None:
    """Note why an image cannot be used."""
    session.execute(update(Image).where(Image.id == image_id).values(problem=problem))


def clear_problems(session: Session, image_ids: Sequence[int]) -> None:
    """Forget the problems of images that could be read now."""
    for start in range(0, len(image_ids), _BATCH):
        ids = image_ids[start : start + _BATCH]
        session.execute(update(Image).where(Image.id.in_(ids), Image.problem.is_not(None)).values(problem=None))
