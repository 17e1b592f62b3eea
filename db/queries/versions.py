"""Model versions and their metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import Judgement, Metric, ModelVersion, Prediction


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


def put_metrics(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store metrics by (version, split, name), replacing older ones."""
    for row in rows:
        statement = insert(Metric).values(**row)
        changed = {key: row[key] for key in ("value", "lo", "hi", "n", "job_id")}
        keys = [Metric.model_version_id, Metric.split, Metric.name]
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def metrics(session: Session, split: str) -> Sequence[Metric]:
    """Return all metrics on a split."""
    return session.scalars(select(Metric).where(Metric.split == split).order_by(Metric.id)).all()


def judge_of(session: Session, version_id: int) -> str | None:
    """Return the judge that graded the version last; None if there is none."""
    statement = (
        select(Judgement.judge)
        .join(Prediction, Prediction.id == Judgement.prediction_id)
        .where(Prediction.model_version_id == version_id)
        .order_by(Judgement.id.desc())
        .limit(1)
    )
    return session.scalars(statement).first()
