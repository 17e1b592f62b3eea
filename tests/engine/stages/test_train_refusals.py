"""What a training leaves out, and what it refuses or stops for, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from support.training import (
    run_folder,
    train_spec,
)
from trl.trainer.dpo_trainer import DPOTrainer

from engine.contract.context import CancelledError, ListContext, StageError
from engine.contract.events import Note
from engine.contract.specs import ModelSpec
from engine.stages import train


def test_that_no_pairs_are_a_users_mistake(base: Path, tmp_path: Path) -> None:
    with pytest.raises(StageError, match="no pairs to train on"):
        train.run(train_spec(base), ListContext(run_folder(tmp_path / "run", []), []))


def test_that_pairs_of_missing_images_are_left_out_and_counted(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "junk.png").write_bytes(b"no image at all")
    odd = [{**rows[5], "path": str(tmp_path / "gone.png")}, {**rows[6], "path": str(tmp_path / "junk.png")}]
    context = ListContext(run_folder(tmp_path / "odd", [*rows[:5], *odd, *rows[7:13]]), [])
    result = train.run(train_spec(base), context)
    (note,) = (event for event in context.events if isinstance(event, Note))
    assert result["pairs"] == 11
    assert note.text.startswith("2 of 13 pairs are skipped") and "gone.png" in note.text and "junk.png" in note.text
    without = ListContext(run_folder(tmp_path / "without", [*rows[:5], *rows[7:13]]), [])
    assert train.run(train_spec(base), without)["adapter_digest"] == result["adapter_digest"]


def test_that_an_image_found_again_does_not_change_a_training_that_has_begun(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    place = tmp_path / "away.png"
    context = ListContext(run_folder(tmp_path / "run", [*rows[:5], {**rows[5], "path": str(place)}]), [])
    context.cancel_after = 1
    with pytest.raises(CancelledError):
        train.run(train_spec(base, batch_size=3), context)
    place.write_bytes(Path(rows[5]["path"]).read_bytes())
    context.cancel_after = None
    assert train.run(train_spec(base, batch_size=3), context)["pairs"] == 5


def test_that_an_image_lost_after_the_beginning_is_named(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    place = tmp_path / "here.png"
    place.write_bytes(Path(rows[5]["path"]).read_bytes())
    context = ListContext(run_folder(tmp_path / "run", [*rows[:5], {**rows[5], "path": str(place)}]), [])
    context.cancel_after = 1
    with pytest.raises(CancelledError):
        train.run(train_spec(base, batch_size=3), context)
    place.unlink()
    with pytest.raises(StageError, match=r"here\.png is missing; its pair 105"):
        train.run(train_spec(base, batch_size=3), context)


def test_that_no_image_at_all_and_a_broken_one_are_users_mistakes(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    gone = [{**row, "path": str(tmp_path / "gone.png")} for row in rows[:6]]
    with pytest.raises(StageError, match="None of the 6 training images"):
        train.run(train_spec(base), ListContext(run_folder(tmp_path / "gone", gone), []))
    (tmp_path / "broken.png").write_bytes(Path(rows[0]["path"]).read_bytes()[:60])
    broken = [*rows[:5], {**rows[5], "path": str(tmp_path / "broken.png")}]
    with pytest.raises(StageError, match=r"broken\.png"):
        train.run(train_spec(base), ListContext(run_folder(tmp_path / "broken", broken), []))


def test_that_a_loss_that_is_no_number_stops_with_advice_and_leaves_no_broken_checkpoint(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    with pytest.raises(StageError, match="no longer finite") as caught:
        train.run(train_spec(base, learning_rate=1e30, checkpoint_steps=1, scheduler="constant"), context)
    assert "learning rate" in caught.value.remedy
    for checkpoint in (context.folder.path / "checkpoints").glob("checkpoint-*"):
        saved = load_file(checkpoint / "adapter_model.safetensors")
        assert all(bool(weight.isfinite().all()) for weight in saved.values())
    assert not context.folder.adapter.exists()


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried 8 bytes"),
        MemoryError(),
    ],
)
def test_that_exhausted_memory_names_micro_batch(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def exhaust(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(DPOTrainer, "compute_loss", exhaust)
    with pytest.raises(StageError, match="micro_batch 3") as caught:
        train.run(train_spec(base), ListContext(run_folder(tmp_path / "run", rows), []))
    assert "Lower micro_batch" in caught.value.remedy


def test_that_a_spec_with_an_adapter_under_the_base_is_refused(base: Path, tmp_path: Path) -> None:
    spec = train_spec(base, model=ModelSpec(str(base), adapter="/some/adapter"))
    with pytest.raises(StageError, match="base model alone"):
        train.run(spec, ListContext(run_folder(tmp_path / "run", []), []))
