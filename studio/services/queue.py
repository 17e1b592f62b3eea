"""The persisted queue: one job after the other. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterable

from engine.events import Event
from studio.services.project import Project
from studio.services.rows import JobNote, JobRow, TrainHistory


def list_jobs(project: Project) -> list[JobRow]:
    """All jobs in running order."""
    raise NotImplementedError


def job(project: Project, job_id: int) -> JobRow:
    """One job; StudioError if there is none."""
    raise NotImplementedError


def next_queued(project: Project) -> JobRow | None:
    """The job to run now: the first that is queued."""
    raise NotImplementedError


def mark_running(project: Project, job_id: int, *, pid: int | None = None) -> None:
    """queued -> running (call again once the child's pid is known)."""
    raise NotImplementedError


def mark_progress(project: Project, job_id: int, done: int, total: int, unit: str | None = None) -> None:
    """How far the job is."""
    raise NotImplementedError


def mark_failed(project: Project, job_id: int, error: str, remedy: str = "") -> None:
    """running -> failed."""
    raise NotImplementedError


def mark_cancelled(project: Project, job_id: int) -> None:
    """running -> cancelled."""
    raise NotImplementedError


def mark_interrupted(project: Project, job_id: int, reason: str = "") -> None:
    """running -> interrupted."""
    raise NotImplementedError


def recover(project: Project) -> int:
    """Mark jobs as interrupted that nobody runs any more; returns how many."""
    raise NotImplementedError


def cancel_queued(project: Project, job_id: int) -> None:
    """queued -> cancelled."""
    raise NotImplementedError


def resume(project: Project, job_id: int) -> None:
    """interrupted, paused, failed or cancelled -> queued, at its old place."""
    raise NotImplementedError


def append_events(project: Project, job_id: int, events: Iterable[tuple[float, Event]]) -> None:
    """Store events (unix time, event); Progress and Started only move the job's counters."""
    raise NotImplementedError


def history(project: Project, job_id: int) -> TrainHistory:
    """The training curve of a job."""
    raise NotImplementedError


def notes(project: Project, job_id: int) -> list[JobNote]:
    """What the stage wanted a person to know, oldest first."""
    raise NotImplementedError


def log_tail(project: Project, job_id: int, max_bytes: int = 65536) -> str:
    """The end of the child's output."""
    raise NotImplementedError
