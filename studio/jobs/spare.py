"""A worker that is started before its job is: it loads the libraries, which takes seconds, while another job runs.

Each job still has a process of its own. No Qt, no torch.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from pathlib import Path

from studio.jobs.process import child_environment, python_command
from studio.operating_system import NEW_GROUP, end_process_tree


class SpareWorker:
    """At most one process that waits for a run folder. ``wanted``: whether a later job will need it. One thread."""

    def __init__(self) -> None:
        self.wanted = True
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ready(self) -> bool:
        """Return whether a process waits, or is loading."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start one, if it is wanted and none is there. If that fails, the job starts its own and reports it."""
        if self.ready or not self.wanted:
            return
        self.end()
        with suppress(OSError):
            self._process = subprocess.Popen(
                python_command("engine.worker", "--wait", "--events"), bufsize=0, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                start_new_session=True, creationflags=NEW_GROUP, env=child_environment(),
            )  # fmt: skip

    def take(self, folder: Path) -> subprocess.Popen[bytes] | None:
        """Give the process its run folder and hand it over; None if there is none."""
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin is not None
        if process.poll() is None:
            with suppress(OSError), process.stdin as line:
                line.write(json.dumps(str(folder)).encode() + b"\n")
                return process
        _close(process)
        return None

    def end(self) -> None:
        """End the process that nobody has taken."""
        process, self._process = self._process, None
        if process is not None:
            _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    if process.poll() is None:
        end_process_tree(process)
    process.wait()
