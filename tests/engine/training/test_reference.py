"""The reference's log-probabilities: computed once for all trainings that need them."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from support.training import pair_rows, run_folder, train_spec

from engine import families
from engine.contract.context import ListContext
from engine.contract.events import TrainStep
from engine.contract.specs import PromptSpec
from engine.stages import train
from engine.training.reference import ReferenceKeys, ReferenceStore

PAIRS = 6


def trained(base: Path, images: list[Path], folder: Path, **changes: Any) -> tuple[int, list[float]]:
    """Train on some pairs; returns the answers whose reference was computed, and the losses."""
    context = ListContext(run_folder(folder, pair_rows(images[:PAIRS])), [])
    result = train.run(train_spec(base, **changes), context)
    return result["reference_answers"], [event.loss for event in context.events if isinstance(event, TrainStep)]


def test_that_the_consistency_training_finds_the_reference_of_the_score_training(
    base: Path, images: list[Path], tmp_path: Path
) -> None:
    kept = str(tmp_path / "reference")
    first = trained(base, images, tmp_path / "score", reference_folder=kept, reference_of_both=True)
    second = trained(base, images, tmp_path / "consistency", reference_folder=kept, train_kind="consistency")
    alone = trained(base, images, tmp_path / "alone", train_kind="consistency")
    assert (first[0], second[0], alone[0]) == (3 * PAIRS, 0, 2 * PAIRS)
    assert second[1] == pytest.approx(alone[1], abs=1e-5)


def test_that_a_second_training_on_the_same_pairs_computes_nothing(
    base: Path, images: list[Path], tmp_path: Path
) -> None:
    kept = str(tmp_path / "reference")
    first = trained(base, images, tmp_path / "first", reference_folder=kept)
    second = trained(base, images, tmp_path / "second", reference_folder=kept)
    assert (first[0], second[0]) == (2 * PAIRS, 0)
    assert first[1] == second[1]


@pytest.mark.parametrize("change", ["picture", "prompt", "model"])
def test_that_what_it_depends_on_is_part_of_its_key(
    base: Path, images: list[Path], tmp_path: Path, change: str
) -> None:
    kept = str(tmp_path / "reference")
    copies = [Path(shutil.copy(path, tmp_path / path.name)) for path in images[:PAIRS]]
    own = Path(shutil.copytree(base, tmp_path / "base"))
    trained(own, copies, tmp_path / "first", reference_folder=kept)
    expected = 2 * PAIRS
    changes: dict[str, Any] = {}
    match change:
        case "picture":
            shutil.copy(images[10], copies[0])
            expected = 2 * 3  # its whole batch
        case "prompt":
            changes["prompt"] = PromptSpec("Rate the photo.")
        case "model":
            (own / "model.safetensors").touch()
    assert trained(own, copies, tmp_path / "second", reference_folder=kept, **changes)[0] == expected


def test_that_auto_on_another_device_or_precision_is_another_key(base: Path, images: list[Path]) -> None:
    spec = train_spec(base)
    spec = dataclasses.replace(spec, model=dataclasses.replace(spec.model, dtype="auto", device="auto"))
    vlm = families.load(spec.model)
    on_gpu = dataclasses.replace(vlm, device=torch.device("cuda"))
    in_half = dataclasses.replace(vlm, dtype=torch.bfloat16)
    keys = {ReferenceKeys(spec, model).of(str(images[0]), "#Score: 1") for model in (vlm, on_gpu, in_half)}
    assert len(keys) == 3
    assert ReferenceKeys(spec, vlm).of(str(images[0]), "#Score: 1") in keys


def test_that_a_file_cut_short_is_read_up_to_its_last_whole_record(tmp_path: Path) -> None:
    store = ReferenceStore(tmp_path)
    store.append("a", {bytes([n]) * 16: float(n) for n in range(3)})
    store.close()
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    again = ReferenceStore(tmp_path)
    again.read()
    assert [bytes([n]) * 16 in again for n in range(3)] == [True, True, False]
    again.append("a", {bytes([2]) * 16: 5.0})
    again.close()
    whole = ReferenceStore(tmp_path)
    whole.read()
    assert [whole[bytes([n]) * 16] for n in range(3)] == [0.0, 1.0, 5.0]
