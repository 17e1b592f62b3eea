"""From a child's journals into the database, by natural key: replaying them changes nothing. No Qt, no torch."""

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
    """Complete rows of one journal, and the byte after the last of them."""

    journal: str
    rows: Sequence[JournalRow]
    end: int


def ingest(project: Project, job_id: int) -> int:
    """Bring journal rows that were not read yet into the database: one transaction a batch, rows and place together.

    Idempotent; a torn last line is left for the next time.

    Returns:
        How many rows were read.

    Raises:
        StudioError: the journal's rows name versions that the database does not know.
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


def forget_places(session: Session, folder: RunFolder, job_id: int) -> None:
    """Drop the notes of how far a finished job's journals were read, in the caller's transaction."""
    meta.remove(session, [_key(job_id, journal.name) for journal in folder.journals()])


def _place(project: Project, job_id: int, journal: Path) -> int:
    """The byte up to which the journal was read; 0 if it has become shorter than that."""
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
                    break  # torn, and so the last
                rows.append(json.loads(line.decode("utf-8", "replace")))
                end += len(line)
                if len(rows) == _BATCH_ROWS:
                    yield _Batch(journal.name, rows, end)
                    rows = []
    if rows:
        yield _Batch(journal.name, rows, end)
