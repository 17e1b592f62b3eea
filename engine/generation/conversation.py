"""Go on talking about an image after its score and explanation (arXiv 2506.02708, B.3), a piece of text at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from PIL import Image
from transformers import LogitsProcessor

from engine.contract.context import StageError
from engine.generation.answers import Answerer, Continuation, SeededNoise

LEAST_TOKENS = 16
"""Room for an answer, below which a conversation counts as too long."""
OnText = Callable[[int, str], object]
"""From this character on, the answer is this text."""
_UNFINISHED = "\N{REPLACEMENT CHARACTER}"
"""What a tokenizer makes of a character whose last bytes are still to come."""


class StoppedError(Exception):
    """The answer was stopped on request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. ``logprobs`` are those of the ten labels, if it is the one with score and explanation."""

    text: str
    ended: Literal["complete", "length", "stopped"]
    tokens: int
    seconds: float
    logprobs: tuple[float, ...] | None = None


class TextWatcher(LogitsProcessor):
    """Passes the text on while it is generated, and ends the generation on request. Changes no scores.

    Works on one row, through all stretches of a generation; the newest token is seen a step later.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str], on_text: OnText, stopped: Callable[[], bool]) -> None:
        self._decode, self._on_text, self._stopped = decode, on_text, stopped
        self._start: int | None = None
        self.tokens: list[int] = []
        self.text = ""

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Report what is new, and return the scores as they are.

        Raises:
            StoppedError: a stop was requested.
        """
        if self._start is None:
            self._start = int(input_ids.shape[1])
        self.tokens = input_ids[0, self._start :].tolist()
        text = self._decode(self.tokens)
        if not text.endswith(_UNFINISHED):
            self.show(text)
        if self._stopped():
            raise StoppedError
        return scores

    def show(self, text: str) -> None:
        """Report where the text differs from what was reported before."""
        same = next((i for i, (a, b) in enumerate(zip(self.text, text, strict=False)) if a != b), None)
        start = min(len(self.text), len(text)) if same is None else same
        if text != self.text:
            self.text = text
            self._on_text(start, text[start:])


@dataclass(frozen=True, slots=True)
class Talker:
    """A model in conversation. ``temperature`` 0 is greedy."""

    answerer: Answerer
    temperature: float = 0.0

    def first(self, image: Image.Image, on_text: OnText, stopped: Callable[[], bool]) -> Reply:
        """Return score and explanation, as a prediction has them."""
        watcher, since = self._watcher(on_text, stopped), time.perf_counter()
        try:
            answer = self.answerer.answer([image], [watcher])[0]
        except StoppedError:
            return self._stopped(watcher, since)
        return self._reply(answer.answer, watcher, since, answer.logprobs)

    @torch.inference_mode()
    def reply(
        self,
        image: Image.Image,
        answers: Sequence[str],
        questions: Sequence[str],
        on_text: OnText,
        stopped: Callable[[], bool],
        seed: int = 0,
    ) -> Reply:
        """Return the answer to the last question of a conversation.

        Args:
            image: prepared as always.
            answers: the model's answers so far, the first with score and explanation.
            questions: the user's message after each of them.
            on_text: receives the text as it comes.
            stopped: whether to stop; what was generated is kept.
            seed: of the sampling.

        Raises:
            StageError: the conversation is too long for the model. Neither image nor text is ever cut.
        """
        vlm, since = self.answerer.vlm, time.perf_counter()
        text = vlm.conversation_text(self.answerer.prompt.text, [answer.strip() for answer in answers], questions)
        inputs = vlm.inputs([image], [text])
        length, limit = int(inputs["input_ids"].shape[1]), vlm.limits.max_length
        if limit - length < LEAST_TOKENS:
            raise StageError(
                f"This conversation is too long for the model: image, prompt and messages take {length} of its "
                f"{limit} positions.",
                "Start a new conversation, or ask a shorter question.",
            )
        watcher = self._watcher(on_text, stopped)
        noise = [SeededNoise(self.temperature, [seed])] if self.temperature > 0 else []
        room = min(self.answerer.max_new_tokens, limit - length)
        try:
            new = self.answerer.generate(inputs, room, [*noise, watcher])
        except StoppedError:
            return self._stopped(watcher, since)
        return self._reply(self.answerer.continuation(new[0]), watcher, since)

    def _watcher(self, on_text: OnText, stopped: Callable[[], bool]) -> TextWatcher:
        tokenizer = self.answerer.vlm.tokenizer
        return TextWatcher(lambda ids: str(tokenizer.decode(ids, skip_special_tokens=True)), on_text, stopped)

    def _stopped(self, watcher: TextWatcher, since: float) -> Reply:
        return Reply(watcher.text, "stopped", len(watcher.tokens), time.perf_counter() - since)

    def _reply(
        self, found: Continuation, watcher: TextWatcher, since: float, logprobs: tuple[float, ...] | None = None
    ) -> Reply:
        watcher.show(found.text)
        ended: Literal["complete", "length"] = "length" if found.truncated else "complete"
        return Reply(found.text, ended, found.tokens, time.perf_counter() - since, logprobs)
