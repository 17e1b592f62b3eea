"""A project in another window: a process of its own, so that both stay open. No Qt, no torch."""

from __future__ import annotations

import subprocess
from pathlib import Path

from studio.jobs.process import child_environment, python_command
from studio.operating_system import NEW_GROUP

_opened: list[subprocess.Popen[bytes]] = []
"""Started processes, kept so that one that ends before this process leaves no zombie."""


def open_window_on(root: Path) -> int:
    """Open a window on a project without waiting for it; returns the process's id.

    Raises:
        OSError: the process cannot be started.
    """
    process = subprocess.Popen(
        python_command("studio", "open", str(root)),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, creationflags=NEW_GROUP, env=child_environment(),
    )  # fmt: skip
    _opened[:] = [process, *(child for child in _opened if child.poll() is None)]
    return process.pid
