"""The stage "train": one DPO training on pair rows, resumable to the bit, ending in ``adapter/``.

Writes no journal. Checkpoints lie in ``checkpoints/`` of the run folder while it runs; a training that is already there
is not run again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from trl.trainer.dpo_trainer import DPOTrainer

from engine import artifacts, families, images
from engine.context import RunContext, StageError, read_jsonl
from engine.specs import RunFolder, TrainSpec
from engine.training import checkpoints
from engine.training.adapter import save_adapter
from engine.training.callbacks import CheckpointCallback, EventCallback
from engine.training.collator import PreferenceCollator
from engine.training.pairs import PreferenceRow, preference_rows
from engine.training.reference import use_fixed_reference
from engine.training.trainer import make_trainer

_BAD_IMAGE = "Put the image right, or veto its pair."
_MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory")


def run(spec: TrainSpec, ctx: RunContext) -> dict[str, Any]:
    """Train, or resume from the newest complete checkpoint.

    Returns:
        steps, first_loss, final_loss, mean_margin (of the last tenth of the steps), adapter_digest, pairs.

    Raises:
        StageError: no pairs, a missing image, an adapter that does not fit, a loss that is not finite, no memory left.
        CancelledError: stopped as asked; the last checkpoint stays.
    """
    if artifacts.is_sealed(ctx.folder.adapter) and not artifacts.verify(ctx.folder.adapter):
        return _read_result(ctx.folder)
    rows = _rows(spec, ctx)
    vlm = families.load(spec.model)
    collator = PreferenceCollator(vlm, spec.prompt.text, lambda path: _open(path, spec), max_length=spec.max_length)
    folder = ctx.folder.path / "checkpoints"
    callbacks = [EventCallback(ctx, vlm.device), CheckpointCallback()]
    with _memory_errors(spec):
        trainer = make_trainer(spec, vlm, rows, collator, folder, world_size=ctx.world_size, callbacks=callbacks)
        if spec.epochs > 1 and ctx.world_size == 1:
            use_fixed_reference(trainer, collator, folder, ctx.check_cancelled)
        checkpoint = checkpoints.newest_complete(folder)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return _finish(trainer, spec, ctx, len(rows))


def _rows(spec: TrainSpec, ctx: RunContext) -> list[PreferenceRow]:
    if spec.model.adapter is not None:
        raise StageError(
            f"A training's model is the base alone, not with the adapter {spec.model.adapter}.",
            "Name the adapter to go on from as start_adapter.",
        )
    rows = preference_rows(read_jsonl(ctx.folder.input), spec.train_kind, spec.prompt)
    if not rows:
        raise StageError(
            f"There are no pairs to train on ({spec.train_kind}, iteration {spec.iteration}).",
            "Generate pairs first, or take back some vetoes.",
        )
    missing = [row for row in rows if not Path(row.path).is_file()]
    if missing:
        raise StageError(
            f"The image {missing[0].path} of pair {missing[0].pair_id} is not there ({len(missing)} missing in all).",
            _BAD_IMAGE,
        )
    return rows


def _open(path: str, spec: TrainSpec) -> Image.Image:
    try:
        return images.load(Path(path), spec.image)
    except images.ImageProblem as problem:
        raise StageError(f"An image to train on cannot be used: {problem}.", _BAD_IMAGE) from problem


def _finish(trainer: DPOTrainer, spec: TrainSpec, ctx: RunContext, pairs: int) -> dict[str, Any]:
    """Write the result, then the adapter, then remove the checkpoints: a kill in between repeats the rest only."""
    trainer.accelerator.wait_for_everyone()
    result = {**_summary(trainer), "pairs": pairs}
    if ctx.rank == 0:
        (ctx.folder.path / "result.json").write_text(json.dumps(result), encoding="utf-8")
        save_adapter(trainer.accelerator.unwrap_model(trainer.model), spec.model, ctx.folder.adapter)
        shutil.rmtree(ctx.folder.path / "checkpoints", ignore_errors=True)
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


def _read_result(folder: RunFolder) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((folder.path / "result.json").read_text(encoding="utf-8"))
    return {**result, "adapter_digest": artifacts.digest(folder.adapter)}


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
