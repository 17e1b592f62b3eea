"""The life cycle of model versions: dependencies, pins, deleting and restoring. No Qt, no torch.

The project's ``.trash`` contains a deleted version's files and rows until the project is closed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from db.engine import Session
from db.models import Job
from db.queries import jobs, meta, trash, versions
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.recipes import discarding
from studio.services.stages.registry import definition, depends_on
from studio.services.trash_bin import TRASH, bins, move_in, move_out, new_bin, read_bin, remove_bin, size_of, write_bin
from studio.services.versions.types import ModelRow, Trashed, VersionRow
from studio.services.versions.version_list import versions as version_rows

_AHEAD = ("queued", "running", "paused", "interrupted")


def list_models(project: Project) -> list[ModelRow]:
    """Return all versions in creation order."""
    rows = version_rows(project)
    with project.reader() as session:
        return [_model_row(project, session, row, rows) for row in rows]


def set_pinned(project: Project, name: str, pinned: bool) -> None:
    """Protect a version from deletion, or remove the protection. One transaction."""
    with project.session() as session:
        if pinned:
            meta.put(session, _pin(name), "1")
        else:
            meta.remove(session, [_pin(name)])


def delete(project: Project, name: str) -> Trashed:
    """Delete a version with its predictions, metrics and files; ``restore`` restores all of them.

    The jobs that made and evaluated it become cancelled: running the loop creates it again. Rows are deleted in one
    transaction; a kill before the files are moved leaves them in place, where they do no harm.

    Raises:
        StudioError: no such version, or something depends on it; names what.
    """
    row = next((row for row in list_models(project) if row.version.name == name), None)
    if row is None:
        raise StudioError(f"There is no version {name!r}.", "See the list of versions.")
    if row.holders:
        raise StudioError(f"{name} cannot be deleted: {'; '.join(row.holders)}.", "Remove these first.")
    bin_folder = new_bin(project)
    with project.session() as session:
        job_rows = trash.job_rows(session, name)
        taken = trash.delete_version(session, row.version.id)
        for job in trash.jobs_of(session, name):
            job.state, job.spec_digest, job.done = "cancelled", None, 0
            job.error, job.remedy = "Its version was deleted.", "Run the loop to create it again."
        write_bin(bin_folder, {"name": name, "bytes": row.bytes, "rows": taken, "jobs": job_rows})
    move_in(project, bin_folder, _folders(project, row.version, [int(job["id"]) for job in job_rows]))
    return Trashed(int(bin_folder.name), name, row.bytes)


def trashed(project: Project) -> list[Trashed]:
    """Return everything that can be restored, latest first."""
    found = []
    for folder in bins(project):
        body = read_bin(folder)
        found.append(Trashed(int(folder.name), body["name"], body["bytes"]))
    return sorted(found, key=lambda item: -item.number)


def restore(project: Project, number: int) -> str:
    """Restore a deleted version or a discarded line or iteration; returns its name. Only ids in use now are changed.

    Raises:
        StudioError: it was deleted permanently, created again, or its jobs are running.
    """
    folder = project.root / TRASH / str(number)
    if folder not in bins(project):
        raise StudioError("This was deleted permanently.", "Run the loop to create it again.")
    body = read_bin(folder)
    if discarding.is_discarded(body):
        discarding.restore_bin(project, folder)
        return str(body["name"])
    with project.session() as session:
        busy = any(job.state in ("running", "done") for job in trash.jobs_of(session, body["name"]))
        if busy or versions.by_name(session, body["name"]) is not None:
            raise StudioError(f"{body['name']} already exists or is being created again.", "Keep the new one.")
        rows, _changed = trash.renumbered(session, body["rows"])
        trash.restore_rows(session, rows)
        trash.put_jobs_back(session, body["jobs"])
        move_out(project, folder)
    remove_bin(folder)
    return str(body["name"])


def empty_trash(project: Project) -> None:
    """Delete everything in the trash permanently."""
    shutil.rmtree(project.root / TRASH, ignore_errors=True)


def _model_row(project: Project, session: Session, row: VersionRow, rows: Sequence[VersionRow]) -> ModelRow:
    own = [job.id for job in trash.jobs_of(session, row.name)]
    pinned = meta.get(session, _pin(row.name)) is not None
    result = row.hyperparameters.get("result")
    pairs = result.get("pairs") if isinstance(result, dict) else None
    return ModelRow(
        version=row,
        pinned=pinned,
        pairs=int(pairs) if pairs is not None else None,
        bytes=size_of(_folders(project, row, own)) if row.kind != "base" else 0,
        holders=tuple(_holders(session, row, rows, pinned)),
    )


def _holders(session: Session, row: VersionRow, rows: Sequence[VersionRow], pinned: bool) -> Iterable[str]:
    if row.kind == "base":
        yield "it is the base model"
    if pinned:
        yield "it is pinned"
    for other in rows:
        if row.name in other.parents:
            yield f"{other.name} depends on it"
    for iteration in trash.pairs_written_by(session, row.id):
        yield f"it generated the pairs of iteration {iteration}"
    maker = next((job for job in trash.jobs_of(session, row.name) if definition(job.stage).makes_version), None)
    for job in _ahead(session):
        if job.version_name == row.name or (maker is not None and depends_on(job, maker)):
            yield f"the job “{job.title}” ({job.state}) needs it"
            return


def _ahead(session: Session) -> list[Job]:
    return [job for state in _AHEAD for job in jobs.in_state(session, state)]


def _folders(project: Project, row: VersionRow, job_ids: Iterable[int]) -> list[Path]:
    wanted = [*([row.adapter] if row.adapter else []), *(project.run_folder(job_id).path for job_id in job_ids)]
    return [folder for folder in wanted if folder.is_dir()]


def _pin(name: str) -> str:
    return f"pin:{name}"
