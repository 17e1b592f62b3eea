"""The lock that lets one process work on a project. Held by the system, so that it dies with its process."""

from __future__ import annotations

import os
from pathlib import Path

from engine.contract import locks
from engine.contract.locks import LockFile, LocksMissingError
from studio.services.errors import StudioError

FILE_NAME = ".lock"
_PAUSES = (0.0, 0.05, 0.2)
"""Seconds before each attempt: ``held_by_another_process`` of some onlooker holds the lock for an instant."""


class ProjectLock:
    """An exclusive lock on a project folder; the file holds the process id of its holder."""

    def __init__(self, root: Path) -> None:
        self._lock = LockFile(root / FILE_NAME)

    @property
    def held(self) -> bool:
        """Whether this object has the lock."""
        return self._lock.held

    def take(self) -> None:
        """Take the lock; nothing happens if this object has it.

        Raises:
            StudioError: another one has it, and its process is named; or the folder cannot be written or locked.
        """
        path = self._lock.path
        try:
            taken = self._lock.take(_PAUSES)
        except LocksMissingError as error:
            raise StudioError(error.message, error.remedy) from error
        except OSError as error:
            raise StudioError(f"{path} cannot be written: {error.strerror}.", "Check the folder's rights.") from error
        if not taken:
            raise StudioError(
                f"Process {locks.holder(path) or 'of unknown id'} is working on {path.parent}.",
                "Wait for it, or end it; then try again.",
            )

    def release(self) -> None:
        """Let go of the lock, if it is held."""
        self._lock.release()


def held_by_another_process(root: Path) -> bool:
    """Whether a process other than this one holds the project's lock."""
    pid = locks.holder(root / FILE_NAME)
    return pid is not None and pid != os.getpid()


def holder(root: Path) -> int | None:
    """The other process that holds the project's lock; None if nobody does, or it has not written its id yet."""
    pid = locks.holder(root / FILE_NAME)
    return None if pid in (None, 0, os.getpid()) else pid
