"""The persistent queue: one job after the other. No Qt, no torch.

Every function is one transaction. A job is ``running`` only while the process that marked it so exists; ``recover``
corrects the state after a process died.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from db.engine import Session
from db.models import Job, utc_now
from db.queries import jobs
from engine.contract.events import Event, Finished, Loaded, Note, Progress, Rows, Started, TrainStep, decode
from studio.services.errors import StudioError
from studio.services.job_runs.waiting_jobs import waiting_jobs
from studio.services.job_runs.work_clock import end_run, finish_run, record_progress, record_ready, start_run
from studio.services.loop.types import JobNote, JobRow, JobState, TrainHistory, TrainPoint
from studio.services.projects.locks import held_by_another_process
from studio.services.projects.project import Project

_THIS_PROCESS = uuid.uuid4().hex
"""Identifies this process as a job's owner; unlike process ids it is never reused."""
_RESUMABLE = ("interrupted", "paused", "failed", "cancelled")


def list_jobs(project: Project) -> list[JobRow]:
    """Return all jobs in running order."""
    with project.reader() as session:
        rows = jobs.all_jobs(session)
        held = waiting_jobs(project, session, rows).waits_for
        return [job_row(project, job, held.get(job.id)) for job in rows]


def observed_jobs(project: Project) -> list[JobRow]:
    """Return all jobs as somebody sees them who does not run the queue: without a process none is running.

    A process that could not write its end, on a full disk for instance, leaves a job "running"; it is interrupted.
    """
    works = project.holds_lock or held_by_another_process(project.root)
    rows = list_jobs(project)
    return [
        dataclasses.replace(row, state="interrupted") if row.state == "running" and not works else row for row in rows
    ]


def job(project: Project, job_id: int) -> JobRow:
    """Return one job.

    Raises:
        StudioError: there is no job with this id.
    """
    with project.reader() as session:
        row = find_job(session, job_id)
        held = waiting_jobs(project, session).waits_for if row.state == "queued" else {}
        return job_row(project, row, held.get(row.id))


def next_queued(project: Project, only: Collection[int] | None = None) -> JobRow | None:
    """Return the next job to run: the first queued one (among these ids if given) that waits for no other job."""
    with project.reader() as session:
        runnable = waiting_jobs(project, session).runnable
        found = next((job for job in runnable if only is None or job.id in only), None)
        return None if found is None else job_row(project, found)


def mark_running(project: Project, job_id: int, *, pid: int | None = None) -> None:
    """queued -> running, owned by this process; call it again once the child's process id is known.

    Raises:
        StudioError: the job is neither queued nor running.
    """
    with project.session() as session:
        row = find_job(session, job_id)
        if row.state == "queued":
            row.started_at = row.started_at or utc_now()
            row.finished_at = row.error = row.remedy = None
        elif row.state != "running":
            raise _wrong_state(row, "run", "queued")
        row.state, row.owner, row.pid = "running", _THIS_PROCESS, pid
        start_run(row, time.time())


def mark_failed(project: Project, job_id: int, error: str, remedy: str = "") -> None:
    """-> failed, unless it is done."""
    _end(project, job_id, "failed", error, remedy)


def mark_cancelled(project: Project, job_id: int) -> None:
    """-> cancelled, unless it is done."""
    _end(project, job_id, "cancelled")


def mark_paused(project: Project, job_id: int) -> None:
    """-> paused, unless it is done."""
    _end(project, job_id, "paused")


def mark_interrupted(project: Project, job_id: int, reason: str = "") -> None:
    """-> interrupted, unless it is done."""
    _end(project, job_id, "interrupted", reason)


def recover(project: Project) -> int:
    """Mark running jobs as interrupted if no living process owns them; returns how many.

    Jobs of this process are skipped, and all jobs while another process holds the project's lock.
    """
    if held_by_another_process(project.root):
        return 0
    with project.session() as session:
        orphans = [row for row in jobs.in_state(session, "running") if row.owner != _THIS_PROCESS]
        for row in orphans:
            row.state, row.pid, row.owner, row.finished_at = "interrupted", None, None, utc_now()
            end_run(row)
            row.error, row.remedy = "The program ended while this job was running.", "Resume it; finished work is kept."
        return len(orphans)


def cancel_queued(project: Project, job_id: int) -> None:
    """queued -> cancelled.

    Raises:
        StudioError: the job is not queued (a running job is stopped by its runner).
    """
    with project.session() as session:
        row = find_job(session, job_id)
        if row.state != "queued":
            raise _wrong_state(row, "be removed from the queue", "queued")
        row.state, row.finished_at = "cancelled", utc_now()


def resume(project: Project, job_id: int) -> None:
    """interrupted, paused, failed or cancelled -> queued, in its old position; it continues where it stopped.

    Raises:
        StudioError: the job is in another state.
    """
    with project.session() as session:
        row = find_job(session, job_id)
        if row.state not in _RESUMABLE:
            raise _wrong_state(row, "be resumed", " or ".join(_RESUMABLE))
        requeue(row)


def requeue(row: Job) -> None:
    """Queue a stopped job again, in the caller's transaction."""
    row.state, row.finished_at, row.pid, row.owner = "queued", None, None, None
    row.error = row.remedy = None


