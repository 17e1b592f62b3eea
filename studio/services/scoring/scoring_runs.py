"""Queue the scoring of collections: what is left to do, how long it takes, and the jobs. No Qt, no torch."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from db.engine import Session
from db.models import Job
from db.queries import jobs
from db.queries.collections import scores as scores_queries
from studio.services.errors import StudioError
from studio.services.estimating.types import NEAR, NOTHING, EstimateRange
from studio.services.job_runs.journal_ingest import ingest
from studio.services.loop.queue import job_row
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project
from studio.services.recipes.enqueue import new_job
from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.stage_options import StageOptions
from studio.services.scoring.collections import find_collection, is_job_of
from studio.services.scoring.scorers import find_scorer, keep_scorer
from studio.services.scoring.types import Explain, ScorerChoice, ScoringEstimate, ScoringOptions
from studio.services.stages.predict import PREDICT
from studio.services.stages.score import SCORE

_UNFINISHED = ("queued", "paused", "interrupted", "failed", "running")
_CHOSEN = "chosen"


def estimate(
    project: Project, collection_id: int, choice: ScorerChoice | None, options: ScoringOptions
) -> ScoringEstimate:
    """Return what scoring a collection with this model is about to do; without a model, for all of its images."""
    with project.reader() as session:
        scorer = 0 if choice is None else _known(session, choice)
        scored = len(scores_queries.unscored(session, collection_id, scorer, explain=False))
        unexplained = len(scores_queries.unscored(session, collection_id, scorer, explain=True))
        explained = {
            "all": unexplained,
            "none": 0,
            "extremes": min(unexplained, 2 * options.extremes),
        }[options.explain]
        paces = {part: _pace(session, part) for part in ("all", "none")}
    images = unexplained if options.explain == "all" else scored
    return ScoringEstimate(scored, explained, _seconds(paces, images, explained, options.explain))


def estimate_new(project: Project, images: int, options: ScoringOptions) -> ScoringEstimate:
    """Return what scoring so many new images is about to do."""
    explained = {"all": images, "none": 0, "extremes": min(images, 2 * options.extremes)}[options.explain]
    with project.reader() as session:
        paces = {part: _pace(session, part) for part in ("all", "none")}
    return ScoringEstimate(images, explained, _seconds(paces, images, explained, options.explain))


def enqueue(project: Project, collection_id: int, choice: ScorerChoice, options: ScoringOptions) -> list[int]:
    """Queue what is left to score of a collection; returns the jobs in running order, none if nothing is left.

    A job for the same that has not ended is replaced: what it has finished is kept. "extremes" takes two jobs: scores
    of all images, then explanations of the best and worst.

    Raises:
        StudioError: no such collection or model, or the same is being scored.
    """
    scorer = keep_scorer(project, choice)
    parts: tuple[str, ...] = ("none", "extremes") if options.explain == "extremes" else (options.explain,)
    with project.reader() as session:
        if parts[0] == "all":
            left = bool(scores_queries.unscored(session, collection_id, scorer, explain=True))
        else:
            left = bool(scores_queries.unscored(session, collection_id, scorer, explain=False))
        if not left and options.explain == "extremes":
            parts = ("extremes",)
            left = bool(scores_queries.extremes(session, collection_id, scorer, options.extremes))
    if not left:
        return []
    choices = [StageOptions(collection=collection_id, scorer=scorer, part=part) for part in parts]
    return _queue(project, collection_id, scorer, choices, options.extremes)


def explain(project: Project, collection_id: int, scorer: int, images: Sequence[int]) -> list[int]:
    """Queue explanations of these images by a model that has scored them; returns the job, none if there are no images.

    Raises:
        StudioError: no such collection or model.
    """
    if not images:
        return []
    choice = StageOptions(collection=collection_id, scorer=scorer, part=_CHOSEN, images=tuple(sorted(images)))
    return _queue(project, collection_id, scorer, [choice], 0)


def jobs_of(project: Project, collection_id: int) -> list[JobRow]:
    """Return the jobs of a collection that have not ended well or been replaced, in running order."""
    with project.reader() as session:
        return [
            job_row(project, job)
            for job in jobs.all_jobs(session)
            if is_job_of(job.stage, job.options, collection_id) and job.state not in ("done", "cancelled")
        ]


def _queue(
    project: Project, collection_id: int, scorer: int, choices: Sequence[StageOptions], extremes: int
) -> list[int]:
    config = json.loads(project.settings.to_json())
    for stopped in _unfinished(project, collection_id, scorer, [choice.part for choice in choices]):
        ingest(project, stopped)  # what its child had finished when it was killed
    with project.session() as session:
        subject = f"{find_collection(session, collection_id).name} – {find_scorer(session, scorer).name}"
        position = jobs.last_position(session)
        for job in _jobs(session, collection_id, scorer, [choice.part for choice in choices]):
            if job.state == "running":
                raise StudioError(f"{job.title} is running.", "Wait for it, or stop it first.")
            job.state, job.error, job.remedy = "cancelled", "A new job replaced it; its results are kept.", None
        queued: list[Job] = []
        for place, choice in enumerate(choices):
            number = extremes if choice.part == "extremes" else 0
            full = replace(choice, subject=f"{subject}{_marks(choice, number)}", extremes=number)
            queued.append(new_job(session, Stage(SCORE.kind, 0, None, choices=full), config, position + 1 + place))
        session.flush()
        return [job.id for job in queued]


def _marks(choice: StageOptions, extremes: int) -> str:
    """Return what tells the job's subject from one of all images, in no language."""
    if choice.part == "extremes":
        return f" (↑{extremes} ↓{extremes})"
    return f" ({len(choice.images)})" if choice.images is not None else ""


