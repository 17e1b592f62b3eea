"""The child process of one job: reads the run folder's spec, runs the stage, sends events up to one terminal event.

``python -m engine.worker RUN_FOLDER [--events] [--launched]``; with ``--wait`` instead of the folder, the process loads
the libraries and then reads the folder's name, as a JSON string, from standard input. Exit codes: 0 finished, 1 a
defect, 2 an error that the user can correct, 130 cancelled. This module imports nothing heavy; the stage that a spec
selects does. It uses neither the database nor Qt.

Events go to ``events.jsonl`` in the run folder and, with ``--events``, to standard output, which then holds nothing
else: printed text goes to standard error. SIGTERM, SIGINT and a file named ``cancel`` in the run folder request a
stop; the file is deleted afterwards. A file named ``pause`` makes a training stop at a checkpoint of its next step. If
the reader of standard output is gone, the parent has died: the stage stops at its next check, unless
``SCORE_STUDIO_DETACHED=1``. With ``--launched`` the process is one of several of ``engine.launcher``, which alone
writes ``events.jsonl`` and deletes those files.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import faulthandler
import importlib
import importlib.metadata
import json
import logging
import os
import platform
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from engine.contract.context import CancelledError, MemoryExhaustedError, RunContext, StageError
from engine.contract.events import PASSING, Cancelled, Event, Failed, Finished, Note, OutOfMemory, Started, encode
from engine.contract.faults.system_errors import explained
from engine.contract.locks import LockFile, LocksMissingError, holder
from engine.contract.oom import exhausted
from engine.contract.operating_system import STOP_SIGNALS, take_standard_output
from engine.contract.specs import RunFolder, StageSpec, spec_from_json

FINISHED, DEFECT, USER_ERROR, CANCELLED = 0, 1, 2, 130
LOCK_SECONDS = 60.0
"""How long to wait for an earlier process on the same run folder that is still exiting."""
_RANKS_SECONDS = 0.05
_HEAVY = ("engine.training.session", "engine.generation.answers", "engine.stages.merge")
"""What loads the libraries of every stage that works with a model."""
_LIBRARIES = ("torch", "transformers", "peft", "trl")
_SPENT = "Not enough memory for this job: "
_SPENT_REMEDY = "Close other programs, or choose a smaller model or another dtype, and resume the job."
_FROM_EVERY_RANK = (Note, Failed, OutOfMemory)

Stage = Callable[[StageSpec, RunContext], dict[str, Any]]


class LockedError(StageError):
    """Another process is working on the same run folder."""


@dataclass(slots=True)
class EventWriter:
    """Writes events to the run folder's file and to the parent's pipe."""

    file: IO[bytes] | None
    pipe: int | None
    listener_gone: bool = field(default=False, init=False)

    def send(self, event: Event) -> None:
        """Write one event; a closed pipe is recorded, not raised."""
        line = json.dumps({"at": time.time(), **json.loads(encode(event))}).encode() + b"\n"
        if self.file is not None and not isinstance(event, PASSING):
            self._keep(line)
        if self.pipe is not None and not self.listener_gone:
            self._send_to_pipe(line)

    def _keep(self, line: bytes) -> None:
        """Append a line to the file whole or not at all: a full disk must not keep the parent from hearing why."""
        assert self.file is not None
        end = os.fstat(self.file.fileno()).st_size
        try:
            written = 0
            while written < len(line):
                written += self.file.write(line[written:])
            self.file.flush()
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self.file.fileno(), end)
            if self.pipe is None:
                raise error

    def _send_to_pipe(self, line: bytes) -> None:
        assert self.pipe is not None
        try:
            while line:
                line = line[os.write(self.pipe, line) :]
        except BrokenPipeError:
            self.listener_gone = True


@dataclass(slots=True)
class WorkerContext:
    """The ``RunContext`` of a real child process."""

    folder: RunFolder
    writer: EventWriter
    rank: int = 0
    world_size: int = 1
    detached: bool = False
    launched: bool = False
    signalled: bool = False

    def emit(self, event: Event) -> None:
        """Send one event. Ranks above 0 send only notes and failures; Started is completed with pid and versions."""
        if self.rank > 0 and not isinstance(event, _FROM_EVERY_RANK):
            return
        if isinstance(event, Started):
            event = dataclasses.replace(event, pid=os.getpid(), versions={**_versions(), **event.versions})
        self.writer.send(event)

    def check_cancelled(self) -> None:
        """Raise ``CancelledError`` after a signal, if the file ``cancel`` exists, or if the parent is gone."""
        if self._cancel_requested():
            raise CancelledError

    def pause_requested(self) -> bool:
        """Return whether the file ``pause`` exists."""
        return self.folder.pause.exists()

    def stop_requested(self) -> bool:
        """Return whether a cancel or a pause was requested."""
        return self._cancel_requested() or self.pause_requested()

    def wait_for_ranks(self, point: str) -> None:
        """Wait until every process of this launch has reached ``point``; each point once.

        Raises:
            CancelledError: stopped on request, which may be because one of the others has failed.
        """
        if self.world_size == 1:
            return
        places = [self._reached(point, rank) for rank in range(self.world_size)]
        places[self.rank].parent.mkdir(exist_ok=True)
        places[self.rank].touch()
        while not all(place.exists() for place in places):
            self.check_cancelled()
            time.sleep(_RANKS_SECONDS)

    def _reached(self, point: str, rank: int) -> Path:
        return self.folder.ranks / f"{point}.{os.environ.get('MASTER_PORT', '')}.{rank}"

    @property
    def cancel_file(self) -> Path:
        """The file by which a process without a handle on this one requests a stop."""
        return self.folder.cancel

    def install_signal_handlers(self) -> None:
        """Make SIGTERM and SIGINT request a stop instead of killing the process."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)

    def _cancel_requested(self) -> bool:
        parent_gone = self.writer.listener_gone and not self.detached
        return self.signalled or parent_gone or self.cancel_file.exists()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signalled = True


