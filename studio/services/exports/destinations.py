"""Destinations of exports: a new folder or file that is written completely or not at all. No Qt, no torch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.contract import atomic_files
from engine.contract.faults.system_errors import explained
from studio.services.errors import StudioError, SystemFault
from studio.text import byte_text

SPARE = 64 * 1024**2
"""Bytes that an export leaves free on the disk."""


def check_new(folder: Path) -> None:
    """Reject a folder that is not empty.

    Raises:
        StudioError: it is a file, or not empty.
    """
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise _unwritable(folder, error, "folder") from error
    if taken:
        raise StudioError(f"{folder} is not an empty folder.", "Choose an empty or new folder.")


def check_space(place: Path, needed: int) -> None:
    """Check that the disk of ``place``, which need not exist yet, has enough space.

    Raises:
        StudioError: too little space; with the available size.
    """
    there = next(folder for folder in (place.absolute(), *place.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    if free < needed + SPARE:
        message = f"{place} needs {byte_text(needed)}, but its disk has only {byte_text(free)} free."
        raise StudioError(message, "Free disk space, or choose a folder on another disk.")


@contextmanager
def atomic_dir(folder: Path) -> Iterator[Path]:
    """Yield a folder beside ``folder`` to fill; it is renamed in the end, or removed after an error.

    Raises:
        StudioError: ``folder`` is not empty, or cannot be written.
    """
    check_new(folder)
    missing = [parent for parent in folder.absolute().parents if not parent.exists()]
    try:
        with atomic_files.atomic_dir(folder.absolute()) as part:
            yield part
    except OSError as error:
        _remove_empty(missing)
        raise _unwritable(folder, error, "folder") from error
    except BaseException:
        _remove_empty(missing)
        raise


@contextmanager
def atomic_file(file: Path) -> Iterator[Path]:
    """Yield a file beside ``file`` to write; it is renamed in the end, so that an error leaves ``file`` unchanged.

    Raises:
        StudioError: it is a folder, or cannot be written.
    """
    if file.is_dir():
        raise StudioError(f"{file} is a folder.", "Choose a file name.")
    try:
        with atomic_files.atomic_file(file) as part:
            yield part
    except OSError as error:
        raise _unwritable(file, error, "file") from error


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _unwritable(place: Path, error: OSError, kind: str) -> StudioError:
    found = explained(error, place)
    if found is not None:
        return SystemFault(found.message, found.remedy)
    return StudioError(f"{place} cannot be written: {error.strerror or error}.", f"Choose another {kind}.")
