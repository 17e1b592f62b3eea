"""What was picked in a collection, and the steps of picking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.collections import CollectionImage, PickStep
from db.queries.collections.images import chunks


def picks(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Return the picks of these images."""
    found: dict[int, int] = {}
    for part in chunks(ids):
        statement = select(CollectionImage.id, CollectionImage.pick).where(CollectionImage.id.in_(part))
        found |= {key: pick for key, pick in session.execute(statement)}  # noqa: C416  a Result is not a mapping
    return found


def set_picks(session: Session, values: Mapping[int, int]) -> None:
    """Store picks."""
    if values:
        session.execute(update(CollectionImage), [{"id": key, "pick": pick} for key, pick in values.items()])


def add_step(session: Session, collection_id: int, former: Mapping[int, int], pick: int) -> None:
    """Append an action of picking; the undone ones before it cannot be redone any more."""
    session.execute(delete(PickStep).where(PickStep.collection_id == collection_id, PickStep.undone.is_(True)))
    kept = {str(key): value for key, value in former.items()}
    session.add(PickStep(collection_id=collection_id, former=kept, pick=pick))


def latest_step(session: Session, collection_id: int) -> PickStep | None:
    """Return the action that an undo reverts."""
    own = select(PickStep).where(PickStep.collection_id == collection_id, PickStep.undone.is_(False))
    return session.scalar(own.order_by(PickStep.id.desc()).limit(1))


def undone_step(session: Session, collection_id: int) -> PickStep | None:
    """Return the action that a redo repeats."""
    own = select(PickStep).where(PickStep.collection_id == collection_id, PickStep.undone.is_(True))
    return session.scalar(own.order_by(PickStep.id).limit(1))
