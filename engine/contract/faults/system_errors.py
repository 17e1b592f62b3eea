"""Recognise what the machine refuses: a full or read-only disk, a place without locks, too many open files.

Libraries wrap the system's errors in their own, some as text alone; so the whole chain of an error is looked at, with
SQLite's codes and the texts of the writers of weights. Standard library only.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.contract.locks import LocksMissingError

ALMOST_NOTHING = 1 << 20
"""Bytes of free space with which a failed write of weights is put down to a full disk."""
_FULL_TEXTS = ("no space left on device", "os error 28", "disk quota exceeded", "database or disk is full")
_WRITERS = ("pytorchstreamwriter", "safetensorerror", "inline_container", "i/o error", "disk i/o error")
"""Words of errors of a writer that does not say why it failed."""
_LOCK_CODES = frozenset(
    (sqlite3.SQLITE_IOERR_LOCK, sqlite3.SQLITE_IOERR_UNLOCK, sqlite3.SQLITE_IOERR_RDLOCK,
     sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK, sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_PROTOCOL)
)  # fmt: skip
_FREE = "Free some space on it and try again; finished work is kept."


@dataclass(frozen=True, slots=True)
class SystemProblem:
    """What the machine refuses, with the remedy: texts for the user."""

    message: str
    remedy: str


def explained(error: BaseException, place: Path | None = None) -> SystemProblem | None:
    """Return what the machine has refused, if that is the cause of an error; None for any other error.

    Args:
        error: with the errors that it was raised from.
        place: where it happened, for errors that do not name a file.
    """
    for one in _chain(error):
        found = _of_one(one, place)
        if found is not None:
            return found
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _of_one(error: BaseException, place: Path | None) -> SystemProblem | None:
    if isinstance(error, LocksMissingError):
        return SystemProblem(error.message, error.remedy)
    if isinstance(error, OSError) and error.errno is not None:
        return _of_code(error.errno, str(error.filename) if error.filename else place)
    text = f"{type(error).__name__}: {error}".lower()
    if getattr(error, "sqlite_errorcode", None) in _LOCK_CODES:
        return _no_locks(place)
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL or any(word in text for word in _FULL_TEXTS):
        return _full(place)
    if any(word in text for word in _WRITERS) and place is not None and _free(place) < ALMOST_NOTHING:
        return _full(place)
    return None


def _of_code(code: int, place: Path | str | None) -> SystemProblem | None:
    where = f" ({place})" if place else ""
    match code:
        case errno.ENOSPC:
            return _full(place)
        case errno.EDQUOT:
            return SystemProblem(f"Your disk quota is used up{where}.", _FREE.replace(" on it", ""))
        case errno.ENOLCK:
            return _no_locks(place)
        case errno.EROFS:
            return SystemProblem(f"The disk is read-only{where}.", "Choose a folder on a disk that can be written.")
        case errno.EIO:
            return SystemProblem(f"The disk reports an error{where}.", "Check the disk and its cable or network.")
        case errno.EMFILE | errno.ENFILE:
            return SystemProblem(
                "Too many files are open.", "Close other programs, or raise the limit: ulimit -n 4096."
            )
        case _:
            return None


def _full(place: Path | str | None) -> SystemProblem:
    return SystemProblem(f"The disk is full{f': {place} cannot be written' if place else ''}.", _FREE)


def _no_locks(place: Path | str | None) -> SystemProblem:
    where = f": {place}" if place else ""
    return SystemProblem(
        f"This place cannot lock files{where}.",
        "Two programs could damage the project there. Move it to a local disk, or mount the share with locks.",
    )


def _free(place: Path) -> int:
    """Return the free bytes on the disk of a path that need not exist."""
    there = next((folder for folder in (place, *place.parents) if folder.is_dir()), Path())
    try:
        return shutil.disk_usage(there).free
    except OSError:
        return ALMOST_NOTHING
