"""One training from loading the model to saving its adapter: the part of the stage "train" that needs the libraries.

DPO on pairs, or supervised on their chosen answers; everything but the loss, the reference and the margins is the same.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PIL import Image
from transformers import TrainerCallback

from engine import images
from engine.batching import sized_for_training
from engine.contract import artifacts
from engine.contract.context import RunContext, StageError
from engine.contract.events import Note, Started
from engine.contract.oom import translate_oom
from engine.contract.specs import TrainSpec
from engine.families.vlm import VisionLanguageModel
from engine.model_loading import keep_vision, load_model
from engine.training import checkpoints, prefix_check, shared_prefix
from engine.training.adapter import save_adapter
from engine.training.answer_collator import AnswerCollator
from engine.training.callbacks import CheckpointCallback, EventCallback
from engine.training.collapse import CollapseWatch
from engine.training.collator import PreferenceCollator
from engine.training.length_filter import rows_within_length
from engine.training.margins import write_margins
from engine.training.preference_rows import BAD_IMAGE, AnswerRow, PreferenceRow, TrainingRow
from engine.training.reference import use_fixed_reference
from engine.training.step_trainer import EqualSteps, StepTrainer
from engine.training.steps import micro_batches, total_steps
from engine.training.trainer import make_supervised_trainer, make_trainer
from engine.training.validation_watch import FILE_NAME as STOPPED_EARLY
from engine.training.validation_watch import ValidationWatch

_MEMORY_REMEDY = (
    "Lower micro_batch (the batch stays the same), set gradient_checkpointing to true, lower longest_side or rank, "
    "or close other programs that use memory; then run the loop again."
)

_ACCURACY = ("token_accuracy", "mean_token_accuracy")


@dataclass(frozen=True, slots=True)
class _Session:
    """A prepared training: ``spec`` includes the batch size; ``rows`` are those that fit."""

    spec: TrainSpec
    rows: Sequence[TrainingRow]
    trainer: EqualSteps
    collator: PreferenceCollator


def train(spec: TrainSpec, ctx: RunContext, rows: Sequence[TrainingRow], checkpoint: Path | None) -> dict[str, Any]:
    """Train on ``rows``, from the start or from a complete checkpoint; returns the stage's result."""
    session = _make(spec, ctx, rows)
    _report_total(session, ctx, len(rows), checkpoint)
    with _memory_errors(session.spec, ctx):
        computed = _use_reference(session, ctx)
        session.trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    result = _finish(session, ctx) | ({} if computed is None else {"reference_answers": computed})
    _measure(session, ctx)
    result["prefix_tokens"] = session.trainer.prefix_tokens
    vision = session.collator.vlm.vision
    return result if vision is None else result | {"vision_passes": vision.passes}


def measure_margins(spec: TrainSpec, ctx: RunContext, rows: Sequence[TrainingRow]) -> None:
    """Write the margins that an interrupted training left out, from its saved adapter."""
    session = _make(dataclasses.replace(spec, start_adapter=str(ctx.folder.adapter)), ctx, rows)
    with _memory_errors(session.spec, ctx):
        _use_reference(session, ctx)
    _measure(session, ctx)


def _use_reference(session: _Session, ctx: RunContext) -> int | None:
    """Return the answers whose reference this process had to compute; part of an epoch computes it as it goes.

    None: a supervised training has no reference.
    """
    if not isinstance(session.trainer, StepTrainer):
        return None
    if session.spec.epochs < 1:
        return 0
    rows = cast("Sequence[PreferenceRow]", session.rows)
    return use_fixed_reference(session.trainer, session.collator, rows, session.spec, ctx)


def _make(spec: TrainSpec, ctx: RunContext, rows: Sequence[TrainingRow]) -> _Session:
    vlm = load_model(spec.model, ctx)
    keep_vision(vlm, spec.vision, spec.image, ctx)
    collator = _collator(spec, vlm)
    _report_special_tokens(vlm, rows, ctx)
    rows, lengths = rows_within_length(rows, spec, collator, ctx)
    shared = spec.share_prefix and shared_prefix.why_not(vlm.model) is None
    spec = _with_useful_warmup(sized_for_training(spec, vlm, lengths, ctx, shared=shared), len(rows), ctx)
    callbacks = [
        EventCallback(ctx, vlm.device, collator),
        CheckpointCallback(),
        CollapseWatch(ctx, spec, vlm, collator, rows),
        *([ValidationWatch(ctx, spec, vlm, collator)] if spec.watched else []),
    ]
    prefix_check.prepare(spec, vlm, collator, ctx)
    with _memory_errors(spec, ctx):
        trainer = _trainer(spec, vlm, rows, collator, callbacks, ctx)
        prefix_check.confirm(trainer, collator, ctx)
        trainer.prefix_tokens = 0
    return _Session(spec, rows, trainer, collator)


def _collator(spec: TrainSpec, vlm: VisionLanguageModel) -> PreferenceCollator:
    if spec.objective == "preference":
        return PreferenceCollator(vlm, spec.prompt.text, lambda path: _open(path, spec))
    only_score = spec.prompt if spec.objective == "score" else None
    return AnswerCollator(vlm, spec.prompt.text, lambda path: _open(path, spec), only_score=only_score)


