"""Merges of finished adapters by several methods and densities, without training. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from db.queries import lines as line_queries
from engine.contract.merge_methods import MERGE_METHODS
from studio.services.errors import StudioError
from studio.services.experiments.types import ExperimentRow, MergeVariant
from studio.services.projects.project import Project
from studio.services.recipes import lines
from studio.services.recipes.variations import MERGES
from studio.services.recipes.version_names import version_name
from studio.services.settings.schema import MergeMethod
from studio.services.versions import version_list

METHODS: tuple[str, ...] = get_args(MergeMethod)
DENSITIES = (0.3, 0.5, 0.7)
Weights = tuple[float, float]


def variants(
    methods: Iterable[str], densities: Sequence[float] = DENSITIES, weights: Sequence[Weights | None] = (None,)
) -> list[MergeVariant]:
    """Return every combination once; a method without a density is taken once for all densities.

    Raises:
        StudioError: an unknown method, or a density or weights out of range.
    """
    found: dict[str, MergeVariant] = {}
    for method in methods:
        if method not in METHODS:
            raise StudioError(f"There is no merge method {method!r}.", f"Methods: {', '.join(METHODS)}.")
        for density in densities if MERGE_METHODS[method].density is not None else (None,):
            if density is not None and not 0 < density <= 1:
                raise StudioError(f"The density {density:g} is not possible.", "Use a number above 0, up to 1.")
            for pair in weights:
                if pair is not None and (min(pair) < 0 or not any(pair)):
                    raise StudioError(f"The weights {pair} are not possible.", "Use two numbers from 0, not both 0.")
                one = MergeVariant(method, density, pair)
                found[one.label] = one
    return list(found.values())


def start(project: Project, iteration: int, wanted: Sequence[MergeVariant]) -> str:
    """Queue the merges of an iteration that are not there yet; returns their line.

    Raises:
        StudioError: the iteration has no two finished adapters.
    """
    made = {row.name for row in version_list.versions(project)}
    missing = [name for kind in ("score", "consistency") if (name := version_name(iteration, kind)) not in made]
    if missing:
        raise StudioError(
            f"{missing[0]} does not exist yet.", "Merges need the score and the consistency adapter of an iteration."
        )
    chosen = [{"label": one.label, "settings": one.settings()} for one in wanted]
    with project.reader() as session:
        known = [line for line in line_queries.all_lines(session) if line.recipe == MERGES.name]
        there = next((line.name for line in known if line.iteration == iteration), None)
    if there is None:
        return lines.start_line(
            project, MERGES.name, iteration, name=f"merges-iter{iteration}", options={"variants": chosen}
        )
    lines.extend_line(project, there, chosen)
    lines.resume_line(project, there)
    return there


def best(rows: Sequence[ExperimentRow], iteration: int) -> ExperimentRow | None:
    """Return the merge of an iteration with the highest SRCC on validation; the main line's own one is one of them.

    Merges that are much larger or smaller than their parents do not count: they may score well and write nonsense.
    """
    own = [row for row in rows if row.iteration == iteration and (row.group == "merge" or _is_own(row))]
    merged = [row for row in own if not row.outsized]
    scored = [(value, row) for row in merged if (value := _validation(row)) is not None]
    return max(scored, key=lambda found: found[0])[1] if scored else None


def _is_own(row: ExperimentRow) -> bool:
    return row.group == "main" and row.version.endswith("/merged")


def _validation(row: ExperimentRow) -> float | None:
    metric = row.validation.get("srcc")
    return None if metric is None else metric.value
