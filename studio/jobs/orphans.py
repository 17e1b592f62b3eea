"""Workers that outlived the process that started them. No Qt, no database.

A worker holds a lock on its run folder and writes its process id into the lock file. When the studio is killed, its
worker continues until it notices; it must end before the job runs again, or two processes would write one journal.
"""

from __future__ import annotations

import time

from engine.contract.locks import holder
from engine.contract.specs import RunFolder
from studio.operating_system import end_process, has_argument, has_open

LOCK_NAME = ".worker.lock"
GRACE_SECONDS = 30.0
_STEP_SECONDS = 0.1


def live_worker(folder: RunFolder) -> int | None:
    """Return the process id of the worker that holds the run folder's lock; None if free, 0 if not written yet."""
    return holder(folder.path / LOCK_NAME)


def stop_orphan(folder: RunFolder, grace: float = GRACE_SECONDS) -> bool:
    """End a worker that still holds the run folder: asked first, killed ``grace`` seconds later.

    Returns:
        True if there was one.

    Raises:
        TimeoutError: it still holds the lock (another host's process on a network folder, or another user's process).
    """
    pid = live_worker(folder)
    if pid is None:
        return False
    for by_force, seconds in ((False, grace), (True, 5.0)):
        if pid > 0 and _works_on(pid, folder):
            end_process(pid, by_force=by_force)
        if _gone_within(folder, seconds):
            return True
        pid = live_worker(folder) or 0
    raise TimeoutError(f"process {pid} still uses {folder.path} and could not be stopped")


def _works_on(pid: int, folder: RunFolder) -> bool:
    """Return whether the process is the folder's worker here: ids are reused, and another host's mean nothing here.

    A worker that was started before it was told its folder has no such argument, but holds the lock file.
    """
    return has_argument(pid, folder.path) or has_open(pid, folder.path / LOCK_NAME)


def _gone_within(folder: RunFolder, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if live_worker(folder) is None:
            return True
        time.sleep(_STEP_SECONDS)
    return live_worker(folder) is None
