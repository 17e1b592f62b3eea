"""Whether a model of the catalogue fits into the memory of this machine, and how many images at a time.

By the estimate that the jobs use themselves (``engine.contract.memory``). No Qt, no torch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import psutil

from engine.contract.batching_policy import Largest, largest_answers, largest_training, micro_batches
from engine.contract.memory import Lengths, Numbers
from studio.services.base_models.catalogue import CatalogueModel
from studio.services.settings.schema import Settings

PROMPT_TOKENS = 170
"""Of the paper's prompt with a chat template."""
FOUR_BIT = "4bit"


@dataclass(frozen=True, slots=True)
class Machine:
    """What jobs run on: a GPU with its memory, or the processor with the machine's. ``name`` is the device's own."""

    name: str
    gpu: bool
    memory: float


@dataclass(frozen=True, slots=True)
class MemoryFit:
    """How a model fits.

    Attributes:
        fits: whether it does, in the precision that the settings ask for.
        four_bit: whether it does with 4-bit weights; only looked for where it does not otherwise, and on a GPU.
        pairs: of a training at a time.
        checkpointing: whether that needs gradient checkpointing.
        images: of pair generation at a time.
        needed: bytes that these sizes need; where nothing fits, those of the smallest.
        machine: for which this holds.
    """

    fits: bool
    four_bit: bool
    pairs: int
    checkpointing: bool
    images: int
    needed: float
    machine: Machine


def this_processor() -> Machine:
    """Return this machine without a GPU."""
    return Machine("CPU", False, float(psutil.virtual_memory().total))


def memory_fit(model: CatalogueModel, machine: Machine, settings: Settings) -> MemoryFit:
    """Return how the model fits into the machine's memory with these settings of training and pairs."""
    width = 4 if settings.model.dtype == "float32" or (settings.model.dtype == "auto" and not machine.gpu) else 2
    numbers = Numbers(width, machine.gpu, four_bit=settings.model.quantization == FOUR_BIT)
    found = _fit(model, machine, settings, numbers)
    if found.fits or not machine.gpu or numbers.four_bit:
        return found
    packed = _fit(model, machine, settings, replace(numbers, four_bit=True))
    return replace(packed, fits=False, four_bit=True) if packed.fits else found


def _fit(model: CatalogueModel, machine: Machine, settings: Settings, numbers: Numbers) -> MemoryFit:
    answer = settings.pairs.max_new_tokens
    lengths = Lengths(model.tokens + PROMPT_TOKENS + answer, answer, model.patches)
    own = settings.training
    sizes = micro_batches(own.batch_size, gpu=machine.gpu)
    train = largest_training(
        model.shapes,
        numbers,
        lengths,
        machine.memory,
        rank=own.rank,
        sizes=sizes if own.micro_batch == "auto" else [own.micro_batch],
        modes=(False, True) if own.gradient_checkpointing == "auto" else (own.gradient_checkpointing,),
        shared=not model.family.startswith("Gemma"),
    )
    write: Largest = largest_answers(model.shapes, numbers, lengths, machine.memory, rank=own.rank, answers=2)
    needed = max(train.memory.total, write.memory.total)
    return MemoryFit(train.fits and write.fits, False, train.size, train.checkpointing, write.size, needed, machine)
