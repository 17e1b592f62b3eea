"""Evaluate finished versions again, with more judges or by a newer program. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence

from db.queries import jobs, predictions, versions
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.recipes.enqueue import latest_jobs, new_job
from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.stage_options import StageOptions
from studio.services.settings.schema import Settings
from studio.services.stages.measure import MEASURE
from studio.services.stages.reread import REREAD


def chosen_versions(known: Sequence[str], able: Sequence[str], names: Sequence[str], lacking: str) -> list[str]:
    """Return those of ``able`` that are named, in their order; all of them if no names are given.

    Args:
        known: all versions.
        able: the versions that have what is needed.
        names: as asked for.
        lacking: what to say of one that has not, with ``{0}`` for its name.

    Raises:
        StudioError: one of the names is no version, or lacks what is needed; or no version has it.
    """
    unknown = [name for name in names if name not in known]
    if unknown:
        raise StudioError(f"There is no version {unknown[0]!r}.", f"Versions of this project: {', '.join(known)}.")
    missing = [name for name in names if name not in able] or ([] if able else ["any version"])
    if missing:
        raise StudioError(lacking.format(missing[0]), "Run the project first.")
    return [name for name in able if not names or name in names]


def predicted_versions(project: Project, names: Sequence[str] = ()) -> list[str]:
    """Return the versions that can be measured; see ``chosen_versions``."""
    with project.reader() as session:
        known = [row.name for row in versions.all_versions(session)]
        counts = predictions.counts(session)
    able = [name for name in known if counts.get(name, {}).get("test")]
    return chosen_versions(known, able, names, "There are no predictions of {0} to measure.")


def enqueue_again(project: Project, kinds: Sequence[str], names: Sequence[str], settings: Settings) -> list[int]:
    """Queue these stages for finished versions, all versions of a stage before the next one; returns the jobs."""
    config = json.loads(settings.to_json())
    with project.session() as session:
        rows = [row for row in versions.all_versions(session) if row.name in names]
        measured = {key: StageOptions.from_dict(job.options) for key, job in latest_jobs(session).items()}
        stages = [
            Stage(
                kind,
                row.iteration,
                row.name,
                row.line,
                measured.get((row.line, MEASURE.kind, row.iteration, row.name), StageOptions()),
            )
            for kind in kinds
            for row in rows
        ]
        position = jobs.last_position(session)
        queued = [new_job(session, stage, config, position + 1 + place) for place, stage in enumerate(stages)]
        session.flush()
        return [job.id for job in queued]


def measure_again(project: Project, names: Sequence[str] = ()) -> list[int]:
    """Queue the measurement of these versions, or of all; returns the jobs.

    Raises:
        StudioError: see ``chosen_versions``.
    """
    return enqueue_again(project, (MEASURE.kind,), predicted_versions(project, names), project.settings)


def reread_again(project: Project, names: Sequence[str] = ()) -> list[int]:
    """Queue the reading of these versions' explanations (or of all), and then their measurement; returns the jobs.

    Raises:
        StudioError: see ``chosen_versions``.
    """
    kinds = (REREAD.kind, MEASURE.kind)
    return enqueue_again(project, kinds, predicted_versions(project, names), project.settings)
