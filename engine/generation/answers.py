"""Answers from a vision language model: pairs that justify a given score, free answers, label log-probabilities.

Works on the seam and on tensors. It knows no rows, no journal and no event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from transformers import LogitsProcessor

from engine.contract.context import StageError
from engine.contract.prompts import answer_prefix
from engine.contract.specs import PromptSpec
from engine.families import LabelSite, VisionLanguageModel

Inputs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Continuation:
    """What the model wrote; ``truncated`` if it was stopped at the limit; ``tokens`` counts its end token."""

    text: str
    truncated: bool
    tokens: int


@dataclass(frozen=True, slots=True)
class FreeAnswer:
    """An answer without any injected beginning, and log p(label) of the ten labels at the label position."""

    answer: Continuation
    logprobs: tuple[float, ...]
    keeps_format: bool


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to sample a pair's texts: the temperature, and for each row the seeds of its chosen and rejected text."""

    temperature: float
    seeds: Sequence[tuple[int, int]]


class SeededNoise(LogitsProcessor):
    """Sampling by the Gumbel-max trick: the greedy choice after it is a draw from softmax(logits / temperature).

    Each row has a generator of its own, so that its draws depend on its seed alone, not on its batch.
    """

    def __init__(self, temperature: float, seeds: Sequence[int]) -> None:
        self._temperature = temperature
        self._generators = [torch.Generator().manual_seed(seed) for seed in seeds]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Tempered logits with each row's noise."""
        exponential = [torch.empty(scores.shape[1]).exponential_(generator=g) for g in self._generators]
        return scores / self._temperature - torch.stack(exponential).log().to(scores.device)


class _LabelReader(LogitsProcessor):
    """Keeps the label tokens' logits of the one step at ``length`` tokens; changes nothing."""

    def __init__(self, length: int, label_ids: Sequence[int]) -> None:
        self._length = length
        self._label_ids = list(label_ids)
        self.logits: torch.Tensor | None = None

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if input_ids.shape[1] == self._length:
            self.logits = scores[:, self._label_ids].clone()
        return scores


