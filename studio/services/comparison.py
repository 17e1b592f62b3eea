"""Model versions side by side. No Qt, no torch."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import cast

from db.engine import Session
from db.models import Image, Judgement, ModelVersion, Prediction
from db.queries import predictions
from db.queries import versions as queries
from studio.services.errors import StudioError
from studio.services.project import Project
from studio.services.rows import ComparedImage, ComparisonOrder, MetricValue, Output, VersionKind, VersionRow

_JUDGE_LABELS = {"offline": "offline proxy"}


def versions(project: Project) -> list[VersionRow]:
    """All versions in order of making, with their metrics on the test split."""
    with project.reader() as session:
        metrics: dict[int, dict[str, MetricValue]] = defaultdict(dict)
        for metric in queries.metrics(session, "test"):
            metrics[metric.model_version_id][metric.name] = MetricValue(metric.value, metric.lo, metric.hi, metric.n)
        return [
            _version_row(project, row, metrics.get(row.id, {}), queries.judge_of(session, row.id))
            for row in queries.all_versions(session)
        ]


def version(project: Project, name: str) -> VersionRow:
    """One version.

    Raises:
        StudioError: there is none of that name; names those that there are.
    """
    rows = {row.name: row for row in versions(project)}
    if name not in rows:
        raise StudioError(f"There is no version {name!r}.", f"Versions of this project: {', '.join(rows)}.")
    return rows[name]


def compare(
    project: Project, version_names: Sequence[str], *, sort: ComparisonOrder = "change", limit: int | None = None
) -> list[ComparedImage]:
    """Test images with what the versions say of them.

    ``change`` puts first where the last version's score is furthest from the first version's, ``error`` where the last
    version is furthest from the truth, ``name`` goes by image name. Images without these scores come last.

    Raises:
        StudioError: no version was named, or one that does not exist.
    """
    if not version_names:
        raise StudioError("No version was named to compare.", "Name one or more.")
    outputs: dict[int, list[Output]] = defaultdict(list)
    images: dict[int, Image] = {}
    with project.reader() as session:
        for name in dict.fromkeys(version_names):
            row = _existing(session, name)
            grades = predictions.judgements(session, row.id)
            for prediction, image in predictions.of_version(session, row.id, ("test",)):
                images[image.id] = image
                outputs[image.id].append(_output(name, prediction, grades.get(prediction.id)))
        root = project.images_root()
        compared = [
            ComparedImage(key, root / image.path, image.name, image.mean_score, image.bin, tuple(outputs[key]))
            for key, image in images.items()
        ]
    first, last = version_names[0], version_names[-1]
    return sorted(compared, key=lambda item: _sort_key(item, sort, first, last))[:limit]


def _sort_key(item: ComparedImage, sort: ComparisonOrder, first: str, last: str) -> tuple[float, str, int]:
    if sort == "name":
        return 0.0, item.image_name, item.image_id
    scores = {output.version: output.score for output in item.outputs}
    new, old = scores.get(last), scores.get(first) if sort == "change" else item.truth
    distance = -math.inf if new is None or old is None else abs(new - old)
    return -distance, item.image_name, item.image_id


def _existing(session: Session, name: str) -> ModelVersion:
    row = queries.by_name(session, name)
    if row is None:
        known = ", ".join(version.name for version in queries.all_versions(session))
        raise StudioError(f"There is no version {name!r}.", f"Versions of this project: {known}.")
    return row


def _output(name: str, prediction: Prediction, grade: Judgement | None) -> Output:
    return Output(
        version=name,
        score=prediction.score,
        label=prediction.label,
        text=prediction.text,
        parse_ok=prediction.parse_ok,
        truncated=prediction.truncated,
        consistency=None if grade is None else grade.consistency,
    )


def _version_row(project: Project, row: ModelVersion, metrics: dict[str, MetricValue], judge: str | None) -> VersionRow:
    return VersionRow(
        id=row.id,
        name=row.name,
        iteration=row.iteration,
        kind=cast(VersionKind, row.kind),
        parents=tuple(row.parents),
        metrics=metrics,
        judge=None if judge is None else _JUDGE_LABELS.get(judge, judge),
        adapter=None if row.adapter is None else project.root / row.adapter,
        digest=row.digest or "",
        created_at=row.created_at,
        hyperparameters=dict(row.hyperparameters),
    )
