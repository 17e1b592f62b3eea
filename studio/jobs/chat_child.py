"""The process of a chat: one loaded model that answers one request after the other. No Qt, no database, no torch."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.contract.chat.requests import ChatRequest, StopAnswer, encode_request
from engine.contract.events import Event, Failed, OutOfMemory
from engine.contract.locks import LockFile
from engine.contract.specs import ChatSpec, RunFolder
from studio.jobs.process import ChildProcess, Crashed, Outcome
from studio.services.chatting.left_over import OWNER_LOCK

CLOSE_SECONDS = 5.0
"""Time for the process to end by itself."""
_PAUSES = (0.0, 0.05, 0.2)
"""Seconds before each attempt: a program that asks whether the folder is in use holds its lock for an instant."""
ASK_AGAIN = "Ask again: the model is loaded anew."


class ChatChild:
    """A chat's process in a run folder of its own, which goes with it.

    ``poll`` belongs to one thread, as do ``send`` and ``close``; any thread may ``kill``.

    Args:
        spec: the model and how it answers.
        home: where its run folder is made; None: among the system's temporary files.
        command: started instead of the worker, with the run folder appended (for tests).
    """

    def __init__(self, spec: ChatSpec, home: Path | None = None, command: Sequence[str] | None = None) -> None:
        if home is not None:
            home.mkdir(parents=True, exist_ok=True)
        self.spec = spec
        self.folder = RunFolder(Path(tempfile.mkdtemp(prefix="chat-", dir=home)))
        self.folder.spec.write_text(spec.to_json(), encoding="utf-8")
        self._lock = LockFile(self.folder.path / OWNER_LOCK)
        self._lock.take(_PAUSES)  # before the process has taken its own, the folder is not taken for one that was left
        whole = None if command is None else [*command, str(self.folder.path)]
        self._child = ChildProcess(self.folder, whole, CLOSE_SECONDS, listens=True)

    @property
    def outcome(self) -> Outcome | None:
        """Return how it ended; None while it lives."""
        return self._child.outcome

    @property
    def pid(self) -> int | None:
        """Return its process id."""
        return self._child.pid

    def start(self) -> None:
        """Start it; it loads the model at once.

        Raises:
            OSError: Python could not be started.
        """
        self._child.start()

    def send(self, request: ChatRequest | StopAnswer) -> None:
        """Ask, or stop an answer. A dead process takes no notice; ``outcome`` tells."""
        self._child.send(encode_request(request))

    def poll(self, timeout: float) -> list[Event]:
        """Return the new events, waiting up to ``timeout`` seconds for the first."""
        return self._child.poll(timeout)

    def kill(self) -> None:
        """End it at once, which frees its memory; an answer under way is lost. Any thread."""
        self._child.kill()

    def close(self) -> None:
        """End it, if it lives, and remove its folder."""
        if self._child.outcome is None:
            self._child.kill()
            self._child.wait()
        self.discard()

    def discard(self) -> None:
        """Remove its folder; for one that has not been started."""
        self._lock.release()
        shutil.rmtree(self.folder.path, ignore_errors=True)


def explain_end(outcome: Outcome | None) -> tuple[str, str]:
    """Return why a chat's process has ended although nobody asked it to, and what to do; the chat can go on."""
    if isinstance(outcome, OutOfMemory):
        return outcome.message, "Close other programs that use this memory, or choose a smaller model; then ask again."
    if isinstance(outcome, Failed) and outcome.user_error:
        return outcome.message, outcome.remedy
    if isinstance(outcome, Failed):
        return f"The model's process failed: {outcome.message}", ASK_AGAIN
    if isinstance(outcome, Crashed):
        lines = [line.strip() for line in outcome.log_tail.splitlines() if line.strip()]
        last = f" Its log ends: {lines[-1][:300]}" if lines else ""
        memory = "The system may be out of memory: close other programs. " if "SIGKILL" in outcome.reason else ""
        return f"The model's process {outcome.reason}.{last}", memory + ASK_AGAIN
    return "The model's process has ended.", ASK_AGAIN
