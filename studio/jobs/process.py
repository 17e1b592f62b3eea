"""One child process of the engine: start it, hear its events, stop it. Knows no Qt, no database and no torch.

The child is ``python -m engine.worker RUN_FOLDER`` in a session of its own, so that Ctrl-C in the terminal reaches the
parent only and the parent decides. Events come over its standard output, which nothing else writes to; what it prints
and its standard error go to the run folder's log.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine import contract
from engine.contract.events import TERMINAL, Cancelled, Event, Note, Terminal, decode
from engine.contract.specs import RunFolder
from studio.jobs.pipe_reader import PipeReader
from studio.operating_system import NEW_GROUP, ask_to_stop, describe_return, end_process_tree

GRACE_SECONDS = 30.0
"""How long a child may take to stop by itself: batches take seconds on a CPU, and a kill loses one batch."""
LOG_TAIL_BYTES = 8192
DRAIN_SECONDS = 1.0
"""How long a dead child's events may take to end: longer only if a process of its own holds them open."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """The child ended without a terminal event. ``reason`` is for reading: a signal's name or a return code."""

    returncode: int
    reason: str
    log_tail: str


Outcome = Terminal | Crashed


def child_environment() -> dict[str, str]:
    """The environment in which a child finds the same ``engine`` as this process, installed or from a checkout."""
    environment = dict(os.environ)
    root = str(Path(contract.__file__).parents[2])
    if root not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = root if not known else os.pathsep.join((root, known))
    return environment


def python_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours with this Python, blind to what is in the current folder (``-P``).

    It looks first whether the child finds our packages and not others of the same name.
    """
    return [sys.executable, "-P", "-m", "score_studio", "--module", module, *arguments]


def read_tail(path: Path, size: int = LOG_TAIL_BYTES) -> str:
    """The last ``size`` bytes of a file as text; empty if it is not there."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - size))
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


class ChildProcess:
    """A worker on one run folder.

    ``poll`` and ``wait`` belong to one thread; ``cancel`` and ``kill`` are plain methods that any thread may call,
    because a thread that blocks in ``poll`` receives no queued slots.

    Args:
        folder: the run folder, with spec and input in it.
        command: what to start instead of the worker (tests use it).
        grace: seconds between the request to stop and the end by force after ``cancel``.
    """

    def __init__(self, folder: RunFolder, command: Sequence[str] | None = None, grace: float = GRACE_SECONDS) -> None:
        self.folder = folder
        self.outcome: Outcome | None = None
        self._command = list(command) if command else python_command("engine.worker", str(folder.path), "--events")
        self._grace = grace
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._terminal: Terminal | None = None
        self._kill_at: float | None = None
        self._cancel_asked = False
        self._buffer = b""
        self._events_pipe: PipeReader | None = None
        self._dead_since: float | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id once started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the child.

        Raises:
            OSError: Python could not be started.
        """
        self.folder.path.mkdir(parents=True, exist_ok=True)
        with self.folder.log.open("ab") as log, self._lock:
            self._process = subprocess.Popen(
                self._command, bufsize=0, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                start_new_session=True, creationflags=NEW_GROUP, env=child_environment(),
            )  # fmt: skip
            assert self._process.stdout is not None
            self._events_pipe = PipeReader(self._process.stdout)
            if self._cancel_asked:
                self._ask_to_stop(self._process)

    def cancel(self) -> None:
        """Ask the child to stop and keep what it has; after the grace period it is killed. Any thread, any time."""
        with self._lock:
            if self._cancel_asked:
                return
            self._cancel_asked = True
            self._kill_at = time.monotonic() + self._grace
            if self._process is not None and self._process.poll() is None:
                self._ask_to_stop(self._process)

    def pause(self, *, at_checkpoint: bool) -> None:
        """Ask the child to stop where nothing is lost, however long that takes; ``cancel`` and ``kill`` still work.

        Args:
            at_checkpoint: it is a training, which writes a checkpoint after its step; else after its batch.
        """
        (self.folder.pause if at_checkpoint else self.folder.cancel).touch()

    def kill(self) -> None:
        """End the child and everything it started, now. Any thread, any time."""
        with self._lock:
            self._cancel_asked = True
            self._kill_group()

    def poll(self, timeout: float) -> list[Event]:
        """The events that have come, waiting up to ``timeout`` seconds for the first.

        Sets ``outcome`` once the child has ended. Events after a terminal one are dropped: it ends the stream.
        """
        if self.outcome is not None:
            return []
        if self._kill_at is not None and time.monotonic() > self._kill_at:
            with self._lock:
                self._kill_group()
        data, ended = self._read(timeout)
        events = self._events(data)
        if ended:
            self._finish()
        return events

    def wait(self) -> Outcome:
        """Let the child come to its end, dropping its events."""
        while self.outcome is None:
            self.poll(0.2)
        return self.outcome

    def _kill_group(self) -> None:
        """Under the lock: the end of the child's whole tree, while it is not reaped and the id still its own."""
        if self._process is not None and self._process.poll() is None:
            end_process_tree(self._process)

    def _ask_to_stop(self, process: subprocess.Popen[bytes]) -> None:
        if not ask_to_stop(process):
            self.folder.cancel.touch()

    def _read(self, timeout: float) -> tuple[bytes, bool]:
        """What the pipe holds, and whether the stream has ended.

        A grandchild may hold the pipe open after the child is dead, so the child's own end counts too.
        """
        if self._dead_since is None and self._running().poll() is not None:
            self._dead_since = time.monotonic()
        assert self._events_pipe is not None
        data = self._events_pipe.read(timeout if self._dead_since is None else min(timeout, DRAIN_SECONDS))
        if data is not None:
            return data, not data
        return b"", self._dead_since is not None and time.monotonic() - self._dead_since > DRAIN_SECONDS

    def _events(self, data: bytes) -> list[Event]:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        events = []
        for line in lines:
            if self._terminal is not None:
                break
            event = _decoded(line)
            events.append(event)
            if isinstance(event, TERMINAL):
                self._terminal = event
                self._kill_at = self._kill_at or time.monotonic() + self._grace  # it has nothing left to do
        return events

    def _finish(self) -> None:
        """Reap the child and say how it ended."""
        process = self._running()
        try:
            returncode = process.wait(self._grace)
        except subprocess.TimeoutExpired:  # it closed its events, yet does not end
            with self._lock:
                self._kill_group()
            returncode = process.wait()
        if self._events_pipe is not None:
            self._events_pipe.close()
        self.outcome = self._terminal or self._without_terminal(returncode)

    def _without_terminal(self, returncode: int) -> Cancelled | Crashed:
        if self._cancel_asked:
            return Cancelled()
        return Crashed(returncode, describe_return(returncode), read_tail(self.folder.log))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the child process has not been started")
        return self._process


def _decoded(line: bytes) -> Event:
    """The event of one line; a line that is none becomes a note, since one bad line must not end a job of hours."""
    try:
        return decode(line.decode("utf-8", "replace"))
    except ValueError as error:
        return Note("warning", "unreadable_event", str(error))
