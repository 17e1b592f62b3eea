"""trl's DPOTrainer with one meaning of an optimiser step, whatever the micro-batch, and without reading ahead.

transformers collects all batches of an optimiser step before the first backward pass, which holds the images of the
whole step in the model's memory, and averages the means of its micro-batches, so that in the last step of an epoch the
pairs of a smaller micro-batch count more. Here each batch is fetched when it is needed, and every pair of a step counts
the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sized
from typing import Any, cast

import torch
from trl.trainer.dpo_trainer import DPOTrainer


class LazyBatches:
    """The batches of one optimiser step, fetched one at a time. ``len`` is known beforehand; iterate once."""

    def __init__(self, batches: Iterator[Any], count: int) -> None:
        self._batches = batches
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        for _ in range(self._count):
            yield next(self._batches)


class StepTrainer(DPOTrainer):
    """Trains on the mean over the pairs of each optimiser step, also of the last one of an epoch."""

    _passes = 1
    """Batches of the current optimiser step."""

    def get_batch_samples(
        self, epoch_iterator: Iterator[Any], num_batches: int, device: torch.device
    ) -> tuple[Any, None]:
        """Return the step's batches without fetching them."""
        self._passes = num_batches
        return LazyBatches(epoch_iterator, num_batches), None

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Return trl's loss of a batch, weighted by its share of the step's pairs."""
        found: Any = super().compute_loss(model, inputs, return_outputs, num_items_in_batch)  # type: ignore[no-untyped-call]
        weight = self._weight(len(inputs["completion_mask"]) // 2)
        if weight == 1.0:
            return found
        if return_outputs:
            loss, outputs = found
            return loss * weight, outputs
        return found * weight

    def _weight(self, pairs: int) -> float:
        """Return pairs of this batch / mean pairs of the step's batches; transformers divides by their number."""
        model, dataset = cast("torch.nn.Module", self.model), cast("Sized", self.train_dataset)
        if self.args.world_size > 1 or not model.training:
            return 1.0
        batch = self.args.per_device_train_batch_size * self.args.gradient_accumulation_steps
        rows = len(dataset)
        step = self.state.global_step % math.ceil(rows / batch)
        return pairs * self._passes / min(batch, rows - step * batch)
