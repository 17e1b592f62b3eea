"""The stage train as a whole: its events, its adapter, its settings."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from support.tiny import PROMPT
from support.training import (
    adapter_tensors,
    of_type,
    run_folder,
    train_spec,
)
from transformers import AutoModelForImageTextToText

from engine import families
from engine import images as image_files
from engine.contract import artifacts
from engine.contract.context import CancelledError, ListContext
from engine.contract.events import Memory, Phase, Progress, Started, Throughput, TrainStep
from engine.contract.specs import ImageLimits, ModelSpec
from engine.stages import train
from engine.training import checkpoints, session


def test_that_every_optimiser_step_is_reported(finished: ListContext) -> None:
    (started,) = of_type(finished, Started)
    assert (started.stage, started.total, started.unit, started.done) == ("train", 6, "steps", 0)
    steps = of_type(finished, TrainStep)
    assert [(step.step, step.total) for step in steps] == [(number, 6) for number in range(1, 7)]
    assert all(step.margin == pytest.approx(step.reward_chosen - step.reward_rejected, abs=1e-5) for step in steps)
    assert all(step.grad_norm > 0 and 0 <= step.accuracy <= 1 for step in steps)
    assert [step.learning_rate for step in steps] == pytest.approx([5e-3 * left / 6 for left in range(6, 0, -1)])
    assert steps[-1].loss < steps[0].loss == pytest.approx(math.log(2), abs=1e-6)
    assert of_type(finished, Progress)[-2] == Progress(6, 6)
    assert all(memory.rss > 2**20 for memory in of_type(finished, Memory))


def test_that_the_run_folder_holds_a_sealed_adapter_and_no_checkpoints(finished: ListContext) -> None:
    names = sorted(path.name for path in finished.folder.adapter.iterdir())
    assert names == ["adapter_config.json", "adapter_model.safetensors", "manifest.json"]
    assert artifacts.verify(finished.folder.adapter) == []
    assert not (finished.folder.path / "checkpoints").exists()


def test_that_stock_peft_loads_the_adapter_and_gives_the_same_logits(
    base: Path, rows: list[dict[str, Any]], finished: ListContext
) -> None:
    adapter = finished.folder.adapter
    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    assert config["base_model_name_or_path"] == str(base)
    assert (config["r"], config["lora_alpha"], config["lora_dropout"]) == (4, 8, 0.0)
    vlm = families.load(ModelSpec(str(base), adapter=str(adapter), dtype="float32", device="cpu"))
    image = image_files.load(Path(rows[0]["path"]), ImageLimits())
    inputs = vlm.encode([image], [vlm.chat_text(PROMPT.text)])
    plain = AutoModelForImageTextToText.from_pretrained(base, dtype=torch.float32)
    with torch.no_grad():
        without = plain(**inputs).logits
        stock = PeftModel.from_pretrained(plain, str(adapter))(**inputs).logits
        assert torch.equal(stock, vlm.model(**inputs).logits)
    assert not torch.allclose(stock, without)


def test_that_a_finished_training_returns_at_once(
    base: Path, finished: ListContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(families, "load")
    leftover = checkpoints.at_step(finished.folder.checkpoints, 4)
    leftover.mkdir(parents=True)  # killed between the adapter and the removal of the checkpoints
    again = ListContext(finished.folder, [])
    result = train.run(train_spec(base), again)
    assert result["steps"] == 6
    assert result["adapter_digest"] == artifacts.digest(finished.folder.adapter)
    assert again.events == []
    assert not finished.folder.checkpoints.exists()


def test_that_the_steps_are_told_before_anything_is_loaded(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object) -> None:
        raise CancelledError

    monkeypatch.setattr(families, "load", stop)
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    with pytest.raises(CancelledError):
        train.run(train_spec(base), context)
    assert context.events == [Started("train", 6, "steps", 0, device="cpu"), Phase("loading")]


def test_that_another_seed_gives_another_adapter(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    other = ListContext(run_folder(tmp_path / "run", rows), [])
    train.run(train_spec(base, seed=4), other)
    assert artifacts.digest(other.folder.adapter) != artifacts.digest(finished.folder.adapter)


@pytest.mark.parametrize(
    ("changes", "rates"),
    [
        ({"scheduler": "constant", "epochs": 1.0}, [5e-3] * 3),
        ({"scheduler": "cosine", "epochs": 1.0, "warmup_steps": 1}, [0.0, 5e-3, 2.5e-3]),
        ({"scheduler": "linear", "epochs": 0.5}, [5e-3, 2.5e-3]),
    ],
)
def test_that_scheduler_warmup_and_epochs_are_followed(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path, changes: dict[str, Any], rates: list[float]
) -> None:
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    train.run(train_spec(base, **changes), context)
    assert [step.learning_rate for step in of_type(context, TrainStep)] == pytest.approx(rates)
    assert of_type(context, Started)[0].total == len(rates)


def test_that_the_reference_computed_once_trains_like_trls_own_at_every_step(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "use_fixed_reference", lambda *args: None)
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    train.run(train_spec(base), context)
    ours, stock = of_type(finished, TrainStep), of_type(context, TrainStep)
    assert [step.loss for step in ours] == pytest.approx([step.loss for step in stock], abs=1e-4)
    assert [step.margin for step in ours] == pytest.approx([step.margin for step in stock], abs=1e-4)


def test_that_gradient_checkpointing_changes_no_result(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    train.run(train_spec(base, gradient_checkpointing=True), context)
    ours, whole = adapter_tensors(context.folder), adapter_tensors(finished.folder)
    assert all(torch.allclose(ours[name], whole[name], atol=1e-5) for name in whole)


def test_that_the_speed_of_a_training_counts_its_pairs_and_tokens_and_no_others(finished: ListContext) -> None:
    told = of_type(finished, Throughput)
    assert {event.unit for event in told} == {"pairs"}
    assert sum(event.items for event in told) == 2 * 16
    assert sum(event.tokens for event in told) > 2 * 2 * 16 * 5
    assert sum(event.seconds for event in told) > 0
    assert all(memory.device == memory.reserved == memory.total == 0 for memory in of_type(finished, Memory))
