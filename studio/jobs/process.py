"""One child process of the engine: start it, read its events, stop it. No Qt, no database, no torch.

The child is ``python -m engine.worker RUN_FOLDER`` in its own session, so that Ctrl-C in the terminal reaches only the
parent, which decides. Events come over its standard output, to which nothing else is written; its prints and its
standard error go to the run folder's log.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import engine.contract
from engine.contract.events import TERMINAL, Cancelled, Event, Note, Terminal, decode
from engine.contract.specs import RunFolder
from studio.jobs.pipe_reader import PipeReader
from studio.operating_system import NEW_GROUP, ask_to_stop, describe_return, end_process_tree
from studio.services.judging.keys import without_keys

GRACE_SECONDS = 30.0
"""Time for a child to stop by itself: a batch takes seconds on a CPU, and killing it loses that batch."""
LOG_TAIL_BYTES = 8192
DRAIN_SECONDS = 1.0
"""Time to wait for the end of a dead child's events: longer only if one of its own processes holds them open."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """The child ended without a terminal event. ``reason`` is text for the user: a signal's name or a return code."""

    returncode: int
    reason: str
    log_tail: str


Outcome = Terminal | Crashed


def child_environment() -> dict[str, str]:
    """Return an environment in which a child imports the same ``engine`` as this process, installed or a checkout.

    It has no judge's key: ``ChildProcess`` adds the one that a job needs.
    """
    environment = dict(os.environ)
    without_keys(environment)
    root = str(Path(engine.contract.__file__).parents[2])
    if root not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = root if not known else os.pathsep.join((root, known))
    return environment


def python_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our modules with this Python, ignoring the current folder (``-P``).

    It first checks that the child finds our packages and not others of the same names.
    """
    return [sys.executable, "-P", "-m", "score_studio", "--module", module, *arguments]


def read_tail(path: Path, size: int = LOG_TAIL_BYTES) -> str:
    """Return the last ``size`` bytes of a file as text; empty if it does not exist."""
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
        folder: the run folder, with spec and input.
        command: started instead of the worker (for tests).
        grace: seconds between the request to stop and the kill after ``cancel``.
        secrets: variables that only this child gets.
        listens: whether it reads lines from its standard input, see ``send``.
    """

    def __init__(
        self,
        folder: RunFolder,
        command: Sequence[str] | None = None,
        grace: float = GRACE_SECONDS,
        secrets: Mapping[str, str] | None = None,
        *,
        listens: bool = False,
    ) -> None:
        self.folder = folder
        self._input = subprocess.PIPE if listens else subprocess.DEVNULL
        self._secrets = dict(secrets or {})
        self.outcome: Outcome | None = None
        self.is_plain = command is None
        """Whether it is the engine's worker in one process here, for which a spare one can stand in."""
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
        """Return the child's process id once started."""
        return self._process.pid if self._process else None

    def start(self, spare: subprocess.Popen[bytes] | None = None) -> None:
        """Start the child, or go on with one that has been started for this folder.

        Raises:
            OSError: Python could not be started.
        """
        self.folder.path.mkdir(parents=True, exist_ok=True)
        with self.folder.log.open("ab") as log, self._lock:
            self._process = spare or subprocess.Popen(
                self._command, bufsize=0, stdin=self._input, stdout=subprocess.PIPE, stderr=log,
                start_new_session=True, creationflags=NEW_GROUP, env={**child_environment(), **self._secrets},
            )  # fmt: skip
            assert self._process.stdout is not None
            self._events_pipe = PipeReader(self._process.stdout)
            if self._cancel_asked:
                self._ask_to_stop(self._process)

    def send(self, line: str) -> None:
        """Write a line to a child that listens; without effect on a dead one. May block while the child starts."""
        pipe, data = self._running().stdin, line.encode() + b"\n"
        assert pipe is not None
        with suppress(OSError):  # what has become of it is seen at the end of its events
            while data:
                data = data[pipe.write(data) or 0 :]

    def cancel(self) -> None:
        """Ask the child to stop and keep its results; after the grace period it is killed. Any thread, any time."""
        with self._lock:
            if self._cancel_asked:
                return
            self._cancel_asked = True
            self._kill_at = time.monotonic() + self._grace
            if self._process is not None and self._process.poll() is None:
                self._ask_to_stop(self._process)

    def pause(self, *, at_checkpoint: bool) -> None:
        """Ask the child to stop without losing work, however long that takes; ``cancel`` and ``kill`` still work.

        Args:
            at_checkpoint: a training writes a checkpoint after its step; other stages stop after their batch.
        """
        (self.folder.pause if at_checkpoint else self.folder.cancel).touch()

    def kill(self) -> None:
        """Kill the child and everything that it started. Any thread, any time."""
        with self._lock:
            self._cancel_asked = True
            self._kill_group()

    def poll(self, timeout: float) -> list[Event]:
        """Return the new events, waiting up to ``timeout`` seconds for the first.

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
        """Wait for the child to end, dropping its events."""
        while self.outcome is None:
            self.poll(0.2)
        return self.outcome

    def _kill_group(self) -> None:
        """Kill the child's whole tree while it is not reaped, so that its id is still valid; call it under the lock."""
        if self._process is not None and self._process.poll() is None:
            end_process_tree(self._process)

    def _ask_to_stop(self, process: subprocess.Popen[bytes]) -> None:
        if not ask_to_stop(process):
            self.folder.cancel.touch()

    def _read(self, timeout: float) -> tuple[bytes, bool]:
        """Return the content of the pipe, and whether the stream has ended.

        A grandchild may keep the pipe open after the child has died, so the end of the child counts too.
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
        """Reap the child and set the outcome."""
        process = self._running()
        try:
            returncode = process.wait(self._grace)
        except subprocess.TimeoutExpired:  # it closed its events but does not end
            with self._lock:
                self._kill_group()
            returncode = process.wait()
        if self._events_pipe is not None:
            self._events_pipe.close()
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
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
    """Return the event of one line; an invalid line becomes a note, since it must not end a job of hours."""
    try:
        return decode(line.decode("utf-8", "replace"))
    except ValueError as error:
        return Note("warning", "unreadable_event", str(error))
