"""Serve: score images on request until standard input ends; the model is loaded once.

Requests that wait together go through the model together, as many as fit. Nothing is kept of them: no journal rows.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from engine import images
from engine.contract.context import MemoryExhaustedError, RunContext, StageError
from engine.contract.events import Note, NotPredicted, Predicted, Started
from engine.contract.oom import translate_oom
from engine.contract.serving.requests import PredictRequest, decode_predict_request
from engine.contract.specs import ServeSpec
from engine.devices import device_of
from engine.generation.batched_answers import LazyAnswerer
from engine.images import ImageProblem
from engine.request_lines import STANDARD_INPUT, request_lines
from engine.stages.image_rows import Row
from engine.stages.predict import RowPredictor

WAIT_SECONDS = 0.2
MORE_SECONDS = 0.02
"""How long a batch that has room waits for another request: those of one upload come one shortly after the other."""
_OPENERS = 2
_SMALLER = "Close other programs that use this memory, or choose a smaller model, dtype or longest_side."


def run(spec: ServeSpec, ctx: RunContext, source: int = STANDARD_INPUT) -> dict[str, Any]:
    """Answer every request that comes, in order.

    Args:
        spec: the model and how it answers.
        ctx: the run.
        source: the descriptor that requests are read from.

    Returns:
        images: how many were scored.

    Raises:
        StageError: the model cannot be used, or does not fit into memory.
        CancelledError: stopped on request.
    """
    ctx.emit(Started("serve", 0, "images", device=device_of(spec.model).type))
    with ThreadPoolExecutor(_OPENERS, thread_name_prefix="images") as pool:
        waiting = _Waiting(spec, ctx, pool, source)
        model = LazyAnswerer(spec, ctx)
        model.get()  # before the first request
        size = model.batch_size()
        service = _Service(spec, ctx, model, RowPredictor(spec, model))
        while batch := waiting.next(size):
            service.answer(batch)
    return {"images": service.count}


@dataclass(frozen=True, slots=True)
class _Opening:
    """A request, and its image as soon as it is decoded."""

    request: PredictRequest
    image: Future[Image.Image]


@dataclass(slots=True)
class _Waiting:
    """The requests that have come, read and decoded on threads of their own."""

    spec: ServeSpec
    ctx: RunContext
    pool: ThreadPoolExecutor
    source: int
    _ended: bool = False
    _queue: queue.Queue[_Opening | Note] = field(default_factory=queue.Queue)
    _held: _Opening | None = None

    def __post_init__(self) -> None:
        """Start reading."""
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next(self, size: int) -> list[_Opening]:
        """Return up to ``size`` requests of one kind, waiting for the first; empty once there will be no more.

        Raises:
            CancelledError: stopped on request.
        """
        batch: list[_Opening] = []
        until = 0.0
        while len(batch) < size:
            one = self._held or self._get(WAIT_SECONDS if not batch else max(0.0, until - time.monotonic()))
            self._held = None
            if one is None:
                if batch or self._ended:
                    break
                self.ctx.check_cancelled()
            elif batch and one.request.explain is not batch[0].request.explain:
                self._held = one
                break
            else:
                batch.append(one)
                until = time.monotonic() + MORE_SECONDS
        return batch

    def _get(self, seconds: float) -> _Opening | None:
        ended = self._ended  # before the look: what came before the end is in the queue
        try:
            one = self._queue.get(timeout=seconds) if seconds and not ended else self._queue.get_nowait()
        except queue.Empty:
            return None
        if isinstance(one, Note):
            self.ctx.emit(one)
            return self._get(seconds)
        return one

    def _read(self) -> None:
        for line in request_lines(self.source):
            try:
                request = decode_predict_request(line)
            except ValueError as error:
                self._queue.put(Note("warning", "unreadable_request", str(error)))
                continue
            self._queue.put(_Opening(request, self.pool.submit(images.load, request.path, self.spec.image)))
        self._ended = True


@dataclass(slots=True)
class _Service:
    """Answers batches."""

    spec: ServeSpec
    ctx: RunContext
    model: LazyAnswerer
    predictor: RowPredictor
    count: int = 0

    def answer(self, batch: Sequence[_Opening]) -> None:
        """Answer requests of one kind; whatever goes wrong with one of them concerns it alone."""
        rows: list[Row] = []
        pictures: list[Image.Image] = []
        for one in batch:
            try:
                image = one.image.result()
            except ImageProblem as problem:
                self.ctx.emit(NotPredicted(one.request.number, problem.reason, image_problem=True))
                continue
            row = {"image_id": one.request.number, "explain": one.request.explain}
            misfit = self.predictor.misfit(row, image)
            if misfit is None:
                rows.append(row)
                pictures.append(image)
            else:
                self.ctx.emit(NotPredicted(one.request.number, misfit, image_problem=True))
        if rows:
            self._predict(rows, pictures)

    def _predict(self, rows: list[Row], pictures: list[Image.Image]) -> None:
        """Predict together; what does not work together is tried in halves."""
        count = len(rows)
        try:
            with translate_oom(f"{count} images at once", _SMALLER, batch=count):
                found = self.predictor.process(rows, pictures)
        except StageError as error:
            if isinstance(error, MemoryExhaustedError):
                _free_memory()
            if count == 1:
                text = f"{error.message} {error.remedy}".strip()
                self.ctx.emit(NotPredicted(rows[0]["image_id"], text, image_problem=False))
                return
            half = count // 2
            self._predict(rows[:half], pictures[:half])
            self._predict(rows[half:], pictures[half:])
            return
        for row in found:
            number = row.pop("image_id")
            self.ctx.emit(Predicted(number, row))
        self.count += count


def _free_memory() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
