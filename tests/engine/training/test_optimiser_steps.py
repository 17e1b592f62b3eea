"""One optimiser step has one meaning for every micro-batch, and holds only the batch in hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from support.training import pair_rows, run_folder, train_spec
from trl.trainer.dpo_config import DPOConfig

from engine.contract.context import ListContext
from engine.contract.events import Note, TrainStep
from engine.stages import train
from engine.training.collator import PreferenceCollator
from engine.training.step_trainer import StepTrainer


def trained(
    base: Path, images: list[Path], folder: Path, **changes: Any
) -> tuple[dict[str, torch.Tensor], list[TrainStep], ListContext]:
    context = ListContext(run_folder(folder, pair_rows(images)), [])
    train.run(train_spec(base, **changes), context)
    steps = [event for event in context.events if isinstance(event, TrainStep)]
    return load_file(context.folder.adapter / "adapter_model.safetensors"), steps, context


def test_that_the_last_partial_step_does_not_depend_on_the_micro_batch(
    base: Path, images: list[Path], tmp_path: Path
) -> None:
    """13 pairs, 8 a step: the last step has 5, in passes of 1, 2 (2 + 2 + 1), 4 (4 + 1) or 8."""
    settings = {"batch_size": 8, "epochs": 1.0, "learning_rate": 2e-2}
    runs = [trained(base, images[:13], tmp_path / str(micro), micro_batch=micro, **settings) for micro in (1, 2, 4, 8)]
    losses = [[step.loss for step in steps] for _, steps, _ in runs]
    for found in losses[1:]:
        assert found == pytest.approx(losses[0], abs=2e-4)
    for adapter, _, _ in runs[1:]:
        for name, tensor in adapter.items():
            torch.testing.assert_close(tensor, runs[0][0][name], atol=5e-5, rtol=0)


def test_that_a_step_fetches_a_batch_only_when_it_is_needed(
    base: Path, images: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accelerate holds one more, to know which is the last."""
    order: list[str] = []
    collate, step = PreferenceCollator.__call__, StepTrainer.training_step

    def collating(self: PreferenceCollator, examples: list[dict[str, Any]]) -> Any:
        order.append("fetch")
        return collate(self, examples)

    def stepping(self: StepTrainer, *args: Any, **kwargs: Any) -> Any:
        order.append("use")
        return step(self, *args, **kwargs)

    monkeypatch.setattr(PreferenceCollator, "__call__", collating)
    monkeypatch.setattr(StepTrainer, "training_step", stepping)
    trained(base, images[:12], tmp_path / "run", batch_size=12, micro_batch=2, epochs=0.999)
    held = [order[: place + 1].count("fetch") - order[:place].count("use") for place in range(len(order))]
    assert order.count("use") == 6 and max(held[: order.index("use") + 6]) <= 2


def test_that_two_visible_gpus_do_not_stop_a_training(
    base: Path, images: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As transformers sets them up without a launcher; trl then refuses."""
    made = DPOConfig.__post_init__

    def with_two(self: DPOConfig) -> None:
        made(self)
        self._n_gpu = 2

    monkeypatch.setattr(DPOConfig, "__post_init__", with_two)
    _, steps, _ = trained(base, images[:6], tmp_path / "run", epochs=1.0)
    assert len(steps) == 1


@pytest.mark.parametrize(("warmup", "expected"), [(2, 0), (1, 1)])
def test_that_a_warm_up_as_long_as_the_training_is_shortened(
    base: Path, images: list[Path], tmp_path: Path, warmup: int, expected: int
) -> None:
    """Two steps: of a warm-up of two, the first would have a learning rate of 0 and the second half of it."""
    adapter, steps, context = trained(base, images[:12], tmp_path / "run", epochs=1.0, warmup_steps=warmup)
    notes = [event for event in context.events if isinstance(event, Note) and event.code == "warmup_shortened"]
    assert [note.text for note in notes] == (
        [] if expected else ["The warm-up of 2 steps was shortened to 0: the training has only 2 steps."]
    )
    assert (steps[0].learning_rate > 0) == (not expected)
    assert any(tensor.abs().max() > 0 for name, tensor in adapter.items() if "lora_B" in name)


def config_of(context: ListContext) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((context.folder.adapter / "adapter_config.json").read_text("utf-8"))
    return config


@pytest.mark.parametrize("rank", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_that_a_changed_rank_is_used_and_reported(base: Path, images: list[Path], tmp_path: Path, rank: int) -> None:
    from engine.contract.specs import LoraSpec

    _, _, first = trained(base, images[:6], tmp_path / "first", epochs=1.0, learning_rate=2e-2)
    assert config_of(first)["r"] == 4
    start = str(first.folder.adapter)
    still = {"start_adapter": start, "learning_rate": 1e-12, "epochs": 1.0}
    adapter, steps, context = trained(base, images[:6], tmp_path / "changed", lora=LoraSpec(rank, 2 * rank), **still)
    _, same, unchanged = trained(base, images[:6], tmp_path / "same", **still)
    assert config_of(context)["r"] == rank and config_of(context)["lora_alpha"] == 2 * rank
    assert {tensor.shape[0] for name, tensor in adapter.items() if "lora_A" in name} == {rank}
    (note,) = [event for event in context.events if isinstance(event, Note) and event.code == "lora_rank_changed"]
    assert f"The rank of LoRA is now {rank}; the adapter that the training starts from has rank 4" in note.text
    assert not [event for event in unchanged.events if isinstance(event, Note) and event.code == "lora_rank_changed"]
    if rank > 4:
        assert steps[0].margin == pytest.approx(same[0].margin, abs=1e-4)
    else:
        assert 0.5 * same[0].margin < steps[0].margin < 1.5 * same[0].margin


def test_that_a_lower_rank_keeps_the_best_approximation(tmp_path: Path) -> None:
    from engine.training.start_adapter import _truncated

    generator = torch.Generator().manual_seed(0)
    a, b = torch.randn(6, 20, generator=generator), torch.randn(12, 6, generator=generator)
    weights, kept = _truncated({"x.lora_A.weight": a, "x.lora_B.weight": b}, 3)
    left, values, right = torch.linalg.svd(b @ a)
    best = left[:, :3] @ torch.diag(values[:3]) @ right[:3]
    torch.testing.assert_close(weights["x.lora_B.weight"] @ weights["x.lora_A.weight"], best, atol=1e-4, rtol=0)
    assert kept == pytest.approx(float(values[:3].square().sum() / values.square().sum()) ** 0.5, abs=1e-5)
