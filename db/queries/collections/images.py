"""Collections and their images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Integer, delete, func, insert, select, type_coerce, update
from sqlalchemy.orm import Session

from db.collections import Collection, CollectionImage, CollectionScore, PickStep

_CHUNK = 500


class CollectionFile(NamedTuple):
    """What is known of an image's file."""

    id: int
    bytes: int
    modified_ns: int
    missing: bool


class ShownImage(NamedTuple):
    """What a grid shows of an image."""

    id: int
    path: str
    name: str
    pick: int
    problem: str | None
    missing: bool


def all_collections(session: Session) -> Sequence[Collection]:
    """Return all collections by name."""
    return session.scalars(select(Collection).order_by(func.lower(Collection.name), Collection.id)).all()


def by_id(session: Session, collection_id: int) -> Collection | None:
    """Return a collection."""
    return session.get(Collection, collection_id)


def by_name(session: Session, name: str) -> Collection | None:
    """Return the collection of this name."""
    return session.scalar(select(Collection).where(Collection.name == name))


def add_collection(session: Session, name: str, sources: Sequence[str], options: Mapping[str, Any]) -> Collection:
    """Add a collection without images."""
    row = Collection(name=name, sources=list(sources), options=dict(options))
    session.add(row)
    session.flush()
    return row


def counts(session: Session) -> dict[int, tuple[int, int, int]]:
    """Return images, missing ones and ones with a problem, by collection."""
    statement = select(
        CollectionImage.collection_id,
        func.count(),
        func.sum(type_coerce(CollectionImage.missing, Integer)),
        func.count(CollectionImage.problem),
    ).group_by(CollectionImage.collection_id)
    return {row[0]: (row[1], row[2] or 0, row[3]) for row in session.execute(statement)}


def files(session: Session, collection_id: int) -> dict[str, CollectionFile]:
    """Return every image's file, by path."""
    columns = (CollectionImage.path, CollectionImage.id, CollectionImage.bytes, CollectionImage.modified_ns)
    statement = select(*columns, CollectionImage.missing).where(CollectionImage.collection_id == collection_id)
    return {row[0]: CollectionFile(*row[1:]) for row in session.execute(statement)}


def add_images(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add images."""
    if rows:
        session.execute(insert(CollectionImage), list(rows))


def change_files(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store another size and time of files; what was said about their former content is deleted, picks are kept."""
    if not rows:
        return
    ids = [row["id"] for row in rows]
    for part in chunks(ids):
        session.execute(delete(CollectionScore).where(CollectionScore.image_id.in_(part)))
    session.execute(update(CollectionImage), [{**row, "problem": None, "missing": False} for row in rows])


def set_missing(session: Session, ids: Sequence[int], missing: bool) -> None:
    """Store whether these files are there."""
    for part in chunks(ids):
        session.execute(update(CollectionImage).where(CollectionImage.id.in_(part)).values(missing=missing))


def set_problems(session: Session, problems: Mapping[int, str | None]) -> None:
    """Store why images cannot be used; None: they can."""
    if problems:
        session.execute(update(CollectionImage), [{"id": key, "problem": value} for key, value in problems.items()])


def delete_collection(session: Session, collection_id: int) -> None:
    """Delete a collection with its images, scores and picks; image files are not touched."""
    own = select(CollectionImage.id).where(CollectionImage.collection_id == collection_id)
    session.execute(delete(CollectionScore).where(CollectionScore.image_id.in_(own)))
    session.execute(delete(PickStep).where(PickStep.collection_id == collection_id))
    session.execute(delete(CollectionImage).where(CollectionImage.collection_id == collection_id))
    session.execute(delete(Collection).where(Collection.id == collection_id))


def existing(session: Session, ids: Sequence[int]) -> set[int]:
    """Return those of these images that there are."""
    found: set[int] = set()
    for part in chunks(ids):
        found |= set(session.scalars(select(CollectionImage.id).where(CollectionImage.id.in_(part))))
    return found


def images(session: Session, ids: Sequence[int]) -> list[CollectionImage]:
    """Return these images in id order."""
    found: list[CollectionImage] = []
    for part in chunks(ids):
        statement = select(CollectionImage).where(CollectionImage.id.in_(part)).order_by(CollectionImage.id)
        found += session.scalars(statement)
    return found


def shown(session: Session, ids: Sequence[int]) -> list[ShownImage]:
    """Return what a grid shows of these images, in any order; rows of a few columns, several times faster than all."""
    columns = (CollectionImage.id, CollectionImage.path, CollectionImage.name, CollectionImage.pick)
    statement = select(*columns, CollectionImage.problem, CollectionImage.missing)
    found: list[ShownImage] = []
    for part in chunks(ids):
        found += [ShownImage(*row) for row in session.execute(statement.where(CollectionImage.id.in_(part)))]
    return found


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in parts that fit into a statement."""
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
