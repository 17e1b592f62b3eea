"""Generate with a vision language model: texts that justify a given score, free answers, label log-probabilities.

Works on ``VisionLanguageModel`` and tensors, independent of rows, journals and events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch.nn import functional
from transformers import LogitsProcessor

from engine.contract.context import StageError
from engine.contract.prompts import answer_prefix
from engine.contract.specs import PromptSpec
from engine.families import LabelSite, VisionLanguageModel

Inputs = dict[str, Any]
STRETCH = 32
"""Tokens after which rows that have ended leave the batch."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """Generated text; ``truncated`` if generation stopped at the limit; ``tokens`` includes the end token."""

    text: str
    truncated: bool
    tokens: int


@dataclass(frozen=True, slots=True)
class FreeAnswer:
    """An answer without an injected beginning, and log p(label) of the ten labels at the label position."""

    answer: Continuation
    logprobs: tuple[float, ...]
    keeps_format: bool


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling parameters: the temperature, and for each row the seeds of its chosen and its rejected text."""

    temperature: float
    seeds: Sequence[tuple[int, int]]


class SeededNoise(LogitsProcessor):
    """Sample by the Gumbel-max trick: the argmax of the noisy logits is a sample from softmax(logits / temperature).

    Each row has its own generator, so that its samples depend only on its seed, not on its batch.
    """

    def __init__(self, temperature: float, seeds: Sequence[int]) -> None:
        self._temperature = temperature
        self._generators = [torch.Generator().manual_seed(seed) for seed in seeds]

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows alone."""
        self._generators = [self._generators[row] for row in rows]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return the tempered logits plus each row's noise."""
        exponential = [torch.empty(scores.shape[1]).exponential_(generator=g) for g in self._generators]
        return scores / self._temperature - torch.stack(exponential).log().to(scores.device)


