"""The process in the background with a worker that only pretends: a real detached process with real children."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import support

from studio.jobs import queue_daemon

_PROGRAM = """
import sys
sys.path[:0] = [sys.argv.pop(1)]
import pytest
from support.fake_worker import use_fake_worker
from studio.jobs.queue_daemon_process import main
use_fake_worker(pytest.MonkeyPatch(), sys.argv.pop(1))
sys.exit(main())
"""


def fake_daemon_command(root: Path, mode: str) -> list[str]:
    """What ``background.start`` takes in the place of the real command."""
    tests = str(Path(next(iter(support.__path__))).parent)
    return [sys.executable, "-c", _PROGRAM, tests, mode, str(root)]


def use_fake_worker_in_daemon(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """Lets whoever starts the background process start one whose worker pretends."""
    start = queue_daemon.start
    monkeypatch.setattr(
        queue_daemon, "start", lambda root, **more: start(root, fake_daemon_command(root, mode), **more)
    )


@contextmanager
def ended(root: Path) -> Iterator[None]:
    """Afterwards no background process is left on the project."""
    try:
        yield
    finally:
        pid = queue_daemon.runner_pid(root)
        if pid is not None:
            process = psutil.Process(pid)
            for one in (*process.children(recursive=True), process):
                one.kill()
        for child in queue_daemon._outliving:
            child.wait(timeout=20)
