"""The self-training loop: the next stage, the review gate, the next action. No Qt, no torch.

The inputs and results of jobs are in ``studio.services.job_runs``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from db.engine import Session
from db.models import Job
from db.queries import jobs, meta
from studio.services.base_models import hub_models
from studio.services.base_models.suitability import is_hub_model
from studio.services.errors import StudioError
from studio.services.job_runs.job_completion import complete
from studio.services.job_runs.job_inputs import write_job_inputs
from studio.services.job_runs.journal_ingest import ingest
from studio.services.loop.types import NextAction, PlannedStage
from studio.services.projects.project import Project
from studio.services.recipes.enqueue import STOPPED, check_base, enqueue_stage, latest_jobs, new_job, with_job
from studio.services.recipes.planned_stage import JobKey, Stage
from studio.services.recipes.self_training import DOWNLOAD, stage_order
from studio.services.recipes.version_names import MAIN
from studio.services.stages.generate import GENERATE
from studio.services.stages.train import TRAIN

__all__ = [
    "approve_review",
    "complete",
    "enqueue_next",
    "ingest",
    "next_action",
    "plan",
    "review_pending",
    "write_job_inputs",
]

_OPEN, _CLOSED = "open", "closed"


def plan(project: Project, iterations: int) -> list[PlannedStage]:
    """Return every stage of ``iterations`` iterations in running order, with its state."""
    _check_iterations(iterations)
    with project.reader() as session:
        latest = latest_jobs(session)
        return [with_job(stage, latest.get(stage.key)) for stage in _stages(project, session, latest, iterations)]


def enqueue_next(project: Project, iterations: int, *, review: bool | None = None) -> list[int]:
    """Queue all unfinished stages, in one transaction.

    A stage that has not started uses the current settings. A stage that has started is resumed, unless settings that it
    depends on have changed: then a new job replaces it. With ``review`` (None: as in the settings) the stages after an
    iteration's pair generation wait for ``approve_review``.

    Returns:
        The ids of all waiting and running jobs, in running order.

    Raises:
        StudioError: invalid settings or number of iterations, or a base model other than that of finished stages.
    """
    _check_iterations(iterations)
    settings = project.settings
    config = json.loads(settings.to_json())
    gated = settings.loop.review if review is None else review
    waiting: list[int] = []
    with project.session() as session:
        latest = latest_jobs(session)
        check_base(project, session, latest.values(), config)
        waiting += _enqueue_download(project, session, latest, config, iterations)
        for stage in stage_order(iterations):
            if gated and stage.stage == TRAIN.kind and _closes_gate(session, latest, stage.iteration):
                break
            job = enqueue_stage(session, stage, latest.get(stage.key), config)
            if job.state != "done":
                waiting.append(job.id)
    return waiting


def approve_review(project: Project, iteration: int) -> None:
    """Open the review gate of an iteration, so that ``enqueue_next`` queues its training. One transaction."""
    with project.session() as session:
        meta.put(session, _gate(iteration), _OPEN)


def review_pending(project: Project, iteration: int) -> bool:
    """Return whether the iteration's pairs exist and its closed gate blocks training."""
    with project.reader() as session:
        latest = latest_jobs(session)
        generated = latest.get((MAIN, GENERATE.kind, iteration, None))
        is_there = generated is not None and generated.state == "done"
        return is_there and meta.get(session, _gate(iteration)) == _CLOSED and not _started(latest, iteration)


def next_action(project: Project, iterations: int | None = None) -> NextAction:
    """Return the next action for the user; None takes the number of iterations from the settings."""
    stages = plan(project, project.settings.loop.iterations if iterations is None else iterations)
    running = next((stage for stage in stages if stage.state == "running"), None)
    if running is not None:
        return NextAction("running", running.iteration, running)
    loop_stages = [stage for stage in stages if stage.stage != DOWNLOAD.stage]
    ahead = next((stage for stage in loop_stages if not stage.done), None)
    if ahead is not None and stages[0].stage == DOWNLOAD.stage and stages[0].state in ("queued", *STOPPED):
        ahead = stages[0]
    if ahead is None:
        return NextAction("done", stages[-1].iteration)
    if ahead.state == "queued" or ahead.state in STOPPED:
        return NextAction("resume", ahead.iteration, ahead)
    return _fresh_action(project, ahead)


def _fresh_action(project: Project, ahead: PlannedStage) -> NextAction:
    iteration = ahead.iteration
    if iteration == 0:
        return NextAction("run_base", 0)
    if ahead.stage == TRAIN.kind and review_pending(project, iteration):
        return NextAction("review", iteration)
    return NextAction("run_iteration", iteration)


def _stages(project: Project, session: Session, latest: Mapping[JobKey, Job], iterations: int) -> list[Stage]:
    """Return the stages of these iterations, starting with the download if there is one or one is needed."""
    order, model = list(stage_order(iterations)), project.settings.model
    if not is_hub_model(model.base, project.root):
        return order
    is_wanted = not _all_done(latest, order) and hub_models.has_to_be_fetched(session, model, project.root)
    return [DOWNLOAD, *order] if is_wanted or DOWNLOAD.key in latest else order


def _enqueue_download(
    project: Project, session: Session, latest: Mapping[JobKey, Job], config: dict[str, Any], iterations: int
) -> list[int]:
    """Queue the download first if the model is not on this machine and stages are unfinished; returns its id."""
    model, job = project.settings.model, latest.get(DOWNLOAD.key)
    hub_models.keep_commit_of_cached(session, model, project.root)
    if job is not None and job.state == "running":
        return [job.id]
    is_left = not _all_done(latest, list(stage_order(iterations)))
    if not is_left or not hub_models.has_to_be_fetched(session, model, project.root):
        if job is not None and job.state == "queued":
            job.state, job.error = "cancelled", "The model is on this machine."
        return []
    if job is not None and job.state != "done":
        return [enqueue_stage(session, DOWNLOAD, job, config).id]
    ahead = [job.position for job in latest.values() if job.state != "done"]
    return [new_job(session, DOWNLOAD, config, min(ahead) - 1 if ahead else jobs.last_position(session) + 1).id]


def _all_done(latest: Mapping[JobKey, Job], order: Iterable[Stage]) -> bool:
    found = [latest.get(stage.key) for stage in order]
    return all(job is not None and job.state == "done" for job in found)


def _started(latest: dict[JobKey, Job], iteration: int) -> bool:
    return any((line, stage, number) == (MAIN, TRAIN.kind, iteration) for line, stage, number, _ in latest)


def _closes_gate(session: Session, latest: dict[JobKey, Job], iteration: int) -> bool:
    """Close the gate before an iteration's training, unless it was opened or training has started."""
    if meta.get(session, _gate(iteration)) == _OPEN or _started(latest, iteration):
        return False
    meta.put(session, _gate(iteration), _CLOSED)
    return True


def _gate(iteration: int) -> str:
    return f"review:{iteration}"


def _check_iterations(iterations: int) -> None:
    if iterations < 0:
        raise StudioError(f"{iterations} iterations cannot be run.", "Use 0 (only the base model) or more.")
