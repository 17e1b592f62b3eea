"""A model that scores images when it is asked: a thread that owns its process and starts it again. No Qt, no torch."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from engine.contract.events import Event, Loaded, NotPredicted, Predicted
from engine.contract.serving.requests import PredictRequest
from engine.contract.specs import ServeSpec
from studio.jobs.chat_child import explain_end
from studio.jobs.process import Outcome
from studio.jobs.serving.model_process import ModelProcess
from studio.jobs.serving.types import ImageRefused, ModelUnavailable, ServedAnswer, SessionState

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.1
ATTEMPTS = 2
"""How many processes a request may see: it may be the image that ends them."""
AGAIN_SECONDS = 5.0
"""Time between attempts to load a model that could not be loaded."""
_CLOSED = "The model has been closed."
_TRY_AGAIN = "Try again: the model is loaded anew."

MakeProcess = Callable[[ServeSpec], ModelProcess]


@dataclass(slots=True)
class _Pending:
    """A request whose answer is to come."""

    request: PredictRequest
    future: Future[ServedAnswer]
    attempts: int = 0


@dataclass(slots=True)
class ModelSession:
    """One thread, one process at a time. Every method but ``join`` returns at once, on any thread.

    Args:
        spec: the model and how it answers.
        tell: receives every change of the state, on the session's thread.
        make_process: makes a process that has not been started (for tests).
    """

    spec: ServeSpec
    tell: Callable[[SessionState], object] = lambda state: None
    make_process: MakeProcess = ModelProcess
    _state: SessionState = field(default_factory=lambda: SessionState("loading"))
    _lock: threading.Condition = field(default_factory=threading.Condition)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _pending: dict[int, _Pending] = field(default_factory=dict)
    _process: ModelProcess | None = None
    _closing: bool = False
    _not_before: float = 0.0
    _why: str = ""
    _thread: threading.Thread | None = None

    @property
    def state(self) -> SessionState:
        """Return whether images can be scored."""
        return self._state

    @property
    def waiting(self) -> int:
        """Return the number of images that have no answer yet."""
        with self._lock:
            return len(self._pending)

    @property
    def pid(self) -> int | None:
        """Return the process id of the model's process; None if there is none."""
        with self._lock:
            return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Load the model; without it, the first request does."""
        with self._lock:
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._run, name="model", daemon=True)
                self._thread.start()

    def predict(self, path: Path, *, explain: bool = True) -> Future[ServedAnswer]:
        """Return the answer to come about an image file, which must stay until then.

        It ends with ImageRefused, or with ModelUnavailable if the model's process fails, also after another attempt.
        """
        future: Future[ServedAnswer] = Future()
        self.start()
        with self._lock:
            if self._closing:
                future.set_exception(ModelUnavailable(_CLOSED))
                return future
            one = _Pending(PredictRequest(next(self._numbers), str(path), explain), future)
            self._pending[one.request.number] = one
            if self._process is not None:
                self._send(one)
            self._lock.notify()
        return future

    def close(self) -> None:
        """End the process at once; requests under way end with ModelUnavailable. Wait for the end with ``join``."""
        with self._lock:
            self._closing = True
            if self._process is not None:
                self._process.kill()
            self._lock.notify()

    def join(self, seconds: float | None = None) -> bool:
        """Wait until the process has ended; False where that takes longer."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def _send(self, one: _Pending) -> None:
        assert self._process is not None
        one.attempts += 1
        self._process.send(one.request)

    def _run(self) -> None:
        try:
            while not self._closing:
                if self._may_load():
                    self._live()
                self._wait()
        except Exception:  # the thread's last line of defence
            logger.exception("the model's session stopped")
        finally:
            self._closing = True
            self._change(SessionState("closed"))
            self._fail(_CLOSED, "")

    def _may_load(self) -> bool:
        """Return whether to start a process: at once, or, after one that could not load the model, if somebody asks."""
        return self._state.status != "failed" or (bool(self._pending) and time.monotonic() >= self._not_before)

    def _wait(self) -> None:
        """Wait until there is a reason to start a process again."""
        with self._lock:
            while not self._closing and self._state.status == "failed":
                if self._pending and time.monotonic() >= self._not_before:
                    return
                if self._pending:
                    self._fail(self._state.message, self._state.remedy)
                self._lock.wait()

    def _live(self) -> None:
        """Start a process and answer with it until it ends."""
        if self._state.status != "loading":
            self._change(SessionState("loading", self._why))
        process = self.make_process(self.spec)
        loaded = False
        try:
            try:
                process.start()
            except OSError as error:
                self._failed(f"The model's process cannot be started: {error}.", "")
                return
            self._adopt(process)
            while process.outcome is None:
                for event in process.poll(POLL_SECONDS):
                    loaded = loaded or isinstance(event, Loaded)
                    self._take(event)
        finally:
            with self._lock:
                self._process = None
            process.close()
        self._ended(process.outcome, loaded)

    def _adopt(self, process: ModelProcess) -> None:
        """Let requests reach the process, those first that wait."""
        with self._lock:
            self._process = process
            if self._closing:
                process.kill()
            self._pending = {number: one for number, one in self._pending.items() if not one.future.cancelled()}
            for one in self._pending.values():
                self._send(one)

    def _take(self, event: Event) -> None:
        match event:
            case Loaded(device=device, dtype=dtype):
                self._change(SessionState("ready", device=device, dtype=dtype))
            case Predicted(number, row):
                self._answer(number, _answer(row))
            case NotPredicted(number, reason, image_problem):
                self._answer(number, ImageRefused(reason) if image_problem else ModelUnavailable(reason))

    def _answer(self, number: int, answer: ServedAnswer | Exception) -> None:
        with self._lock:
            one = self._pending.pop(number, None)
        if one is not None:
            _resolve(one.future, answer)

    def _ended(self, outcome: Outcome | None, loaded: bool) -> None:
        """Decide which requests of an ended process are sent again, and whether another is started."""
        if self._closing:
            return
        message, remedy = explain_end(outcome)
        if not loaded:
            self._failed(message, remedy)
            return
        self._why = message
        self._change(SessionState("loading", message))
        with self._lock:
            spent = [number for number, one in self._pending.items() if one.attempts >= ATTEMPTS]
        for number in spent:
            self._answer(number, ModelUnavailable(message, _TRY_AGAIN))

    def _failed(self, message: str, remedy: str) -> None:
        self._why = ""
        self._not_before = time.monotonic() + AGAIN_SECONDS
        self._change(SessionState("failed", message, remedy))
        self._fail(message, remedy)

    def _fail(self, message: str, remedy: str) -> None:
        """End all requests that wait."""
        with self._lock:
            numbers = list(self._pending)
        for number in numbers:
            self._answer(number, ModelUnavailable(message, remedy))

    def _change(self, state: SessionState) -> None:
        self._state = state
        self.tell(state)


def _answer(row: dict[str, object]) -> ServedAnswer:
    """Return the answer of a journal row of a prediction."""
    logprobs, label = row["logprobs"], row["label"]
    assert isinstance(logprobs, list)
    return ServedAnswer(
        tuple(float(one) for one in logprobs),
        label if isinstance(label, int) else None,
        str(row["text"]),
        bool(row["parse_ok"]),
        bool(row["truncated"]),
    )


def _resolve(future: Future[ServedAnswer], answer: ServedAnswer | Exception) -> None:
    if not future.set_running_or_notify_cancel():
        return  # nobody waits for it any more
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
