"""Predictions and metrics of all versions as tables for other programs. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from db.models import WORD_TONE, Image, Judgement, Metric, Prediction
from db.queries import predictions
from db.queries import versions as version_queries
from engine.contract.specs import LABELS
from studio.services.errors import StudioError
from studio.services.exports.tabular import Cell, Kind, table_suffix, write_table
from studio.services.judging.judge_names import is_estimate, is_person
from studio.services.projects.project import Project
from studio.services.projects.types import SPLITS
from studio.services.versions.prediction import probabilities
from studio.services.versions.types import VersionRow
from studio.services.versions.version_list import versions

PREDICTION_COLUMNS: dict[str, Kind] = {
    "version": "text", "iteration": "int", "kind": "text", "split": "text", "image": "text", "truth": "float",
    "bin": "int", "score": "float", "label": "int", **{f"p{label}": "float" for label in LABELS}, "explained": "bool",
    "text": "text", "parse_ok": "bool", "truncated": "bool", "raw": "text", "judge": "text", "consistency": "float",
    "usefulness": "float", "general": "float", "judge_reason": "text", "word_tone": "float",
}  # fmt: skip
"""``truth`` and ``score`` are in the original scale; ``p0`` to ``p9`` are the labels' probabilities.

The grades are those of the judge used last. ``word_tone`` is the estimate from words, not a judge's grade.
"""
METRIC_COLUMNS: dict[str, Kind] = {
    "version": "text", "iteration": "int", "kind": "text", "parents": "text", "split": "text", "metric": "text",
    "value": "float", "lo": "float", "hi": "float", "n": "int", "judge": "text",
}  # fmt: skip
"""``lo`` and ``hi`` are the ends of the 95% bootstrap interval."""
GRADE_COLUMNS: dict[str, Kind] = {
    "version": "text", "image": "text", "label": "int", "text": "text", "judge": "text", "kind": "text",
    "consistency": "float", "usefulness": "float", "general": "float", "reason": "text",
}  # fmt: skip
"""One row for each explanation and judge; ``kind`` is model or person. A missing grade has a ``reason``."""
_RUN = "Run the loop first: score-studio run DIR."


def export_predictions(project: Project, file: Path) -> int:
    """Write every version's prediction of every image as CSV or Parquet; returns their number.

    Raises:
        StudioError: there are none, another suffix, or a file that cannot be written.
    """
    table_suffix(file)
    rows = (cells for version in versions(project) for cells in _predictions(project, version))
    return _write(file, PREDICTION_COLUMNS, rows, "prediction")


def export_metrics(project: Project, file: Path) -> int:
    """Write every version's metrics on every split as CSV or Parquet; returns their number.

    Raises:
        StudioError: there are none, another suffix, or a file that cannot be written.
    """
    table_suffix(file)
    return _write(file, METRIC_COLUMNS, _metrics(project), "metric")


def export_grades(project: Project, file: Path) -> int:
    """Write every judge's grades of every explanation as CSV or Parquet; returns their number.

    Raises:
        StudioError: nobody has graded, another suffix, or a file that cannot be written.
    """
    table_suffix(file)
    rows = (cells for version in versions(project) for cells in _grades(project, version))
    return _write(file, GRADE_COLUMNS, rows, "grade")


def _grades(project: Project, version: VersionRow) -> Iterator[tuple[Cell, ...]]:
    with project.reader() as session:
        found = {row.id: (row, image) for row, image in predictions.of_version(session, version.id, SPLITS)}
        given = [one for rows in predictions.all_judgements(session, version.id).values() for one in rows]
        cells = [_grade(version, one, *found[one.prediction_id]) for one in given if not is_estimate(one.judge)]
    yield from cells


def _grade(version: VersionRow, grade: Judgement, row: Prediction, image: Image) -> tuple[Cell, ...]:
    kind = "person" if is_person(grade.judge) else "model"
    given = (grade.consistency, grade.usefulness, grade.general, grade.reason)
    return (version.name, image.path, row.label, row.text, grade.judge, kind, *given)


def _write(file: Path, columns: dict[str, Kind], rows: Iterator[tuple[Cell, ...]], what: str) -> int:
    first = next(rows, None)
    if first is None:
        raise StudioError(f"There are no {what}s to export.", _RUN)

    def all_rows() -> Iterator[tuple[Cell, ...]]:
        yield first
        yield from rows

    return write_table(file, columns, all_rows())


def _predictions(project: Project, version: VersionRow) -> Iterator[tuple[Cell, ...]]:
    with project.reader() as session:
        found = predictions.of_version(session, version.id, SPLITS)
        judge = version_queries.main_judge(session)
        grades = predictions.judgements(session, version.id, judge) if judge is not None else {}
        tones = predictions.judgements(session, version.id, WORD_TONE)
        cells = [_prediction(version, row, image, grades.get(row.id), tones.get(row.id)) for row, image in found]
    yield from cells


def _prediction(
    version: VersionRow, row: Prediction, image: Image, grade: Judgement | None, tone: Judgement | None
) -> tuple[Cell, ...]:
    head = (version.name, version.iteration, version.kind, image.split, image.path, image.mean_score, image.bin)
    judged: tuple[Cell, ...] = (None,) * 5
    if grade is not None:
        judged = (grade.judge, grade.consistency, grade.usefulness, grade.general, grade.reason)
    answer = (row.explained, row.text, row.parse_ok, row.truncated, row.raw)
    estimate = None if tone is None else tone.consistency
    return (*head, row.score, row.label, *probabilities(row.logprobs), *answer, *judged, estimate)


def _metrics(project: Project) -> Iterator[tuple[Cell, ...]]:
    known = {version.id: version for version in versions(project)}
    with project.reader() as session:
        found = [metric for split in SPLITS for metric in version_queries.metrics(session, split)]
        ordered = sorted(found, key=lambda metric: metric.model_version_id)
        cells = [_metric(metric, known[metric.model_version_id]) for metric in ordered]
    yield from cells


def _metric(metric: Metric, version: VersionRow) -> tuple[Cell, ...]:
    head = (version.name, version.iteration, version.kind, ", ".join(version.parents), metric.split, metric.name)
    return (*head, metric.value, metric.lo, metric.hi, metric.n, metric.judge or None)
