"""Read a score from an explanation: which of the ten scores makes the model most likely to write this text.

For each label the model computes the log-probability of the explanation after ``#Score: <label>``. Normalised over the
labels, these are the probabilities of the labels given the text (Bayes' rule with equal priors). With a blank picture
the text alone decides; with a picture that it was not written about, one sees which of the two the model follows.
Nothing outside the model is needed, and no prompt that it has not been trained with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image

from engine.contract.context import StageError
from engine.contract.specs import LABELS
from engine.families.vlm import VisionLanguageModel
from engine.generation.answers import Answerer, Inputs, change_positions, cut

BLANK_GREY = 128
"""The value of every channel of the blank picture."""


def blank_picture(side: int) -> Image.Image:
    """Return the picture that says nothing: one grey, ``side`` x ``side`` pixels."""
    return Image.new("RGB", (side, side), (BLANK_GREY,) * 3)


@dataclass(slots=True)
class ScoreReader:
    """Reads scores from texts, with the prompt of an answerer."""

    answerer: Answerer

    @property
    def _vlm(self) -> VisionLanguageModel:
        return self.answerer.vlm

    @torch.inference_mode()
    def read(self, images: Sequence[Any], texts: Sequence[str], *, kept: bool = True) -> list[tuple[float, ...]]:
        """Return log p(label | text, image) over the ten labels (natural logarithm, normalised) of each row.

        Args:
            images: one per row.
            texts: the explanation of each row; not empty.
            kept: whether they are images of the project, whose features may be kept.

        Raises:
            StageError: the sequence would be longer than the model's limit, or a text is empty.
        """
        return [self._read(image, text, kept) for image, text in zip(images, texts, strict=True)]

    def _read(self, image: Any, text: str, kept: bool) -> tuple[float, ...]:
        if not text.strip():
            raise StageError("An empty explanation cannot be read.", "Predict this version again.")
        inputs, place = self._encode(image, text, kept)
        start = place + 1 + len(self.answerer.site.tail_ids)
        sums = self._shared(inputs, place, start) if self._vlm.shares_prefill else self._apart(inputs, place, start)
        values = torch.log_softmax(torch.tensor(sums, dtype=torch.float64), dim=0)
        if not bool(values.isfinite().all()):
            raise StageError("The log-probabilities of an explanation are not finite.", "Train this version again.")
        return tuple(values.tolist())

    def _encode(self, image: Any, text: str, kept: bool) -> tuple[Inputs, int]:
        """Return the model's inputs for the whole answer, and the position of its label."""
        answerer, vlm = self.answerer, self._vlm
        beginning = vlm.chat_text(answerer.prompt.text, answerer.prefix(LABELS[0]))
        whole = vlm.chat_text(answerer.prompt.text, f"{answerer.prefix(LABELS[0])} {text.strip()}")
        inputs = vlm.inputs([image], [whole]) if kept else dict(vlm.encode([image], [whole]))
        length = inputs["input_ids"].shape[1]
        if length > vlm.limits.max_length:
            raise StageError(
                f"Image, prompt and explanation take {length} positions; the model has {vlm.limits.max_length}.",
                "Set a smaller longest_side.",
            )
        of_image = length - len(vlm.token_ids(whole))
        place = of_image + len(vlm.token_ids(beginning)) - len(answerer.site.tail_ids) - 1
        expected = [answerer.site.label_ids[LABELS[0]], *answerer.site.tail_ids]
        if inputs["input_ids"][0, place : place + len(expected)].tolist() != expected:
            raise StageError("This model's tokenizer changes the score where a text follows.", "Choose another model.")
        return inputs, place

    def _shared(self, inputs: Inputs, place: int, start: int) -> list[float]:
        """Image and prompt are computed once, then ten continuations from copies of one cache."""
        vlm, count = self._vlm, len(LABELS)
        beginning = cut(inputs, place)
        self.answerer.prefix_tokens += int(beginning["attention_mask"].sum())
        made = vlm.model.generate(**beginning, max_new_tokens=1, do_sample=False, return_dict_in_generate=True)
        cache = made.past_key_values
        cache.batch_repeat_interleave(count)
        change_positions(vlm, lambda deltas: deltas.repeat_interleave(count, dim=0))
        rest = self._with_labels(inputs["input_ids"], place)[:, place:]
        mask = inputs["attention_mask"].repeat_interleave(count, dim=0)
        where = torch.arange(place, place + rest.shape[1], device=vlm.device)
        output = vlm.model(
            input_ids=rest, attention_mask=mask, past_key_values=cache, cache_position=where, **_positions(vlm, where)
        )
        return _sums(output.logits, rest, start - place)

    def _apart(self, inputs: Inputs, place: int, start: int) -> list[float]:
        """Each label in a full pass of its own, which is correct for every family."""
        found = []
        for ids in self._with_labels(inputs["input_ids"], place):
            logits = self._vlm.model(**{**inputs, "input_ids": ids[None]}).logits
            found += _sums(logits, ids[None], start)
        return found

    def _with_labels(self, ids: torch.Tensor, place: int) -> torch.Tensor:
        rows = ids.repeat(len(LABELS), 1)
        rows[:, place] = torch.tensor(self.answerer.site.label_ids, device=ids.device)
        return rows


def _positions(vlm: VisionLanguageModel, where: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the positions of tokens after the image where a family (Qwen) does not find them by itself: [3, n, t]."""
    deltas = getattr(vlm.base.base_model, "rope_deltas", None)
    return {} if deltas is None else {"position_ids": (where[None] + deltas)[None].expand(3, -1, -1)}


def _sums(logits: torch.Tensor, ids: torch.Tensor, start: int) -> list[float]:
    """Return the summed log-probability of the tokens from ``start`` on, for each row."""
    said = ids[:, start:]
    values = torch.log_softmax(logits[:, start - 1 : -1].float(), dim=-1)
    return [float(row) for row in values.gather(2, said[..., None]).squeeze(2).double().sum(dim=1)]
