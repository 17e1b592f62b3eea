"""The table of experiments: the main line and every version beside it, with metrics. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.engine import Session
from db.models import Job, Line
from db.queries import lines as line_queries
from engine.contract.merge_methods import LARGEST_RATIO, LEAST_RATIO
from studio.services.experiments.types import ExperimentRow, Group
from studio.services.projects.project import Project
from studio.services.recipes.ablations import ABLATIONS
from studio.services.recipes.enqueue import latest_jobs
from studio.services.recipes.line_plan import compared_with, final_of, planned_stages
from studio.services.recipes.planned_stage import JobKey, Stage
from studio.services.recipes.registry import is_known
from studio.services.recipes.variations import MERGES, SEARCH
from studio.services.recipes.version_names import BASE, MAIN, final_version
from studio.services.stages.registry import definition
from studio.services.versions import version_list
from studio.services.versions.overview import verdict_against
from studio.services.versions.types import VersionRow

_URGENCY = ("running", "failed", "interrupted", "paused", "queued", "cancelled")
_GROUPS: Mapping[str, Group] = {
    **{one.name: "ablation" for one in ABLATIONS},
    MERGES.name: "merge",
    SEARCH.name: "search",
}


def experiments(project: Project) -> list[ExperimentRow]:
    """Return the main line's last version of each iteration, then every line's versions in creation order."""
    made = {row.name: row for row in version_list.versions(project)}
    finals = [row for row in made.values() if row.name == BASE or row.name == final_version(row.iteration)]
    measured = [row.name for row in finals if row.metrics]
    found = [_main_row(row, main=row.name == measured[-1] if measured else False) for row in finals]
    with project.reader() as session:
        latest = latest_jobs(session)
        for line in line_queries.all_lines(session):
            found.extend(_rows_of(session, line, latest, made))
    return found


def _main_row(row: VersionRow, *, main: bool) -> ExperimentRow:
    return ExperimentRow(
        group="main",
        name="" if row.name == BASE else f"iter{row.iteration}",
        recipe="",
        line=MAIN,
        version=row.name,
        iteration=row.iteration,
        state="done" if row.metrics else "queued",
        changes=_own_merge(row),
        test=row.metrics,
        validation=row.validation,
        main=main,
    )


def _own_merge(row: VersionRow) -> dict[str, object]:
    names = ("method", "density") if row.kind == "merged" else ()
    return {f"merge.{name}": row.hyperparameters[name] for name in names if name in row.hyperparameters}


def _rows_of(
    session: Session, line: Line, latest: Mapping[JobKey, Job], made: Mapping[str, VersionRow]
) -> Iterator[ExperimentRow]:
    """Yield the version that answers a line's question, or each of its variants."""
    if not is_known(line.recipe):
        return
    stages = planned_stages(line)
    final = final_of(line)
    for stage in stages:
        version = stage.version_name
        if version is None or not definition(stage.stage).makes_version or final not in (None, version):
            continue
        own = stages if final is not None else [one for one in stages if one.version_name == version]
        row = made.get(version)
        yield ExperimentRow(
            group=_GROUPS.get(line.recipe, "variation"),
            name=line.name if final is not None else stage.choices.label,
            recipe=line.recipe,
            line=line.name,
            version=version,
            iteration=line.iteration,
            state=_state(own, latest),
            changes=dict(_flat(stage.choices.settings)),
            test={} if row is None else row.metrics,
            validation={} if row is None else row.validation,
            verdict=None if row is None else verdict_against(row, compared_with(line)),
            stopped_early=row is not None and "stopped_early" in _result(row),
            outsized=row is not None and _outsized(row),
        )


def _result(row: VersionRow) -> Mapping[str, Any]:
    """Return what the job that made a version reported."""
    result = row.hyperparameters.get("result")
    return result if isinstance(result, dict) else {}


def _outsized(row: VersionRow) -> bool:
    return not LEAST_RATIO <= _result(row).get("size_ratio", 1.0) <= LARGEST_RATIO


def _state(stages: Sequence[Stage], latest: Mapping[JobKey, Job]) -> str:
    states = {"cancelled" if (job := latest.get(stage.key)) is None else job.state for stage in stages}
    return next((state for state in _URGENCY if state in states), "done")


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for section, part in settings.items():
        for name, value in part.items():
            if value is not None and name != "force":
                yield f"{section}.{name}", value
