"""What versions suggest for images, the judges' grades of it, and their means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from db.models import Image, Prediction, Suggestion, SuggestionFigure, SuggestionGrade

GRADES = ("usefulness", "concreteness", "relevance")
_CHUNK = 500


def answered_test_images(session: Session, version_id: int) -> list[tuple[Image, Prediction]]:
    """Return the test images about which a version has an explanation, with its prediction, in image order."""
    statement = (
        select(Image, Prediction)
        .join(Prediction, Prediction.image_id == Image.id)
        .where(
            Prediction.model_version_id == version_id,
            Prediction.explained.is_(True),
            Image.split == "test",
            Image.problem.is_(None),
        )
        .order_by(Image.id)
    )
    return [(image, row) for image, row in session.execute(statement)]


def put_suggestions(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store suggestions by (version, image); grades of one that has become another are deleted."""
    if not rows:
        return
    texts = {(row["model_version_id"], row["image_id"]): row["text"] for row in rows}
    versions = {row["model_version_id"] for row in rows}
    for start in range(0, len(rows), _CHUNK):
        images = {row["image_id"] for row in rows[start : start + _CHUNK]}
        known = session.scalars(
            select(Suggestion).where(Suggestion.model_version_id.in_(versions), Suggestion.image_id.in_(images))
        )
        other = [row.id for row in known if texts.get((row.model_version_id, row.image_id)) not in (None, row.text)]
        session.execute(delete(SuggestionGrade).where(SuggestionGrade.suggestion_id.in_(other)))
    statement = insert(Suggestion)
    changed = {name: statement.excluded[name] for name in ("text", "truncated", "job_id")}
    keys = [Suggestion.model_version_id, Suggestion.image_id]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def keep_only(session: Session, version_id: int, job_id: int) -> None:
    """Delete a version's suggestions of other jobs, with their grades: they are of another sample or question."""
    old = select(Suggestion.id).where(Suggestion.model_version_id == version_id, Suggestion.job_id != job_id)
    session.execute(delete(SuggestionGrade).where(SuggestionGrade.suggestion_id.in_(old)))
    session.execute(delete(Suggestion).where(Suggestion.model_version_id == version_id, Suggestion.job_id != job_id))


def of_version(session: Session, version_id: int) -> list[tuple[Suggestion, Image]]:
    """Return a version's suggestions with their images, in image order."""
    statement = (
        select(Suggestion, Image)
        .join(Image, Image.id == Suggestion.image_id)
        .where(Suggestion.model_version_id == version_id)
        .order_by(Suggestion.image_id)
    )
    return [(row, image) for row, image in session.execute(statement)]


def put_grades(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store grades by (suggestion, judge), replacing older ones; one without a grade replaces no grade."""
    if not rows:
        return
    statement = insert(SuggestionGrade)
    changed = {name: statement.excluded[name] for name in (*GRADES, "raw", "reason")}
    better = statement.excluded.usefulness.is_not(None) | SuggestionGrade.usefulness.is_(None)
    keys = [SuggestionGrade.suggestion_id, SuggestionGrade.judge]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed, where=better), list(rows))


def grades_by_image(session: Session, version_id: int, judge: str) -> dict[int, dict[str, float | None]]:
    """Return a judge's grades of a version's suggestions by image."""
    statement = (
        select(Suggestion.image_id, SuggestionGrade)
        .join(Suggestion, Suggestion.id == SuggestionGrade.suggestion_id)
        .where(Suggestion.model_version_id == version_id, SuggestionGrade.judge == judge)
    )
    return {image: {name: getattr(row, name) for name in GRADES} for image, row in session.execute(statement)}


def replace_figures(
    session: Session, version_id: int, judge: str, job_id: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Store the figures of a judge for a version in place of older ones."""
    old = delete(SuggestionFigure).where(
        SuggestionFigure.model_version_id == version_id, SuggestionFigure.judge == judge
    )
    session.execute(old)
    own = {"model_version_id": version_id, "judge": judge, "job_id": job_id}
    if rows:
        session.execute(insert(SuggestionFigure), [{**row, **own} for row in rows])


def figures(session: Session) -> Sequence[SuggestionFigure]:
    """Return all figures, in the order in which they were stored."""
    return session.scalars(select(SuggestionFigure).order_by(SuggestionFigure.id)).all()
