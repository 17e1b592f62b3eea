"""Choose the batch size that the settings leave open: the largest that fits into the available memory.

Uses the estimate of ``engine.contract.memory`` with a safety margin. Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.contract.batching_record import Sizing
from engine.contract.memory import Lengths, MemoryNeed, Numbers, Shapes, answering, in_gb, training
from engine.contract.specs import GenerateSpec, PredictSpec, RereadSpec, TrainSpec

MARGIN = 1.1
"""Safety factor on the estimate: allocators reserve more than is in use."""
RESERVE = 1_000_000_000
"""Bytes reserved for the libraries' own use of a device."""
MOST_PAIRS_ON_CPU = 8
"""Larger batches are no faster on a CPU, and a stop request is only checked between passes."""
MOST_IMAGES_ON_GPU, MOST_IMAGES_ON_CPU = 64, 16


def for_training(
    spec: TrainSpec,
    shapes: Shapes,
    numbers: Numbers,
    lengths: Lengths,
    available: float,
    world_size: int,
    *,
    shared: bool = False,
) -> Sizing:
    """Return the largest micro-batch that fits and divides the process's share of the batch.

    Values that the settings fix are kept. Gradient checkpointing costs time, so it is switched on only if not even one
    pair fits without it.

    Args:
        available: bytes for this process, including what its model already occupies.
        world_size: number of processes that share the batch.
        shared: whether both answers of a pair follow one prefix in the same row.
    """
    share = spec.batch_size // world_size
    modes = (False, True) if spec.gradient_checkpointing is None else (spec.gradient_checkpointing,)
    found = largest_training(
        shapes,
        numbers,
        lengths,
        available,
        rank=spec.lora.rank,
        sizes=_sizes(share, spec.micro_batch, share if numbers.gpu else MOST_PAIRS_ON_CPU),
        modes=modes,
        shared=shared,
        answers=2 if spec.objective == "preference" else 1,
    )
    return Sizing(found.size, found.checkpointing, _training_text(spec, found, available))


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest size that fits, or the smallest if none does: then ``fits`` is False."""

    size: int
    checkpointing: bool
    memory: MemoryNeed
    fits: bool


def largest_training(
    shapes: Shapes,
    numbers: Numbers,
    lengths: Lengths,
    available: float,
    *,
    rank: int,
    sizes: Sequence[int],
    modes: Sequence[bool] = (False, True),
    shared: bool = False,
    answers: int = 2,
) -> Largest:
    """Return the largest of these micro-batches (descending) that fits, in the first mode in which one does.

    Args:
        modes: with and without gradient checkpointing, in the order of preference.
    """
    memory: MemoryNeed | None = None
    for checkpointing in modes:
        for micro in sizes:
            memory = training(
                shapes, numbers, lengths, rank, micro, checkpointing=checkpointing, shared=shared, answers=answers
            )
            if _fits(memory, numbers, available):
                return Largest(micro, checkpointing, memory, True)
    assert memory is not None
    return Largest(sizes[-1], modes[-1], memory, False)


def largest_answers(
    shapes: Shapes, numbers: Numbers, lengths: Lengths, available: float, *, rank: int, answers: int
) -> Largest:
    """Return the largest batch of images that fits, a power of two; ``rank`` is the adapter's rank, 0 without one."""
    sizes = list(_halves(MOST_IMAGES_ON_GPU if numbers.gpu else MOST_IMAGES_ON_CPU))
    for size in sizes:
        memory = answering(shapes, numbers, lengths, size, answers=answers, rank=rank)
        if _fits(memory, numbers, available):
            return Largest(size, False, memory, True)
    return Largest(sizes[-1], False, memory, False)


def for_answers(
    spec: GenerateSpec | PredictSpec | RereadSpec,
    shapes: Shapes,
    numbers: Numbers,
    lengths: Lengths,
    available: float,
    rank: int,
) -> Sizing:
    """Return the largest batch of images that fits, a power of two; ``rank`` is the adapter's rank, 0 without one."""
    answers = 2 if isinstance(spec, GenerateSpec) else 1
    found = largest_answers(shapes, numbers, lengths, available, rank=rank, answers=answers)
    return Sizing(found.size, False, f"{found.size} images at a time: {_comparison(found.memory, available)}")


def micro_batches(share: int, *, gpu: bool) -> list[int]:
    """Return the micro-batches that a process may use for its share of a step, largest first."""
    return _sizes(share, None, share if gpu else MOST_PAIRS_ON_CPU)


def _sizes(share: int, requested: int | None, most: int) -> list[int]:
    """Return the divisors of ``share``, largest first; if a size is requested, only the largest one up to it."""
    limit = most if requested is None else requested
    found = [size for size in range(min(limit, share), 0, -1) if share % size == 0]
    return found if requested is None else found[:1]


def _halves(most: int) -> Iterator[int]:
    while most >= 1:
        yield most
        most //= 2


def _fits(memory: MemoryNeed, numbers: Numbers, available: float) -> bool:
    return memory.total * MARGIN + (RESERVE if numbers.gpu else 0) <= available


def _training_text(spec: TrainSpec, found: Largest, available: float) -> str:
    how = "with" if found.checkpointing else "without"
    return (
        f"{found.size} of the {spec.batch_size} pairs of a step at a time, {how} gradient checkpointing: "
        f"{_comparison(found.memory, available)}"
    )


def _comparison(memory: MemoryNeed, available: float) -> str:
    only = "" if memory.total <= available else "only "
    return f"about {in_gb(memory.total)} needed, {only}{in_gb(available)} available."
