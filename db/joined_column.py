"""A column of integers as one text: 250,000 values in one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

Numbers = str
"""Comma-separated integers, as SQLite's group_concat creates them."""


def joined(session: Session, column: str, rows: str, values: Mapping[str, Any]) -> Numbers:
    """Return a column of integers as one text, in row order. SQLite builds it without blocking other threads."""
    statement = f"SELECT group_concat(it) FROM (SELECT {column} AS it FROM {rows})"
    found: str | None = session.connection().exec_driver_sql(statement, dict(values)).scalar()
    return found or ""
