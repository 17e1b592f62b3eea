"""Lock files: held by one process at a time, whose process id they contain. Used by the studio and the engine.

The operating system holds the lock (``flock``, or ``LockFileEx`` on Windows), so it ends with the process in every
case. Needs only filelock.
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
"""Offset of the process id: Windows does not let other processes read the locked byte, which is the first one."""


class LocksMissingError(Exception):
    """The file system does not support locks; the text is for the user."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"This place cannot lock files: {path} cannot be locked: {error.strerror or error}.")
        self.message = str(self)
        self.remedy = (
            "Two programs could damage the project there. Move it to a local disk, or mount the share with locks."
        )


class LockFile:
    """An exclusive lock from ``take`` until ``release`` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    @property
    def held(self) -> bool:
        """Return whether this object holds the lock."""
        return self._file is not None

    def take(self, pauses: Sequence[float] = (0.0,)) -> bool:
        """Take the lock and write this process's id into the file, which is created if missing.

        Args:
            pauses: seconds to wait before each attempt.

        Returns:
            Whether this object holds it now; False if another process or object does.

        Raises:
            OSError: the file cannot be written.
            LocksMissingError: the file system does not support locks.
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
        """Release the lock if it is held; no process id remains in the file."""
        if self._file is not None:
            file, self._file = self._file, None
            with file:
                file.truncate(0)


def check_place(folder: Path, name: str) -> None:
    """Check that files in an existing folder can be locked, with a lock file of this name.

    Raises:
        LocksMissingError: the file system does not support locks.
        OSError: the file cannot be written.
    """
    path = folder / name
    known = path.exists()
    with path.open("a+b", buffering=0) as file:
        try:
            _locked(file, path)
        finally:
            if not known:
                path.unlink(missing_ok=True)


def holder(path: Path) -> int | None:
    """Return the id of the process that holds the lock; 0 if the id is not written yet, None if the lock is free.

    Takes the lock for an instant, so processes that want it must try more than once. On a file system without locks
    the result is always None.
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
