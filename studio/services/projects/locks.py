"""The lock that lets one process work on a project. The operating system releases it when the process ends."""

from __future__ import annotations

import os
from pathlib import Path

from engine.contract import locks
from engine.contract.faults.system_errors import explained
from engine.contract.locks import LockFile, LocksMissingError
from studio.services.errors import StudioError, SystemFault

FILE_NAME = ".lock"
_PAUSES = (0.0, 0.05, 0.2)
"""Seconds before each attempt: ``held_by_another_process`` in another program holds the lock for an instant."""


class ProjectLock:
    """An exclusive lock on a project folder; the file contains the holder's process id."""

    def __init__(self, root: Path) -> None:
        self._lock = LockFile(root / FILE_NAME)

    @property
    def held(self) -> bool:
        """Return whether this object holds the lock."""
        return self._lock.held

    def take(self) -> None:
        """Take the lock; does nothing if this object holds it.

        Raises:
            StudioError: another process holds it, whose id is named; or the folder cannot be written or locked.
        """
        path = self._lock.path
        try:
            taken = self._lock.take(_PAUSES)
        except LocksMissingError as error:
            raise SystemFault(error.message, error.remedy) from error
        except OSError as error:
            found = explained(error, path.parent)
            if found is not None:
                raise SystemFault(found.message, found.remedy) from error
            raise StudioError(
                f"{path} cannot be written: {error.strerror}.", "Check the folder's permissions."
            ) from error
        if not taken:
            raise StudioError(
                f"Another program is using {path.parent} (process {locks.holder(path) or 'unknown'}).",
                "Wait until it has finished, or close it; then try again.",
            )

    def release(self) -> None:
        """Release the lock if it is held."""
        self._lock.release()


def check_place(root: Path) -> None:
    """Check that files in a project's folder can be locked: SQLite waits half a minute before it gives up.

    Raises:
        SystemFault: they cannot.
    """
    try:
        locks.check_place(root, FILE_NAME)
    except LocksMissingError as error:
        raise SystemFault(error.message, error.remedy) from error
    except OSError:  # a folder that cannot be written can still be read
        return


def held_by_another_process(root: Path) -> bool:
    """Return whether a process other than this one holds the project's lock."""
    pid = locks.holder(root / FILE_NAME)
    return pid is not None and pid != os.getpid()


def holder(root: Path) -> int | None:
    """Return the id of another process that holds the project's lock; None if free or not written yet."""
    pid = locks.holder(root / FILE_NAME)
    return None if pid in (None, 0, os.getpid()) else pid
