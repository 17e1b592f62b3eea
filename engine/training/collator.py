"""Collate preference rows into trl's batches, with exactly the tokens of generation and prediction.

trl's own collator renders every chat and decodes every image again in each epoch, and ends an answer as the chat
template does, even if that has no end token. This one uses ``engine.families``, so that the trained text is identical
to the generated one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image
from trl.trainer.utils import flush_left

from engine.contract.context import StageError
from engine.families import VisionLanguageModel

CACHE_BYTES = 512 * 2**20
"""Limit of the cache of prepared images between epochs; images beyond it are decoded again."""

Batch = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class ClosedAnswer:
    """A complete chat: its text, its number of tokens (without the image's), and those of the answer at its end."""

    text: str
    tokens: int
    answer_tokens: int


def close_answer(vlm: VisionLanguageModel, prompt_text: str, answer: str) -> ClosedAnswer:
    """Return the chat with ``answer`` and the end of the turn, as the model would have to generate it.

    The template's own ending is used up to its first end token; without one (LLaVA-1.5), the tokenizer's is appended.
    """
    prompt_text, answer = vlm.literal(prompt_text), vlm.literal(answer)
    text = vlm.chat_text(prompt_text, answer) + _turn_end(vlm, prompt_text, answer)
    prompt_ids = vlm.token_ids(vlm.chat_text(prompt_text))
    ids = vlm.token_ids(text)
    return ClosedAnswer(text, len(ids), len(ids) - _common_length(prompt_ids, ids))


def _turn_end(vlm: VisionLanguageModel, prompt_text: str, answer: str) -> str:
    opened = vlm.chat_text(prompt_text, answer)
    chat = [
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": prompt_text}]},
        {"role": "assistant", "content": [{"type": "text", "text": answer}]},
    ]
    closed = str(vlm.processor.apply_chat_template(chat, tokenize=False))
    rest = closed[len(opened) :] if closed.startswith(opened) else ""
    ends = [str(vlm.tokenizer.convert_ids_to_tokens(token)) for token in vlm.end_ids()]
    cuts = [rest.index(end) + len(end) for end in ends if end in rest]
    return rest[: min(cuts)] if cuts else str(vlm.tokenizer.eos_token)


def _common_length(first: list[int], second: list[int]) -> int:
    pairs = zip(first, second, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


@dataclass(slots=True)
class PreferenceCollator:
    """Collates the batch that trl's DPOTrainer expects: all chosen, then all rejected, right-padded.

    Args:
        vlm: the model.
        prompt_text: the user's message, the same for every row.
        open_image: reads and prepares the image of a path.
        pairs, tokens: totals over all batches so far, without padding.
        reference: log-probabilities of every row's chosen and rejected answers under the reference, if precomputed.
    """

    vlm: VisionLanguageModel
    prompt_text: str
    open_image: Callable[[str], Image.Image]
    reference: tuple[torch.Tensor, ...] | None = field(default=None, init=False)
    pairs: int = field(default=0, init=False)
    tokens: int = field(default=0, init=False)
    _images: dict[str, Image.Image] = field(default_factory=dict, init=False)
    _answers: dict[str, ClosedAnswer] = field(default_factory=dict, init=False)
    _cached_bytes: int = field(default=0, init=False)

    def __call__(self, examples: list[dict[str, Any]]) -> Batch:
        """Collate rows with the columns ``row``, ``images`` (one path), ``chosen``, ``rejected``."""
        self.pairs += len(examples)
        images = [self._image(example["images"][0]) for example in examples]
        answers = [self.answer(example[side]) for side in ("chosen", "rejected") for example in examples]
        batch = dict(self.vlm.encode(images * 2, [answer.text for answer in answers]))
        self._check_lengths(batch["attention_mask"], [example["images"][0] for example in examples] * 2)
        length = batch["input_ids"].shape[1]
        counts = torch.tensor([answer.answer_tokens for answer in answers], device=batch["input_ids"].device)
        places = torch.arange(length, device=counts.device)
        # The inputs are left-padded, so an answer is the end of its row.
        batch["completion_mask"] = (places[None, :] >= length - counts[:, None]).long()
        return _pad_right(batch) | self._reference_of(examples)

    def _reference_of(self, examples: list[dict[str, Any]]) -> Batch:
        if self.reference is None:
            return {}
        chosen, rejected = (side[[example["row"] for example in examples]] for side in self.reference)
        return {
            "ref_chosen_logps": chosen.to(self.vlm.device),
            "ref_rejected_logps": rejected.to(self.vlm.device),
        }

    def _image(self, path: str) -> Image.Image:
        if path in self._images:
            return self._images[path]
        image = self.open_image(path)
        size = image.width * image.height * len(image.getbands())
        if self._cached_bytes + size <= CACHE_BYTES:
            self._images[path] = image
            self._cached_bytes += size
        return image

    def answer(self, answer: str) -> ClosedAnswer:
        """Return the complete chat with an answer, cached."""
        if answer not in self._answers:
            self._answers[answer] = close_answer(self.vlm, self.prompt_text, answer)
        return self._answers[answer]

    def _check_lengths(self, mask: torch.Tensor, paths: Sequence[str]) -> None:
        """Reject sequences longer than the model's limit: cutting would remove image tokens or part of the answer."""
        limit = self.vlm.limits.max_length
        for path, length in zip(paths, mask.sum(dim=1).tolist(), strict=True):
            self.tokens += length
            if length > limit:
                raise StageError(
                    f"The pair of the image {path} takes {length} positions; the model has {limit}.",
                    "Veto the pair, shorten its texts, or set a smaller longest_side.",
                )


def _pad_right(batch: Batch) -> Batch:
    shape = batch["input_ids"].shape
    names = [k for k, v in batch.items() if v.shape == shape and k != "attention_mask"]
    mask, *moved = flush_left(batch["attention_mask"], *(batch[name] for name in names))
    return {**batch, "attention_mask": mask, **dict(zip(names, moved, strict=True))}
