"""Folders of files that are either complete or not there: a manifest with hashes, written last. Standard library only.

Adapters and checkpoints are such folders. A folder without ``manifest.json`` was being written when its writer died; a
folder with one is complete as far as ``verify`` finds nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
_VERSION = 1


def seal(folder: Path) -> str:
    """Write the manifest of all files in ``folder`` (any depth) as its last file, in one step.

    Returns:
        The folder's digest.
    """
    files = {name: _entry(folder / name) for name in _names(folder)}
    part = folder / (MANIFEST + ".part")
    with part.open("w", encoding="utf-8") as out:
        json.dump({"version": _VERSION, "files": files}, out, indent=1, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder / MANIFEST)
    _sync_folder(folder)
    return digest(folder)


def is_sealed(folder: Path) -> bool:
    """Whether a manifest lies in the folder; ``verify`` tells whether it is still true."""
    return (folder / MANIFEST).is_file()


def verify(folder: Path) -> list[str]:
    """What is wrong with the folder, one sentence a problem; an empty list: every byte is as it was sealed."""
    try:
        files = _manifest(folder)
    except (OSError, ValueError) as error:
        return [f"{folder.name}/{MANIFEST} cannot be read: {error}"]
    present = set(_names(folder))
    problems = [f"{name} is missing" for name in sorted(set(files) - present)]
    problems += [f"{name} is not in the manifest" for name in sorted(present - set(files))]
    changed = (name for name in sorted(present & set(files)) if _entry(folder / name) != files[name])
    return problems + [f"{name} has changed since it was written" for name in changed]


def digest(folder: Path) -> str:
    """SHA-256 over the names and hashes in the manifest; equal for folders with equal files.

    Raises:
        FileNotFoundError: no manifest.
        ValueError: the manifest is damaged.
    """
    lines = (f"{entry['sha256']}  {name}\n" for name, entry in sorted(_manifest(folder).items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(data, dict) or data.get("version") != _VERSION or not isinstance(data.get("files"), dict):
        raise ValueError(f"not a manifest of version {_VERSION}")
    files: dict[str, dict[str, Any]] = data["files"]
    return files


def _names(folder: Path) -> list[str]:
    """Files below the folder as POSIX paths, sorted, without the manifest and its unfinished part."""
    own = {MANIFEST, MANIFEST + ".part"}
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if name not in own)


def _entry(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
