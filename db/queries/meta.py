"""Key-value data about the project."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import Meta


def get(session: Session, key: str) -> str | None:
    """Return the value, or None."""
    row = session.get(Meta, key)
    return None if row is None else row.value


def require(session: Session, key: str) -> str:
    """Return the value.

    Raises:
        KeyError: the key does not exist.
    """
    value = get(session, key)
    if value is None:
        raise KeyError(key)
    return value


def put(session: Session, key: str, value: str) -> None:
    """Store the value, replacing an older one."""
    statement = insert(Meta).values(key=key, value=value)
    session.execute(statement.on_conflict_do_update(index_elements=[Meta.key], set_={"value": value}))


def remove(session: Session, keys: Sequence[str]) -> None:
    """Delete these keys."""
    session.execute(delete(Meta).where(Meta.key.in_(keys)))
