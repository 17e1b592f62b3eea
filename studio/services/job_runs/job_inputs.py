"""The input of a job's child: its frozen spec and input rows, written once. No Qt, no torch.

A job has started when its row contains the digest of its spec, which is written last. It then keeps its rows, whatever
is reviewed or set later (a training from its first checkpoint on); only paths are updated, so that a project that was
moved to another folder or machine can continue.
"""

from __future__ import annotations

import shutil

from engine.contract.artifacts import is_sealed
from engine.contract.atomic_files import write_text
from engine.contract.context import read_jsonl, write_jsonl
from engine.contract.specs import RunFolder, StageSpec, spec_from_json
from studio.services.errors import StudioError
from studio.services.loop.queue import find_job, replay_events
from studio.services.projects.project import Project
from studio.services.recipes.stage_options import StageOptions
from studio.services.settings.toml_file import parse_settings
from studio.services.stages.context import StageContext
from studio.services.stages.definition import Row, StageDefinition
from studio.services.stages.registry import definition


def write_job_inputs(project: Project, job_id: int) -> RunFolder:
    """Write spec and input rows of a job once, from the current rows and the settings that it was queued with.

    For a job that has started, only paths are updated, an unreadable spec is written again, and events that it sent
    after the program was killed are stored.

    Raises:
        StudioError: an earlier stage's result is missing, or there is nothing to process.
    """
    folder = project.run_folder(job_id)
    with project.reader() as session:
        job = find_job(session, job_id)
        settings = parse_settings(job.config, f"The settings of job {job_id}")
        options = StageOptions.from_dict(job.options)
        context = StageContext(session, project, settings, job.iteration, job.version_name, job_id, job.line, options)
        stage = definition(job.stage)
        spec = stage.build_spec(context)
        begun = job.spec_digest is not None and folder.input.exists()
        anew = not begun or _takes_rows_anew(stage, folder)
        rows = _input_rows(context, stage) if anew else _relocated_rows(context, stage, folder)
    if begun:
        replay_events(project, job_id)
        spec = _relocated(stage, _kept_spec(folder), spec)
    folder.path.mkdir(parents=True, exist_ok=True)
    if rows is not None:
        if anew:
            _drop_results_of_other_rows(folder, rows)
        write_jsonl(folder.input, rows)
    _write_spec(folder, spec)
    with project.session() as session:
        find_job(session, job_id).spec_digest = spec.digest()
    return folder


def _takes_rows_anew(stage: StageDefinition, folder: RunFolder) -> bool:
    """Return whether a training has no checkpoint yet: then pairs that were corrected in the meantime count."""
    if not stage.checkpoints or is_sealed(folder.adapter):
        return False
    return not any(is_sealed(checkpoint) for checkpoint in folder.checkpoints.glob("checkpoint-*"))


def _drop_results_of_other_rows(folder: RunFolder, rows: list[Row]) -> None:
    """Delete what a training computed from other rows before its first checkpoint."""
    if folder.input.exists() and list(read_jsonl(folder.input)) != rows:
        shutil.rmtree(folder.checkpoints, ignore_errors=True)
        for file in folder.path.glob("*.json"):
            if file != folder.spec:
                file.unlink()


def _kept_spec(folder: RunFolder) -> StageSpec | None:
    try:
        return spec_from_json(folder.spec.read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return None


def _input_rows(context: StageContext, stage: StageDefinition) -> list[Row]:
    rows = stage.input_rows(context)
    if not rows and stage.no_input is not None:
        raise StudioError(*stage.no_input(context))
    return rows


def _relocated(stage: StageDefinition, kept: StageSpec | None, new: StageSpec) -> StageSpec:
    """Return the kept spec with the paths of the new one; the new one if none was kept."""
    return new if kept is None or kept.kind != new.kind else stage.relocate(kept, new)


def _relocated_rows(context: StageContext, stage: StageDefinition, folder: RunFolder) -> list[Row] | None:
    """Return the job's original rows with the images' current paths; None if nothing has moved."""
    if stage.row_paths is None:
        return None
    key, root = stage.row_paths.key, context.project.images_root()
    paths = stage.row_paths.paths(context.session)
    rows = list(read_jsonl(folder.input))
    moved = [{**row, "path": str(root / paths[row[key]])} for row in rows]
    return moved if moved != rows else None


def _write_spec(folder: RunFolder, spec: StageSpec) -> None:
    write_text(folder.spec, spec.to_json())
