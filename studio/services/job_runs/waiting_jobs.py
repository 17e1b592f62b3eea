"""Waiting jobs that cannot run yet because a job that they depend on has stopped. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.engine import Session
from db.models import Job
from db.queries import jobs, resampling
from studio.services.base_models import hub_models
from studio.services.projects.project import Project
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.registry import cannot_run_without, definition, depends_on

_STOPPED = ("failed", "interrupted", "paused", "cancelled")


@dataclass(frozen=True, slots=True)
class WaitingJobs:
    """Waiting jobs in running order.

    Attributes:
        runnable: the jobs whose dependencies are all done, in running order.
        waits_for: by the id of a waiting job that cannot run, the stopped job that it waits for.
    """

    runnable: Sequence[Job]
    waits_for: Mapping[int, Job]


def waiting_jobs(project: Project, session: Session, rows: Sequence[Job] | None = None) -> WaitingJobs:
    """Return the runnable jobs, and what the other waiting jobs wait for, in the caller's transaction.

    A dependency that failed, was interrupted or paused blocks all jobs that use its results. A cancelled one blocks
    only jobs that cannot run without it: a user may skip the judging. Jobs that were replaced, and jobs that regenerate
    pairs, block nothing.
    """
    rows = list(jobs.all_jobs(session)) if rows is None else list(rows)
    queued = [job for job in rows if job.state == "queued"]
    if not queued:
        return WaitingJobs((), {})
    ahead = _unfinished(project, session, rows)
    runnable: list[Job] = []
    waits_for: dict[int, Job] = {}
    for job in queued:
        needed = [other for other in ahead if other.id != job.id and depends_on(job, other)]
        held = next((other for other in needed if _holds(job, other)), None)
        through = next((waits_for[other.id] for other in needed if other.id in waits_for), None)
        if held is not None or through is not None:
            waits_for[job.id] = held or through  # type: ignore[assignment]  # one of them is set
        elif not any(other.state in ("queued", "running") for other in needed):
            runnable.append(job)
    return WaitingJobs(runnable, waits_for)


def _holds(job: Job, other: Job) -> bool:
    if other.state == "cancelled":
        return cannot_run_without(job, other)
    return other.state in _STOPPED


def _unfinished(project: Project, session: Session, rows: Sequence[Job]) -> list[Job]:
    """Return the latest job of each stage that is not done."""
    redrawing = resampling.job_ids(session)
    own = sorted((job for job in rows if job.id not in redrawing), key=lambda job: job.id)
    latest = {(job.line, job.stage, job.iteration, job.version_name): job for job in own}
    return [job for job in latest.values() if job.state != "done" and not _is_pointless(project, session, job)]


def _is_pointless(project: Project, session: Session, job: Job) -> bool:
    """Return whether a stopped job would download a model that is on this machine now."""
    if job.state not in _STOPPED or definition(job.stage).product(job).what != "base_model":
        return False
    model = parse_settings(job.config, f"The settings of job {job.id}").model
    return not hub_models.has_to_be_fetched(session, model, project.root)
