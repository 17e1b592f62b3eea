"""Lines of versions beside the main line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Job, Line, ModelVersion


def all_lines(session: Session) -> Sequence[Line]:
    """Return all lines in creation order."""
    return session.scalars(select(Line).order_by(Line.id)).all()


def by_name(session: Session, name: str) -> Line | None:
    """Return the line of that name, or None."""
    return session.scalars(select(Line).where(Line.name == name)).one_or_none()


def add(
    session: Session, *, name: str, recipe: str, iteration: int, start: str, options: Mapping[str, Any] | None = None
) -> Line:
    """Add a line and return it."""
    line = Line(name=name, recipe=recipe, iteration=iteration, start=start, options=dict(options or {}))
    session.add(line)
    session.flush()
    return line


def jobs_of(session: Session, line: str, iteration: int | None = None) -> Sequence[Job]:
    """Return the jobs of a line, or of one of its iterations, in running order."""
    statement = select(Job).where(Job.line == line).order_by(Job.position, Job.id)
    return session.scalars(statement if iteration is None else statement.where(Job.iteration == iteration)).all()


def versions_of(session: Session, line: str, iteration: int | None = None) -> Sequence[ModelVersion]:
    """Return the versions of a line, or of one of its iterations, in creation order."""
    statement = select(ModelVersion).where(ModelVersion.line == line).order_by(ModelVersion.id)
    return session.scalars(
        statement if iteration is None else statement.where(ModelVersion.iteration == iteration)
    ).all()