def _trainer(
    spec: TrainSpec,
    vlm: VisionLanguageModel,
    rows: Sequence[TrainingRow],
    collator: PreferenceCollator,
    callbacks: Sequence[TrainerCallback],
    ctx: RunContext,
) -> EqualSteps:
    def report_rank(note: str) -> None:
        if not ctx.rank:
            ctx.emit(Note("warning", "lora_rank_changed", note))

    common: dict[str, Any] = {"world_size": ctx.world_size, "callbacks": callbacks, "on_rank_change": report_rank}
    folder = ctx.folder.checkpoints
    if isinstance(collator, AnswerCollator):
        return make_supervised_trainer(spec, vlm, cast("Sequence[AnswerRow]", rows), collator, folder, **common)
    return make_trainer(spec, vlm, cast("Sequence[PreferenceRow]", rows), collator, folder, **common)


def _report_special_tokens(vlm: VisionLanguageModel, rows: Sequence[TrainingRow], ctx: RunContext) -> None:
    found = [row for row in rows if any(map(vlm.has_special, row.answers))]
    if found and not ctx.rank:
        text = (
            f"The texts of {len(found)} pairs contain special tokens of the model, such as <image>; they are read as "
            f"plain text, with a space after the first character. The first pair is that of {found[0].path}."
        )
        ctx.emit(Note("warning", "special_tokens_in_texts", text))


def _with_useful_warmup(spec: TrainSpec, rows: int, ctx: RunContext) -> TrainSpec:
    """Shorten a warm-up that would last for the whole training, during which hardly anything is learned."""
    total = total_steps(spec, rows, ctx.world_size)
    if not spec.warmup_steps or spec.warmup_steps < total:
        return spec
    shorter = total // 10
    text = f"The warm-up of {spec.warmup_steps} steps was shortened to {shorter}: the training has only {total} steps."
    if not ctx.rank:
        ctx.emit(Note("warning", "warmup_shortened", text))
    return dataclasses.replace(spec, warmup_steps=shorter)


def _report_total(session: _Session, ctx: RunContext, before: int, checkpoint: Path | None) -> None:
    """Report the total again if pairs were skipped since the first report."""
    if len(session.rows) < before:
        total = total_steps(session.spec, len(session.rows), ctx.world_size)
        done = checkpoints.step_of(checkpoint) if checkpoint else 0
        ctx.emit(Started("train", total, "steps", done, device=session.collator.vlm.device.type))


def _measure(session: _Session, ctx: RunContext) -> None:
    """Write the margins if there are any, then delete the checkpoints, which include the reference."""
    if isinstance(session.trainer, StepTrainer):
        rows = cast("Sequence[PreferenceRow]", session.rows)
        with _memory_errors(session.spec, ctx):
            write_margins(session.trainer, session.collator, rows, ctx)
    ctx.wait_for_ranks("margins")
    if ctx.rank == 0:
        shutil.rmtree(ctx.folder.checkpoints, ignore_errors=True)


def _open(path: str, spec: TrainSpec) -> Image.Image:
    try:
        return images.load(Path(path), spec.image)
    except images.ImageProblem as problem:
        raise StageError(f"An image to train on cannot be used: {problem}.", BAD_IMAGE) from problem


def _finish(session: _Session, ctx: RunContext) -> dict[str, Any]:
    """Write the result, then the adapter; after a kill in between, only the rest is repeated."""
    trainer, spec = session.trainer, session.spec
    trainer.accelerator.wait_for_everyone()
    sizes = {"micro_batch": spec.micro_batch, "gradient_checkpointing": spec.gradient_checkpointing}
    result = {**_summary(trainer), "pairs": len(session.rows), **sizes}
    if (ctx.folder.path / STOPPED_EARLY).exists():
        result["stopped_early"] = trainer.state.global_step
    if ctx.rank == 0:
        (ctx.folder.result).write_text(json.dumps(result), encoding="utf-8")
        save_adapter(trainer.accelerator.unwrap_model(trainer.model), spec.model, ctx.folder.adapter)
        result["adapter_digest"] = artifacts.digest(ctx.folder.adapter)
    trainer.accelerator.wait_for_everyone()
    return result


def _summary(trainer: EqualSteps) -> dict[str, Any]:
    logs = [entry for entry in trainer.state.log_history if "loss" in entry]
    last = logs[-max(1, len(logs) // 10) :]
    name, key = ("mean_margin", "rewards/margins") if isinstance(trainer, StepTrainer) else _ACCURACY
    return {
        "steps": trainer.state.global_step,
        "first_loss": logs[0]["loss"],
        "final_loss": logs[-1]["loss"],
        name: sum(entry[key] for entry in last) / len(last),
    }


def _memory_errors(spec: TrainSpec, ctx: RunContext) -> AbstractContextManager[None]:
    """Translate out-of-memory errors for the batch size in ``spec``."""
    assert spec.micro_batch is not None
    micro, _ = micro_batches(spec.batch_size, spec.micro_batch, ctx.world_size)
    return translate_oom(
        f"micro_batch {micro}", _MEMORY_REMEDY, batch=micro, checkpointing=bool(spec.gradient_checkpointing)
    )
