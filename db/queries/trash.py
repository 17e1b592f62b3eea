"""Delete a model version with all dependent rows, and restore them unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.models import Job, Pair

Rows = dict[str, list[dict[str, Any]]]
"""Raw rows by table, parents before the rows that refer to them."""


def pairs_written_by(session: Session, version_id: int) -> list[int]:
    """Return the iterations whose pairs this version generated."""
    statement = select(Pair.iteration).where(Pair.generator_version_id == version_id).distinct()
    return sorted(session.scalars(statement))


def jobs_of(session: Session, name: str) -> Sequence[Job]:
    """Return the jobs that created or evaluated a version, oldest first."""
    return session.scalars(select(Job).where(Job.version_name == name).order_by(Job.id)).all()


def delete_version(session: Session, version_id: int) -> Rows:
    """Delete a version's row and all rows that refer to it, directly or indirectly; returns them unchanged."""
    return remove_all(session, {"model_version": [version_id]})


def remove_all(session: Session, roots: Mapping[str, Sequence[int]]) -> Rows:
    """Delete rows, by table and id, and all that refer to them, directly or indirectly; returns them unchanged."""
    found: Rows = {}
    reached = [
        place
        for table, ids in roots.items()
        for place in _reached(session, table, f"id IN ({', '.join(str(int(number)) for number in ids)})")
    ]
    for table, condition in reached:
        rows = session.execute(text(f"SELECT * FROM {table} WHERE {condition}")).mappings()
        known = {row["id"] for row in found.get(table, [])}
        found.setdefault(table, []).extend(dict(row) for row in rows if row["id"] not in known)
    session.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table, rows_there in found.items():
        ids = [{"id": row["id"]} for row in rows_there]
        if ids:
            session.execute(text(f"DELETE FROM {table} WHERE id = :id"), ids)
    session.expire_all()
    return found


def restore_rows(session: Session, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows that ``remove_all`` returned, in the caller's transaction, at whose end references are checked."""
    session.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table, group in rows.items():
        for row in group:
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), dict(row))


def renumbered(session: Session, rows: Rows) -> tuple[Rows, dict[str, dict[int, int]]]:
    """Return the rows with new ids where other rows use their ids now, and the new ids by table."""
    changed: dict[str, dict[int, int]] = {}
    for table, group in rows.items():
        own = [row["id"] for row in group]
        highest = int(session.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table}")) or 0)
        taken = {
            number for number in own if session.scalar(text(f"SELECT 1 FROM {table} WHERE id = :id"), {"id": number})
        }
        if taken:  # renumber all of them to keep their order: the latest decision of a pair counts
            start = max(highest, *own) + 1
            changed[table] = {number: start + place for place, number in enumerate(sorted(own))}
    return {table: [_renumber(session, table, row, changed) for row in group] for table, group in rows.items()}, changed


def _renumber(
    session: Session, table: str, row: dict[str, Any], changed: Mapping[str, Mapping[int, int]]
) -> dict[str, Any]:
    new = {**row, "id": changed.get(table, {}).get(row["id"], row["id"])}
    for key in session.execute(text(f"PRAGMA foreign_key_list({table})")).mappings().all():
        column, ids = key["from"], changed.get(key["table"], {})
        new[column] = ids.get(new[column], new[column])
    return new


def job_rows(session: Session, name: str) -> list[dict[str, Any]]:
    """Return the raw rows of the jobs that created or evaluated a version."""
    rows = session.execute(text("SELECT * FROM job WHERE version_name = :name"), {"name": name}).mappings()
    return [dict(row) for row in rows]


def put_jobs_back(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Restore jobs except for their positions in the queue."""
    names = ("state", "spec_digest", "config", "done", "total", "unit", "started_at", "finished_at", "error", "remedy")
    assigned = ", ".join(f"{name} = :{name}" for name in names)
    for row in rows:
        session.execute(text(f"UPDATE job SET {assigned} WHERE id = :id"), {n: row[n] for n in (*names, "id")})
    session.expire_all()


def _reached(session: Session, table: str, condition: str) -> Iterator[tuple[str, str]]:
    """Yield tables and conditions of the rows that refer to these, dependent rows last. Names come from the schema."""
    yield table, condition
    tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
    for name in tables:
        for key in session.execute(text(f"PRAGMA foreign_key_list({name})")).mappings().all():
            if key["table"] == table:
                inner = f"{key['from']} IN (SELECT id FROM {table} WHERE {condition})"
                yield from _reached(session, name, inner)
