"""Precompute the reference's log-probabilities once for all epochs: the base never changes, so neither do they.

trl's own option for this rejects image data, because its dataset cannot hold the images; its loss nevertheless accepts
them from the batch. Independent of the stages.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from trl.trainer.dpo_trainer import DPOTrainer

from engine.cancellation import stop_if_requested
from engine.contract.context import RunContext
from engine.contract.events import Phase
from engine.training.collator import PreferenceCollator

_FILE = "reference.f32"
_ROW = np.dtype("<f4")
"""Each row of the file has two of these: chosen, rejected."""
_ROW_BYTES = 2 * _ROW.itemsize


def use_fixed_reference(trainer: DPOTrainer, collator: PreferenceCollator, folder: Path, ctx: RunContext) -> None:
    """Compute the missing log-probabilities of the rows under the base, and use them for training.

    They are stored in the folder batch by batch, so that a resumed training uses the same bits and continues with the
    first missing batch.

    Args:
        trainer: not yet training; its policy is an adapter on the base.
        collator: the trainer's own; its batches contain the log-probabilities from now on.
        folder: the folder of the checkpoints.
        ctx: checked for a stop before every forward pass.

    Raises:
        CancelledError: stopped on request; finished batches are kept.
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
    """Append what is missing. The batches equal those of an uninterrupted run, so that the floats are identical."""
    log_probs: Any = trainer.compute_ref_log_probs
    size = trainer.args.per_device_train_batch_size
    done = _whole_batches(path, len(rows), size)
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(done * _ROW_BYTES)
        file.seek(done * _ROW_BYTES)
        for start in range(done, len(rows), size):
            stop_if_requested(ctx)
            ctx.emit(Phase("reference", start, len(rows)))
            batch = collator(list(rows[start : start + size]))
            sides = [side.float().cpu() for side in log_probs(trainer.model, batch)]
            _append(file, torch.stack(sides, dim=1))
    if done < len(rows):
        ctx.emit(Phase(""))


def _whole_batches(path: Path, rows: int, size: int) -> int:
    """Return how many rows of the file can be kept: all, or those of its complete batches."""
    stored = path.stat().st_size // _ROW_BYTES if path.exists() else 0
    return rows if stored == rows else min(stored, rows) // size * size


def _append(file: BinaryIO, values: torch.Tensor) -> None:
    """Write a batch (rows x 2); durable on return."""
    file.write(values.numpy().astype(_ROW).tobytes())
    file.flush()
    os.fsync(file.fileno())
