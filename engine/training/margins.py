"""How far each pair's answers are apart after training: its reward margin, beta times the difference of log-ratios.

Costs one forward pass a pair, so it is done only where the reference's log-probabilities are known already. Nothing is
trained: the adapter keeps its bits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import torch
from trl.trainer.dpo_trainer import DPOTrainer

from engine.context import Journal, RunContext
from engine.training.collator import Batch, PreferenceCollator
from engine.training.pairs import PreferenceRow


def write_margins(
    trainer: DPOTrainer, collator: PreferenceCollator, rows: Sequence[PreferenceRow], ctx: RunContext
) -> None:
    """Append a journal row {pair_id, margin} for every row that has none yet.

    Args:
        trainer: done with training, its dataset made of ``rows``.
        collator: the trainer's own, with the reference's log-probabilities.
        rows: what was trained on.
        ctx: asked before every forward pass whether to stop.
    """
    dataset: Any = trainer.train_dataset
    examples, size = list(dataset), trainer.args.per_device_train_batch_size
    model: Any = trainer.model
    model.eval()
    with closing(Journal(ctx.folder.journal(ctx.rank))) as journal:
        there = {row["pair_id"] for row in journal.rows}
        for start in range(0, len(rows), size):
            batch = rows[start : start + size]
            if all(row.pair_id in there for row in batch):
                continue
            ctx.check_cancelled()
            found = zip(batch, _margins(trainer, collator(examples[start : start + size])), strict=True)
            journal.append(
                {"pair_id": row.pair_id, "margin": value}
                for row, value in found
                if row.pair_id not in there and math.isfinite(value)
            )


def _margins(trainer: DPOTrainer, batch: Batch) -> list[float]:
    """The margins of one batch, in fp32."""
    inputs = {k: v for k, v in batch.items() if k not in ("completion_mask", "ref_chosen_logps", "ref_rejected_logps")}
    labels = batch["input_ids"].masked_fill(batch["completion_mask"] == 0, -100)
    model: Any = trainer.model
    with torch.no_grad(), trainer.accelerator.autocast():
        per_token = model(**inputs, use_cache=False, labels=labels, fused_lm_head=True).log_probs
    chosen, rejected = per_token.float().sum(dim=1).chunk(2, dim=0)
    ratios = (chosen - batch["ref_chosen_logps"]) - (rejected - batch["ref_rejected_logps"])
    values: list[float] = (trainer.beta * ratios).cpu().tolist()
    return values
