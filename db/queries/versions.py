"""Model versions and their metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import PERSON, WORD_TONE, Judgement, Metric, ModelVersion


def add_version(
    session: Session,
    *,
    name: str,
    iteration: int,
    kind: str,
    parents: Sequence[str],
    line: str = "main",
    adapter: str | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
    digest: str | None = None,
    job_id: int | None = None,
) -> None:
    """Add a version, or update the one of that name."""
    values = {
        "line": line,
        "iteration": iteration,
        "kind": kind,
        "parents": list(parents),
        "adapter": adapter,
        "hyperparameters": dict(hyperparameters or {}),
        "digest": digest,
        "job_id": job_id,
    }
    statement = insert(ModelVersion).values(name=name, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[ModelVersion.name], set_=values))


def all_versions(session: Session) -> Sequence[ModelVersion]:
    """Return all versions in creation order."""
    return session.scalars(select(ModelVersion).order_by(ModelVersion.id)).all()


def by_name(session: Session, name: str) -> ModelVersion | None:
    """Return the version of that name, or None."""
    return session.scalars(select(ModelVersion).where(ModelVersion.name == name)).one_or_none()


def set_calibration(session: Session, version_id: int, calibration: Mapping[str, Any]) -> None:
    """Store the reference values for reading out scores."""
    session.execute(update(ModelVersion).where(ModelVersion.id == version_id).values(calibration=dict(calibration)))


def replace_metrics(session: Session, version_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store all metrics of a version in place of those that it has."""
    session.execute(delete(Metric).where(Metric.model_version_id == version_id))
    if rows:
        session.execute(insert(Metric), list(rows))


def metrics(session: Session, split: str) -> Sequence[Metric]:
    """Return all metrics on a split."""
    return session.scalars(select(Metric).where(Metric.split == split).order_by(Metric.id)).all()


def model_judge(session: Session) -> str | None:
    """Return the language model whose grades are shown where those of one judge are: the one used last, if any."""
    by_model = select(Judgement.judge).where(Judgement.judge != WORD_TONE, ~Judgement.judge.startswith(PERSON))
    return session.scalars(by_model.order_by(Judgement.id.desc()).limit(1)).first()


def main_judge(session: Session) -> str | None:
    """Return the judge whose means are shown first: the language model used last, or else the last person.

    None if nobody has graded: the estimate from word tone is no judge.
    """
    found = model_judge(session)
    if found is not None:
        return found
    by_person = select(Judgement.judge).where(Judgement.judge.startswith(PERSON))
    return session.scalars(by_person.order_by(Judgement.id.desc()).limit(1)).first()
