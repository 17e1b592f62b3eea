"""What a job is told: its frozen spec and input rows, written once. No Qt, no torch.

A run folder is ready when its ``spec.json`` is there, which is written last. A resumed job keeps its folder: it works
on the rows that it began with, whatever was reviewed or set in between.
"""

from __future__ import annotations

import os
from typing import Any

from engine.context import write_jsonl
from engine.specs import RunFolder, StageSpec
from studio.services.inputs import input_rows
from studio.services.project import Project
from studio.services.queue import find_job
from studio.services.settings_file import parse_settings
from studio.services.specs import stage_spec
from studio.services.stage_context import StageContext


def prepare(project: Project, job_id: int) -> RunFolder:
    """Write spec and input rows of a job once, from the rows as they are now and the settings that it was queued with.

    Raises:
        StudioError: an earlier stage's result is missing, or there is nothing to work on.
    """
    folder = project.run_folder(job_id)
    if not folder.spec.exists():
        spec, rows = _told(project, job_id)
        folder.path.mkdir(parents=True, exist_ok=True)
        write_jsonl(folder.input, rows)
        _write_spec(folder, spec)
        with project.session() as session:
            find_job(session, job_id).spec_digest = spec.digest()
    return folder


def _told(project: Project, job_id: int) -> tuple[StageSpec, list[dict[str, Any]]]:
    """Spec and rows, from one consistent view."""
    with project.reader() as session:
        job = find_job(session, job_id)
        settings = parse_settings(job.config, f"The settings of job {job_id}")
        context = StageContext(session, project, settings, job.iteration, job.version_name)
        return stage_spec(context, job.stage), input_rows(context, job.stage)


def _write_spec(folder: RunFolder, spec: StageSpec) -> None:
    part = folder.spec.with_name(folder.spec.name + ".part")
    with part.open("w", encoding="utf-8") as out:
        out.write(spec.to_json())
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder.spec)
