"""Measure a job's working time from its events, as the basis of estimates. No Qt, no torch.

Startup is measured separately, and only time that led to progress counts: not the time between two runs, and not the
time after a run's last progress before it failed or was killed. All functions change a row in the caller's transaction.
"""

from __future__ import annotations

from db.models import Job


def start_run(row: Job, at: float) -> None:
    """Record the start of a child process."""
    row.run_started_at, row.progress_at = at, None


def record_ready(row: Job, at: float) -> None:
    """Record that the stage can begin its units: it has started, and loaded its model if it has one."""
    if row.run_started_at is not None:
        row.startup_seconds = max(0.0, at - row.run_started_at)
        row.progress_at = at


def record_progress(row: Job, done: int, at: float) -> None:
    """Record this number of finished units. Call it before ``done`` is written to the row."""
    if row.progress_at is None:
        return
    if done > row.done:
        row.worked_seconds += max(0.0, at - row.progress_at)
        row.worked_units += done - row.done
    if done != row.done:
        row.progress_at = at


def finish_run(row: Job, at: float) -> None:
    """Record the end of the stage: the time after its last unit belongs to its work."""
    if row.progress_at is not None:
        row.worked_seconds += max(0.0, at - row.progress_at)
    end_run(row)


def end_run(row: Job) -> None:
    """Record the end of the child."""
    row.run_started_at = row.progress_at = None
