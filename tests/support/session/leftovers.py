"""Child processes that tests have left behind, found by a variable that every child inherits."""

from __future__ import annotations

import os
import uuid

import psutil

MARK = "SCORE_STUDIO_TEST_RUN"
"""Set in the environment of this process; a child keeps it even when its parent has died."""
PATIENCE = 5.0
"""Seconds in which a child that was asked to end may do so."""


def mark_children() -> None:
    """Give this process, and so every child that it starts from now on, a mark of its own."""
    os.environ[MARK] = f"{os.getpid()}-{uuid.uuid4().hex}"


def left_over(patience: float = PATIENCE) -> list[str]:
    """The command lines of marked processes that are still running after ``patience`` seconds."""
    mark, here = os.environ.get(MARK), psutil.Process()
    children = set(here.children(recursive=True))
    marked = {process for process in psutil.process_iter() if process != here and _mark_of(process) == mark}
    _ended, running = psutil.wait_procs([one for one in children | marked if _is_running(one)], timeout=patience)
    return [_described(process) for process in running if _is_running(process)]


def _mark_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):  # another user's, or just ended
        return None


def _is_running(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _described(process: psutil.Process) -> str:
    try:
        test = process.environ().get("PYTEST_CURRENT_TEST", "an unknown test")
        return f"process {process.pid} of {test}: {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return f"process {process.pid}"
