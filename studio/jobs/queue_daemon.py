"""Handing the queue to a process that outlives the window, and finding it again. Knows no Qt.

The process is ``python -m studio.jobs.queue_daemon_process PROJECT``. While it works it holds the project's lock, and
a file in the project says that the holder is such a process. It pauses on SIGTERM and cancels on SIGINT.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from studio.jobs.process import child_environment, python_command, read_tail
from studio.services.errors import StudioError
from studio.services.projects.locks import holder

MARK_NAME = ".background"
LOG_NAME = "background.log"
READY_SECONDS = 60.0
"""How long a new process may take until it waits for the lock; starting Python takes a second or two."""
_outliving: list[subprocess.Popen[bytes]] = []
"""What was started and let go: kept so that one that ends before this process leaves no zombie."""


def start(root: Path, command: Sequence[str] | None = None) -> int:
    """Start a process that runs the queue as soon as this one lets go of the project's lock. Blocks until it waits.

    Args:
        root: the project's folder.
        command: what to start instead (tests use it); ``--ready-fd N`` is appended.

    Returns:
        The new process's id.

    Raises:
        StudioError: it did not come up; what is running or queued stays with this process.
    """
    log = root / "runs" / LOG_NAME
    log.parent.mkdir(exist_ok=True)
    read_end, write_end = os.pipe()
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(
                [
                    *(command or python_command("studio.jobs.queue_daemon_process", str(root))),
                    "--ready-fd", str(write_end),
                ],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, pass_fds=(write_end,),
                start_new_session=True, env=child_environment(), cwd=root,
            )  # fmt: skip
        os.close(write_end)
        write_end = -1
        if _hears(read_end):
            _outliving[:] = [process, *(child for child in _outliving if child.poll() is None)]
            return process.pid
        process.kill()
        process.wait()
    finally:
        os.close(read_end)
        if write_end >= 0:
            os.close(write_end)
    lines = read_tail(log).splitlines() or ["its log is empty"]
    raise StudioError(f"The queue cannot go on in the background: {lines[-1]}.", f"See {log}.")


def runner_pid(root: Path) -> int | None:
    """The process that runs the project's queue in the background, if there is one now."""
    pid = holder(root)
    return pid if pid is not None and _marked(root) == pid else None


def ask_to_pause(root: Path) -> None:
    """Let the background process stop where nothing is lost; returns at once."""
    _send(root, signal.SIGTERM)


def ask_to_cancel(root: Path) -> None:
    """Let the background process stop soon; returns at once."""
    _send(root, signal.SIGINT)


@contextmanager
def marked(root: Path) -> Iterator[None]:
    """While inside, this process, which holds the lock, is known as the one in the background."""
    mark = root / MARK_NAME
    mark.write_text(str(os.getpid()))
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def _send(root: Path, number: signal.Signals) -> None:
    pid = runner_pid(root)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _marked(root: Path) -> int | None:
    try:
        text = (root / MARK_NAME).read_text()
    except FileNotFoundError:
        return None
    return int(text) if text.isdigit() else None


def _hears(read_end: int) -> bool:
    """Whether the process says that it waits for the lock; False if it ends or takes too long."""
    with selectors.DefaultSelector() as selector:
        selector.register(read_end, selectors.EVENT_READ)
        return bool(selector.select(READY_SECONDS)) and bool(os.read(read_end, 1))
