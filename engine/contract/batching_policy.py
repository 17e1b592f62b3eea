"""Choose the batch size that the settings leave open: the largest that fits into the available memory.

Uses the estimate of ``engine.contract.memory`` with a safety margin. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
    sizes = _sizes(share, spec.micro_batch, share if numbers.gpu else MOST_PAIRS_ON_CPU)
    modes = (False, True) if spec.gradient_checkpointing is None else (spec.gradient_checkpointing,)
    answers = 2 if spec.objective == "preference" else 1
    memory: MemoryNeed | None = None
    for checkpointing in modes:
        for micro in sizes:
            memory = training(
                shapes,
                numbers,
                lengths,
                spec.lora.rank,
                micro,
                checkpointing=checkpointing,
                shared=shared,
                answers=answers,
            )
            if _fits(memory, numbers, available):
                return Sizing(micro, checkpointing, _training_text(spec, micro, checkpointing, memory, available))
    assert memory is not None
    return Sizing(sizes[-1], modes[-1], _training_text(spec, sizes[-1], modes[-1], memory, available))


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
    most = MOST_IMAGES_ON_GPU if numbers.gpu else MOST_IMAGES_ON_CPU
    estimate: Callable[[int], MemoryNeed] = lambda batch: answering(  # noqa: E731
        shapes, numbers, lengths, batch, answers=answers, rank=rank
    )
    batch = next((size for size in _halves(most) if _fits(estimate(size), numbers, available)), 1)
    return Sizing(batch, False, f"{batch} images at a time: {_comparison(estimate(batch), available)}")


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


def _training_text(spec: TrainSpec, micro: int, checkpointing: bool, memory: MemoryNeed, available: float) -> str:
    how = "with" if checkpointing else "without"
    return (
        f"{micro} of the {spec.batch_size} pairs of a step at a time, {how} gradient checkpointing: "
        f"{_comparison(memory, available)}"
    )


def _comparison(memory: MemoryNeed, available: float) -> str:
    only = "" if memory.total <= available else "only "
    return f"about {in_gb(memory.total)} needed, {only}{in_gb(available)} available."
