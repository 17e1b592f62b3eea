"""Model versions with their metrics. For images side by side see ``comparison``. No Qt, no torch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import cast

from db.engine import Session
from db.models import ModelVersion
from db.queries import versions as queries
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.versions.types import MetricValue, VersionKind, VersionRow


def versions(project: Project, judge: str | None = None) -> list[VersionRow]:
    """Return all versions in creation order, with their metrics on the test and the validation split.

    Args:
        project: an open project.
        judge: whose grades are among the metrics; None: those of the judge used last.
    """
    with project.reader() as session:
        shown = judge or queries.main_judge(session)
        test, validation = (_by_version(session, split) for split in ("test", "val"))
        return [
            _version_row(project, row, test.get(row.id, {}), shown, validation.get(row.id, {}).get("", {}))
            for row in queries.all_versions(session)
        ]


def _by_version(session: Session, split: str) -> dict[int, dict[str, dict[str, MetricValue]]]:
    """Return the metrics by version, judge ("": none) and name."""
    metrics: dict[int, dict[str, dict[str, MetricValue]]] = defaultdict(lambda: defaultdict(dict))
    for row in queries.metrics(session, split):
        metrics[row.model_version_id][row.judge][row.name] = MetricValue(row.value, row.lo, row.hi, row.n)
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


def _version_row(
    project: Project,
    row: ModelVersion,
    metrics: Mapping[str, dict[str, MetricValue]],
    judge: str | None,
    validation: dict[str, MetricValue],
) -> VersionRow:
    judged = {name: found for name, found in metrics.items() if name}
    return VersionRow(
        id=row.id,
        name=row.name,
        iteration=row.iteration,
        kind=cast(VersionKind, row.kind),
        parents=tuple(row.parents),
        metrics=metrics.get("", {}) | judged.get(judge or "", {}),
        judge=judge if judge in judged else None,
        adapter=None if row.adapter is None else project.root / row.adapter,
        digest=row.digest or "",
        created_at=row.created_at,
        hyperparameters=dict(row.hyperparameters),
        line=row.line,
        validation=validation,
        judged=judged,
    )