def main(argv: Sequence[str] | None = None) -> int:
    """Run one job and return the exit code."""
    parser = argparse.ArgumentParser(prog="engine.worker", description="Runs one job of Score Studio.")
    parser.add_argument("run_folder", type=Path, nargs="?")
    parser.add_argument(
        "--wait", action="store_true", help="load the libraries, then read RUN_FOLDER from standard input"
    )
    parser.add_argument("--events", action="store_true", help="write events to standard output, and nothing else")
    parser.add_argument("--launched", action="store_true", help="one of several processes of engine.launcher")
    options = parser.parse_args(argv)
    events = take_standard_output() if options.events else None
    _prepare_process()
    path = _told_later() if options.wait else options.run_folder
    if path is None:
        return FINISHED
    folder = RunFolder(path)
    rank, world_size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    writer = EventWriter(file=None, pipe=events)
    detached = os.environ.get("SCORE_STUDIO_DETACHED") == "1"
    context = WorkerContext(folder, writer, rank, world_size, detached, options.launched)
    context.install_signal_handlers()
    return _run_locked(context)


def _told_later() -> Path | None:
    """Load the libraries, wait for a run folder, and print into its log from then on; None: there is no more work."""
    for name in _HEAVY:
        importlib.import_module(name)
    line = sys.stdin.readline()
    if not line:
        return None
    folder = Path(json.loads(line))
    log = os.open(folder / "log.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(log, stream.fileno())
    os.close(log)
    return folder


def _run_locked(context: WorkerContext) -> int:
    name = ".worker.lock" if context.rank == 0 else f".worker.{context.rank}.lock"
    try:
        with locked(context.folder, name):
            if context.launched:
                return _run(context)
            with context.folder.events.open("ab", buffering=0) as events:
                if context.rank == 0:
                    events.truncate(complete_length(context.folder.events))
                context.writer.file = events
                return _run(context)
    except LockedError as error:
        # Not into the file, which belongs to the process that holds the lock.
        context.emit(failure(error))
        return USER_ERROR


def _run(context: WorkerContext) -> int:
    """Run the stage; unless the process crashes, exactly one terminal event is sent."""
    code, last = _outcome(context)
    if code == CANCELLED and not context.launched:
        context.cancel_file.unlink(missing_ok=True)
        context.folder.pause.unlink(missing_ok=True)
    send = context.writer.send if context.launched else context.emit  # the launcher wants the end of every rank
    send(last)
    return code


def _outcome(context: WorkerContext) -> tuple[int, Event]:
    try:
        spec = _read_spec(context.folder)
        context.check_cancelled()
        stage: Stage = importlib.import_module(f"engine.stages.{spec.kind}").run
        return FINISHED, Finished(stage(spec, context))
    except CancelledError:
        return CANCELLED, Cancelled()
    except StageError as error:
        return USER_ERROR, failure(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect becomes a failed job.
        traceback.print_exc()
        if context.launched and context.stop_requested():
            return CANCELLED, Cancelled()  # it was waiting for a process that has stopped before it
        message = exhausted(error)
        if message is None:
            refused = explained(error, context.folder.path)
            if refused is not None:
                return USER_ERROR, Failed(refused.message, refused.remedy, user_error=True)
            return DEFECT, failure(error)
        return USER_ERROR, OutOfMemory(_SPENT + message, _SPENT_REMEDY)


def _read_spec(folder: RunFolder) -> StageSpec:
    try:
        return spec_from_json(folder.spec.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError) as error:
        raise StageError(
            f"The job's spec {folder.spec} cannot be used: {error}.",
            "Run the project again: the spec is rewritten from the job's settings.",
        ) from error


def failure(error: Exception) -> Failed | OutOfMemory:
    """Return the terminal event for an error."""
    if isinstance(error, MemoryExhaustedError):
        return OutOfMemory(error.message, error.remedy, error.batch, error.checkpointing)
    if isinstance(error, StageError):
        return Failed(error.message, error.remedy, user_error=True)
    message = f"{type(error).__name__}: {error}"
    remedy = "This is a defect of Score Studio or of a library. See the job's log for details; resume tries again."
    return Failed(message, remedy, detail="".join(traceback.format_exception(error)))


@contextlib.contextmanager
def locked(folder: RunFolder, name: str) -> Iterator[None]:
    """Hold one of a run folder's locks.

    Raises:
        LockedError: another process still holds it after ``LOCK_SECONDS``, or the file system has no locks.
    """
    lock = LockFile(folder.path / name)
    deadline = time.monotonic() + LOCK_SECONDS
    try:
        while not lock.take():
            if time.monotonic() > deadline:
                raise LockedError(
                    f"Process {holder(lock.path) or 'unknown'} is already working on {folder.path}.",
                    "Wait until it has finished, or stop it, and resume the job.",
                )
            time.sleep(0.1)
    except LocksMissingError as error:
        raise LockedError(error.message, error.remedy) from error
    except OSError as error:
        refused = explained(error, folder.path)
        if refused is not None:
            raise LockedError(refused.message, refused.remedy) from error
        raise LockedError(f"The run folder {folder.path} cannot be locked: {error}.") from error
    try:
        yield
    finally:
        lock.release()


def complete_length(path: Path) -> int:
    """Return the number of bytes up to the last newline: an incomplete line is truncated before new ones follow."""
    return path.read_bytes().rfind(b"\n") + 1


def _prepare_process() -> None:
    faulthandler.enable()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    # On CPUs with bfloat16 it warns at import that a faster 4-bit kernel is missing; 4-bit on a CPU is not offered.
    logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
    # trl and peft still use the old name; users cannot act on the warning.
    warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
    # Threads that busy-wait slow each other down many times over on a loaded machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
