"""How much goes through the model at once, by the memory there is; and what comes after memory ran out."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.training import train_spec

from engine.contract import batching_policy, batching_record
from engine.contract.memory import Lengths, Numbers, Shapes, answering, training
from engine.contract.oom import exhausted
from engine.contract.specs import GenerateSpec, ModelSpec, PromptSpec, RunFolder, StageSpec
from engine.training.steps import micro_batches

LAYER = (*((4096, 4096),) * 4, (4096, 11008), (4096, 11008), (11008, 4096))
SHAPES = Shapes(7_000_000_000, LAYER * 32, 32, 4096, 32, 32, 128, 32000)
LENGTHS, HALF, GB = Lengths(900, 200), Numbers(2, gpu=True), 10**9
OPEN = train_spec(Path("base"), batch_size=128, micro_batch=None, gradient_checkpointing=None)
GENERATE = GenerateSpec(ModelSpec("base"), PromptSpec("Rate."), 0, 1, batch_size=None)


@pytest.mark.parametrize("gigabytes", [20, 24, 48, 80, 140, 1000])
@pytest.mark.parametrize("world_size", [1, 2])
def test_that_the_largest_micro_batch_that_fits_is_chosen_and_the_batch_kept(gigabytes: int, world_size: int) -> None:
    found = batching_policy.for_training(OPEN, SHAPES, HALF, LENGTHS, gigabytes * GB, world_size)
    micro, passes = micro_batches(128, found.batch, world_size)
    assert micro == found.batch and micro * passes * world_size == 128

    def fits(size: int, checkpointing: bool) -> bool:
        need = training(SHAPES, HALF, LENGTHS, OPEN.lora.rank, size, checkpointing=checkpointing).total
        return need * batching_policy.MARGIN + batching_policy.RESERVE <= gigabytes * GB

    assert fits(found.batch, found.checkpointing)
    assert found.checkpointing is not fits(1, False), "checkpointing only where not one pair fits without"
    assert found.batch == 128 // world_size or not fits(2 * found.batch, found.checkpointing)


def test_that_too_little_memory_leaves_one_pair_with_checkpointing_and_says_so() -> None:
    found = batching_policy.for_training(OPEN, SHAPES, HALF, LENGTHS, 2 * GB, 1)
    assert (found.batch, found.checkpointing) == (1, True)
    assert "only 2.0 GB" in found.reason


def test_that_what_the_settings_say_stays() -> None:
    spec = train_spec(Path("base"), batch_size=128, micro_batch=4, gradient_checkpointing=None)
    found = batching_policy.for_training(spec, SHAPES, HALF, LENGTHS, 24 * GB, 1)
    assert (found.batch, found.checkpointing) == (4, True)


def test_that_images_at_a_time_are_the_largest_power_of_two_that_fits() -> None:
    found = batching_policy.for_answers(GENERATE, SHAPES, HALF, LENGTHS, 40 * GB, 0)
    need = [answering(SHAPES, HALF, LENGTHS, size, answers=2).total for size in (found.batch, 2 * found.batch)]
    assert (
        need[0] * batching_policy.MARGIN + batching_policy.RESERVE
        <= 40 * GB
        < need[1] * batching_policy.MARGIN + batching_policy.RESERVE
    )


@pytest.mark.parametrize(
    ("spec", "batch", "checkpointing", "then"),
    [
        (OPEN, 16, False, (8, False)),
        (train_spec(Path("base"), batch_size=100), 25, False, (10, False)),
        (OPEN, 1, False, (1, True)),
        (OPEN, 1, True, None),
        (OPEN, 0, False, None),
        (GENERATE, 5, False, (2, False)),
        (GENERATE, 1, False, None),
    ],
)
def test_that_less_at_once_follows_until_nothing_smaller_is_left(
    spec: StageSpec, batch: int, checkpointing: bool, then: tuple[int, bool] | None, tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path)
    folder.spec.write_text(spec.to_json(), "utf-8")
    found = batching_record.smaller(folder, batch, checkpointing)
    assert (None if found is None else (found.batch, found.checkpointing)) == then
    assert batching_record.stored(folder) == found


def test_that_a_torn_choice_counts_as_none(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.sizing.write_text('{"batch": 4, "checkp', "utf-8")
    assert batching_record.stored(folder) is None


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (MemoryError(), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB."), True),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 8 bytes"),
            True,
        ),
        (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), True),
        (OSError(12, "Cannot allocate memory"), True),
        (OSError(2, "No such file: out of memory.txt"), False),
        (RuntimeError("The size of tensor a (3) must match"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_that_only_exhausted_memory_counts_as_such(error: Exception, known: bool) -> None:
    assert (exhausted(error) is not None) is known
