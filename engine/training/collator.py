"""Collate preference rows into trl's batches, with exactly the tokens of generation and prediction.

trl's own collator renders every chat and decodes every image again in each epoch, and ends an answer as the chat
template does, even if that has no end token. This one uses ``engine.families``, so that the trained text is identical
to the generated one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from PIL import Image
from trl.trainer.utils import flush_left

from engine.contract.context import StageError
from engine.families import VisionLanguageModel
from engine.families.vision import ImageFile

CACHE_BYTES = 512 * 2**20
"""Limit of the cache of prepared images between epochs; images beyond it are decoded again, unless the vision tower's
output is kept."""

READERS = 4
"""Images that are opened at once, ahead of their batch."""
Batch = dict[str, Any]
"""Tensors by name; ``mm_encoder_outputs`` holds the tower's output where that is kept."""


@dataclass(frozen=True, slots=True)
class ClosedAnswer:
    """A complete chat: its text, its token ids (one for the image), and how many of them are the answer, at its end."""

    text: str
    ids: tuple[int, ...]
    answer_tokens: int

    @property
    def tokens(self) -> int:
        """The number of tokens, without the image's."""
        return len(self.ids)


def close_answer(vlm: VisionLanguageModel, prompt_text: str, answer: str) -> ClosedAnswer:
    """Return the chat with ``answer`` and the end of the turn, as the model would have to generate it.

    The template's own ending is used up to its first end token; without one (LLaVA-1.5), the tokenizer's is appended.
    """
    prompt_text, answer = vlm.literal(prompt_text), vlm.literal(answer)
    text = vlm.chat_text(prompt_text, answer) + _turn_end(vlm, prompt_text, answer)
    prompt_ids = vlm.token_ids(vlm.chat_text(prompt_text))
    ids = vlm.token_ids(text)
    return ClosedAnswer(text, tuple(ids), len(ids) - common_length(prompt_ids, ids))


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


