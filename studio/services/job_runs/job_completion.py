"""The end of a job: its rows, adapter and version. Every step can be interrupted and repeated. No Qt, no torch."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Mapping
from typing import Any

from db.engine import Session
from db.models import Job, utc_now
from db.queries import jobs, versions
from engine.contract import artifacts
from engine.contract.atomic_files import atomic_dir
from engine.contract.specs import ModelSpec, RunFolder, spec_from_json
from studio.services.errors import StudioError
from studio.services.job_runs.journal_ingest import clear_positions, ingest
from studio.services.job_runs.work_clock import end_run
from studio.services.loop.queue import find_job
from studio.services.projects.project import Project
from studio.services.recipes.version_names import kind_of
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.registry import definition

_MODELS = "models"
_NOT_HYPERPARAMETERS = (
    *("model", "prompt", "image", "adapters", "start_adapter"),
    *("share_prefix", "reference_folder", "reference_of_both", "vision"),  # how it is computed, not what
    *("watched", "stop_below"),  # what a search looks at
)


def complete(project: Project, job_id: int, result: Mapping[str, Any]) -> None:
    """Store a finished child's results: last rows, the adapter, then version row and job state together.

    Idempotent: a job that is done is unchanged, and after a kill between two steps it can be called again.

    Raises:
        StudioError: training or merging produced no complete adapter.
    """
    with project.reader() as session:
        job = find_job(session, job_id)
        state, stage, version = job.state, definition(job.stage), job.version_name
    if state == "done":
        return
    ingest(project, job_id)
    folder = project.run_folder(job_id)
    made = version if stage.makes_version else None
    digest = None if made is None else _keep_adapter(project, folder, made)
    with project.session() as session:
        job = find_job(session, job_id)
        if made is not None:
            _add_version(session, job, folder, made, digest, result)
        if stage.finish is not None:
            stage.finish(session, job, parse_settings(job.config, f"The settings of job {job_id}"), result)
        clear_positions(session, folder, job_id)
        job.state, job.finished_at, job.pid, job.owner = "done", utc_now(), None, None
        job.error = job.remedy = None
        end_run(job)
        job.done = job.total


def adapter_folder(version: str) -> str:
    """Return a version's adapter folder, relative to the project."""
    return f"{_MODELS}/{version}"


def _keep_adapter(project: Project, folder: RunFolder, version: str) -> str:
    """Move the run folder's adapter into models/ by one rename; returns its digest."""
    problems = artifacts.verify(folder.adapter)
    if problems:
        raise StudioError(f"The adapter of {version} is incomplete: {'; '.join(problems)}.", "Resume the job.")
    digest = artifacts.digest(folder.adapter)
    target = project.root / adapter_folder(version)
    if artifacts.is_sealed(target) and artifacts.digest(target) == digest and not artifacts.verify(target):
        return digest
    with atomic_dir(target, replace=True) as part:
        shutil.copytree(folder.adapter, part, copy_function=_link_or_copy, dirs_exist_ok=True)
    return digest


def _link_or_copy(source: str, target: str) -> None:
    """Create a hard link to a file that never changes; a copy if the file system does not support links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _add_version(
    session: Session, job: Job, folder: RunFolder, version: str, digest: str | None, result: Mapping[str, Any]
) -> None:
    spec, parents = spec_from_json(folder.spec.read_text("utf-8")), definition(job.stage).parents
    model = getattr(spec, "model", None)
    if parents is None or not isinstance(model, ModelSpec):
        raise TypeError(f"a {spec.kind} spec makes no version")
    body = {key: value for key, value in dataclasses.asdict(spec).items() if key not in _NOT_HYPERPARAMETERS}
    versions.add_version(
        session,
        name=version,
        line=job.line,
        iteration=job.iteration,
        kind=kind_of(version),
        parents=parents(job, spec),
        adapter=adapter_folder(version),
        hyperparameters={
            **body,
            "base": model.base,
            "revision": model.revision,
            **_held(session, job),
            **({"recipe": dict(job.options)} if job.options else {}),
            "result": dict(result),
        },
        digest=digest,
        job_id=job.id,
    )


def _held(session: Session, job: Job) -> dict[str, str]:
    """Return how the model's weights were loaded for the version; empty if the job did not report it."""
    loaded = jobs.last_body(session, job.id, "Loaded")
    return {name: loaded[name] for name in ("device", "dtype", "attention", "quantization") if name in loaded}
