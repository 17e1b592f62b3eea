"""The reference's log-probabilities, computed once for all epochs: the base never changes, so neither do they.

trl refuses this for images in its own options, because its dataset cannot hold them; its loss takes them from the batch
all the same. Knows no stage.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from trl.trainer.dpo_trainer import DPOTrainer

from engine.training.collator import PreferenceCollator

_FILE = "reference.safetensors"
_SIDES = ("chosen", "rejected")


def use_fixed_reference(
    trainer: DPOTrainer, collator: PreferenceCollator, folder: Path, check: Callable[[], None]
) -> None:
    """Compute the log-probabilities of every row under the base, or read them from ``folder``, and train with them.

    They are kept in the folder so that a resumed training sees the same bits and does not wait again.

    Args:
        trainer: not yet training, its policy an adapter on the base.
        collator: the trainer's own; its batches carry the log-probabilities from now on.
        folder: where the checkpoints lie.
        check: called before every forward pass; may raise.
    """
    dataset: Any = trainer.train_dataset
    rows = list(dataset)
    stored = _read(folder / _FILE, len(rows))
    if stored is None:
        stored = _compute(trainer, collator, rows, check)
        _write(folder / _FILE, stored)
    collator.reference = tuple(stored[side] for side in _SIDES)
    trainer.precompute_ref_logps = True


def _compute(
    trainer: DPOTrainer, collator: PreferenceCollator, rows: Sequence[dict[str, Any]], check: Callable[[], None]
) -> dict[str, torch.Tensor]:
    log_probs: Any = trainer.compute_ref_log_probs
    size = trainer.args.per_device_train_batch_size
    parts: list[tuple[torch.Tensor, ...]] = []
    for start in range(0, len(rows), size):
        check()
        batch = collator(list(rows[start : start + size]))
        parts.append(tuple(side.float().cpu() for side in log_probs(trainer.model, batch)))
    return {side: torch.cat(column) for side, column in zip(_SIDES, zip(*parts, strict=True), strict=True)}


def _write(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    save_file(tensors, part)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)


def _read(path: Path, rows: int) -> dict[str, torch.Tensor] | None:
    if not path.exists():
        return None
    stored = load_file(path)
    return stored if all(len(stored[side]) == rows for side in _SIDES) else None