class _LabelReader(LogitsProcessor):
    """Record the label tokens' logits at ``length`` tokens; does not change the scores."""

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
    """A model with one prompt and the position of its score label.

    Attributes:
        prefix_tokens: tokens of image, prompt and injected beginning that the language model has computed; those of
            two answers that share a prefill count once.
    """

    vlm: VisionLanguageModel
    prompt: PromptSpec
    site: LabelSite
    max_new_tokens: int
    prefix_tokens: int = 0

    @classmethod
    def make(cls, vlm: VisionLanguageModel, prompt: PromptSpec, max_new_tokens: int) -> Answerer:
        """Create an answerer and locate the label.

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
        """Return each image's explanations for its chosen and its rejected score, which are injected as prefixes.

        Args:
            images: one per row.
            chosen: the label that each row's first text has to justify.
            rejected: the label that its second text has to justify.
            sampling: None for greedy.

        Raises:
            StageError: the sequence would be longer than the model's limit.
        """
        inputs = self._encode(images, [self.prefix(label) for label in chosen], self.max_new_tokens)
        place = inputs["input_ids"].shape[1] - len(self.site.tail_ids) - 1
        self._check_labels(inputs["input_ids"][:, place], chosen)
        sides = [self._with_labels(inputs["input_ids"], place, labels) for labels in (chosen, rejected)]
        continue_both = self._fork if self.vlm.shares_prefill else self._continue_apart
        first, second = continue_both(inputs, sides, place, sampling)
        return [(self.continuation(a), self.continuation(b)) for a, b in zip(first, second, strict=True)]

    @torch.inference_mode()
    def answer(self, images: Sequence[Image.Image], watching: Sequence[LogitsProcessor] = ()) -> list[FreeAnswer]:
        """Return greedy answers to the bare prompt, with label log-probabilities from the same pass if possible.

        If an answer does not begin in the required format, its log-probabilities are read after the forced prefix.

        Args:
            images: one per row.
            watching: called before each token with those so far; they change no scores.
        """
        inputs = self._encode(images, [None] * len(images), self.max_new_tokens)
        start = inputs["input_ids"].shape[1]
        prefix = self.site.prefix_ids
        reader = _LabelReader(start + len(prefix or ()), self.site.label_ids)
        new = self.generate(inputs, self.max_new_tokens, [reader, *watching])
        keeps = self._begin_with(new, prefix) if reader.logits is not None else [False] * len(images)
        deviating = [index for index, kept in enumerate(keeps) if not kept]
        logprobs: dict[int, tuple[float, ...]] = {}
        if reader.logits is not None:
            logprobs.update(enumerate(_log_softmax(reader.logits)))
        if deviating:
            logprobs.update(zip(deviating, self.label_logprobs([images[i] for i in deviating]), strict=True))
        return [FreeAnswer(self.continuation(row), logprobs[i], keeps[i]) for i, row in enumerate(new)]

    def free_answers(self, images: Sequence[Image.Image]) -> list[Continuation]:
        """Return greedy answers to the bare prompt alone; no tensor is left in inference mode."""
        inputs = self._encode(images, [None] * len(images), self.max_new_tokens)
        return [self.continuation(row) for row in self.generate(inputs, self.max_new_tokens, [])]

    @torch.inference_mode()
    def label_logprobs(self, images: Sequence[Image.Image]) -> list[tuple[float, ...]]:
        """Return log p(label) over the ten labels (natural logarithm, normalised), read after the forced prefix."""
        whole = self._encode(images, [self.prefix(0)] * len(images), 0)
        length = whole["input_ids"].shape[1] - len(self.site.tail_ids) - 1
        reader = _LabelReader(length, self.site.label_ids)
        self.generate(cut(whole, length), 1, [reader])
        assert reader.logits is not None
        return _log_softmax(reader.logits)

    def prefix(self, label: int) -> str:
        """Return the fixed beginning of an answer with this score."""
        return answer_prefix(label, score_tag=self.prompt.score_tag, explain_tag=self.prompt.explain_tag)

    def _encode(self, images: Sequence[Image.Image], prefixes: Sequence[str | None], new_tokens: int) -> Inputs:
        texts = [self.vlm.chat_text(self.prompt.text, prefix) for prefix in prefixes]
        inputs = self.vlm.inputs(images, texts)
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
        """Return the same prefilled answers with other labels: the label is one token, so nothing else differs."""
        changed = ids.clone()
        changed[:, place] = torch.tensor([self.site.label_ids[label] for label in labels], device=ids.device)
        return changed

    def _continue_apart(
        self, inputs: Inputs, sides: Sequence[torch.Tensor], place: int, sampling: Sampling | None
    ) -> list[torch.Tensor]:
        """Generate each side in a separate full call, which is correct for every family."""
        return [
            self.generate({**inputs, "input_ids": ids}, self.max_new_tokens, _noise(sampling, [side]))
            for side, ids in enumerate(sides)
        ]

    def _fork(
        self, inputs: Inputs, sides: Sequence[torch.Tensor], place: int, sampling: Sampling | None
    ) -> list[torch.Tensor]:
        """Generate both sides from copies of one key-value cache: image and prompt are computed once."""
        beginning = cut(inputs, place)
        self.prefix_tokens += int(beginning["attention_mask"].sum())
        prefill = self.vlm.model.generate(**beginning, max_new_tokens=1, do_sample=False, return_dict_in_generate=True)
        cache = prefill.past_key_values
        cache.batch_repeat_interleave(2)
        change_positions(self.vlm, lambda deltas: deltas.repeat_interleave(2, dim=0))
        rows = {
            "input_ids": torch.stack(list(sides), dim=1).flatten(0, 1),
            "attention_mask": inputs["attention_mask"].repeat_interleave(2, dim=0),
            "past_key_values": cache,
        }
        new = self.generate(rows, self.max_new_tokens, _noise(sampling, [0, 1]))
        return [new[0::2], new[1::2]]

    def generate(self, inputs: Inputs, new_tokens: int, processors: Sequence[LogitsProcessor]) -> torch.Tensor:
        """Return the new tokens (rows x at most ``new_tokens``); behind an end token they mean nothing.

        After every ``STRETCH`` tokens, rows that have ended leave the batch, unless the model may keep something
        outside its cache.
        """
        if "past_key_values" not in inputs:
            self.prefix_tokens += int(inputs["attention_mask"].sum())
        ends = torch.tensor(self.vlm.end_ids(), device=self.vlm.device)
        found = ends[0].repeat(len(inputs["input_ids"]), new_tokens)
        rows, done = torch.arange(len(found), device=self.vlm.device), 0
        stretch = max(STRETCH, 1 + len(self.site.prefix_ids or ())) if self.vlm.shares_prefill else new_tokens
        while True:
            length = _length(inputs)
            made = self.vlm.model.generate(
                **inputs,
                max_new_tokens=min(stretch, new_tokens - done),
                do_sample=False,
                logits_processor=list(processors),
                return_dict_in_generate=True,
            )
            new = made.sequences[:, length:]
            found[rows, done : done + new.shape[1]] = new
            done += new.shape[1]
            going_on = (~torch.isin(new, ends).any(dim=1)).nonzero().flatten()
            if done >= new_tokens or not len(going_on):
                return found[:, :done]
            inputs = _continued(made, inputs["attention_mask"], going_on)
            rows = rows[going_on]
            _keep_rows(self.vlm, processors, going_on)

    def continuation(self, new: torch.Tensor) -> Continuation:
        """Return the text of one row of new tokens, up to its end token."""
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


def _continued(made: Any, mask: torch.Tensor, rows: torch.Tensor) -> Inputs:
    """Return the inputs with which some rows of a generation go on."""
    cache = made.past_key_values
    if len(rows) < len(made.sequences):
        cache.batch_select_indices(rows)
    ids = made.sequences[rows]
    mask = functional.pad(mask[rows], (0, ids.shape[1] - mask.shape[1]), value=1)
    return {"input_ids": ids, "attention_mask": mask, "past_key_values": cache}


def _keep_rows(vlm: VisionLanguageModel, processors: Sequence[LogitsProcessor], rows: torch.Tensor) -> None:
    for processor in processors:
        if isinstance(processor, SeededNoise):
            processor.keep(rows.tolist())
    change_positions(vlm, lambda deltas: deltas[rows])


def change_positions(vlm: VisionLanguageModel, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    """Change the rows of what the Qwen family keeps outside its cache: by how much an image shifts later positions."""
    body = vlm.base.base_model
    if getattr(body, "rope_deltas", None) is not None:
        body.rope_deltas = change(body.rope_deltas)


def _length(inputs: Inputs) -> int:
    return int(inputs["input_ids"].shape[1])


def _noise(sampling: Sampling | None, sides: Sequence[int]) -> list[LogitsProcessor]:
    """Return the sampling noise for rows that are interleaved by ``sides`` (0 chosen, 1 rejected)."""
    if sampling is None:
        return []
    return [SeededNoise(sampling.temperature, [seeds[side] for seeds in sampling.seeds for side in sides])]


def cut(inputs: Inputs, length: int) -> Inputs:
    """Return the inputs with every per-token tensor truncated to ``length`` tokens."""
    shape = inputs["input_ids"].shape
    return {
        name: value[:, :length] if getattr(value, "shape", None) == shape else value for name, value in inputs.items()
    }


def _log_softmax(logits: torch.Tensor) -> list[tuple[float, ...]]:
    values = torch.log_softmax(logits.to("cpu", torch.float64), dim=-1)
    if not bool(values.isfinite().all()):
        raise StageError(
            "The model's label log-probabilities are not finite.",
            "Its weights are damaged or training diverged: train again with a smaller learning rate.",
        )
    return [tuple(row) for row in values.tolist()]
