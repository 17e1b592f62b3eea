"""A training that was stopped, paused or torn ends with the same bits as one that was not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.training import (
    REFERENCE_CHECKS,
    PausedAt,
    assert_same_bits,
    of_type,
    run_folder,
    train_spec,
)

from engine.contract import artifacts
from engine.contract.context import CancelledError, ListContext, read_jsonl
from engine.contract.events import Phase, Started, TrainStep
from engine.stages import train
from engine.training import checkpoints

ELSEWHERE = [(3, 0), (9, 0), (17, 4)]


@pytest.mark.parametrize(
    ("checks_before_the_stop", "done"),
    [(13, 2), *(pytest.param(*stop, marks=pytest.mark.slow) for stop in ELSEWHERE)],
)
def test_that_a_cancelled_training_resumes_to_the_same_bits(
    base: Path,
    rows: list[dict[str, Any]],
    finished: ListContext,
    tmp_path: Path,
    checks_before_the_stop: int,
    done: int,
) -> None:
    stopped = ListContext(run_folder(tmp_path / "run", rows), [], cancel_after=checks_before_the_stop)
    with pytest.raises(CancelledError):
        train.run(train_spec(base), stopped)
    assert not stopped.folder.adapter.exists()
    resumed = ListContext(stopped.folder, [])
    result = train.run(train_spec(base), resumed)
    assert_same_bits(resumed.folder, finished.folder)
    assert of_type(resumed, Started)[0].done == done
    whole = {step.step: step for step in of_type(finished, TrainStep)}
    assert of_type(resumed, TrainStep) == [whole[number] for number in range(done + 1, 7)]
    assert result["first_loss"] == whole[1].loss


def test_that_a_paused_training_loses_no_step(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    paused = PausedAt(run_folder(tmp_path / "run", rows), [], at=Phase("reference", 15, 16))
    with pytest.raises(CancelledError):
        train.run(train_spec(base), paused)
    assert [step.step for step in of_type(paused, TrainStep)] == [1]  # between two of the usual checkpoints
    resumed = ListContext(paused.folder, [])
    train.run(train_spec(base), resumed)
    assert of_type(resumed, Started)[0].done == 1
    assert [step.step for step in of_type(resumed, TrainStep)] == [2, 3, 4, 5, 6]
    assert_same_bits(resumed.folder, finished.folder)


def test_that_a_continued_training_resumes_to_the_same_bits(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    spec = train_spec(base, iteration=2, train_kind="consistency", start_adapter=str(finished.folder.adapter))
    whole = ListContext(run_folder(tmp_path / "whole", rows), [])
    train.run(spec, whole)
    stopped = ListContext(run_folder(tmp_path / "stopped", rows), [], cancel_after=REFERENCE_CHECKS + 9)
    with pytest.raises(CancelledError):
        train.run(spec, stopped)
    train.run(spec, ListContext(stopped.folder, []))
    assert_same_bits(stopped.folder, whole.folder)
    assert artifacts.digest(whole.folder.adapter) != artifacts.digest(finished.folder.adapter)


def test_that_an_incomplete_checkpoint_is_not_resumed_from(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    stopped = ListContext(run_folder(tmp_path / "run", rows), [], cancel_after=REFERENCE_CHECKS + 11)
    with pytest.raises(CancelledError):
        train.run(train_spec(base), stopped)
    folder = stopped.folder.path / "checkpoints"
    (checkpoints.at_step(folder, 4) / artifacts.MANIFEST).unlink()
    (checkpoints.at_step(folder, 4) / "optimizer.pt").unlink()
    resumed = ListContext(stopped.folder, [])
    train.run(train_spec(base), resumed)
    assert of_type(resumed, Started)[0].done == 2
    assert_same_bits(resumed.folder, finished.folder)


def test_that_an_adapter_without_manifest_is_made_again(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    torn = ListContext(run_folder(tmp_path / "run", rows), [])
    torn.folder.adapter.mkdir()
    (torn.folder.adapter / "adapter_model.safetensors").write_bytes(b"torn")
    train.run(train_spec(base), torn)
    assert_same_bits(torn.folder, finished.folder)


@pytest.mark.parametrize("name", ["reference", "margins"])
def test_that_a_pause_is_heard_between_passes_whose_results_are_kept(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path, name: str
) -> None:
    paused = PausedAt(run_folder(tmp_path / "run", rows), [], at=Phase(name, 3, 16))
    with pytest.raises(CancelledError):
        train.run(train_spec(base), paused)
    assert [event.done for event in of_type(paused, Phase) if event.name == name and event.total] == [0, 3]
    resumed = ListContext(paused.folder, [])
    train.run(train_spec(base), resumed)
    again = [event.done for event in of_type(resumed, Phase) if event.name == name and event.total]
    assert again == [6, 9, 12, 15]
    assert_same_bits(resumed.folder, finished.folder)
    assert list(read_jsonl(resumed.folder.journal())) == list(read_jsonl(finished.folder.journal()))


def test_that_a_reference_torn_by_a_kill_goes_on_at_its_last_whole_batch(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    paused = PausedAt(run_folder(tmp_path / "run", rows), [], at=Phase("reference", 3, 16))
    with pytest.raises(CancelledError):
        train.run(train_spec(base), paused)
    (stored,) = paused.folder.checkpoints.glob("reference/*.f32")
    stored.write_bytes(stored.read_bytes()[:-11])
    resumed = ListContext(paused.folder, [])
    train.run(train_spec(base), resumed)
    assert next(event.done for event in of_type(resumed, Phase) if event.name == "reference") == 3
    assert_same_bits(resumed.folder, finished.folder)
