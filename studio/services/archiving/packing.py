"""Write a project's archive, also while the window is open and the queue runs. No Qt, no torch."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from db.engine import connect
from engine.contract.artifacts import MANIFEST as SEAL
from studio.services.archiving.contents import FORMAT, MANIFEST, Entry, OnProgress, image_files, project_files
from studio.services.errors import StudioError
from studio.services.exports.destinations import atomic_file, check_space
from studio.services.projects.project import DATABASE_NAME, Project

_CHUNK = 1 << 20
_COMPRESSED = frozenset((".json", ".jsonl", ".txt", ".toml", ".csv", ".sqlite"))
"""Files worth compressing; images and weights are not."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The content of an archive. ``left`` are paths of images that are missing or outside the images folder."""

    file: Path
    files: int
    images: int
    bytes: int
    left: tuple[str, ...]


def pack(
    project: Project, file: Path, *, with_images: bool, on_progress: OnProgress = lambda done, total: None
) -> Packed:
    """Write the project as one zip file, completely or not at all, also while its jobs are running.

    The database is copied in one consistent state; models and runs are included as that copy refers to them.

    Raises:
        StudioError: a suffix other than .zip, an existing file, no disk space, or a version that was deleted
        meanwhile.
    """
    if file.suffix.lower() != ".zip":
        raise StudioError(f"{file} is not a .zip file name.", "Use a name that ends in .zip.")
    if file.exists():
        raise StudioError(f"{file} already exists.", "Choose another name, or remove the file first.")
    with tempfile.TemporaryDirectory(prefix="score-studio-") as scratch:
        database = Path(scratch) / DATABASE_NAME
        _copy_database(project.root / DATABASE_NAME, database)
        entries = list(project_files(project.root, database))
        images, left = image_files(project.images_root(), database) if with_images else ([], [])
        everything = [*entries, *images]
        total = sum(entry.source.stat().st_size for entry in everything if entry.source.is_file())
        check_space(file, total)
        with atomic_file(file) as part:
            hashes = _write(part, everything, total, on_progress, _head(project, with_images))
            _check_adapters(database, set(hashes))
    return Packed(file, len(hashes), len(images), file.stat().st_size, tuple(left))


def _copy_database(source: Path, target: Path) -> None:
    """Write a consistent copy: copying a live file could miss changes that are being written.

    The copy refers to no process, so that a running job counts as interrupted where the copy is opened.
    """
    with closing(connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("UPDATE job SET pid = NULL, owner = NULL")
        copy.commit()


def _head(project: Project, with_images: bool) -> dict[str, object]:
    return {
        "format": FORMAT,
        "project": project.name,
        "base": project.settings.model.base,
        "images": with_images,
        "images_root": project.settings.images.root,
    }


def _write(
    file: Path, entries: Sequence[Entry], total: int, on_progress: OnProgress, head: dict[str, object]
) -> dict[str, str]:
    """Write all entries, then the manifest with their hashes."""
    hashes: dict[str, str] = {}
    sizes: dict[str, int] = {}
    done = 0
    with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        for entry in entries:
            try:
                hashes[entry.name], sizes[entry.name] = _add(archive, entry)
            except FileNotFoundError:  # a run folder's file that its job has just replaced or removed
                continue
            done += sizes[entry.name]
            on_progress(min(done, total), total)
        files = {name: {"sha256": hashes[name], "bytes": sizes[name]} for name in hashes}
        archive.writestr(MANIFEST, json.dumps({**head, "files": files}), zipfile.ZIP_DEFLATED)
    return hashes


def _add(archive: zipfile.ZipFile, entry: Entry) -> tuple[str, int]:
    compressed = entry.source.suffix.lower() in _COMPRESSED
    digest, size = hashlib.sha256(), 0
    with entry.source.open("rb") as source:
        info = zipfile.ZipInfo.from_file(entry.source, entry.name, strict_timestamps=False)
        info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        with archive.open(info, "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
    return digest.hexdigest(), size


def _check_adapters(database: Path, names: set[str]) -> None:
    with closing(sqlite3.connect(database)) as rows:
        adapters = rows.execute("SELECT name, adapter FROM model_version WHERE adapter IS NOT NULL").fetchall()
    gone = [name for name, folder in adapters if f"{folder}/{SEAL}" not in names]
    if gone:
        raise StudioError(
            f"The adapter of {', '.join(gone)} is missing.", "Run: score-studio check DIR; then try again."
        )