@dataclass(slots=True)
class Answerer:
    """A model with one prompt and the place of its score label."""

    vlm: VisionLanguageModel
    prompt: PromptSpec
    site: LabelSite
    max_new_tokens: int

    @classmethod
    def make(cls, vlm: VisionLanguageModel, prompt: PromptSpec, max_new_tokens: int) -> Answerer:
        """Find the label's place.

        Raises:
            StageError: the labels have no tokens of their own.
        """
        return cls(vlm, prompt, vlm.label_site(prompt), max_new_tokens)

    @torch.inference_mode()
    def justify(
        self,
        images: Sequence[Image.Image],
        chosen: Sequence[int],
        rejected: Sequence[int],
        sampling: Sampling | None = None,
    ) -> list[tuple[Continuation, Continuation]]:
        """Explanations of each image for its chosen and for its rejected score, injected as the answer's beginning.

        Args:
            images: one for each row.
            chosen: the label that each row's first text is to justify.
            rejected: the label that its second text is to justify.
            sampling: None for greedy.

        Raises:
            StageError: the sequence would be longer than the model's limit.
        """
        inputs = self._encode(images, [self._prefix(label) for label in chosen], self.max_new_tokens)
        place = inputs["input_ids"].shape[1] - len(self.site.tail_ids) - 1
        self._check_labels(inputs["input_ids"][:, place], chosen)
        sides = [self._with_labels(inputs["input_ids"], place, labels) for labels in (chosen, rejected)]
        continue_both = self._fork if self.vlm.shares_prefill else self._continue_apart
        first, second = continue_both(inputs, sides, place, sampling)
        return [(self._continuation(a), self._continuation(b)) for a, b in zip(first, second, strict=True)]

    @torch.inference_mode()
    def answer(self, images: Sequence[Image.Image]) -> list[FreeAnswer]:
        """Greedy answers from the bare prompt, with label log-probabilities from the same pass where the form allows.

        An answer that does not begin as the format asks has its log-probabilities read behind the forced beginning.
        """
        inputs = self._encode(images, [None] * len(images), self.max_new_tokens)
        start = inputs["input_ids"].shape[1]
        prefix = self.site.prefix_ids
        reader = _LabelReader(start + len(prefix or ()), self.site.label_ids)
        new = self._generate(inputs, self.max_new_tokens, [reader])[:, start:]
        keeps = self._begin_with(new, prefix) if reader.logits is not None else [False] * len(images)
        strays = [index for index, kept in enumerate(keeps) if not kept]
        logprobs: dict[int, tuple[float, ...]] = {}
        if reader.logits is not None:
            logprobs.update(enumerate(_log_softmax(reader.logits)))
        if strays:
            logprobs.update(zip(strays, self.label_logprobs([images[i] for i in strays]), strict=True))
        return [FreeAnswer(self._continuation(row), logprobs[i], keeps[i]) for i, row in enumerate(new)]

    @torch.inference_mode()
    def label_logprobs(self, images: Sequence[Image.Image]) -> list[tuple[float, ...]]:
        """log p(label) over the ten labels (natural logarithm, they sum to one), behind the forced beginning."""
        whole = self._encode(images, [self._prefix(0)] * len(images), 0)
        length = whole["input_ids"].shape[1] - len(self.site.tail_ids) - 1
        reader = _LabelReader(length, self.site.label_ids)
        self._generate(_cut(whole, length), 1, [reader])
        assert reader.logits is not None
        return _log_softmax(reader.logits)

    def _prefix(self, label: int) -> str:
        return answer_prefix(label, score_tag=self.prompt.score_tag, explain_tag=self.prompt.explain_tag)

    def _encode(self, images: Sequence[Image.Image], prefixes: Sequence[str | None], new_tokens: int) -> Inputs:
        texts = [self.vlm.chat_text(self.prompt.text, prefix) for prefix in prefixes]
        inputs = dict(self.vlm.encode(images, texts))
        length = inputs["input_ids"].shape[1]
        if length + new_tokens > self.vlm.limits.max_length:
            longest = images[int(inputs["attention_mask"].sum(dim=1).argmax())]
            raise StageError(
                f"Image ({longest.width} x {longest.height} pixels), prompt and {new_tokens} new tokens "
                f"take {length + new_tokens} positions; "
                f"the model has {self.vlm.limits.max_length}.",
                "Set a smaller max_new_tokens, a shorter prompt or a smaller longest_side.",
            )
        return inputs

    def _check_labels(self, tokens: torch.Tensor, labels: Sequence[int]) -> None:
        if tokens.tolist() != [self.site.label_ids[label] for label in labels]:
            raise StageError(
                "This model's processor places the score label elsewhere than its tokenizer does.",
                "Choose another model.",
            )

    def _with_labels(self, ids: torch.Tensor, place: int, labels: Sequence[int]) -> torch.Tensor:
        """The same answers' beginnings with other labels: the label is one token, so only that differs."""
        changed = ids.clone()
        changed[:, place] = torch.tensor([self.site.label_ids[label] for label in labels], device=ids.device)
        return changed

    def _continue_apart(
        self, inputs: Inputs, sides: Sequence[torch.Tensor], place: int, sampling: Sampling | None
    ) -> list[torch.Tensor]:
        """New tokens of each side, from one whole call a side: right for every family."""
        start = sides[0].shape[1]
        return [
            self._generate({**inputs, "input_ids": ids}, self.max_new_tokens, _noise(sampling, [side]))[:, start:]
            for side, ids in enumerate(sides)
        ]

    def _fork(
        self, inputs: Inputs, sides: Sequence[torch.Tensor], place: int, sampling: Sampling | None
    ) -> list[torch.Tensor]:
        """The same, but image and prompt are computed once: both sides continue copies of one key-value cache."""
        prefill = self.vlm.model.generate(
            **_cut(inputs, place), max_new_tokens=1, do_sample=False, return_dict_in_generate=True
        )
        cache = prefill.past_key_values
        cache.batch_repeat_interleave(2)
        rows = {
            "input_ids": torch.stack(list(sides), dim=1).flatten(0, 1),
            "attention_mask": inputs["attention_mask"].repeat_interleave(2, dim=0),
            "past_key_values": cache,
        }
        new = self._generate(rows, self.max_new_tokens, _noise(sampling, [0, 1]))[:, sides[0].shape[1] :]
        return [new[0::2], new[1::2]]

    def _generate(self, inputs: Inputs, new_tokens: int, processors: Sequence[LogitsProcessor]) -> torch.Tensor:
        tokens: torch.Tensor = self.vlm.model.generate(
            **inputs, max_new_tokens=new_tokens, do_sample=False, logits_processor=list(processors)
        )
        return tokens

    def _continuation(self, new: torch.Tensor) -> Continuation:
        ids = new.tolist()
        ends = set(self.vlm.end_ids())
        stop = next((index for index, token in enumerate(ids) if token in ends), None)
        kept = ids if stop is None else ids[:stop]
        text = str(self.vlm.tokenizer.decode(kept, skip_special_tokens=True))
        return Continuation(text, truncated=stop is None, tokens=len(kept) + (stop is not None))

    def _begin_with(self, new: torch.Tensor, prefix: tuple[int, ...] | None) -> list[bool]:
        if prefix is None:
            return [False] * len(new)
        return [tuple(row[: len(prefix)]) == prefix for row in new.tolist()]


def _noise(sampling: Sampling | None, sides: Sequence[int]) -> list[LogitsProcessor]:
    """The sampling noise for rows that are interleaved by ``sides`` (0 chosen, 1 rejected)."""
    if sampling is None:
        return []
    return [SeededNoise(sampling.temperature, [seeds[side] for seeds in sampling.seeds for side in sides])]


def _cut(inputs: Inputs, length: int) -> Inputs:
    """The inputs with every per-token tensor cut after ``length`` tokens."""
    shape = inputs["input_ids"].shape
    return {name: value[:, :length] if value.shape == shape else value for name, value in inputs.items()}


def _log_softmax(logits: torch.Tensor) -> list[tuple[float, ...]]:
    values = torch.log_softmax(logits.to("cpu", torch.float64), dim=-1)
    if not bool(values.isfinite().all()):
        raise StageError(
            "The model's label log-probabilities are not finite.",
            "Its weights are damaged or training diverged: train again with a smaller learning rate.",
        )
    return [tuple(row) for row in values.tolist()]
