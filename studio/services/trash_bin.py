"""Deleted files and rows that can be restored until the project is closed. No Qt, no torch.

Each deletion has a numbered folder in ``.trash`` with its rows as JSON and its files under their old relative paths.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISREG
from typing import Any

from engine.contract.atomic_files import write_text
from studio.services.projects.project import Project

TRASH = ".trash"
_ROWS = "rows.json"
_FOLDERS = ("models", "runs")


def new_bin(project: Project) -> Path:
    """Return a new, empty bin folder for a deletion."""
    numbers = [int(folder.name) for folder in bins(project)]
    folder = project.root / TRASH / str(max(numbers, default=0) + 1)
    shutil.rmtree(folder, ignore_errors=True)  # one whose rows were never written
    folder.mkdir(parents=True)
    return folder


def bins(project: Project) -> list[Path]:
    """Return the folders of all bins that can be restored."""
    home = project.root / TRASH
    return [folder for folder in home.iterdir() if (folder / _ROWS).is_file()] if home.is_dir() else []


def read_bin(folder: Path) -> dict[str, Any]:
    """Return the rows and facts in a bin."""
    body: dict[str, Any] = json.loads((folder / _ROWS).read_text("utf-8"))
    return body


def write_bin(folder: Path, body: dict[str, Any]) -> None:
    """Write rows and facts; from then on the bin can be restored."""
    write_text(folder / _ROWS, json.dumps(body))


def move_in(project: Project, bin_folder: Path, folders: Iterable[Path]) -> None:
    """Move these folders of the project into the bin."""
    for folder in folders:
        target = bin_folder / folder.relative_to(project.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.replace(target)


def move_out(project: Project, bin_folder: Path) -> None:
    """Move all folders of the bin back to their places.

    Call it inside the transaction that restores the rows, and remove the bin after it: after a kill everything is still
    in the bin and can be restored again. In the other order, closing could empty a bin that still contains files.
    """
    for kind in _FOLDERS:
        _move_back(bin_folder / kind, project.root / kind)


def remove_bin(bin_folder: Path) -> None:
    """Remove a bin whose rows and files have been restored."""
    shutil.rmtree(bin_folder)


def trashed_names(project: Project) -> set[str]:
    """Return the names of everything that can be restored."""
    return {str(read_bin(folder)["name"]) for folder in bins(project)}


def size_of(folders: Iterable[Path]) -> int:
    """Return bytes on disk; a file with two names (adapters are in models/ and in their run folder) counts once."""
    files: dict[tuple[int, int], int] = {}
    for folder in folders:
        for file in folder.rglob("*"):
            stat = file.lstat()
            if S_ISREG(stat.st_mode):
                files[stat.st_dev, stat.st_ino] = stat.st_size
    return sum(files.values())


def _move_back(source: Path, target: Path) -> None:
    """Move the contents of ``source`` to ``target``, merging folders that exist in both."""
    if not source.is_dir():
        return
    for entry in sorted(source.iterdir()):
        there = target / entry.name
        if entry.is_dir() and there.is_dir():
            _move_back(entry, there)
        else:
            target.mkdir(parents=True, exist_ok=True)
            entry.replace(there)
