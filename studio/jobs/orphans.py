"""Workers that outlived the process that started them. Knows no Qt and no database.

A worker holds a lock on its run folder for its lifetime and leaves its process id in the lock file. When the studio is
killed, its worker goes on until it notices; before the job runs again it must be gone, or two would write one journal.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path

from engine.contract.specs import RunFolder

LOCK_NAME = ".worker.lock"
GRACE_SECONDS = 30.0
_STEP_SECONDS = 0.1


def live_worker(folder: RunFolder) -> int | None:
    """The process id of the worker that holds the run folder's lock, or None; 0 if it is not written yet."""
    try:
        lock = (folder.path / LOCK_NAME).open("rb")
    except FileNotFoundError:
        return None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = lock.read(32).strip()
            return int(text) if text.isdigit() else 0
        return None


def stop_orphan(folder: RunFolder, grace: float = GRACE_SECONDS) -> bool:
    """End the worker that still holds the run folder, if there is one: SIGTERM, then SIGKILL after ``grace`` seconds.

    Returns:
        True if there was one.

    Raises:
        TimeoutError: it holds the lock even so (another host's process on a network folder, or one of another user).
    """
    pid = live_worker(folder)
    if pid is None:
        return False
    for signal_number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        _send(pid, folder.path, signal_number)
        if _gone_within(folder, seconds):
            return True
        pid = live_worker(folder) or 0
    raise TimeoutError(f"process {pid} still works in {folder.path} and could not be stopped")


def _gone_within(folder: RunFolder, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if live_worker(folder) is None:
            return True
        time.sleep(_STEP_SECONDS)
    return live_worker(folder) is None


def _send(pid: int, folder: Path, signal_number: signal.Signals) -> None:
    """The signal, if that process is indeed a worker on this folder: process ids are used again."""
    if pid > 0 and _is_worker_on(pid, folder):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal_number)


def _is_worker_on(pid: int, folder: Path) -> bool:
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(folder) in arguments or os.fsencode(folder.resolve()) in arguments
