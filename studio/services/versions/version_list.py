"""Model versions with their metrics. For images side by side see ``comparison``. No Qt, no torch."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import cast

from db.engine import Session
from db.models import ModelVersion
from db.queries import versions as queries
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.versions.types import MetricValue, VersionKind, VersionRow

_JUDGE_LABELS = {"offline": "offline proxy"}


def versions(project: Project) -> list[VersionRow]:
    """Return all versions in creation order, with their metrics on the test and the validation split."""
    with project.reader() as session:
        test, validation = (_by_version(session, split) for split in ("test", "val"))
        return [
            dataclasses.replace(
                _version_row(project, row, test.get(row.id, {}), queries.judge_of(session, row.id)),
                validation=validation.get(row.id, {}),
            )
            for row in queries.all_versions(session)
        ]


def _by_version(session: Session, split: str) -> dict[int, dict[str, MetricValue]]:
    metrics: dict[int, dict[str, MetricValue]] = defaultdict(dict)
    for metric in queries.metrics(session, split):
        metrics[metric.model_version_id][metric.name] = MetricValue(metric.value, metric.lo, metric.hi, metric.n)
    return metrics


def version(project: Project, name: str) -> VersionRow:
    """Return one version.

    Raises:
        StudioError: there is none of that name; names those that there are.
    """
    rows = {row.name: row for row in versions(project)}
    if name not in rows:
        raise StudioError(f"There is no version {name!r}.", f"Versions of this project: {', '.join(rows)}.")
    return rows[name]


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
        line=row.line,
    )
