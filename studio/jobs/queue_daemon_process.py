"""The process that runs a project's queue without a window: ``python -m studio.jobs.queue_daemon_process PROJECT``.

It waits until the window that started it releases the project, runs the queued jobs and ends. A file in the project
asks it to pause the running job without losing work, or to cancel it; so do SIGTERM and SIGINT (Ctrl-C). Its output
goes to ``runs/background.log``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from engine.contract.events import Event
from engine.contract.operating_system import HANGUP, STOP_SIGNALS, take_standard_output
from studio.jobs.queue_daemon import marked, request
from studio.jobs.runner import JobEnd, reclaim, run_queue
from studio.services.errors import StudioError
from studio.services.judging.keys import take_from_environment
from studio.services.loop.types import JobRow
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

LOCK_SECONDS = 60.0
_STEP_SECONDS = 0.05
_REQUEST_SECONDS = 0.1


def main(argv: Sequence[str] | None = None) -> int:
    """Run the queue of one project and return the exit code: 0 done or stopped as asked, 1 failed."""
    parser = argparse.ArgumentParser(prog="studio.jobs.queue_daemon_process", description="Runs a project's queue.")
    parser.add_argument("project", type=Path)
    parser.add_argument("--announce", action="store_true", help="write to standard output when waiting for the lock")
    options = parser.parse_args(argv)
    take_from_environment()
    cancel, pause = threading.Event(), threading.Event()
    _handle_signals(cancel, pause)
    if options.announce:
        announcing = take_standard_output()
        os.write(announcing, b"1")
        os.close(announcing)
    try:
        end = _run(options.project, cancel, pause)
    except StudioError as error:
        end = JobEnd("failed", None, error.message, error.remedy)
    print(f"{time.ctime()}: the queue ended: {end.state}. {end.message} {end.remedy}".rstrip(), flush=True)
    return 1 if end.state == "failed" else 0


def _handle_signals(cancel: threading.Event, pause: threading.Event) -> None:
    """Handle signals for the life of this process: closing the terminal is ignored, Ctrl-C cancels, others pause."""

    def stop(number: int, _frame: FrameType | None) -> None:
        (cancel if number == signal.SIGINT else pause).set()

    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    if HANGUP is not None:
        signal.signal(HANGUP, signal.SIG_IGN)


def _run(root: Path, cancel: threading.Event, pause: threading.Event) -> JobEnd:
    project = _open(root)
    try:
        with marked(project.root), _requests_passed_on(project.root, cancel, pause):
            reclaim(project)
            end = run_queue(project, _on_event, _on_job, cancel, pause=pause)
            name = project.name
    finally:
        project.close()
    if end.state in ("done", "failed"):
        notify(name, "All jobs are done." if end.state == "done" else f"A job failed: {end.message}")
    return end


@contextmanager
def _requests_passed_on(root: Path, cancel: threading.Event, pause: threading.Event) -> Iterator[None]:
    """Inside the block, a thread passes on the requests that the project's window writes to a file."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_REQUEST_SECONDS):
            asked = request(root)
            if asked is not None:
                (cancel if asked == "cancel" else pause).set()

    watcher = threading.Thread(target=watch, name="background-requests", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _open(root: Path) -> Project:
    """Return the project with its lock, as soon as the window has released it.

    Raises:
        StudioError: another process holds it for too long, or it cannot be opened.
    """
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return create_and_open.open_project(root, exclusive=True)
        except StudioError:
            if time.monotonic() > end:
                raise
        time.sleep(_STEP_SECONDS)


def notify(title: str, text: str) -> None:
    """Show a desktop notification, if there is a desktop with the usual command for it."""
    command = shutil.which("notify-send")
    if command is not None:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                [command, "--app-name=Score Studio", "--", title, text[:300].replace("<", "‹").replace("&", "+")],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10, check=False,
            )  # fmt: skip


def _on_event(_job_id: int, _event: Event) -> None:
    """Do nothing: the database and the run folder contain the event."""


def _on_job(job: JobRow) -> None:
    print(f"{time.ctime()}: {job.title}: {job.state}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
