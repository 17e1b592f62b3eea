"""The reference's log-probabilities, computed once for all epochs: the base never changes, so neither do they.

trl refuses this for images in its own options, because its dataset cannot hold them; its loss takes them from the batch
all the same. Knows no stage.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from trl.trainer.dpo_trainer import DPOTrainer

from engine.cancellation import stop_if_asked
from engine.contract.context import RunContext
from engine.contract.events import Phase
from engine.training.collator import PreferenceCollator

_FILE = "reference.f32"
_ROW = np.dtype("<f4")
"""A row of the file is two of these: chosen, rejected."""
_ROW_BYTES = 2 * _ROW.itemsize


def use_fixed_reference(trainer: DPOTrainer, collator: PreferenceCollator, folder: Path, ctx: RunContext) -> None:
    """Compute the log-probabilities of every row under the base, but for those in ``folder``, and train with them.

    They are kept in the folder batch by batch, so that a training that was stopped sees the same bits and goes on from
    the batch that it was stopped at.

    Args:
        trainer: not yet training, its policy an adapter on the base.
        collator: the trainer's own; its batches carry the log-probabilities from now on.
        folder: where the checkpoints lie.
        ctx: asked before every forward pass whether to stop.

    Raises:
        CancelledError: stopped as asked; finished batches are kept.
    """
    dataset: Any = trainer.train_dataset
    rows = list(dataset)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _FILE
    _complete(path, trainer, collator, rows, ctx)
    stored = torch.from_numpy(np.fromfile(path, _ROW).reshape(-1, 2).astype(np.float32))
    collator.reference = (stored[:, 0].contiguous(), stored[:, 1].contiguous())
    trainer.precompute_ref_logps = True


def _complete(
    path: Path, trainer: DPOTrainer, collator: PreferenceCollator, rows: Sequence[dict[str, Any]], ctx: RunContext
) -> None:
    """Append what is missing. Batches are those of an uninterrupted run, so that the floats come out the same."""
    log_probs: Any = trainer.compute_ref_log_probs
    size = trainer.args.per_device_train_batch_size
    done = _whole_batches(path, len(rows), size)
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(done * _ROW_BYTES)
        file.seek(done * _ROW_BYTES)
        for start in range(done, len(rows), size):
            stop_if_asked(ctx)
            ctx.emit(Phase("reference", start, len(rows)))
            batch = collator(list(rows[start : start + size]))
            sides = [side.float().cpu() for side in log_probs(trainer.model, batch)]
            _append(file, torch.stack(sides, dim=1))
    if done < len(rows):
        ctx.emit(Phase(""))


def _whole_batches(path: Path, rows: int, size: int) -> int:
    """Rows of the file that can stay: all, or those of its whole batches."""
    there = path.stat().st_size // _ROW_BYTES if path.exists() else 0
    return rows if there == rows else min(there, rows) // size * size


def _append(file: BinaryIO, values: torch.Tensor) -> None:
    """Write a batch (rows x 2), durable when this returns."""
    file.write(values.numpy().astype(_ROW).tobytes())
    file.flush()
    os.fsync(file.fileno())
