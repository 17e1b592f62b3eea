"""Requests to regenerate rejected answers, and the jobs that carry them out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import Job, Redraw

_UNFINISHED = ("queued", "running", "interrupted", "paused")


def put(session: Session, pair_id: int, job_id: int) -> None:
    """Assign a job to regenerate a pair, replacing an earlier job that did not."""
    statement = insert(Redraw).values(pair_id=pair_id, job_id=job_id)
    session.execute(statement.on_conflict_do_update(index_elements=[Redraw.pair_id], set_={"job_id": job_id}))


def of_job(session: Session, job_id: int | None) -> Sequence[int]:
    """Return the pairs that a job regenerates, ascending; empty for any other job."""
    return session.scalars(select(Redraw.pair_id).where(Redraw.job_id == job_id).order_by(Redraw.pair_id)).all()


def job_ids(session: Session) -> set[int]:
    """Return the jobs that regenerate pairs, which are not stages of the loop."""
    return set(session.scalars(select(Redraw.job_id).distinct()))


def pending(session: Session) -> set[int]:
    """Return the pairs that an unfinished job will regenerate."""
    statement = select(Redraw.pair_id).join(Job, Job.id == Redraw.job_id)
    return set(session.scalars(statement.where(Job.state.in_(_UNFINISHED))))


def waiting_job(session: Session, iteration: int) -> Job | None:
    """Return the iteration's job that has not started, so that it can take more pairs."""
    statement = (
        select(Job)
        .join(Redraw, Redraw.job_id == Job.id)
        .where(Job.iteration == iteration, Job.state == "queued", Job.spec_digest.is_(None))
    )
    return session.scalars(statement.limit(1)).first()


def generation(session: Session, stage: str, iteration: int) -> Job | None:
    """Return the first job of this stage in an iteration, which generated its pairs."""
    statement = select(Job).where(Job.stage == stage, Job.iteration == iteration)
    return session.scalars(statement.order_by(Job.id).limit(1)).first()
