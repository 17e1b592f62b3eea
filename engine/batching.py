"""A stage's spec with how much goes through the model at once: as set, as chosen for this job before, or chosen now."""

from __future__ import annotations

import json
import time
from pathlib import Path

from engine.contract import batching_policy, batching_record
from engine.contract.context import RunContext
from engine.contract.events import Note
from engine.contract.memory import Lengths, Numbers
from engine.contract.prompts import answer_prefix
from engine.contract.specs import GenerateSpec, ModelSpec, PredictSpec, PromptSpec, TrainSpec
from engine.families import VisionLanguageModel
from engine.families.lengths import ImageLengths
from engine.families.shapes import shapes_of
from engine.usage import available_bytes

_WAIT_SECONDS = 0.2


def sized_for_training(spec: TrainSpec, vlm: VisionLanguageModel, lengths: Lengths, ctx: RunContext) -> TrainSpec:
    """The spec with its micro-batch and checkpointing.

    Args:
        vlm: the base without an adapter.
        lengths: the longest of the data.
    """
    spec = batching_record.applied(spec, batching_record.stored(ctx.folder))
    if spec.micro_batch is not None and spec.gradient_checkpointing is not None:
        return spec
    if ctx.rank > 0:
        return batching_record.applied(spec, _first_ones_choice(ctx))
    available = available_bytes(vlm.device)
    shapes, numbers = shapes_of(vlm.model), numbers_of(vlm, spec.model)
    return batching_record.applied(
        spec, _chosen(batching_policy.for_training(spec, shapes, numbers, lengths, available, ctx.world_size), ctx)
    )


def sized_for_answers(
    spec: GenerateSpec | PredictSpec, vlm: VisionLanguageModel, ctx: RunContext
) -> batching_record.Sizing:
    """How many images at a time, which nothing has chosen yet."""
    if ctx.rank > 0:
        return _first_ones_choice(ctx)
    lengths = longest_answers(vlm, spec.prompt, spec.max_new_tokens, spec.image.longest_side)
    rank = 0 if spec.model.adapter is None else _rank_of(spec.model.adapter)
    available = available_bytes(vlm.device)
    shapes, numbers = shapes_of(vlm.model), numbers_of(vlm, spec.model)
    return _chosen(batching_policy.for_answers(spec, shapes, numbers, lengths, available, rank), ctx)


def longest_answers(vlm: VisionLanguageModel, prompt: PromptSpec, new_tokens: int, longest_side: int) -> Lengths:
    """The most that an answer about an image of at most this side can take."""
    images = ImageLengths(vlm)
    tokens, size = images.longest(longest_side)
    return Lengths(tokens + begun_tokens(vlm, prompt) + new_tokens, new_tokens, images.patches(size))


def begun_tokens(vlm: VisionLanguageModel, prompt: PromptSpec) -> int:
    """Tokens of the chat up to where an explanation begins, the image's apart."""
    begun = answer_prefix(0, score_tag=prompt.score_tag, explain_tag=prompt.explain_tag)
    return len(vlm.token_ids(vlm.chat_text(prompt.text, begun)))


def numbers_of(vlm: VisionLanguageModel, model: ModelSpec) -> Numbers:
    """How the model computes."""
    return Numbers(vlm.dtype.itemsize, vlm.device.type == "cuda", model.quantization == "4bit")


def _chosen(choice: batching_record.Sizing, ctx: RunContext) -> batching_record.Sizing:
    batching_record.store(ctx.folder, choice)
    ctx.emit(Note("info", "chosen_by_memory", choice.reason))
    return choice


def _first_ones_choice(ctx: RunContext) -> batching_record.Sizing:
    """What the first process chose, which all share."""
    while (found := batching_record.stored(ctx.folder)) is None:
        ctx.check_cancelled()
        time.sleep(_WAIT_SECONDS)
    return found


def _rank_of(adapter: str) -> int:
    return int(json.loads((Path(adapter) / "adapter_config.json").read_text("utf-8"))["r"])