def append_events(project: Project, job_id: int, events: Iterable[tuple[float, Event]]) -> None:
    """Store events (unix time, event) in one transaction; progress only updates the job's counters."""
    kept: list[Mapping[str, Any]] = []
    with project.session() as session:
        row = find_job(session, job_id)
        for at, event in events:
            if isinstance(event, Started):
                row.done, row.total, row.unit = event.done, event.total, event.unit
            if isinstance(event, Started | Loaded):
                record_ready(row, at)
            elif isinstance(event, Finished):
                finish_run(row, at)
            if isinstance(event, Progress):
                record_progress(row, event.done, at)
                row.done, row.total = event.done, event.total
            elif not isinstance(event, Rows):
                body = dataclasses.asdict(event)
                kept.append({"job_id": job_id, "at": at, "kind": type(event).__name__, "body": _finite(body)})
        jobs.add_events(session, kept)


def replay_events(project: Project, job_id: int) -> int:
    """Store the training steps and notes that a job sent after the program was killed; returns how many. Idempotent.

    Until the child of a killed program ends, its events are only in the run folder's file.
    """
    received: dict[object, tuple[float, Event]] = {}
    for at, event in _read_events(project.run_folder(job_id).events):
        if isinstance(event, TrainStep):
            received[event.step] = at, event
        elif isinstance(event, Note):
            received.setdefault((event.code, event.text), (at, event))
    known: set[object] = {point.step for point in history(project, job_id).steps}
    known |= {(note.code, note.text) for note in notes(project, job_id)}
    missing = [item for key, item in received.items() if key not in known]
    if missing:
        append_events(project, job_id, missing)
    return len(missing)


def _read_events(file: Path) -> Iterator[tuple[float, Event]]:
    """Yield time and event of each valid line."""
    for line in file.read_text("utf-8", "replace").splitlines() if file.exists() else ():
        with contextlib.suppress(ValueError):  # incomplete after a kill, or of another version of the program
            event = decode(line)
            yield float(json.loads(line).get("at", 0)), event


def last_event(project: Project) -> int:
    """Return the number of the newest stored event of any job; 0 if there is none."""
    with project.reader() as session:
        return jobs.last_event(session)


def events_after(project: Project, number: int) -> list[tuple[int, int, Event]]:
    """Return the stored events after that one: number, job and event, oldest first."""
    with project.reader() as session:
        found = [(row.id, row.job_id, {"event": row.kind, **row.body}) for row in jobs.events_after(session, number)]
    return [(key, job_id, decode(json.dumps(body))) for key, job_id, body in found]


def history(project: Project, job_id: int) -> TrainHistory:
    """Return the training curve of a job; empty for other stages."""
    with project.reader() as session:
        found = [(row.at, row.body) for row in jobs.events(session, job_id, TrainStep.__name__)]
    nan = float("nan")
    points: dict[int, TrainPoint] = {}
    for at, body in found:
        values: dict[str, Any] = {key: nan if value is None else value for key, value in body.items()}
        points[body["step"]] = TrainPoint(at=at, **values)
    return TrainHistory(tuple(points[step] for step in sorted(points)))


def notes(project: Project, job_id: int) -> list[JobNote]:
    """Return the stage's messages for the user, oldest first, without those that a resume repeated."""
    with project.reader() as session:
        found = [(row.at, row.body) for row in jobs.events(session, job_id, "Note")]
    once = {(body["code"], body["text"]): JobNote(at=at, **body) for at, body in reversed(found)}
    return sorted(once.values(), key=lambda note: note.at)


def log_tail(project: Project, job_id: int, max_bytes: int = 65536) -> str:
    """Return the end of the child's output; "" before it has written any."""
    try:
        with project.run_folder(job_id).log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - max_bytes))
            return log.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def find_job(session: Session, job_id: int) -> Job:
    """Return the job's row in the caller's transaction.

    Raises:
        StudioError: there is no job with this id.
    """
    row = jobs.get(session, job_id)
    if row is None:
        raise StudioError(
            f"There is no job {job_id} in this project.", "See the list of jobs with: score-studio status DIR"
        )
    return row


def job_row(project: Project, row: Job, waits_for: Job | None = None) -> JobRow:
    """Return the frozen row; ``waits_for`` is the stopped job that it waits for."""
    return JobRow(
        id=row.id,
        stage=row.stage,
        iteration=row.iteration,
        version_name=row.version_name,
        title=row.title,
        state=cast(JobState, row.state),
        position=row.position,
        done=row.done,
        total=row.total,
        unit=row.unit,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        error=row.error or "",
        remedy=row.remedy or "",
        pid=row.pid,
        run_folder=project.run_folder(row.id).path,
        line=row.line,
        options=dict(row.options),
        waits_for="" if waits_for is None else waits_for.title,
        waits_for_id=None if waits_for is None else waits_for.id,
        worked_seconds=row.worked_seconds,
        worked_units=row.worked_units,
        startup_seconds=row.startup_seconds,
    )


def _end(project: Project, job_id: int, state: JobState, error: str = "", remedy: str = "") -> None:
    with project.session() as session:
        row = find_job(session, job_id)
        if row.state != "done":
            row.state, row.finished_at, row.pid, row.owner = state, utc_now(), None, None
            end_run(row)
            row.error, row.remedy = _storable(error) or None, _storable(remedy) or None


def _wrong_state(row: Job, what: str, needed: str) -> StudioError:
    return StudioError(f"Job {row.id} ({row.title}) is {row.state} and cannot {what}.", f"Its state must be {needed}.")


def _storable(text: str) -> str:
    """Return text that a database can store: a file name may contain a lone surrogate."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _finite(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body with NaN and infinity as null, since JSON has neither."""
    return {k: None if isinstance(v, float) and v - v != 0 else v for k, v in body.items()}
