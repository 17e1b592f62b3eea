"""One training from loading the model to its adapter on disk: what of the stage "train" needs the libraries."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from trl.trainer.dpo_trainer import DPOTrainer

from engine import artifacts, families, images
from engine.context import RunContext, StageError
from engine.specs import TrainSpec
from engine.stopping import phase
from engine.training.adapter import save_adapter
from engine.training.callbacks import CheckpointCallback, EventCallback
from engine.training.collator import PreferenceCollator
from engine.training.margins import write_margins
from engine.training.pairs import BAD_IMAGE, PreferenceRow
from engine.training.reference import use_fixed_reference
from engine.training.trainer import make_trainer

_MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory")


def train(spec: TrainSpec, ctx: RunContext, rows: Sequence[PreferenceRow], checkpoint: Path | None) -> dict[str, Any]:
    """Train on ``rows``, from the start or from a complete checkpoint; returns the stage's result."""
    trainer, collator = _make(spec, ctx, rows)
    with _memory_errors(spec):
        if spec.epochs >= 1 and ctx.world_size == 1:
            use_fixed_reference(trainer, collator, ctx.folder.checkpoints, ctx)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    result = _finish(trainer, spec, ctx, len(rows))
    _measure(trainer, collator, spec, ctx, rows)
    return result


def measure_margins(spec: TrainSpec, ctx: RunContext, rows: Sequence[PreferenceRow]) -> None:
    """Write the margins that a training was stopped before, from the adapter that it left."""
    trained = dataclasses.replace(spec, start_adapter=str(ctx.folder.adapter))
    trainer, collator = _make(trained, ctx, rows)
    if spec.epochs >= 1 and ctx.world_size == 1:
        with _memory_errors(spec):
            use_fixed_reference(trainer, collator, ctx.folder.checkpoints, ctx)
    _measure(trainer, collator, spec, ctx, rows)


def _make(spec: TrainSpec, ctx: RunContext, rows: Sequence[PreferenceRow]) -> tuple[DPOTrainer, PreferenceCollator]:
    with phase(ctx, "loading"):
        vlm = families.load(spec.model)
    collator = PreferenceCollator(vlm, spec.prompt.text, lambda path: _open(path, spec), max_length=spec.max_length)
    callbacks = [EventCallback(ctx, vlm.device, collator), CheckpointCallback()]
    with _memory_errors(spec):
        folder = ctx.folder.checkpoints
        trainer = make_trainer(spec, vlm, rows, collator, folder, world_size=ctx.world_size, callbacks=callbacks)
    return trainer, collator


def _measure(
    trainer: DPOTrainer, collator: PreferenceCollator, spec: TrainSpec, ctx: RunContext, rows: Sequence[PreferenceRow]
) -> None:
    """Write the margins, then remove the checkpoints: the reference lies among them until then."""
    with _memory_errors(spec):
        write_margins(trainer, collator, rows, ctx)
    trainer.accelerator.wait_for_everyone()
    if ctx.rank == 0:
        shutil.rmtree(ctx.folder.checkpoints, ignore_errors=True)


def _open(path: str, spec: TrainSpec) -> Image.Image:
    try:
        return images.load(Path(path), spec.image)
    except images.ImageProblem as problem:
        raise StageError(f"An image to train on cannot be used: {problem}.", BAD_IMAGE) from problem


def _finish(trainer: DPOTrainer, spec: TrainSpec, ctx: RunContext, pairs: int) -> dict[str, Any]:
    """Write the result, then the adapter: a kill in between repeats the rest only."""
    trainer.accelerator.wait_for_everyone()
    result = {**_summary(trainer), "pairs": pairs}
    if ctx.rank == 0:
        (ctx.folder.result).write_text(json.dumps(result), encoding="utf-8")
        save_adapter(trainer.accelerator.unwrap_model(trainer.model), spec.model, ctx.folder.adapter)
        result["adapter_digest"] = artifacts.digest(ctx.folder.adapter)
    trainer.accelerator.wait_for_everyone()
    return result


def _summary(trainer: DPOTrainer) -> dict[str, Any]:
    logs = [entry for entry in trainer.state.log_history if "loss" in entry]
    last = logs[-max(1, len(logs) // 10) :]
    return {
        "steps": trainer.state.global_step,
        "first_loss": logs[0]["loss"],
        "final_loss": logs[-1]["loss"],
        "mean_margin": sum(entry["rewards/margins"] for entry in last) / len(last),
    }


@contextmanager
def _memory_errors(spec: TrainSpec) -> Iterator[None]:
    """Turn exhausted memory into advice."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        words = str(error) or "no memory left"
        known = any(word in words.lower() for word in _MEMORY_WORDS)
        if known or isinstance(error, MemoryError | torch.OutOfMemoryError):
            raise StageError(
                f"The memory does not suffice for micro_batch {spec.micro_batch}: {words.splitlines()[0]}",
                "Lower micro_batch (the batch stays the same), or set gradient_checkpointing to true.",
            ) from error
        raise
