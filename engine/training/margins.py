"""Compute each pair's reward margin after training: beta times the difference of the log-ratios.

Costs one forward pass per pair if the reference's log-probabilities are already known, else two. Nothing is trained;
the adapter has already been saved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import torch

from engine.cancellation import stop_if_requested
from engine.contract.context import Journal, RunContext
from engine.contract.events import Phase
from engine.training.collator import Batch, PreferenceCollator
from engine.training.preference_rows import PreferenceRow
from engine.training.step_trainer import StepTrainer


def write_margins(
    trainer: StepTrainer, collator: PreferenceCollator, rows: Sequence[PreferenceRow], ctx: RunContext
) -> None:
    """Append a journal row {pair_id, margin} for every row of this process that has none yet.

    A margin that is not finite is written as None. Every process takes each ``world_size``-th row.

    Args:
        trainer: has finished training; its dataset consists of ``rows``.
        collator: the trainer's own.
        rows: the rows that were trained on.
        ctx: checked for a stop before every forward pass.

    Raises:
        CancelledError: stopped on request; finished batches are kept.
    """
    dataset: Any = trainer.train_dataset
    examples = list(dataset)[ctx.rank :: ctx.world_size]
    own, size = rows[ctx.rank :: ctx.world_size], trainer.args.per_device_train_batch_size
    model: Any = trainer.model
    model.eval()
    with closing(Journal(ctx.folder.journal(ctx.rank))) as journal:
        finished = {row["pair_id"] for row in journal.rows}
        for start in range(0, len(own), size):
            batch = own[start : start + size]
            if all(row.pair_id in finished for row in batch):
                continue
            stop_if_requested(ctx)
            ctx.emit(Phase("margins", start, len(own)))
            found = zip(batch, _margins(trainer, collator(examples[start : start + size])), strict=True)
            journal.append(
                {"pair_id": row.pair_id, "margin": value if math.isfinite(value) else None}
                for row, value in found
                if row.pair_id not in finished
            )
    ctx.emit(Phase(""))


def _margins(trainer: StepTrainer, batch: Batch) -> list[float]:
    """Return the margins of one batch, in fp32."""
    chosen, rejected = trainer.answer_log_probs(batch)
    of_base = _reference(trainer, batch)
    ratios = (chosen - of_base[0]) - (rejected - of_base[1])
    values: list[float] = (trainer.beta * ratios).cpu().tolist()
    return values


def _reference(trainer: StepTrainer, batch: Batch) -> tuple[torch.Tensor, ...]:
    """Return log-probabilities of the chosen and the rejected answers under the base."""
    if "ref_chosen_logps" in batch:
        return batch["ref_chosen_logps"], batch["ref_rejected_logps"]
    log_probs: Any = trainer.compute_ref_log_probs
    return tuple(side.float() for side in log_probs(trainer.model, batch))