def _unfinished(project: Project, collection_id: int, scorer: int, parts: Sequence[str]) -> list[int]:
    with project.reader() as session:
        return [job.id for job in _jobs(session, collection_id, scorer, parts) if job.state != "running"]


def _jobs(session: Session, collection_id: int, scorer: int, parts: Sequence[str]) -> list[Job]:
    """Return the unfinished jobs of this model for these parts; a choice of images is not replaced by another."""
    return [
        job
        for job in jobs.all_jobs(session)
        if is_job_of(job.stage, job.options, collection_id)
        and job.options.get("scorer") == scorer
        and job.options.get("part") in parts
        and job.options.get("part") != _CHOSEN
        and job.state in _UNFINISHED
    ]


def _known(session: Session, choice: ScorerChoice) -> int:
    """Return the newest stored model of a choice; 0 if it has not scored anything."""
    return scores_queries.newest_scorer(
        session, choice.name, "" if choice.folder is None else str(choice.folder), choice.base
    )


def _pace(session: Session, part: str) -> tuple[float, float] | None:
    """Return seconds for an image and to start, from the newest such job that ended; None before there was one."""
    ended = [job for job in jobs.in_state(session, "done") if job.worked_units]
    own = [job for job in ended if job.stage == SCORE.kind and _is_like(job.options, part)]
    if not own and part == "all":
        own = [job for job in ended if job.stage == PREDICT.kind]
    if not own:
        return None
    newest = sorted(own, key=lambda job: job.id)[-3:]
    startups = [job.startup_seconds for job in newest if job.startup_seconds is not None]
    each = sum(job.worked_seconds for job in newest) / sum(job.worked_units for job in newest)
    return each, statistics.median(startups) if startups else 0.0


def _is_like(options: Any, part: str) -> bool:
    explains = options.get("part") != "none"
    return bool(explains == (part == "all"))


def _seconds(
    paces: dict[str, tuple[float, float] | None], images: int, explained: int, mode: Explain
) -> EstimateRange | None:
    """Return the estimated time; scores without explanations take at most as long as explanations."""
    slow, fast = paces["all"], paces["none"] or paces["all"]
    if not images and not explained:
        return NOTHING
    if mode == "all":
        return None if slow is None else EstimateRange.around(images * slow[0] + slow[1], NEAR)
    if fast is None or (explained and slow is None):
        return None
    total = images * fast[0] + fast[1]
    more = explained * slow[0] + slow[1] if explained and slow is not None else 0.0
    return EstimateRange.around(total + more, NEAR)
