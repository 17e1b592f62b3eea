"""Chat: answer requests about images until standard input ends; the model is loaded once.

Journal rows: number, text, ended, tokens, logprobs (ten values for score and explanation, else null); written when an
answer has ended, also one that was stopped.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine import images
from engine.contract.chat.requests import ChatRequest, StopAnswer, decode_request
from engine.contract.context import Journal, MemoryExhaustedError, RunContext, StageError
from engine.contract.events import Answered, AnswerPiece, Note, Started, Unanswered
from engine.contract.oom import translate_oom
from engine.contract.specs import ChatSpec
from engine.devices import device_of
from engine.request_lines import STANDARD_INPUT, request_lines

if TYPE_CHECKING:
    from engine.families.switching import AdapterSwitch
    from engine.generation.conversation import Reply, Talker

WAIT_SECONDS = 0.2
_SMALLER = "Close other programs that use this memory, or choose a smaller model, dtype or longest_side."


def run(spec: ChatSpec, ctx: RunContext, source: int = STANDARD_INPUT) -> dict[str, Any]:
    """Answer every request that comes, in order.

    Args:
        spec: the model and how it answers.
        ctx: the run.
        source: the descriptor that requests are read from.

    Returns:
        answers: how many.

    Raises:
        StageError: the model cannot be used, or does not fit into memory.
        CancelledError: stopped on request.
    """
    requests = Requests(ctx, source)
    ctx.emit(Started("chat", 0, "answers", device=device_of(spec.model).type))
    journal = Journal(ctx.folder.journal())
    try:
        chat = _Chat.loaded(spec, ctx, requests, journal)
        for request in requests:
            chat.answer(request)
    finally:
        journal.close()
    return {"answers": len(journal.rows)}


@dataclass(slots=True)
class Requests:
    """The requests of a stream, read on a thread of their own, so that a stop reaches an answer under way."""

    ctx: RunContext
    source: int
    ended: bool = False
    _stopped: set[int] = field(default_factory=set)
    _waiting: queue.Queue[ChatRequest | Note] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        """Start reading."""
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def __iter__(self) -> Iterator[ChatRequest]:
        """Yield the requests; ends with the stream. Raises CancelledError on request."""
        while True:
            self.ctx.check_cancelled()
            try:
                request = self._waiting.get(timeout=WAIT_SECONDS)
            except queue.Empty:
                if self.ended:
                    return
                continue
            if isinstance(request, Note):
                self.ctx.emit(request)
            else:
                yield request

    def stop_requested(self, number: int) -> bool:
        """Return whether the answer to this request has to stop; also if nobody is left who could read it."""
        return number in self._stopped or self.ended or self.ctx.stop_requested()

    def _read(self) -> None:
        for line in request_lines(self.source):
            self._take(line)
        self.ended = True

    def _take(self, line: str) -> None:
        try:
            request = decode_request(line)
        except ValueError as error:
            self._waiting.put(Note("warning", "unreadable_request", str(error)))
            return
        if isinstance(request, StopAnswer):
            self._stopped.add(request.number)
        else:
            self._waiting.put(request)


@dataclass(slots=True)
class _Chat:
    """The loaded model with what it answers to."""

    spec: ChatSpec
    ctx: RunContext
    requests: Requests
    journal: Journal
    talker: Talker
    adapters: AdapterSwitch

    @classmethod
    def loaded(cls, spec: ChatSpec, ctx: RunContext, requests: Requests, journal: Journal) -> _Chat:
        from engine.families.switching import AdapterSwitch
        from engine.generation.answers import Answerer
        from engine.generation.conversation import Talker
        from engine.model_loading import keep_vision, load_model

        with translate_oom(f"the model {spec.model.base}", _SMALLER):
            vlm = load_model(spec.model, ctx)
        keep_vision(vlm, spec.vision, spec.image, ctx)
        talker = Talker(Answerer.make(vlm, spec.prompt, spec.max_new_tokens), spec.temperature)
        return cls(spec, ctx, requests, journal, talker, AdapterSwitch(vlm))

    def answer(self, request: ChatRequest) -> None:
        """Answer one request; whatever goes wrong with it alone does not end the chat."""
        try:
            with translate_oom("this answer", _SMALLER):
                reply = self._reply(request)
        except StageError as error:
            self.ctx.emit(Unanswered(request.number, error.message, error.remedy))
            if isinstance(error, MemoryExhaustedError):
                _free_memory()
        else:
            self._keep(request.number, reply)

    def _reply(self, request: ChatRequest) -> Reply:
        image = images.load(request.path, self.spec.image)
        stopped: Callable[[], bool] = lambda: self.requests.stop_requested(request.number)  # noqa: E731

        def on_text(start: int, text: str) -> None:
            self.ctx.emit(AnswerPiece(request.number, start, text))

        with self.adapters.using(request.adapter):
            if not request.answers:
                return self.talker.first(image, on_text, stopped)
            return self.talker.reply(image, request.answers, request.questions, on_text, stopped, request.seed)

    def _keep(self, number: int, reply: Reply) -> None:
        logprobs = None if reply.logprobs is None else list(reply.logprobs)
        row = {"number": number, "text": reply.text, "ended": reply.ended, "tokens": reply.tokens}
        self.journal.append([{**row, "logprobs": logprobs}])
        self.ctx.emit(Answered(number, reply.text, reply.ended, reply.tokens, round(reply.seconds, 3), logprobs))


def _free_memory() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
