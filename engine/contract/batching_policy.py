"""How much goes through the model at once where the settings leave it open: the most that fits the memory there is.

By the estimate of ``engine.contract.memory`` with a margin. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.contract.batching_record import Sizing
from engine.contract.memory import Lengths, MemoryNeed, Numbers, Shapes, answering, in_gb, training
from engine.contract.specs import GenerateSpec, PredictSpec, TrainSpec

MARGIN = 1.1
"""The estimate is multiplied by this: allocators keep more than is used."""
RESERVE = 1_000_000_000
"""For the libraries' own memory on a device."""
MOST_PAIRS_ON_CPU = 8
"""More at once is no faster there, and a stop is heard between passes."""
MOST_IMAGES_ON_GPU, MOST_IMAGES_ON_CPU = 64, 16


def for_training(
    spec: TrainSpec, shapes: Shapes, numbers: Numbers, lengths: Lengths, available: float, world_size: int
) -> Sizing:
    """The largest micro-batch that fits and divides a process's share of the batch; what the settings say stays.

    Without gradient checkpointing where at least one pair fits so, since it costs time; else with it.

    Args:
        available: bytes for this process, with what its model takes already.
        world_size: processes that share the batch.
    """
    share = spec.batch_size // world_size
    sizes = _sizes(share, spec.micro_batch, share if numbers.gpu else MOST_PAIRS_ON_CPU)
    modes = (False, True) if spec.gradient_checkpointing is None else (spec.gradient_checkpointing,)
    memory: MemoryNeed | None = None
    for checkpointing in modes:
        for micro in sizes:
            memory = training(shapes, numbers, lengths, spec.lora.rank, micro, checkpointing=checkpointing)
            if _fits(memory, numbers, available):
                return Sizing(micro, checkpointing, _told_training(spec, micro, checkpointing, memory, available))
    assert memory is not None
    return Sizing(sizes[-1], modes[-1], _told_training(spec, sizes[-1], modes[-1], memory, available))


def for_answers(
    spec: GenerateSpec | PredictSpec, shapes: Shapes, numbers: Numbers, lengths: Lengths, available: float, rank: int
) -> Sizing:
    """The most images at a time that fit, a power of two. Arguments as above; ``rank`` is the adapter's, or 0."""
    answers = 2 if isinstance(spec, GenerateSpec) else 1
    most = MOST_IMAGES_ON_GPU if numbers.gpu else MOST_IMAGES_ON_CPU
    needs: Callable[[int], MemoryNeed] = lambda batch: answering(  # noqa: E731
        shapes, numbers, lengths, batch, answers=answers, rank=rank
    )
    batch = next((size for size in _halves(most) if _fits(needs(size), numbers, available)), 1)
    return Sizing(batch, False, f"{batch} images at a time: {_compared(needs(batch), available)}")


def _sizes(share: int, asked: int | None, most: int) -> list[int]:
    """Divisors of the share, largest first; only the largest one up to what is asked for, if anything is."""
    limit = most if asked is None else asked
    found = [size for size in range(min(limit, share), 0, -1) if share % size == 0]
    return found if asked is None else found[:1]


def _halves(most: int) -> Iterator[int]:
    while most >= 1:
        yield most
        most //= 2


def _fits(memory: MemoryNeed, numbers: Numbers, available: float) -> bool:
    return memory.total * MARGIN + (RESERVE if numbers.gpu else 0) <= available


def _told_training(spec: TrainSpec, micro: int, checkpointing: bool, memory: MemoryNeed, available: float) -> str:
    how = "with" if checkpointing else "without"
    return (
        f"{micro} of the {spec.batch_size} pairs of a step at a time, {how} gradient checkpointing: "
        f"{_compared(memory, available)}"
    )


def _compared(memory: MemoryNeed, available: float) -> str:
    fits = "of" if memory.total <= available else "but only"
    return f"about {in_gb(memory.total)} are needed, {fits} {in_gb(available)} that there are."
