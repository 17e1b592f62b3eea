"""How long a job has really worked, from its events: the basis of estimates. No Qt, no torch.

Starting is kept apart, and only time that led to progress counts: not the time between two runs, and not what a run
did after its last progress before it failed or was killed. All functions change a row in the caller's transaction.
"""

from __future__ import annotations

from db.models import Job


def start_run(row: Job, at: float) -> None:
    """A child process starts."""
    row.run_started_at, row.progress_at = at, None


def record_ready(row: Job, at: float) -> None:
    """The stage can begin with its units: it has started, and loaded its model if it has one."""
    if row.run_started_at is not None:
        row.startup_seconds = max(0.0, at - row.run_started_at)
        row.progress_at = at


def record_progress(row: Job, done: int, at: float) -> None:
    """So many units are done. Call it before ``done`` is written to the row."""
    if row.progress_at is None:
        return
    if done > row.done:
        row.worked_seconds += max(0.0, at - row.progress_at)
        row.worked_units += done - row.done
    if done != row.done:
        row.progress_at = at


def finish_run(row: Job, at: float) -> None:
    """The stage has finished: what it did after its last unit belongs to its work."""
    if row.progress_at is not None:
        row.worked_seconds += max(0.0, at - row.progress_at)
    end_run(row)


def end_run(row: Job) -> None:
    """The child is gone."""
    row.run_started_at = row.progress_at = None
