"""Answers about degraded copies of images, and the figures of a version's probe."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import Image, ProbeAnswer, ProbeFigure


def put_answers(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store answers by (version, image, degradation, strength), replacing older ones."""
    if not rows:
        return
    statement = insert(ProbeAnswer)
    names = ("logprobs", "label", "text", "raw", "parse_ok", "truncated", "job_id")
    keys = [ProbeAnswer.model_version_id, ProbeAnswer.image_id, ProbeAnswer.degradation, ProbeAnswer.strength]
    changed = {name: statement.excluded[name] for name in names}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def replace_figures(session: Session, version_id: int, job_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the figures of a finished probe, and delete the figures and answers of the version's earlier ones."""
    session.execute(delete(ProbeFigure).where(ProbeFigure.model_version_id == version_id))
    session.execute(delete(ProbeAnswer).where(ProbeAnswer.model_version_id == version_id, ProbeAnswer.job_id != job_id))
    if rows:
        session.execute(
            insert(ProbeFigure), [{**row, "model_version_id": version_id, "job_id": job_id} for row in rows]
        )


def answers(session: Session, version_id: int, images: Collection[int] | None = None) -> Iterator[ProbeAnswer]:
    """Yield a version's answers (about these images), in image order, the untouched image first."""
    statement = (
        select(ProbeAnswer)
        .where(ProbeAnswer.model_version_id == version_id)
        .order_by(ProbeAnswer.image_id, ProbeAnswer.strength, ProbeAnswer.degradation)
    )
    for row in session.scalars(statement):
        if images is None or row.image_id in images:
            yield row


def figures(session: Session) -> Sequence[ProbeFigure]:
    """Return all figures of all versions."""
    return session.scalars(select(ProbeFigure).order_by(ProbeFigure.id)).all()


def jobs_by_version(session: Session) -> dict[int, int]:
    """Return the job of each version's finished probe, by version id."""
    found = session.execute(select(ProbeFigure.model_version_id, ProbeFigure.job_id).distinct())
    return {version: job for version, job in found}  # noqa: C416  a Result is not a mapping


def examples(
    session: Session, version_ids: Sequence[int], degradation: str, strength: float
) -> list[tuple[ProbeAnswer, Image]]:
    """Return these versions' answers about one kind of copy with their images, in image order."""
    statement = (
        select(ProbeAnswer, Image)
        .join(Image, Image.id == ProbeAnswer.image_id)
        .where(
            ProbeAnswer.model_version_id.in_(version_ids),
            ProbeAnswer.degradation == degradation,
            ProbeAnswer.strength == strength,
        )
        .order_by(ProbeAnswer.image_id, ProbeAnswer.model_version_id)
    )
    return [(answer, image) for answer, image in session.execute(statement)]
