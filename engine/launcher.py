"""Several processes on one job, one a device, as one child: ``python -m engine.launcher RUN_FOLDER --processes N``.

Starts N workers (``engine.worker``) with the environment that torch's launchers give (RANK, LOCAL_RANK, WORLD_SIZE,
MASTER_ADDR, MASTER_PORT), so that accelerate trains on all of them, and the stages that work image by image each take
their share. To whoever started it, it behaves like a single worker: the same events in ``events.jsonl`` and, with
``--events``, on standard output, ending in exactly one terminal event; the same exit codes, signals and files. Imports
nothing heavy.

Rank 0 alone reports progress and results; the others only notes. If one worker fails or is killed, the others are asked
to stop, and killed after ``GRACE_SECONDS``: a process that waits for a dead one would wait for ever.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from engine.contract.events import (
    TERMINAL,
    Cancelled,
    Event,
    Failed,
    Finished,
    Note,
    OutOfMemory,
    Terminal,
    decode,
)
from engine.contract.operating_system import STOP_SIGNALS, handled, take_standard_output
from engine.contract.specs import RunFolder, spec_from_json
from engine.worker import (
    CANCELLED,
    DEFECT,
    FINISHED,
    USER_ERROR,
    EventWriter,
    LockedError,
    complete_length,
    failure,
    locked,
)

SHARED_STAGES = ("generate", "predict", "score", "reread", "judge", "train", "probe")
"""Stages whose work is divided; the others run in one process."""
GRACE_SECONDS = 30.0
POLL_SECONDS = 0.2


@dataclass(slots=True)
class _Rank:
    """One worker: its process, and the terminal event that it has sent."""

    number: int
    process: subprocess.Popen[bytes]
    last: Terminal | None = None
    reader: threading.Thread = field(init=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one job in several processes and return the worker's exit code."""
    parser = argparse.ArgumentParser(prog="engine.launcher", description="Runs one job in several processes.")
    parser.add_argument("run_folder", type=Path)
    parser.add_argument("--processes", type=int, required=True, help="0: one for each GPU")
    parser.add_argument("--events", action="store_true", help="write events to standard output, and nothing else")
    options = parser.parse_args(argv)
    pipe = take_standard_output() if options.events else None
    folder = RunFolder(options.run_folder)
    writer = EventWriter(file=None, pipe=pipe)
    try:
        with locked(folder, ".launcher.lock"), folder.events.open("ab", buffering=0) as file:
            file.truncate(complete_length(folder.events))
            writer.file = file
            count = 1 if _kind(folder) not in SHARED_STAGES else options.processes or _devices()
            return _Launch(folder, writer, count).run()
    except (LockedError, OSError) as error:
        writer.send(failure(error))
        return USER_ERROR


