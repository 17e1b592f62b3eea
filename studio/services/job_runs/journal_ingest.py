"""Ingest a child's journals into the database by natural key; repeating it changes nothing. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.engine import Session
from db.queries import meta
from engine.contract.specs import RunFolder
from studio.services.loop.queue import find_job
from studio.services.projects.project import Project
from studio.services.stages.registry import definition

JournalRow = dict[str, Any]
_BATCH_ROWS = 2000
_READ_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class _Batch:
    """Complete rows of one journal, and the position after the last of them."""

    journal: str
    rows: Sequence[JournalRow]
    end: int


def ingest(project: Project, job_id: int) -> int:
    """Store unread journal rows in the database: one transaction per batch, rows and position together.

    Idempotent; an incomplete last line is left for the next call.

    Returns:
        The number of rows read.

    Raises:
        StudioError: the journal's rows refer to versions that are not in the database.
    """
    folder = project.run_folder(job_id)
    count = 0
    for journal in folder.journals():
        for batch in _batches(journal, _place(project, job_id, journal)):
            with project.session() as session:
                job = find_job(session, job_id)
                store = definition(job.stage).store
                if store is not None:
                    store(session, job, batch.rows)
                meta.put(session, _key(job_id, batch.journal), str(batch.end))
            count += len(batch.rows)
    return count


def clear_positions(session: Session, folder: RunFolder, job_id: int) -> None:
    """Delete the stored positions in a finished job's journals, in the caller's transaction."""
    meta.remove(session, [_key(job_id, journal.name) for journal in folder.journals()])


def _place(project: Project, job_id: int, journal: Path) -> int:
    """Return the position up to which the journal was read; 0 if the journal has become shorter."""
    with project.reader() as session:
        place = int(meta.get(session, _key(job_id, journal.name)) or 0)
    return place if place <= journal.stat().st_size else 0


def _key(job_id: int, journal: str) -> str:
    return f"read:{job_id}:{journal}"


def _batches(journal: Path, start: int) -> Iterator[_Batch]:
    rows: list[JournalRow] = []
    end = start
    with journal.open("rb") as file:
        file.seek(start)
        lines = [b"\n"]
        while lines and lines[-1].endswith(b"\n"):
            lines = file.readlines(_READ_BYTES)
            for line in lines:
                if not line.endswith(b"\n"):
                    break  # incomplete, and so the last
                rows.append(json.loads(line.decode("utf-8", "replace")))
                end += len(line)
                if len(rows) == _BATCH_ROWS:
                    yield _Batch(journal.name, rows, end)
                    rows = []
    if rows:
        yield _Batch(journal.name, rows, end)
