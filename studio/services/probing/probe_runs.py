"""Probe finished versions: which ones, on how many images, and what need not be done again. No Qt, no torch."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from db.engine import Session
from db.models import Job, ModelVersion
from db.queries import jobs, probes, versions
from studio.services.estimating.types import NEAR, EstimateRange
from studio.services.loop.queue import find_job
from studio.services.probing.types import ProbeEstimate
from studio.services.projects.project import Project
from studio.services.recipes.enqueue import enqueue_stage, latest_jobs
from studio.services.recipes.measure_again import chosen_versions
from studio.services.recipes.planned_stage import Stage
from studio.services.recipes.version_names import BASE, newest_main
from studio.services.settings.schema import Settings
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.predict import PREDICT
from studio.services.stages.probe import PROBE, copies, probed_images
from studio.services.stages.registry import relevant_settings


def with_probe(project: Project, changes: Mapping[str, Any]) -> Settings:
    """Return the project's settings with other ones of [probe].

    Raises:
        StudioError: one of them is wrong.
    """
    config: dict[str, Any] = json.loads(project.settings.to_json())
    config["probe"] |= changes
    return parse_settings(config, "The probe")


def measured(project: Project) -> list[str]:
    """Return the versions that can be probed, in creation order: those with calibrated scores."""
    with project.reader() as session:
        return [row.name for row in versions.all_versions(session) if row.calibration is not None]


def probed_versions(project: Project, names: Sequence[str]) -> list[str]:
    """Return the versions to probe, in creation order: the base, with which all are compared, and these.

    Args:
        project: the project.
        names: empty: the newest main version.

    Raises:
        StudioError: one of the names is no version, or has not been measured.
    """
    able = measured(project)
    with project.reader() as session:
        known = [row.name for row in versions.all_versions(session)]
    chosen_versions(known, able, names, "There are no calibrated scores of {0} to probe.")
    wanted = names or newest_main(able)
    return [name for name in able if name in wanted or name == BASE]


def estimate(project: Project, names: Sequence[str], settings: Settings) -> ProbeEstimate:
    """Return what probing these versions is about to do."""
    with project.reader() as session:
        known = _fresh(session, names, settings)
        images = len(probed_images(session, settings))
        pace = _pace(session)
    found = ProbeEstimate(
        versions=tuple(name for name in names if name not in known),
        known=tuple(known),
        images=images,
        copies=len(copies(settings.probe)),
    )
    if pace is None:
        return found
    each, startup = pace
    seconds = found.answers * each + len(found.versions) * startup
    return replace(found, seconds=EstimateRange.around(seconds, NEAR))


def _pace(session: Session) -> tuple[float, float] | None:
    """Return seconds per answer and to start, from the project's probes or else its predictions; None without any."""
    ended = [job for job in jobs.in_state(session, "done") if job.worked_units]
    for kind in (PROBE.kind, PREDICT.kind):
        own = [job for job in ended if job.stage == kind]
        if own:
            startups = [job.startup_seconds for job in own if job.startup_seconds is not None]
            each = sum(job.worked_seconds for job in own) / sum(job.worked_units for job in own)
            return each, statistics.median(startups) if startups else 0.0
    return None


def enqueue(project: Project, names: Sequence[str], settings: Settings) -> list[int]:
    """Queue the probes of these versions, the base first; returns the jobs in running order.

    A version that has been probed with the same settings is left out; a probe that was stopped is resumed.
    """
    config = json.loads(settings.to_json())
    with project.session() as session:
        known, latest = _fresh(session, names, settings), latest_jobs(session)
        rows = [row for row in versions.all_versions(session) if row.name in names and row.name not in known]
        queued: list[Job] = []
        for row in rows:
            stage = Stage(PROBE.kind, row.iteration, row.name, row.line)
            job = latest.get(stage.key)
            if job is not None and (job.state == "done" or job.id < (row.job_id or 0)):
                job = None  # of other settings, or of another version of that name
            queued.append(enqueue_stage(session, stage, job, config))
        session.flush()
        return [job.id for job in queued]


def _fresh(session: Session, names: Sequence[str], settings: Settings) -> list[str]:
    """Return the versions whose finished probe is what a new one would be."""
    made = probes.jobs_by_version(session)
    config = json.loads(settings.to_json())
    rows = {row.name: row for row in versions.all_versions(session)}
    base = rows[BASE].id if BASE in rows else None
    found: list[str] = []
    for name in names:
        row = rows[name]
        if row.id not in made or not _is_fresh(session, row, made[row.id], config):
            continue
        if name == BASE or (BASE in found and made[row.id] > made.get(base or 0, 0)):
            found.append(name)
    return found


def _is_fresh(session: Session, version: ModelVersion, job_id: int, config: Mapping[str, Any]) -> bool:
    """Return whether a probe had these settings, and is of the version as it is now."""
    job = find_job(session, job_id)
    before = json.loads(parse_settings(job.config, f"The settings of job {job.id}").to_json())
    same = relevant_settings(PROBE.kind, before) == relevant_settings(PROBE.kind, config)
    return same and (version.job_id is None or version.job_id < job_id)
