"""The batch size of a job: recorded in its run folder, reduced after running out of memory.

The recorded size overrides the spec, so that a resumed job continues with the batches that it started with. The
effective batch of a training never changes: it takes as many passes as necessary. Standard library only.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TypeVar

from engine.contract.atomic_files import write_text
from engine.contract.specs import GenerateSpec, PredictSpec, RunFolder, StageSpec, TrainSpec, spec_from_json

Sized = TypeVar("Sized", TrainSpec, GenerateSpec, PredictSpec)


@dataclass(frozen=True, slots=True)
class Sizing:
    """One choice of a batch size.

    Attributes:
        batch: pairs per training pass, or images at a time.
        checkpointing: whether the training recomputes its activations in the backward pass.
        reason: an explanation for the user.
    """

    batch: int
    checkpointing: bool
    reason: str


def stored(folder: RunFolder) -> Sizing | None:
    """Return the size recorded for this job; None if there is none, or its file is incomplete."""
    try:
        body = json.loads(folder.sizing.read_text("utf-8"))
        return Sizing(int(body["batch"]), bool(body["checkpointing"]), str(body["reason"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def store(folder: RunFolder, sizing: Sizing) -> None:
    """Record a choice atomically."""
    write_text(folder.sizing, json.dumps(dataclasses.asdict(sizing)))


def smaller(folder: RunFolder, batch: int, checkpointing: bool) -> Sizing | None:
    """Return the next smaller size after ``batch`` ran out of memory: half of it; at 1 a training with checkpointing.

    The new size is recorded. If there is none, the result is None and the record is deleted, so that a later attempt
    with more memory starts over.
    """
    spec = spec_from_json(folder.spec.read_text("utf-8"))
    found = _smaller(spec, batch, checkpointing)
    if found is None:
        folder.sizing.unlink(missing_ok=True)
    else:
        store(folder, found)
    return found


def _smaller(spec: StageSpec, batch: int, checkpointing: bool) -> Sizing | None:
    half = batch // 2
    match spec:
        case TrainSpec(batch_size=whole) if half >= 1:
            micro = largest_divisor(whole, half)
            text = f"{batch} pairs at once did not fit into memory: continuing with {micro}, still {whole} per step."
            return Sizing(micro, checkpointing, text)
        case TrainSpec() if batch == 1 and not checkpointing:
            text = "One pair at once did not fit into memory: continuing with gradient checkpointing."
            return Sizing(1, True, text)
        case GenerateSpec() | PredictSpec() if half >= 1:
            text = f"{batch} images at once did not fit into memory: continuing with {half}."
            return Sizing(half, False, text)
        case _:
            return None


def largest_divisor(whole: int, most: int) -> int:
    """Return the largest divisor of ``whole`` that is at most ``most`` (both at least 1)."""
    return max(size for size in range(1, min(most, whole) + 1) if whole % size == 0)


def applied(spec: Sized, sizing: Sizing | None) -> Sized:
    """Return the spec with a choice applied; unchanged for None."""
    if sizing is None:
        return spec
    if isinstance(spec, TrainSpec):
        return dataclasses.replace(spec, micro_batch=sizing.batch, gradient_checkpointing=sizing.checkpointing)
    return dataclasses.replace(spec, batch_size=sizing.batch)
