"""Taking a model version with everything that hangs on it out of the database, and putting it back, unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.models import Job, Pair

Rows = dict[str, list[dict[str, Any]]]
"""Raw rows by table, parents before what refers to them."""


def pairs_written_by(session: Session, version_id: int) -> list[int]:
    """The iterations whose pairs this version wrote."""
    statement = select(Pair.iteration).where(Pair.generator_version_id == version_id).distinct()
    return sorted(session.scalars(statement))


def jobs_of(session: Session, name: str) -> Sequence[Job]:
    """The jobs that made or examined a version, oldest first."""
    return session.scalars(select(Job).where(Job.version_name == name).order_by(Job.id)).all()


def remove(session: Session, version_id: int) -> Rows:
    """Delete a version's row and all rows that refer to it, directly or not; returns them as they were."""
    found: Rows = {}
    reached = list(_reached(session, "model_version", f"id = {version_id:d}"))
    for table, condition in reached:
        rows = session.execute(text(f"SELECT * FROM {table} WHERE {condition}")).mappings()
        known = {row["id"] for row in found.get(table, [])}
        found.setdefault(table, []).extend(dict(row) for row in rows if row["id"] not in known)
    for table, condition in reversed(reached):
        session.execute(text(f"DELETE FROM {table} WHERE {condition}"))
    session.expire_all()
    return found


def put_back(session: Session, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows that ``take_out`` gave."""
    for table, group in rows.items():
        for row in group:
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), dict(row))


def job_rows(session: Session, name: str) -> list[dict[str, Any]]:
    """The raw rows of the jobs that made or examined a version."""
    rows = session.execute(text("SELECT * FROM job WHERE version_name = :name"), {"name": name}).mappings()
    return [dict(row) for row in rows]


def put_jobs_back(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let jobs be as they were, but where they stand in the queue."""
    names = ("state", "spec_digest", "config", "done", "total", "unit", "started_at", "finished_at", "error", "remedy")
    assigned = ", ".join(f"{name} = :{name}" for name in names)
    for row in rows:
        session.execute(text(f"UPDATE job SET {assigned} WHERE id = :id"), {n: row[n] for n in (*names, "id")})
    session.expire_all()


def _reached(session: Session, table: str, condition: str) -> Iterator[tuple[str, str]]:
    """Tables and conditions of the rows that refer to those, the latter first. Names come from the schema."""
    yield table, condition
    tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
    for name in tables:
        for key in session.execute(text(f"PRAGMA foreign_key_list({name})")).mappings().all():
            if key["table"] == table:
                inner = f"{key['from']} IN (SELECT id FROM {table} WHERE {condition})"
                yield from _reached(session, name, inner)
