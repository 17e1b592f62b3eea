"""Files that one process at a time holds locked, with its process id in them. Both sides of the wall use them.

The lock is the system's (``flock``, or ``LockFileEx`` on Windows), so it ends with its process, however that ends.
Needs filelock and nothing else.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from filelock import lock_descriptor

_PID_BYTES = 32
_PID_AT = 1 if sys.platform == "win32" else 0
"""Windows lets nobody else read the byte that is locked, which is the first one."""


class LocksMissingError(Exception):
    """The file system has no locks; the text is what a person can read."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} cannot be locked: {error.strerror or error}.")
        self.message = str(self)
        self.remedy = "The folder's file system has no file locks. Move the folder to a local disk."


class LockFile:
    """An exclusive lock that is held from ``take`` on until ``release``, or until the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    @property
    def held(self) -> bool:
        """Whether this object has the lock."""
        return self._file is not None

    def take(self, pauses: Sequence[float] = (0.0,)) -> bool:
        """Take the lock and write this process's id into the file; the file is made if it is not there.

        Args:
            pauses: seconds to wait before each attempt.

        Returns:
            Whether this object has it now; False if another one has.

        Raises:
            OSError: the file cannot be written.
            LocksMissingError: the file system has no locks.
        """
        if self._file is not None:
            return True
        file = self.path.open("a+b", buffering=0)
        try:
            if not any(_locked(file, self.path, pause) for pause in pauses):
                file.close()
                return False
            file.truncate(_PID_AT)
            file.write(f"{os.getpid()}\n".encode())
        except BaseException:
            file.close()
            raise
        self._file = file
        return True

    def release(self) -> None:
        """Let go of the lock, if it is held; no process id is left in the file."""
        if self._file is not None:
            file, self._file = self._file, None
            with file:
                file.truncate(0)


def holder(path: Path) -> int | None:
    """The id of the process that holds the file locked, 0 if it is not written yet, None if nobody does.

    Takes the lock for an instant, so whoever wants to hold it has to try more than once. Nobody holds a lock on a file
    system that has none.
    """
    try:
        file = path.open("rb", buffering=0)
    except FileNotFoundError:
        return None
    with file:
        try:
            return None if _locked(file, path) else _pid(file)
        except LocksMissingError:
            return None


def _locked(file: IO[bytes], path: Path, pause: float = 0.0) -> bool:
    time.sleep(pause)
    try:
        return lock_descriptor(file.fileno(), blocking=False)
    except OSError as error:
        raise LocksMissingError(path, error) from error


def _pid(file: IO[bytes]) -> int:
    file.seek(_PID_AT)
    text = file.read(_PID_BYTES).strip()
    return int(text) if text.isdigit() else 0
