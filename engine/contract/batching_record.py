"""How much of a job goes through the model at once: kept in its run folder, made smaller where the memory ran out.

What lies there counts more than the spec, so that a job that is stopped goes on with the batches that it began with.
The effective batch of a training never changes: it is made of as many passes as it takes. Standard library only.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TypeVar

from engine.contract.specs import GenerateSpec, PredictSpec, RunFolder, StageSpec, TrainSpec, spec_from_json

Sized = TypeVar("Sized", TrainSpec, GenerateSpec, PredictSpec)


@dataclass(frozen=True, slots=True)
class Sizing:
    """One choice.

    Attributes:
        batch: pairs a pass of a training, or images at a time.
        checkpointing: a training computes its activations anew in the backward pass.
        reason: why, for reading.
    """

    batch: int
    checkpointing: bool
    reason: str


def stored(folder: RunFolder) -> Sizing | None:
    """What was chosen for this job before; None if nothing was, or its file is torn."""
    try:
        body = json.loads(folder.sizing.read_text("utf-8"))
        return Sizing(int(body["batch"]), bool(body["checkpointing"]), str(body["reason"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def store(folder: RunFolder, sizing: Sizing) -> None:
    """Keep a choice, whole or not at all."""
    part = folder.sizing.with_suffix(".part")
    part.write_text(json.dumps(dataclasses.asdict(sizing)), "utf-8")
    part.replace(folder.sizing)


def smaller(folder: RunFolder, batch: int, checkpointing: bool) -> Sizing | None:
    """What to try after the memory did not do for ``batch``: half of it; at 1 a training with checkpointing.

    None where nothing smaller is left, and then the folder forgets what was chosen, so that a later attempt with more
    memory begins anew.
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
            told = (
                f"{batch} pairs at once did not fit into the memory: going on with {micro}, {whole} a step as before."
            )
            return Sizing(micro, checkpointing, told)
        case TrainSpec() if batch == 1 and not checkpointing:
            told = "One pair at once did not fit into the memory: going on with gradient checkpointing."
            return Sizing(1, True, told)
        case GenerateSpec() | PredictSpec() if half >= 1:
            told = f"{batch} images at once did not fit into the memory: going on with {half}."
            return Sizing(half, False, told)
        case _:
            return None


def largest_divisor(whole: int, most: int) -> int:
    """The largest divisor of ``whole`` that is not above ``most`` (both at least 1)."""
    return max(size for size in range(1, min(most, whole) + 1) if whole % size == 0)


def applied(spec: Sized, sizing: Sizing | None) -> Sized:
    """The spec with a choice in it."""
    if sizing is None:
        return spec
    if isinstance(spec, TrainSpec):
        return dataclasses.replace(spec, micro_batch=sizing.batch, gradient_checkpointing=sizing.checkpointing)
    return dataclasses.replace(spec, batch_size=sizing.batch)
