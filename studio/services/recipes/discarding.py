"""Discard a line, or the latest iteration of the main line, and restore it. No Qt, no torch.

Rows are deleted in one transaction; a kill before the files are moved leaves files that belong to nothing and do no
harm. The project's ``.trash`` contains everything discarded until the project is closed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from db.engine import Session
from db.models import Job, ModelVersion
from db.queries import lines as line_queries
from db.queries import meta, pairs, trash, versions
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.recipes.line_rows import DiscardPreview
from studio.services.recipes.version_names import MAIN
from studio.services.trash_bin import bins, move_in, move_out, new_bin, read_bin, remove_bin, size_of, write_bin

_ITERATION = re.compile(r"iter([1-9][0-9]*)")
_KIND = "discarded"


def preview(project: Project, name: str) -> DiscardPreview:
    """Return what discarding a line, or ``iterN`` of the main line, would delete and free.

    Raises:
        StudioError: there is no such line or iteration.
    """
    with project.reader() as session:
        return _preview(project, session, _find(session, name))


def discard_line(project: Project, name: str) -> DiscardPreview:
    """Discard a line with its versions, predictions, jobs and files; returns what was deleted.

    Raises:
        StudioError: there is no such line, or something depends on it; names what.
    """
    return _discard(project, name)


def discard_iteration(project: Project, iteration: int) -> DiscardPreview:
    """Discard the main line's latest iteration, with its pairs and the decisions on them.

    Raises:
        StudioError: the main line has no such iteration, or something depends on it; names what.
    """
    return _discard(project, f"iter{iteration}")


def restore_line(project: Project, name: str) -> None:
    """Restore what was discarded under this name (a line, or ``iterN``), unchanged. One transaction.

    Raises:
        StudioError: it was deleted permanently, or created again.
    """
    found = [folder for folder in bins(project) if (body := read_bin(folder))["name"] == name and is_discarded(body)]
    if not found:
        raise StudioError(f"{name} can no longer be restored.", "It was discarded before the project was last closed.")
    restore_bin(project, max(found, key=lambda folder: int(folder.name)))


def is_discarded(body: Mapping[str, Any]) -> bool:
    """Return whether a bin contains a line or an iteration, not a single version."""
    return bool(body.get(_KIND))


def restore_bin(project: Project, bin_folder: Path) -> None:
    """Restore the contents of a bin. Ids that other rows use now are changed, with all references to them.

    Raises:
        StudioError: a line, an iteration or a version of that name was created in the meantime.
    """
    body = read_bin(bin_folder)
    with project.session() as session:
        _check_free(session, body)
        rows, changed = trash.renumbered(session, body["rows"])
        if changed:
            rows["job"] = [_reset_unfinished(row) for row in rows.get("job", [])]
        trash.restore_rows(session, rows)
        for key, value in body["meta"].items():
            meta.put(session, key, value)
        _renumber_runs(bin_folder, rows.get("job", []), changed)
        move_out(project, bin_folder)
    remove_bin(bin_folder)


def _discard(project: Project, name: str) -> DiscardPreview:
    bin_folder: Path | None = None
    with project.session() as session:
        part = _find(session, name)
        gone = _preview(project, session, part)
        if gone.holders:
            raise StudioError(f"{name} cannot be discarded: {'; '.join(gone.holders)}.", "Remove these first.")
        folders = _folders(project, part)
        roots: dict[str, Sequence[int]] = {
            "line": part.line_ids,
            "job": [job.id for job in part.jobs],
            "model_version": [version.id for version in part.versions],
            "pair": [pair_id for pair_id, _ in part.pairs],
        }
        keys = [f"review:{part.iteration}"] if part.line == MAIN else []
        kept = {key: value for key in keys if (value := meta.get(session, key)) is not None}
        places = [f"read:{job.id}:{file.name}" for job in part.jobs for file in project.run_folder(job.id).journals()]
        bin_folder = new_bin(project)
        rows = trash.remove_all(session, {table: ids for table, ids in roots.items() if ids})
        meta.remove(session, [*keys, *places])
        write_bin(bin_folder, {"name": name, "bytes": gone.bytes, _KIND: True, "rows": rows, "meta": kept})
    move_in(project, bin_folder, folders)
    return gone


class _Part:
    """The rows of a line, or of an iteration of the main line."""

    def __init__(self, session: Session, name: str, line: str, iteration: int | None) -> None:
        self.name, self.line, self.iteration = name, line, iteration
        self.jobs: Sequence[Job] = line_queries.jobs_of(session, line, iteration)
        self.versions: Sequence[ModelVersion] = line_queries.versions_of(session, line, iteration)
        self.pairs: Sequence[tuple[int, int]] = pairs.of_line(session, line, iteration)
        own = None if line == MAIN else line_queries.by_name(session, line)
        self.line_ids: list[int] = [] if own is None else [own.id]


def _find(session: Session, name: str) -> _Part:
    match = _ITERATION.fullmatch(name)
    part = _Part(session, name, MAIN, int(match[1])) if match else _Part(session, name, name, None)
    if name == MAIN or not (part.line_ids or (match and (part.jobs or part.pairs))):
        known = [line.name for line in line_queries.all_lines(session)]
        raise StudioError(
            f"There is no line or iteration {name!r}.",
            f"Lines that can be discarded: {', '.join(known) or 'none'}; an iteration is named like iter2.",
        )
    return part


def _preview(project: Project, session: Session, part: _Part) -> DiscardPreview:
    return DiscardPreview(
        name=part.name,
        versions=tuple(version.name for version in part.versions),
        jobs=len(part.jobs),
        pairs=len(part.pairs),
        bytes=size_of(_folders(project, part)),
        holders=tuple(_holders(session, part)),
    )


def _holders(session: Session, part: _Part) -> Iterable[str]:
    own = {version.name for version in part.versions}
    for job in part.jobs:
        if job.state == "running":
            yield f"{job.title} is running"
    for name in sorted(own):
        if meta.get(session, f"pin:{name}") is not None:
            yield f"{name} is pinned"
    for version in versions.all_versions(session):
        if version.name not in own and own & set(version.parents):
            yield f"{version.name} depends on it"
    for line in line_queries.all_lines(session):
        repeats = part.line == MAIN and line.iteration == part.iteration
        if line.name != part.line and (line.start in own or repeats):
            yield f"the line {line.name} depends on it"
    if part.line == MAIN and part.iteration is not None:
        for later in sorted({job.iteration for job in line_queries.jobs_of(session, MAIN)}):
            if later > part.iteration:
                yield f"iteration {later} follows it"


def _folders(project: Project, part: _Part) -> list[Path]:
    adapters = [project.root / version.adapter for version in part.versions if version.adapter]
    return [f for f in (*adapters, *(project.run_folder(job.id).path for job in part.jobs)) if f.is_dir()]


def _check_free(session: Session, body: Mapping[str, Any]) -> None:
    for row in body["rows"].get("line", []):
        if line_queries.by_name(session, row["name"]) is not None:
            raise StudioError(f"There is another line {row['name']} now.", "Discard that one first.")
    for row in body["rows"].get("model_version", []):
        if versions.by_name(session, row["name"]) is not None:
            raise StudioError(f"{row['name']} was created again.", "Discard the new one first.")
    for row in body["rows"].get("job", []):
        if row["line"] == MAIN and line_queries.jobs_of(session, MAIN, row["iteration"]):
            raise StudioError(
                f"Iteration {row['iteration']} is in the queue again.", f"Discard iter{row['iteration']} first."
            )
    for row in body["rows"].get("pair", []):
        if pairs.of_line(session, row["line"], row["iteration"]):
            raise StudioError(f"Iteration {row['iteration']} has other pairs now.", "Discard those first.")


def _reset_unfinished(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of an unfinished job for a new start: its run folder refers to rows by changed ids."""
    return row if row["state"] == "done" else {**row, "spec_digest": None, "done": 0}


def _renumber_runs(bin_folder: Path, jobs: Iterable[Mapping[str, Any]], changed: Mapping[str, Any]) -> None:
    """Rename run folders to the new numbers of their jobs; delete those of jobs that start again."""
    old = {new: number for number, new in changed.get("job", {}).items()}
    for job in jobs if changed else ():
        folder = bin_folder / "runs" / str(old.get(job["id"], job["id"]))
        if job["state"] != "done":
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.is_dir():
            folder.replace(folder.with_name(str(job["id"])))


def delete_for_good(project: Project) -> None:
    """Delete everything discarded permanently."""
    for folder in bins(project):
        shutil.rmtree(folder, ignore_errors=True)