def common_length(first: list[int], second: list[int]) -> int:
    """Return how many tokens two chats have in common at their beginning."""
    pairs = zip(first, second, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


@dataclass(slots=True)
class PreferenceCollator:
    """Collates the batch that trl's DPOTrainer expects: all chosen, then all rejected, right-padded.

    With a shared prefix a row of the batch is only the prompt's last token and an answer; what precedes them is there
    once for both answers of a pair: ``prefix_ids`` and ``prefix_mask`` (pairs x columns, left-padded), and one image.

    Args:
        vlm: the model.
        prompt_text: the user's message, the same for every row.
        open_image: reads and prepares the image of a path.
        share_prefix: whether batches are for ``engine.training.shared_prefix``.
        pairs, tokens: totals over all batches so far, without padding.
        reference: log-probabilities of every row's chosen and rejected answers under the reference, if precomputed.
    """

    vlm: VisionLanguageModel
    prompt_text: str
    open_image: Callable[[str], Image.Image]
    share_prefix: bool = field(default=False, init=False)
    reference: tuple[torch.Tensor, ...] | None = field(default=None, init=False)
    pairs: int = field(default=0, init=False)
    tokens: int = field(default=0, init=False)
    _images: dict[str, Image.Image] = field(default_factory=dict, init=False)
    _answers: dict[str, ClosedAnswer] = field(default_factory=dict, init=False)
    _cached_bytes: int = field(default=0, init=False)
    _pool: ThreadPoolExecutor | None = field(default=None, init=False)
    _ahead: dict[str, Future[Image.Image]] = field(default_factory=dict, init=False)

    def __call__(self, examples: list[dict[str, Any]]) -> Batch:
        """Collate rows with the columns ``row``, ``images`` (one path), ``chosen``, ``rejected``."""
        self.pairs += len(examples)
        answers = [self.answers_of(example) for example in examples]
        return self.with_answers([example["images"][0] for example in examples], answers) | self._reference_of(examples)

    def answers_of(self, example: dict[str, Any]) -> tuple[str, ...]:
        """Return the answers of a row, in the order of their sides."""
        return example["chosen"], example["rejected"]

    def with_answers(self, paths: Sequence[str], answers: Sequence[Sequence[str]]) -> Batch:
        """Return a batch of images with the same number of answers to each: all first ones, then all second ones."""
        images = [ImageFile(path, partial(self._image, path)) for path in paths]
        sides = [[self.answer(answer) for answer in side] for side in zip(*answers, strict=True)]
        return self._shared(images, sides, paths) if self.share_prefix else self._stock(images, sides, paths)

    def _stock(
        self, images: Sequence[ImageFile], sides: Sequence[Sequence[ClosedAnswer]], paths: Sequence[str]
    ) -> Batch:
        answers = [answer for side in sides for answer in side]
        batch = self.vlm.inputs([*images] * len(sides), [answer.text for answer in answers])
        lengths = batch["attention_mask"].sum(dim=1).tolist()
        self._check_lengths(lengths, [*paths] * len(sides))
        self.tokens += sum(lengths)
        length = batch["input_ids"].shape[1]
        counts = torch.tensor([answer.answer_tokens for answer in answers], device=batch["input_ids"].device)
        places = torch.arange(length, device=counts.device)
        # The inputs are left-padded, so an answer is the end of its row.
        batch["completion_mask"] = (places[None, :] >= length - counts[:, None]).long()
        return _pad_right(batch)

    def _shared(
        self, images: Sequence[ImageFile], sides: Sequence[Sequence[ClosedAnswer]], paths: Sequence[str]
    ) -> Batch:
        """Encode each image once, with its first answer; the tokens of the others are known without it."""
        batch = self.vlm.inputs(images, [answer.text for answer in sides[0]])
        lengths = batch["attention_mask"].sum(dim=1).tolist()
        cuts = [_shared_length(answers) for answers in zip(*sides, strict=True)]
        behind = [[len(answer.ids) - cut for answer, cut in zip(side, cuts, strict=True)] for side in sides]
        prompts = [length - own for length, own in zip(lengths, behind[0], strict=True)]
        self._check_lengths([prompt + max(own) for prompt, *own in zip(prompts, *behind, strict=True)], paths)
        self.tokens += sum(prompts) + sum(own + 1 for side in behind for own in side) - len(prompts)
        return _prefix(batch, behind[0]) | self._sides(sides, cuts, batch["input_ids"].device)

    def _sides(self, sides: Sequence[Sequence[ClosedAnswer]], cuts: Sequence[int], device: Any) -> Batch:
        """Return the answers, each after the prompt's last token; what is not scored of them stays unmarked."""
        answers = [answer for side in sides for answer in side]
        rows = [answer.ids[cut - 1 :] for answer, cut in zip(answers, [*cuts] * len(sides), strict=True)]
        size = max(len(row) for row in rows)
        pad = self.vlm.tokenizer.pad_token_id or 0
        scored = [answer.answer_tokens for answer in answers]
        filled = [
            ([*row, *[pad] * (size - len(row))], [place < len(row) for place in range(size)],
             [len(row) - count <= place < len(row) for place in range(size)])
            for row, count in zip(rows, scored, strict=True)
        ]  # fmt: skip
        ids, mask, completion = (torch.tensor([row[part] for row in filled], device=device).long() for part in range(3))
        return {"input_ids": ids, "attention_mask": mask, "completion_mask": completion}

    def _reference_of(self, examples: list[dict[str, Any]]) -> Batch:
        if self.reference is None:
            return {}
        chosen, rejected = (side[[example["row"] for example in examples]] for side in self.reference)
        return {
            "ref_chosen_logps": chosen.to(self.vlm.device),
            "ref_rejected_logps": rejected.to(self.vlm.device),
        }

    def open_ahead(self, paths: Sequence[str]) -> None:
        """Begin to open images that the next batch needs, while the model works on this one."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="images")
        for path in paths:
            known = path in self._images or (self.vlm.vision is not None and self.vlm.vision.has_read(path))
            if not known and path not in self._ahead:
                self._ahead[path] = self._pool.submit(self.open_image, path)

    def stop_ahead(self) -> None:
        """Forget what was opened ahead and not used."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        self._ahead.clear()

    def _image(self, path: str) -> Image.Image:
        if path in self._images:
            return self._images[path]
        ahead = self._ahead.pop(path, None)
        image = self.open_image(path) if ahead is None else ahead.result()
        if self.vlm.vision is not None and self.vlm.vision.keeps:
            return image
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

    def _check_lengths(self, lengths: Sequence[int], paths: Sequence[str]) -> None:
        """Reject sequences longer than the model's limit: cutting would remove image tokens or part of the answer."""
        limit = self.vlm.limits.max_length
        for path, length in zip(paths, lengths, strict=True):
            if length > limit:
                raise StageError(
                    f"The pair of the image {path} takes {length} positions; the model has {limit}.",
                    "Veto the pair, shorten its texts, or set a smaller longest_side.",
                )


def _per_token(batch: Batch) -> list[str]:
    shape = batch["input_ids"].shape
    return [name for name, value in batch.items() if isinstance(value, torch.Tensor) and value.shape == shape]


def _pad_right(batch: Batch) -> Batch:
    names = [name for name in _per_token(batch) if name != "attention_mask"]
    mask, *moved = flush_left(batch["attention_mask"], *(batch[name] for name in names))
    return {**batch, "attention_mask": mask, **dict(zip(names, moved, strict=True))}


def _shared_length(answers: Sequence[ClosedAnswer]) -> int:
    """Return how many tokens all chats have in common before the first one that is scored."""
    common = min(common_length(list(answers[0].ids), list(answer.ids)) for answer in answers)
    return min(common, *(len(answer.ids) - answer.answer_tokens for answer in answers))


def _prefix(batch: Batch, rest: Sequence[int]) -> Batch:
    """Return image and prompt without its last token, left-padded, and everything that belongs to the images.

    Args:
        batch: left-padded rows of image, prompt and answer.
        rest: the tokens behind the shared part of each row.
    """
    shape = batch["input_ids"].shape
    per_token = _per_token(batch)
    kept = [shape[1] - behind - 1 for behind in rest]
    first = min(int(row.argmax()) + shape[1] - keep for row, keep in zip(batch["attention_mask"], kept, strict=True))
    size = shape[1] - first
    cut = {f"prefix_{name.removeprefix('input_')}": _rows_ending_at(batch[name], kept, size) for name in per_token}
    cut["prefix_mask"] = cut.pop("prefix_attention_mask")
    return {name: value for name, value in batch.items() if name not in per_token} | cut


def _rows_ending_at(values: torch.Tensor, ends: Sequence[int], size: int) -> torch.Tensor:
    """Return the ``size`` columns of each row before its end; what would lie before the first column is zero."""
    padded = torch.nn.functional.pad(values, (size, 0))
    return torch.stack([row[end : end + size] for row, end in zip(padded, ends, strict=True)])