@dataclass(slots=True)
class _Launch:
    """The workers of one job, until all have ended."""

    folder: RunFolder
    writer: EventWriter
    count: int
    _ranks: list[_Rank] = field(default_factory=list)
    _inbox: queue.SimpleQueue[tuple[int, bytes]] = field(default_factory=queue.SimpleQueue)
    _asked: bool = False
    _stopped: bool = False
    _kill_at: float | None = None

    def run(self) -> int:
        """Start the workers, pass on what they send, and end with one terminal event."""
        shutil.rmtree(self.folder.ranks, ignore_errors=True)
        with handled(self._on_signal, STOP_SIGNALS):
            port = _free_port()
            self._ranks = [self._start(number, port) for number in range(self.count)]
            while any(rank.process.poll() is None for rank in self._ranks):
                self._deliver(POLL_SECONDS)
                self._look_after()
            for rank in self._ranks:
                rank.reader.join(GRACE_SECONDS)
            while not self._inbox.empty():
                self._deliver(0)
        last = self._outcome()
        shutil.rmtree(self.folder.ranks, ignore_errors=True)
        if self._asked or isinstance(last, Cancelled):
            for request in (self.folder.cancel, self.folder.pause):
                request.unlink(missing_ok=True)
        self.writer.send(last)
        return {Finished: FINISHED, Cancelled: CANCELLED}.get(type(last), _failed_code(last))

    def _start(self, number: int, port: int) -> _Rank:
        environment = {
            **os.environ,
            "RANK": str(number),
            "LOCAL_RANK": str(number),
            "WORLD_SIZE": str(self.count),
            "LOCAL_WORLD_SIZE": str(self.count),
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(port),
        }
        command = [sys.executable, "-P", "-m", "engine.worker", str(self.folder.path), "--events", "--launched"]
        process = subprocess.Popen(
            command, bufsize=0, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment
        )
        rank = _Rank(number, process)
        rank.reader = threading.Thread(target=self._read, args=(rank,), name=f"rank {number}", daemon=True)
        rank.reader.start()
        return rank

    def _read(self, rank: _Rank) -> None:
        assert rank.process.stdout is not None
        with rank.process.stdout as lines:
            for line in lines:
                self._inbox.put((rank.number, line))

    def _deliver(self, timeout: float) -> None:
        """Pass on the next event, unless it is terminal: those are combined at the end."""
        try:
            number, line = self._inbox.get(timeout=timeout) if timeout else self._inbox.get_nowait()
        except queue.Empty:
            return
        event = _decoded(line)
        if event is None:
            return
        if isinstance(event, TERMINAL):
            self._ranks[number].last = event
        elif number == 0 or isinstance(event, Note):
            self.writer.send(event)

    def _look_after(self) -> None:
        """Ask all to stop if one has failed, if the parent is gone, or on request; kill what does not."""
        ended = [rank for rank in self._ranks if rank.process.poll() is not None]
        self._stopped = self._stopped or self._parent_gone()
        if any(rank.process.returncode != FINISHED for rank in ended) or self._stopped:
            self._ask_all_to_stop()
        if self._kill_at is not None and time.monotonic() > self._kill_at:
            for rank in self._ranks:
                if rank.process.poll() is None:
                    rank.process.kill()

    def _parent_gone(self) -> bool:
        return self.writer.listener_gone and os.environ.get("SCORE_STUDIO_DETACHED") != "1"

    def _ask_all_to_stop(self) -> None:
        if self._kill_at is None and (wait := self._patience()) is not None:
            self._kill_at = time.monotonic() + wait
        if self._asked:
            return
        self._asked = True
        self.folder.cancel.touch()
        for rank in self._ranks:
            if rank.process.poll() is None:
                with contextlib.suppress(OSError):
                    rank.process.send_signal(signal.SIGTERM)

    def _patience(self) -> float | None:
        """Return how many more seconds the other workers have once one has failed or has stopped on request."""
        codes = [rank.process.poll() for rank in self._ranks]
        if any(code not in (None, FINISHED, CANCELLED) for code in codes):
            return GRACE_SECONDS
        return 4 * GRACE_SECONDS if CANCELLED in codes else None  # each may finish its batch

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped = True

    def _outcome(self) -> Terminal:
        """Combine the workers' terminal events: a failure counts most, then a stop; the result is rank 0's."""
        lasts = [rank.last for rank in self._ranks]
        failed = [last for last in lasts if isinstance(last, OutOfMemory | Failed)]
        explained = [last for last in failed if isinstance(last, OutOfMemory) or last.user_error]
        dead = [rank for rank in self._ranks if rank.last is None]
        if dead and self._stopped:  # the signal came before it listened, or it had to be killed
            return Cancelled()
        if dead and not explained:  # the others only failed because they waited for it
            return self._death_of(dead[0])
        for last in (*explained, *failed):
            return last
        return next((last for last in lasts if isinstance(last, Cancelled)), None) or lasts[0] or Cancelled()

    def _death_of(self, rank: _Rank) -> Failed:
        return Failed(
            f"Process {rank.number + 1} of {self.count} ended unexpectedly (return code {rank.process.returncode}).",
            "Finished work is kept; resume to continue. If it happens again, the job's log says more, or the system "
            "may be out of memory.",
            user_error=True,
        )


def _failed_code(last: Terminal) -> int:
    return USER_ERROR if isinstance(last, OutOfMemory) or (isinstance(last, Failed) and last.user_error) else DEFECT


def _decoded(line: bytes) -> Event | None:
    try:
        return decode(line.decode("utf-8", "replace"))
    except ValueError:
        return None


def _kind(folder: RunFolder) -> str:
    try:
        return spec_from_json(folder.spec.read_text("utf-8")).kind
    except (OSError, ValueError, TypeError):
        return ""  # the worker says what is wrong with it


def _devices() -> int:
    """Return the number of GPUs, asked of a child, since torch takes seconds to load; 1 without any."""
    code = "import torch; print(torch.cuda.device_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return max(1, int(done.stdout.strip() or 0)) if done.returncode == 0 else 1


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
