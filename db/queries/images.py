"""Images and their ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.models import Image, Rating

_BATCH = 500
"""Ids in one statement; SQLite's own limit on variables is higher."""


def insert_images(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert images."""
    if rows:
        session.execute(insert(Image), list(rows))


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
