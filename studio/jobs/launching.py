"""Start a job where the settings say: in one process, in one for each GPU, or by a command of the user's.

With a command, such as ``srun --gpus=2 {worker}`` or ``ssh gpu {worker}``, the job runs elsewhere on the same project
folder, shared or synchronised. What it prints is the log; its events are followed in the run folder's file, so that
nothing depends on what a scheduler does to standard output. A stop is asked for by the file ``cancel``.

No Qt, no torch.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from engine.contract.specs import RunFolder
from studio.jobs.process import ChildProcess, Crashed, child_environment, python_command
from studio.operating_system import NEW_GROUP
from studio.services.errors import StudioError
from studio.services.judging.keys import without_keys
from studio.services.settings.schema import ComputeSettings

FILE_SECONDS = 10.0
"""How long the last events may take to arrive on a shared folder after the command has ended."""
LOOK_SECONDS = 0.2
WORKER, RUN_FOLDER = "{worker}", "{run_folder}"
_THROUGH_A_SHELL = ("ssh", "autossh")


def launched(local: Callable[[RunFolder], ChildProcess], folder: RunFolder, compute: ComputeSettings) -> ChildProcess:
    """Return the child for a job, not yet started.

    Args:
        local: makes the child of one process.
        folder: the run folder.
        compute: the project's settings.

    Raises:
        StudioError: the command cannot be understood.
    """
    if compute.launcher == "local":
        return local(folder)
    worker = _launcher(folder, compute.processes)
    if compute.launcher == "processes":
        return ChildProcess(folder, [*worker, "--events"])
    return RemoteProcess(folder, expanded(compute.command or "", worker, folder.path))


def expanded(command: str, worker: list[str], run_folder: Path) -> list[str]:
    """Return the words of a command whose ``{worker}`` and ``{run_folder}`` are replaced.

    ``{worker}`` becomes several words, or quoted within another word. ssh joins its words and gives them to a shell on
    the other side, so they are quoted for that shell.

    Raises:
        StudioError: its quotes do not match.
    """
    environment = child_environment()
    path = environment.get("PYTHONPATH")
    words = worker if path is None or path == os.environ.get("PYTHONPATH") else ["env", f"PYTHONPATH={path}", *worker]
    try:
        found = shlex.split(command)
    except ValueError as error:
        raise StudioError(f"The setting compute.command cannot be read: {error}.", "Check its quotes.") from error
    shell = Path(found[0]).name in _THROUGH_A_SHELL
    alone = [shlex.join(words)] if shell else words
    folder = shlex.quote(str(run_folder)) if shell else str(run_folder)
    result: list[str] = []
    for word in found:
        result += alone if word == WORKER else [word.replace(WORKER, shlex.join(words)).replace(RUN_FOLDER, folder)]
    return result


def _launcher(folder: RunFolder, processes: int) -> list[str]:
    return python_command("engine.launcher", str(folder.path), "--processes", str(processes))


class RemoteProcess(ChildProcess):
    """A command that runs the job elsewhere. Its events are those that are appended to the run folder's file."""

    def __init__(self, folder: RunFolder, command: list[str]) -> None:
        super().__init__(folder, command)
        earlier = folder.events.read_bytes() if folder.events.exists() else b""
        self._read_to = earlier.rfind(b"\n") + 1  # the job cuts off a line that a kill has torn
        self._ended_at: float | None = None

    def start(self, spare: subprocess.Popen[bytes] | None = None) -> None:
        """Start the command; a process here is of no use to it.

        Raises:
            StudioError: there is no such command.
        """
        self.folder.path.mkdir(parents=True, exist_ok=True)
        with self.folder.log.open("ab") as log, self._lock:
            try:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True, creationflags=NEW_GROUP, env=without_keys(dict(os.environ)),
                )  # fmt: skip
            except OSError as error:
                raise StudioError(
                    f"The command {self._command[0]} of the setting compute.command cannot be started: {error}.",
                    "Check the setting; the program must be on this machine.",
                ) from error
            if self._cancel_asked:
                self._ask_to_stop(self._process)

    def kill(self) -> None:
        """Kill the command, and ask what it has started elsewhere to stop."""
        self.folder.cancel.touch()
        super().kill()

    def _finish(self) -> None:
        """Reap the command; what it leaves running after a lost connection is asked to stop."""
        super()._finish()
        if isinstance(self.outcome, Crashed):
            self.folder.cancel.touch()

    def _ask_to_stop(self, process: subprocess.Popen[bytes]) -> None:
        self.folder.cancel.touch()  # a signal would end ssh and leave the job running

    def _read(self, timeout: float) -> tuple[bytes, bool]:
        """Return what the file has got, and whether nothing more will come."""
        until = time.monotonic() + timeout
        while not (data := self._appended()) and time.monotonic() < until and self._running().poll() is None:
            time.sleep(min(LOOK_SECONDS, timeout))
        if data or self._running().poll() is None:
            return data, False
        self._ended_at = self._ended_at or time.monotonic()
        if self._terminal is None and time.monotonic() - self._ended_at < FILE_SECONDS:
            time.sleep(min(LOOK_SECONDS, timeout))
            return b"", False
        return b"", True

    def _appended(self) -> bytes:
        try:
            with self.folder.events.open("rb") as file:
                file.seek(self._read_to)
                data = file.read()
        except FileNotFoundError:
            return b""
        self._read_to += len(data)
        return data
