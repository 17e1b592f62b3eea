"""Blind tests and their votes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import BlindTest, BlindVote, utc_now


def latest(session: Session) -> Sequence[BlindTest]:
    """Return all tests, newest first."""
    return session.scalars(select(BlindTest).order_by(BlindTest.id.desc())).all()


def get(session: Session, test_id: int) -> BlindTest | None:
    """Return one test."""
    return session.get(BlindTest, test_id)


def add(session: Session, versions: Sequence[str], seed: int) -> BlindTest:
    """Add a test."""
    test = BlindTest(versions=list(versions), seed=seed)
    session.add(test)
    session.flush()
    return test


def put_vote(session: Session, test_id: int, image_id: int, version: str | None) -> None:
    """Store a vote, replacing an older one on the same image; it becomes the latest."""
    session.execute(delete(BlindVote).where(BlindVote.test_id == test_id, BlindVote.image_id == image_id))
    session.execute(insert(BlindVote).values(test_id=test_id, image_id=image_id, version=version, at=utc_now()))


def take_back(session: Session, test_id: int) -> int | None:
    """Delete the latest vote; returns its image, None if there is none."""
    last = session.scalars(
        select(BlindVote).where(BlindVote.test_id == test_id).order_by(BlindVote.id.desc()).limit(1)
    ).first()
    if last is None:
        return None
    session.delete(last)
    return last.image_id


def voted_images(session: Session, test_id: int) -> set[int]:
    """Return the images that have a vote."""
    return set(session.scalars(select(BlindVote.image_id).where(BlindVote.test_id == test_id)))


def counts(session: Session, test_id: int) -> dict[str | None, int]:
    """Return the number of votes by version; None counts the ties."""
    statement = select(BlindVote.version, func.count()).where(BlindVote.test_id == test_id).group_by(BlindVote.version)
    return {version: count for version, count in session.execute(statement)}  # noqa: C416  a Result is not a mapping
