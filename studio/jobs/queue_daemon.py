"""Start a process that runs the queue after the window is closed, and find it again. No Qt.

The process is ``python -m studio.jobs.queue_daemon_process PROJECT``. It holds the project's lock while it works, and a
file in the project marks it as such a process. Another file asks it to pause or to cancel.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
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
"""Maximum time until a new process waits for the lock; starting Python takes a second or two."""
Request = Literal["pause", "cancel"]
_outliving: list[subprocess.Popen[bytes]] = []
"""Started processes, kept so that one that ends before this process leaves no zombie."""


def start(root: Path, command: Sequence[str] | None = None, secrets: Mapping[str, str] | None = None) -> int:
    """Start a process that runs the queue once this one releases the project's lock. Blocks until it waits for it.

    Args:
        root: the project's folder.
        command: started instead (for tests), with ``--announce`` appended.
        secrets: variables that only this process gets.

    Returns:
        The new process's id.

    Raises:
        StudioError: it did not start; running and queued jobs stay with this process.
    """
    log = root / "runs" / LOG_NAME
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*(command or python_command("studio.jobs.queue_daemon_process", str(root))), "--announce"], bufsize=0,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=output,
            start_new_session=True, creationflags=NEW_GROUP, env={**child_environment(), **(secrets or {})}, cwd=root,
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
    lines = read_tail(log).splitlines() or ["it had printed nothing"]
    raise StudioError(f"The queue cannot continue in the background: {lines[-1]}.", f"See {log}.")


def runner_pid(root: Path) -> int | None:
    """Return the process that currently runs the project's queue in the background, or None."""
    pid = holder(root)
    return pid if pid is not None and _marked(root) == pid else None


def ask_to_pause(root: Path) -> None:
    """Ask the background process to stop without losing work; does not wait."""
    _ask(root, "pause")


def ask_to_cancel(root: Path) -> None:
    """Ask the background process to stop soon; does not wait."""
    _ask(root, "cancel")


@contextmanager
def marked(root: Path) -> Iterator[None]:
    """Inside the block, this process, which holds the lock, is marked as the background process."""
    mark = root / MARK_NAME
    (root / REQUEST_NAME).unlink(missing_ok=True)  # meant for a process that was killed
    mark.write_text(str(os.getpid()))
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)
        (root / REQUEST_NAME).unlink(missing_ok=True)


def request(root: Path) -> Request | None:
    """Return the current request to the background process, which calls this."""
    try:
        text = (root / REQUEST_NAME).read_text()
    except OSError:  # Windows also refuses while the file is being written
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
