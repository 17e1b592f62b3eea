"""The stage "train": one training on pair rows, DPO or supervised; resumable with bit-identical results.

Its result is ``adapter/``. Journal rows of DPO: pair_id, margin (the pair's reward margin after training; None if not
finite), written once the adapter exists. Checkpoints are in ``checkpoints/`` of the run folder during the training; a
finished training is not run again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from typing import Any

from engine.contract import artifacts
from engine.contract.context import RunContext, StageError, complete_rows, read_jsonl
from engine.contract.events import Started
from engine.contract.specs import RunFolder, TrainSpec
from engine.devices import device_of
from engine.training import checkpoints
from engine.training.missing_images import readable_rows
from engine.training.preference_rows import TrainingRow, answer_rows, preference_rows
from engine.training.steps import total_steps


def run(spec: TrainSpec, ctx: RunContext) -> dict[str, Any]:
    """Train, or resume from the newest complete checkpoint.

    Returns:
        steps, first_loss, final_loss, mean_margin (of the last tenth of the steps), adapter_digest, pairs,
        reference_answers (whose log-probabilities under the base had to be computed); of a supervised training
        token_accuracy in the place of mean_margin and reference_answers.

    Raises:
        StageError: no pairs, no readable image, an adapter that does not fit, no finite loss, no memory left.
        CancelledError: stopped on request; the last checkpoint is kept.
    """
    if artifacts.is_sealed(ctx.folder.adapter) and not artifacts.verify(ctx.folder.adapter):
        return _trained_before(spec, ctx)
    rows = _rows(spec, ctx)
    checkpoint = checkpoints.newest_complete(ctx.folder.checkpoints)
    done = checkpoints.step_of(checkpoint) if checkpoint else 0
    total = total_steps(spec, len(rows), ctx.world_size)
    ctx.emit(Started("train", total, "steps", done, device=device_of(spec.model).type))
    # The libraries take many seconds to load: report the total before that.
    from engine.training.session import train

    return train(spec, ctx, rows, checkpoint)


def _rows(spec: TrainSpec, ctx: RunContext) -> Sequence[TrainingRow]:
    if spec.model.adapter is not None:
        raise StageError(
            f"A training starts from the base model alone, not with the adapter {spec.model.adapter}.",
            "Pass the adapter to continue from as start_adapter.",
        )
    found, rows = read_jsonl(ctx.folder.input), list[TrainingRow]()
    if spec.objective == "preference":
        rows += preference_rows(found, spec.train_kind, spec.prompt)
    else:
        rows += answer_rows(found, spec.prompt)
    if not rows:
        raise StageError(
            f"There are no pairs to train on ({spec.train_kind}, iteration {spec.iteration}).",
            "Generate pairs first, or undo some vetoes.",
        )
    return readable_rows(rows, ctx)


def _trained_before(spec: TrainSpec, ctx: RunContext) -> dict[str, Any]:
    """Return the result of a training whose adapter exists and whose margins may be missing."""
    folder = ctx.folder
    result: dict[str, Any] = json.loads(folder.result.read_text(encoding="utf-8"))
    if spec.objective == "preference" and len(_measured(folder)) < result["pairs"]:
        steps = result["steps"]
        ctx.emit(Started("train", steps, "steps", steps, device=device_of(spec.model).type))
        from engine.training.session import measure_margins

        measure_margins(spec, ctx, _rows(spec, ctx))
    shutil.rmtree(folder.checkpoints, ignore_errors=True)  # still there if killed right after the margins
    return {**result, "adapter_digest": artifacts.digest(folder.adapter)}


def _measured(folder: RunFolder) -> set[int]:
    """Return the pairs whose margins are in a journal."""
    return {row["pair_id"] for path in folder.journals() for row in complete_rows(path)}
