"""The lock that lets one process work on a project. Held by the system, so that it dies with its process."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from studio.services.errors import StudioError

FILE_NAME = ".lock"
_PAUSES = (0.0, 0.05, 0.2)
"""Seconds before each attempt: ``held_by_another_process`` of some onlooker holds the lock for an instant."""


class ProjectLock:
    """An exclusive lock on a project folder; the file holds the process id of its holder."""

    def __init__(self, root: Path) -> None:
        self._path = root / FILE_NAME
        self._file: IO[bytes] | None = None

    @property
    def held(self) -> bool:
        """Whether this object has the lock."""
        return self._file is not None

    def take(self) -> None:
        """Take the lock; nothing happens if this object has it.

        Raises:
            StudioError: another one has it; names its process.
        """
        if self._file is not None:
            return
        try:
            file = self._path.open("a+b")
        except OSError as error:
            raise StudioError(
                f"{self._path} cannot be written: {error.strerror}.", "Check the folder's rights."
            ) from error
        if not any(_try(file, pause) for pause in _PAUSES):
            pid = _pid(file)
            file.close()
            raise StudioError(
                f"Process {pid if pid is not None else 'of unknown id'} is working on {self._path.parent}.",
                "Wait for it, or end it; then try again.",
            )
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let go of the lock, if it is held."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def held_by_another_process(root: Path) -> bool:
    """Whether a process other than this one holds the project's lock."""
    try:
        file = (root / FILE_NAME).open("rb")
    except FileNotFoundError:
        return False
    with file:
        return not _try(file) and _pid(file) != os.getpid()


def holder(root: Path) -> int | None:
    """The other process that holds the project's lock; None if nobody does, or it has not written its id yet."""
    try:
        file = (root / FILE_NAME).open("rb")
    except FileNotFoundError:
        return None
    with file:
        pid = None if _try(file) else _pid(file)
    return None if pid == os.getpid() else pid


def _try(file: IO[bytes], pause: float = 0.0) -> bool:
    time.sleep(pause)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid(file: IO[bytes]) -> int | None:
    file.seek(0)
    text = file.read(32).strip()
    return int(text) if text.isdigit() else None
