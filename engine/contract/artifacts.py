"""Folders sealed by a manifest of file hashes, which is written last. Standard library only.

Adapters and checkpoints are such folders. A folder without ``manifest.json`` is incomplete: its writer was interrupted.
A folder with one is complete if ``verify`` finds no problem.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from engine.contract.atomic_files import PART_SUFFIX, part_path, write_text
from engine.contract.operating_system import is_side_file

MANIFEST = "manifest.json"
_VERSION = 1
_WEIGHTS = ".safetensors"


def seal(folder: Path) -> str:
    """Write the manifest of all files in ``folder`` (any depth), atomically and after all other files.

    Returns:
        The folder's digest.
    """
    files = {name: _entry(folder / name) for name in _names(folder)}
    body = {"version": _VERSION, "files": files}
    write_text(folder / MANIFEST, json.dumps(body, indent=1, sort_keys=True))
    return digest(folder)


def is_sealed(folder: Path) -> bool:
    """Return whether the folder has a manifest; ``verify`` checks the files against it."""
    return (folder / MANIFEST).is_file()


def verify(folder: Path) -> list[str]:
    """Return the folder's problems, one sentence each; an empty list if every byte matches the manifest."""
    try:
        files = _manifest(folder)
    except (OSError, ValueError) as error:
        return [f"{folder.name}/{MANIFEST} cannot be read: {error}"]
    present = set(_names(folder))
    problems = [f"{name} is missing" for name in sorted(set(files) - present)]
    problems += [f"{name} is not in the manifest" for name in sorted(present - set(files))]
    changed = (name for name in sorted(present & set(files)) if _entry(folder / name) != files[name])
    return problems + [f"{name} has changed since it was written" for name in changed]


def verify_weights(folder: Path) -> list[str]:
    """Return the problems of a sealed folder's weights alone; other files may have been added or edited since.

    Raises:
        OSError, ValueError: the manifest cannot be read.
    """
    files = {name: entry for name, entry in _manifest(folder).items() if name.endswith(_WEIGHTS)}
    gone = [name for name in sorted(files) if not (folder / name).is_file()]
    changed = [name for name in sorted(files) if name not in gone and _entry(folder / name) != files[name]]
    return [f"{name} is missing" for name in gone] + [f"{name} has changed since it was written" for name in changed]


def digest(folder: Path) -> str:
    """Return the SHA-256 over the names and hashes in the manifest; equal for folders with equal files.

    Raises:
        FileNotFoundError: there is no manifest.
        ValueError: the manifest is damaged.
    """
    lines = (f"{entry['sha256']}  {name}\n" for name, entry in sorted(_manifest(folder).items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def digest_now(folder: Path) -> str:
    """Return what ``digest`` would be if the folder were sealed as it is now: it differs if any byte has changed.

    Raises:
        OSError: a file cannot be read.
    """
    lines = (f"{_entry(folder / name)['sha256']}  {name}\n" for name in _names(folder))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(data, dict) or data.get("version") != _VERSION or not isinstance(data.get("files"), dict):
        raise ValueError(f"not a manifest of version {_VERSION}")
    files: dict[str, dict[str, Any]] = data["files"]
    return files


def _names(folder: Path) -> list[str]:
    """Return the files below the folder as sorted POSIX paths, without the manifest and its temporary file.

    Neither with those that macOS adds where a folder is copied to a foreign disk.
    """
    own = {MANIFEST, MANIFEST + PART_SUFFIX, part_path(folder / MANIFEST).name}
    names = (
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not is_side_file(path.name)
    )
    return sorted(name for name in names if name not in own)


def _entry(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}
