"""Regenerate a pair's rejected answer: a separate job that generates another wrong score. No Qt, no torch.

The new pair replaces the old one in review and training; the old one stays in the database.
"""

from __future__ import annotations

import json

from db.engine import Session
from db.models import Job
from db.queries import jobs, resampling
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.recipes.version_names import MAIN
from studio.services.review.pair_list import find_pair
from studio.services.stages.generate import GENERATE

_TITLE = "Draw other wrong scores, iteration {iteration}"


def ask_redraw(project: Project, pair_id: int) -> int:
    """Queue the regeneration of a pair, in one transaction; requests before the job starts share it.

    Returns:
        The job's id.

    Raises:
        StudioError: there is no such pair, or its regeneration is already queued.
    """
    config = json.loads(project.settings.to_json())
    with project.session() as session:
        pair = find_pair(session, pair_id)
        if pair_id in resampling.pending(session):
            raise StudioError(
                f"The rejected answer of {pair.name} is already being regenerated.",
                "See the Jobs page for its progress.",
            )
        job = resampling.waiting_job(session, pair.iteration) or _new_job(session, pair.iteration, config)
        resampling.put(session, pair_id, job.id)
        return job.id


def _new_job(session: Session, iteration: int, config: dict[str, object]) -> Job:
    """Queue after the iteration's generation and so before its training."""
    first = resampling.generation(session, GENERATE.kind, iteration)
    job = Job(
        stage=GENERATE.kind,
        iteration=iteration,
        version_name=None,
        title=_TITLE.format(iteration=iteration),
        state="queued",
        config=config,
        position=jobs.last_position(session) + 1 if first is None else first.position,
        line=MAIN,
        options={},
    )
    jobs.add(session, job)
    return job
