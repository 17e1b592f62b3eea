"""Requests to regenerate rejected answers, and the jobs that carry them out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select, tuple_
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session, aliased

from db.models import DECIDING, Decision, Job, Pair, Redraw

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


def replaced(session: Session, line: str, iteration: int, draws: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return (new, old) pair ids of these (image, draw) that replaced another pair and have no decision yet."""
    old = aliased(Pair)
    same = (old.line == Pair.line, old.iteration == Pair.iteration, old.image_id == Pair.image_id)
    statement = select(Pair.id, old.id).join(old, and_(*same, old.draw == Pair.draw - 1))
    statement = statement.where(
        *(Pair.line == line, Pair.iteration == iteration, tuple_(Pair.image_id, Pair.draw).in_(draws)),
        ~select(Decision.id).where(Decision.pair_id == Pair.id, Decision.reviewer == DECIDING).exists(),
    )
    return [(new_id, old_id) for new_id, old_id in session.execute(statement.order_by(Pair.id))]
