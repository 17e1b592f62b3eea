"""The files that belong in a project's archive. No Qt, no torch."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.contract.operating_system import is_side_file
from studio.services.imports.refusals import REFUSALS_NAME
from studio.services.projects.project import DATABASE_NAME
from studio.services.settings.toml_file import FILE_NAME

MANIFEST = "score-studio-archive.json"
FORMAT = 1
IMAGES = "images"
"""Folder of the images in an archive, and in the project that is created from it."""
_OVER = ("done",)
_OF_FINISHED_JOBS = ("spec.json", "events.jsonl", "log.txt", "result.json")
"""Not archived: the project already contains the rows and adapter of a finished job."""
_NEVER = (".part",)

OnProgress = Callable[[int, int], None]
"""Finished bytes and their total. May raise to stop."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive: its name there, a relative POSIX path, and its current path."""

    name: str
    source: Path


def project_files(root: Path, database: Path) -> Iterator[Entry]:
    """Yield all files except images, a copy of the database first; that copy decides which files are included."""
    yield Entry(DATABASE_NAME, database)
    for name in (FILE_NAME, REFUSALS_NAME):
        if (root / name).is_file():
            yield Entry(name, root / name)
    with closing(sqlite3.connect(database)) as rows:
        adapters = [folder for (folder,) in rows.execute("SELECT adapter FROM model_version WHERE adapter IS NOT NULL")]
        jobs = rows.execute("SELECT id, state FROM job ORDER BY id").fetchall()
    for folder in sorted(adapters):
        yield from _files(root, root / folder)
    for job_id, state in jobs:
        folder = root / "runs" / str(job_id)
        for entry in _files(root, folder):
            if state not in _OVER or entry.source.name in _OF_FINISHED_JOBS:
                yield entry


def image_files(images: Path, database: Path) -> tuple[list[Entry], list[str]]:
    """Return the existing images, and the paths of those that cannot be archived: missing, or outside the folder."""
    with closing(sqlite3.connect(database)) as rows:
        paths = [path for (path,) in rows.execute("SELECT path FROM image ORDER BY id")]
    found, left = [], []
    for path in paths:
        if is_safe(path) and (images / path).is_file():
            found.append(Entry(f"{IMAGES}/{path}", images / path))
        else:
            left.append(path)
    return found, left


def is_safe(name: str) -> bool:
    """Return whether a name stays inside the folder that it is joined to, on every system."""
    path = PurePosixPath(name)
    odd = not name or "\\" in name or "\0" in name or (len(name) > 1 and name[1] == ":")
    return not odd and not path.is_absolute() and ".." not in path.parts and str(path) == name and name != "."


def _files(root: Path, folder: Path) -> Iterator[Entry]:
    if not folder.is_dir():
        return
    for file in sorted(folder.rglob("*")):
        if is_side_file(file.name) or file.name.endswith(_NEVER) or ".lock" in file.name:
            continue
        if file.is_file() and not file.is_symlink():
            yield Entry(file.relative_to(root).as_posix(), file)
