"""Change the order of waiting jobs within the limits of their dependencies. No Qt, no torch."""

from __future__ import annotations

from db.models import Job
from db.queries import jobs
from studio.services.errors import StudioError
from studio.services.loop.queue import find_job
from studio.services.projects.project import Project
from studio.services.stages.registry import depends_on


def move(project: Project, job_id: int, places: int) -> int:
    """Move a waiting job earlier (negative) or later among the waiting ones, as far as dependencies allow.

    One transaction.

    Returns:
        The number of positions it was moved, without sign.

    Raises:
        StudioError: the job is not waiting, or a dependency blocks the move; names that job.
    """
    step = -1 if places < 0 else 1
    with project.session() as session:
        job = find_job(session, job_id)
        if job.state != "queued":
            raise StudioError(f"Job {job.id} ({job.title}) is {job.state}.", "Only waiting jobs can be moved.")
        waiting = list(jobs.in_state(session, "queued"))
        slots = [(row.position, row.id) for row in waiting]
        moved, holder = _shift(waiting, waiting.index(job), step, abs(places))
        if holder is not None and not moved:
            word = "before" if step < 0 else "after"
            raise StudioError(f"{job.title} cannot come {word} {holder.title}.", "One of them depends on the other.")
        _renumber(waiting, [position for position, _ in slots])
    return moved


def _shift(waiting: list[Job], place: int, step: int, places: int) -> tuple[int, Job | None]:
    """Move one job within the list; returns the distance, and the job that stopped it."""
    for moved in range(places):
        target = place + step
        if not 0 <= target < len(waiting):
            return moved, None
        job, other = waiting[place], waiting[target]
        if depends_on(job, other) or depends_on(other, job):
            return moved, other
        waiting[place], waiting[target] = other, job
        place = target
    return places, None


def _renumber(waiting: list[Job], positions: list[int]) -> None:
    """Assign these positions to the jobs in their new order; equal ones (ordered by id) become different."""
    last: int | None = None
    for job, position in zip(waiting, positions, strict=True):
        last = position if last is None or position > last else last + 1
        job.position = last
