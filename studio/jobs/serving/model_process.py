"""The process of a model that scores images on request. No Qt, no database, no torch."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from engine.contract.events import Event
from engine.contract.serving.requests import PredictRequest, encode_predict_request
from engine.contract.specs import RunFolder, ServeSpec
from studio.jobs.process import ChildProcess, Outcome

CLOSE_SECONDS = 5.0
"""Time for the process to end by itself."""


class ModelProcess:
    """One loaded model in a process, with a run folder that goes with it.

    ``poll`` and ``close`` belong to one thread; any thread may ``send`` and ``kill``.

    Args:
        spec: the model and how it answers.
        home: where its run folder is made; None: among the system's temporary files.
        command: started instead of the worker, with the run folder appended (for tests).
    """

    def __init__(self, spec: ServeSpec, home: Path | None = None, command: Sequence[str] | None = None) -> None:
        self.folder = RunFolder(Path(tempfile.mkdtemp(prefix="score-studio-model-", dir=home)))
        self.folder.spec.write_text(spec.to_json(), encoding="utf-8")
        whole = None if command is None else [*command, str(self.folder.path)]
        self._child = ChildProcess(self.folder, whole, CLOSE_SECONDS, listens=True)
        self._sending = threading.Lock()

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

    def send(self, request: PredictRequest) -> None:
        """Ask. A dead process takes no notice; ``outcome`` tells."""
        with self._sending:
            self._child.send(encode_predict_request(request))

    def poll(self, timeout: float) -> list[Event]:
        """Return the new events, waiting up to ``timeout`` seconds for the first."""
        return self._child.poll(timeout)

    def kill(self) -> None:
        """End it at once, which frees its memory. Any thread."""
        self._child.kill()

    def close(self) -> None:
        """End it, if it lives, and remove its folder."""
        if self._child.pid is not None and self._child.outcome is None:
            self._child.kill()
            self._child.wait()
        shutil.rmtree(self.folder.path, ignore_errors=True)
