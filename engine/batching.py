"""Complete a stage's spec with its batch size: as set, as chosen earlier for this job, or chosen now."""

from __future__ import annotations

import json
import time
from pathlib import Path

from engine.contract import batching_policy, batching_record
from engine.contract.context import RunContext
from engine.contract.events import Note
from engine.contract.memory import Lengths, Numbers
from engine.contract.prompts import answer_prefix
from engine.contract.specs import GenerateSpec, ModelSpec, PredictSpec, PromptSpec, RereadSpec, TrainSpec
from engine.families import VisionLanguageModel
from engine.families.lengths import ImageLengths
from engine.families.shapes import shapes_of
from engine.usage import available_bytes

_WAIT_SECONDS = 0.2


def sized_for_training(
    spec: TrainSpec, vlm: VisionLanguageModel, lengths: Lengths, ctx: RunContext, *, shared: bool = False
) -> TrainSpec:
    """Return the spec with its micro-batch and checkpointing.

    Args:
        vlm: the base without an adapter.
        lengths: the maxima over the data.
        shared: whether both answers of a pair follow one prefix in the same row.
    """
    spec = batching_record.applied(spec, batching_record.stored(ctx.folder))
    if spec.micro_batch is not None and spec.gradient_checkpointing is not None:
        return spec
    if ctx.rank > 0:
        return batching_record.applied(spec, _choice_of_first_rank(ctx))
    available = available_bytes(vlm.device)
    shapes, numbers = shapes_of(vlm.model), numbers_of(vlm, spec.model)
    choice = batching_policy.for_training(spec, shapes, numbers, lengths, available, ctx.world_size, shared=shared)
    return batching_record.applied(spec, _chosen(choice, ctx))


def sized_for_answers(
    spec: GenerateSpec | PredictSpec | RereadSpec, vlm: VisionLanguageModel, ctx: RunContext
) -> batching_record.Sizing:
    """Return the number of images at a time, if neither the settings nor an earlier run chose it."""
    if ctx.rank > 0:
        return _choice_of_first_rank(ctx)
    lengths = longest_answers(vlm, spec.prompt, spec.max_new_tokens, spec.image.longest_side)
    rank = 0 if spec.model.adapter is None else _rank_of(spec.model.adapter)
    available = available_bytes(vlm.device)
    shapes, numbers = shapes_of(vlm.model), numbers_of(vlm, spec.model)
    return _chosen(batching_policy.for_answers(spec, shapes, numbers, lengths, available, rank), ctx)


def longest_answers(vlm: VisionLanguageModel, prompt: PromptSpec, new_tokens: int, longest_side: int) -> Lengths:
    """Return the maximum lengths of an answer about an image of at most this side."""
    images = ImageLengths(vlm)
    tokens, size = images.longest(longest_side)
    return Lengths(tokens + prefix_tokens(vlm, prompt) + new_tokens, new_tokens, images.patches(size))


def prefix_tokens(vlm: VisionLanguageModel, prompt: PromptSpec) -> int:
    """Return the tokens of the chat up to where an explanation begins, without the image's."""
    prefix = answer_prefix(0, score_tag=prompt.score_tag, explain_tag=prompt.explain_tag)
    return len(vlm.token_ids(vlm.chat_text(prompt.text, prefix)))


def numbers_of(vlm: VisionLanguageModel, model: ModelSpec) -> Numbers:
    """Return the number format of the model's computation."""
    return Numbers(vlm.dtype.itemsize, vlm.device.type == "cuda", model.quantization == "4bit")


def _chosen(choice: batching_record.Sizing, ctx: RunContext) -> batching_record.Sizing:
    batching_record.store(ctx.folder, choice)
    ctx.emit(Note("info", "chosen_by_memory", choice.reason))
    return choice


def _choice_of_first_rank(ctx: RunContext) -> batching_record.Sizing:
    """Wait for the choice of the first process, which all share."""
    while (found := batching_record.stored(ctx.folder)) is None:
        ctx.check_cancelled()
        time.sleep(_WAIT_SECONDS)
    return found


def _rank_of(adapter: str) -> int:
    return int(json.loads((Path(adapter) / "adapter_config.json").read_text("utf-8"))["r"])
