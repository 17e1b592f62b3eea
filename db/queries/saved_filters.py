"""Filters saved by the user, by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.image_search import SavedFilter


def of_page(session: Session, page: str) -> list[tuple[str, dict[str, Any]]]:
    """Return (name, body) of a page's filters, by name."""
    statement = select(SavedFilter.name, SavedFilter.body).where(SavedFilter.page == page).order_by(SavedFilter.name)
    return [(name, body) for name, body in session.execute(statement)]


def put(session: Session, page: str, name: str, body: Mapping[str, Any]) -> None:
    """Save a filter, replacing one of the same name."""
    statement = insert(SavedFilter).values(page=page, name=name, body=dict(body))
    keys = [SavedFilter.page, SavedFilter.name]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"body": dict(body)}))


def remove(session: Session, page: str, name: str) -> None:
    """Delete a filter; does nothing if the name does not exist."""
    session.execute(delete(SavedFilter).where(SavedFilter.page == page, SavedFilter.name == name))
