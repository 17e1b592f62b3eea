"""How useful the judges find what versions suggest. No Qt, no torch."""

from __future__ import annotations

from db.queries import suggestions, versions
from studio.services.projects.project import Project
from studio.services.suggesting.types import SuggestionRow
from studio.services.versions.types import MetricValue


def report(project: Project) -> list[SuggestionRow]:
    """Return the figures of all judges and versions, versions in creation order."""
    found: dict[tuple[int, str], dict[str, MetricValue]] = {}
    with project.reader() as session:
        names = {row.id: row.name for row in versions.all_versions(session)}
        for row in suggestions.figures(session):
            figure = MetricValue(row.value, row.lo, row.hi, row.n)
            found.setdefault((row.model_version_id, row.judge), {})[row.name] = figure
    order = list(names)
    keys = sorted(found, key=lambda key: (key[1], order.index(key[0])))
    return [SuggestionRow(names[version], judge, found[version, judge]) for version, judge in keys]
