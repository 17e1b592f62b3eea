"""The queue and the events of jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, func, insert, select
from sqlalchemy.orm import Session, aliased

from db.models import Job, JobEvent


def all_jobs(session: Session) -> Sequence[Job]:
    """Return all jobs in running order."""
    return session.scalars(select(Job).order_by(Job.position, Job.id)).all()


def get(session: Session, job_id: int) -> Job | None:
    """Return one job."""
    return session.get(Job, job_id)


def in_state(session: Session, state: str) -> Sequence[Job]:
    """Return the jobs in a state, in running order."""
    return session.scalars(select(Job).where(Job.state == state).order_by(Job.position, Job.id)).all()


def last_position(session: Session) -> int:
    """Return the highest position; 0 if there is no job."""
    return session.scalar(select(func.max(Job.position))) or 0


def add(session: Session, job: Job) -> int:
    """Add a job; returns its id."""
    session.add(job)
    session.flush()
    return job.id


def add_events(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append events."""
    if rows:
        session.execute(insert(JobEvent), list(rows))


def events(session: Session, job_id: int, kind: str) -> Sequence[JobEvent]:
    """Return a job's events of one kind, oldest first."""
    statement = select(JobEvent).where(JobEvent.job_id == job_id, JobEvent.kind == kind).order_by(JobEvent.id)
    return session.scalars(statement).all()


def warnings(
    session: Session, line: str, versions: Sequence[str], left_out: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Return (version, text) of the warnings of these versions' jobs, oldest first.

    Of several jobs of one stage for a version only the latest counts. ``left_out``: codes that are skipped.
    """
    later = aliased(Job)
    replaced = (
        select(later.id)
        .where(
            *(later.line == Job.line, later.stage == Job.stage, later.version_name == Job.version_name),
            *(later.id > Job.id, later.state == "done"),
        )
        .exists()
    )
    level, code, text = (func.json_extract(JobEvent.body, f"$.{name}") for name in ("level", "code", "text"))
    statement = (
        select(Job.version_name, text)
        .join(JobEvent, JobEvent.job_id == Job.id)
        .where(Job.line == line, Job.version_name.in_(versions), ~replaced)
        .where(JobEvent.kind == "Note", level == "warning", code.not_in(left_out))
    )
    return [(version or "", str(found)) for version, found in session.execute(statement.order_by(JobEvent.id))]


def last_event(session: Session) -> int:
    """Return the id of the newest event; 0 if there is none."""
    return session.scalar(select(func.max(JobEvent.id))) or 0


def events_after(session: Session, number: int) -> Sequence[JobEvent]:
    """Return the events of all jobs with a higher id, oldest first."""
    return session.scalars(select(JobEvent).where(JobEvent.id > number).order_by(JobEvent.id)).all()


def last_body(session: Session, job_id: int, kind: str) -> dict[str, Any]:
    """Return the body of a job's newest event of a kind; empty if there is none."""
    newest = select(JobEvent.body).where(JobEvent.job_id == job_id, JobEvent.kind == kind).order_by(JobEvent.id.desc())
    return session.scalars(newest.limit(1)).first() or {}


def work_done(session: Session, job_id: int) -> tuple[str, int, float, int, float]:
    """Return a job's total throughput: unit, items and their seconds, tokens and the seconds of those."""
    items, tokens, seconds, unit = (
        func.json_extract(JobEvent.body, f"$.{name}") for name in ("items", "tokens", "seconds", "unit")
    )
    writing = case((tokens > 0, seconds), else_=0.0)
    statement = select(func.max(unit), func.sum(items), func.sum(seconds), func.sum(tokens), func.sum(writing)).where(
        JobEvent.job_id == job_id, JobEvent.kind == "Throughput"
    )
    found = session.execute(statement).one()
    return found[0] or "", found[1] or 0, found[2] or 0.0, found[3] or 0, found[4] or 0.0


def highest_rss(session: Session, job_id: int) -> int:
    """Return the peak memory reported by a job's process, in bytes; 0 if none was reported."""
    rss = func.json_extract(JobEvent.body, "$.rss")
    return session.scalar(select(func.max(rss)).where(JobEvent.job_id == job_id, JobEvent.kind == "Memory")) or 0


def result_of(session: Session, job_id: int) -> dict[str, Any]:
    """Return the result that a job's child reported last; empty if none was."""
    statement = select(JobEvent.body).where(JobEvent.job_id == job_id, JobEvent.kind == "Finished")
    body = session.scalar(statement.order_by(JobEvent.id.desc()).limit(1)) or {}
    found = body.get("result")
    return found if isinstance(found, dict) else {}


def device_of(session: Session, job_id: int) -> str:
    """Return the device on which a job's model was loaded last; "" if it loaded none."""
    statement = select(JobEvent.body).where(JobEvent.job_id == job_id, JobEvent.kind == "Loaded")
    body = session.scalar(statement.order_by(JobEvent.id.desc()).limit(1)) or {}
    return str(body.get("device") or "")
