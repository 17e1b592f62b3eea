"""What a job is told: its frozen spec and input rows, written once. No Qt, no torch.

A job has begun when its row holds the digest of its spec, which is written last. From then on it keeps its rows,
whatever was reviewed or set in between; only where things lie is brought up to date, so that a project that was moved
to another folder or machine goes on.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from db.engine import Session
from db.queries import images, pairs
from engine.contract.context import read_jsonl, write_jsonl
from engine.contract.specs import JudgeSpec, MeasureSpec, MergeSpec, RunFolder, StageSpec, TrainSpec, spec_from_json
from studio.services.inputs import input_rows
from studio.services.loop.queue import find_job, replay_events
from studio.services.projects.project import Project
from studio.services.settings.toml_file import parse_settings
from studio.services.specs import stage_spec
from studio.services.stage_context import StageContext

Row = dict[str, Any]
_PATH_KEYS: dict[str, tuple[str, Callable[[Session], dict[int, str]]]] = {
    "generate": ("image_id", images.paths),
    "predict": ("image_id", images.paths),
    "train": ("pair_id", pairs.image_paths),
}
"""Stages whose rows name image files: the row's key, and the paths by it, relative to the images folder."""


def write_job_inputs(project: Project, job_id: int) -> RunFolder:
    """Write spec and input rows of a job once, from the rows as they are now and the settings that it was queued with.

    Of a job that has begun, only paths are renewed, a spec that cannot be read is written again, and events that it
    sent when nobody listened any more are taken in.

    Raises:
        StudioError: an earlier stage's result is missing, or there is nothing to work on.
    """
    folder = project.run_folder(job_id)
    with project.reader() as session:
        job = find_job(session, job_id)
        settings = parse_settings(job.config, f"The settings of job {job_id}")
        context = StageContext(session, project, settings, job.iteration, job.version_name, job_id)
        spec = stage_spec(context, job.stage)
        begun = job.spec_digest is not None and folder.input.exists()
        rows = _relocated_rows(context, job.stage, folder) if begun else input_rows(context, job.stage)
    if begun:
        replay_events(project, job_id)
        spec = _relocated(_kept_spec(folder), spec)
    folder.path.mkdir(parents=True, exist_ok=True)
    if rows is not None:
        write_jsonl(folder.input, rows)
    _write_spec(folder, spec)
    with project.session() as session:
        find_job(session, job_id).spec_digest = spec.digest()
    return folder


def _kept_spec(folder: RunFolder) -> StageSpec | None:
    try:
        return spec_from_json(folder.spec.read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return None


def _relocated(kept: StageSpec | None, new: StageSpec) -> StageSpec:
    """The kept spec with the paths of the new one; the new one where none could be kept."""
    if kept is None or kept.kind != new.kind:
        return new
    if isinstance(kept, JudgeSpec | MeasureSpec) or isinstance(new, JudgeSpec | MeasureSpec):
        return kept
    model = dataclasses.replace(kept.model, base=new.model.base, adapter=new.model.adapter)
    if isinstance(kept, TrainSpec) and isinstance(new, TrainSpec):
        return dataclasses.replace(kept, model=model, start_adapter=new.start_adapter)
    if isinstance(kept, MergeSpec) and isinstance(new, MergeSpec):
        return dataclasses.replace(kept, model=model, adapters=new.adapters)
    return dataclasses.replace(kept, model=model)


def _relocated_rows(context: StageContext, stage: str, folder: RunFolder) -> list[Row] | None:
    """The rows that the job began with, at the images' present place; None if nothing has moved."""
    if stage not in _PATH_KEYS:
        return None
    key, paths_of = _PATH_KEYS[stage]
    root: Path = context.project.images_root()
    paths = paths_of(context.session)
    rows = list(read_jsonl(folder.input))
    moved = [{**row, "path": str(root / paths[row[key]])} for row in rows]
    return moved if moved != rows else None


def _write_spec(folder: RunFolder, spec: StageSpec) -> None:
    part = folder.spec.with_name(folder.spec.name + ".part")
    with part.open("w", encoding="utf-8") as out:
        out.write(spec.to_json())
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder.spec)
