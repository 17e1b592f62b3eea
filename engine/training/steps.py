"""Compute the number of optimiser steps of a training, and the passes of a step. Standard library only."""

from __future__ import annotations

import math

from engine.contract.context import StageError
from engine.contract.specs import TrainSpec


def total_steps(spec: TrainSpec, pairs: int, world_size: int) -> int:
    """Return the optimiser steps of the whole training, counted as transformers' Trainer does.

    An epoch's last step takes the remaining pairs.

    Raises:
        StageError: the batch cannot be divided among the processes.
    """
    # The micro-batch does not affect the result, so it need not have been chosen yet.
    micro, accumulation = micro_batches(spec.batch_size, spec.micro_batch or 1, world_size)
    passes = math.ceil(math.ceil(pairs / micro) / world_size)
    return math.ceil(spec.epochs * math.ceil(passes / accumulation))


def micro_batches(batch_size: int, micro_batch: int, world_size: int) -> tuple[int, int]:
    """Return pairs per forward pass and passes per optimiser step, so that a step uses exactly ``batch_size`` pairs.

    The pass is the largest divisor of a process's share that is at most ``micro_batch``.

    Raises:
        StageError: the batch cannot be divided among the processes.
    """
    if batch_size < 1 or micro_batch < 1 or batch_size % world_size:
        raise StageError(
            f"A batch of {batch_size} pairs with micro_batch {micro_batch} cannot be divided among {world_size} "
            "processes.",
            "Choose a positive batch_size that is a multiple of the number of processes.",
        )
    share = batch_size // world_size
    micro = max(size for size in range(1, min(micro_batch, share) + 1) if share % size == 0)
    return micro, share // micro
