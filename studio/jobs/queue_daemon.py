"""Handing the queue to a process that outlives the window, and finding it again. Knows no Qt.

The process is ``python -m studio.jobs.queue_daemon_process PROJECT``. While it works it holds the project's lock, and
a file in the project says that the holder is such a process. A file beside it asks that process to pause or to cancel.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from studio.jobs.pipe_reader import PipeReader
from studio.jobs.process import child_environment, python_command, read_tail
from studio.operating_system import NEW_GROUP, end_process_tree
from studio.services.errors import StudioError
from studio.services.projects.locks import holder

MARK_NAME = ".background"
REQUEST_NAME = ".background.request"
LOG_NAME = "background.log"
READY_SECONDS = 60.0
"""How long a new process may take until it waits for the lock; starting Python takes a second or two."""
Request = Literal["pause", "cancel"]
_outliving: list[subprocess.Popen[bytes]] = []
"""What was started and let go: kept so that one that ends before this process leaves no zombie."""


def start(root: Path, command: Sequence[str] | None = None) -> int:
    """Start a process that runs the queue as soon as this one lets go of the project's lock. Blocks until it waits.

    Args:
        root: the project's folder.
        command: what to start instead (tests use it); ``--announce`` is appended.

    Returns:
        The new process's id.

    Raises:
        StudioError: it did not come up; what is running or queued stays with this process.
    """
    log = root / "runs" / LOG_NAME
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*(command or python_command("studio.jobs.queue_daemon_process", str(root))), "--announce"], bufsize=0,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=output,
            start_new_session=True, creationflags=NEW_GROUP, env=child_environment(), cwd=root,
        )  # fmt: skip
    assert process.stdout is not None
    announced = PipeReader(process.stdout)
    try:
        if announced.read(READY_SECONDS):
            _outliving[:] = [process, *(child for child in _outliving if child.poll() is None)]
            return process.pid
        end_process_tree(process)
        process.wait()
    finally:
        announced.close()
    lines = read_tail(log).splitlines() or ["its log is empty"]
    raise StudioError(f"The queue cannot go on in the background: {lines[-1]}.", f"See {log}.")


def runner_pid(root: Path) -> int | None:
    """The process that runs the project's queue in the background, if there is one now."""
    pid = holder(root)
    return pid if pid is not None and _marked(root) == pid else None


def ask_to_pause(root: Path) -> None:
    """Let the background process stop where nothing is lost; returns at once."""
    _ask(root, "pause")


def ask_to_cancel(root: Path) -> None:
    """Let the background process stop soon; returns at once."""
    _ask(root, "cancel")


@contextmanager
def marked(root: Path) -> Iterator[None]:
    """While inside, this process, which holds the lock, is known as the one in the background."""
    mark = root / MARK_NAME
    (root / REQUEST_NAME).unlink(missing_ok=True)  # it was meant for a process that was killed
    mark.write_text(str(os.getpid()))
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)
        (root / REQUEST_NAME).unlink(missing_ok=True)


def request(root: Path) -> Request | None:
    """What the background process, which calls this, is asked to do by now."""
    try:
        text = (root / REQUEST_NAME).read_text()
    except OSError:  # Windows also refuses while the file is written
        return None
    match text:
        case "pause" | "cancel":
            return text
    return None


def _ask(root: Path, what: Request) -> None:
    if runner_pid(root) is not None:
        (root / REQUEST_NAME).write_text(what)


def _marked(root: Path) -> int | None:
    try:
        text = (root / MARK_NAME).read_text()
    except FileNotFoundError:
        return None
    return int(text) if text.isdigit() else None
