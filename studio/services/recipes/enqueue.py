"""Queue planned stages, in the caller's transaction. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from db.engine import Session
from db.models import Job
from db.queries import jobs, resampling
from studio.services.base_models import hub_models
from studio.services.errors import StudioError
from studio.services.loop.queue import requeue
from studio.services.loop.types import JobState, PlannedStage
from studio.services.projects.project import Project
from studio.services.recipes.planned_stage import JobKey, Stage
from studio.services.recipes.self_training import DOWNLOAD
from studio.services.settings.toml_file import FILE_NAME, parse_settings
from studio.services.stages.registry import relevant_settings

STOPPED = ("interrupted", "paused", "failed", "cancelled")


def enqueue_stage(session: Session, stage: Stage, job: Job | None, config: dict[str, Any]) -> Job:
    """Return the stage's job, queued unless it already is or is done.

    A job that has not started gets these settings. A job that has started is resumed, unless settings that it depends
    on have changed: then a new job replaces it.
    """
    if job is None:
        return new_job(session, stage, config, jobs.last_position(session) + 1)
    if job.state not in ("queued", *STOPPED):
        return job
    if job.spec_digest is None:
        job.config = config
    elif relevant_settings(stage.stage, _complete(job)) != relevant_settings(stage.stage, config):
        job.state, job.error = "cancelled", "Its settings were changed; a new job replaced it."
        return new_job(session, stage, config, job.position)
    if job.state != "queued":
        requeue(job)
    return job


def _complete(job: Job) -> dict[str, Any]:
    """Return the job's frozen settings with the defaults of those that did not exist when it was queued."""
    complete: dict[str, Any] = json.loads(parse_settings(job.config, f"The settings of job {job.id}").to_json())
    return complete


def new_job(session: Session, stage: Stage, config: dict[str, Any], position: int) -> Job:
    """Add a waiting job in this position."""
    job = Job(
        stage=stage.stage,
        iteration=stage.iteration,
        version_name=stage.version_name,
        title=stage.title,
        state="queued",
        config=config,
        position=position,
        line=stage.line,
        options=dict(stage.options),
    )
    jobs.add(session, job)
    return job


def latest_jobs(session: Session) -> dict[JobKey, Job]:
    """Return the latest job of each stage; jobs that regenerate pairs are not stages of a recipe."""
    redrawing = resampling.job_ids(session)
    ordered = sorted((job for job in jobs.all_jobs(session) if job.id not in redrawing), key=lambda job: job.id)
    return {(job.line, job.stage, job.iteration, job.version_name): job for job in ordered}


def with_job(stage: Stage, job: Job | None) -> PlannedStage:
    """Return the planned stage with the state of its job; None: it has none yet."""
    state = None if job is None else cast(JobState, job.state)
    return PlannedStage(
        stage=stage.stage,
        iteration=stage.iteration,
        version_name=stage.version_name,
        title=stage.title,
        line=stage.line,
        done=state == "done",
        job_id=None if job is None else job.id,
        state=state,
    )


def check_base(project: Project, session: Session, known: Iterable[Job], config: Mapping[str, Any]) -> None:
    """Reject a different base model once a stage is done, since results of two models must not be mixed.

    Raises:
        StudioError: names both models.
    """
    new = config["model"]["base"], config["model"]["revision"]
    for job in known:
        old = job.config["model"]["base"], job.config["model"]["revision"]
        if job.state != "done" or job.stage == DOWNLOAD.stage or hub_models.is_same(session, old, new):
            continue
        if not hub_models.may_be_moved(session, old, new[0], project.root):
            raise StudioError(
                f"The base model is now {new[0]!r}, but {job.title!r} was done with {old[0]!r}.",
                f"Restore [model] in {FILE_NAME}, or create a new project for the other model.",
            )
