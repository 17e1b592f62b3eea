"""The stage train as a whole: its events, its adapter, its resume, its errors."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from support.tiny import PROMPT, make_images, make_tiny_llava
from support.training import pair_rows, run_folder, train_spec
from transformers import AutoModelForImageTextToText
from trl.trainer.dpo_trainer import DPOTrainer

from engine import artifacts, families
from engine import images as image_files
from engine.context import CancelledError, ListContext, StageError, read_jsonl
from engine.events import Event, Memory, Note, Phase, Progress, Started, Throughput, TrainStep
from engine.specs import ImageLimits, ModelSpec, RunFolder
from engine.stages import train
from engine.training import checkpoints, session
from engine.training.collator import close_answer
from engine.training.pairs import preference_rows


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("train") / "base")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return pair_rows(make_images(tmp_path_factory.mktemp("images"), 16))


@pytest.fixture(scope="module")
def finished(base: Path, rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> ListContext:
    """An uninterrupted training of 16 pairs, 3 steps an epoch, 2 epochs."""
    context = ListContext(run_folder(tmp_path_factory.mktemp("whole") / "run", rows), [])
    context.events.append(Progress(0, train.run(train_spec(base), context)["steps"]))
    return context


@dataclasses.dataclass(slots=True)
class PausedAt(ListContext):
    """Asks for a pause as soon as this event is sent."""

    at: Event | None = None

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self.pause = self.pause or event == self.at


def of_type(context: ListContext, kind: type) -> list[Any]:
    return [event for event in context.events if isinstance(event, kind)]


def tensors(folder: RunFolder) -> dict[str, torch.Tensor]:
    return load_file(folder.adapter / "adapter_model.safetensors")


def assert_same_bits(one: RunFolder, other: RunFolder) -> None:
    a, b = tensors(one), tensors(other)
    assert set(a) == set(b)
    assert [name for name in a if not torch.equal(a[name], b[name])] == []
    assert artifacts.digest(one.adapter) == artifacts.digest(other.adapter)


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


SIDES = ("chosen", "rejected")
REFERENCE_CHECKS = 6
"""A cancel is heard before each of the passes that compute the reference: 16 pairs by three."""


@pytest.mark.parametrize(("checks_before_the_stop", "done"), [(3, 0), (9, 0), (13, 2), (17, 4)])
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
    assert note.text.startswith("2 of 13 pairs are left out") and "gone.png" in note.text and "junk.png" in note.text
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
    with pytest.raises(StageError, match=r"here\.png is not there; its pair 105"):
        train.run(train_spec(base, batch_size=3), context)


def test_that_no_image_at_all_and_a_broken_one_are_users_mistakes(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    gone = [{**row, "path": str(tmp_path / "gone.png")} for row in rows[:6]]
    with pytest.raises(StageError, match="None of the 6 images"):
        train.run(train_spec(base), ListContext(run_folder(tmp_path / "gone", gone), []))
    (tmp_path / "broken.png").write_bytes(Path(rows[0]["path"]).read_bytes()[:60])
    broken = [*rows[:5], {**rows[5], "path": str(tmp_path / "broken.png")}]
    with pytest.raises(StageError, match=r"broken\.png"):
        train.run(train_spec(base), ListContext(run_folder(tmp_path / "broken", broken), []))


def test_that_a_loss_that_is_no_number_stops_with_advice_and_leaves_no_broken_checkpoint(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    with pytest.raises(StageError, match="no finite number") as caught:
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
    with pytest.raises(StageError, match="base alone"):
        train.run(spec, ListContext(run_folder(tmp_path / "run", []), []))


def test_that_gradient_checkpointing_changes_no_result(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    train.run(train_spec(base, gradient_checkpointing=True), context)
    ours, whole = tensors(context.folder), tensors(finished.folder)
    assert all(torch.allclose(ours[name], whole[name], atol=1e-5) for name in whole)


def test_that_every_pair_gets_its_margin_after_training(
    base: Path, rows: list[dict[str, Any]], finished: ListContext
) -> None:
    """Against the definition: beta times the difference of the log-ratios of trained model and base."""
    found = {row["pair_id"]: row["margin"] for row in read_jsonl(finished.folder.journal())}
    assert sorted(found) == sorted(row["pair_id"] for row in rows)
    spec = train_spec(base)
    trained = dataclasses.replace(spec.model, adapter=str(finished.folder.adapter))
    log_ratios = [
        _log_probs(trained, rows[:4], side) - _log_probs(spec.model, rows[:4], side) for side in ("chosen", "rejected")
    ]
    expected = spec.beta * (log_ratios[0] - log_ratios[1])
    assert [found[row["pair_id"]] for row in rows[:4]] == pytest.approx(expected.tolist(), abs=1e-4)


def _log_probs(model: ModelSpec, rows: list[dict[str, Any]], side: str) -> torch.Tensor:
    vlm = families.load(model)
    sums = []
    for row in preference_rows(rows, "score", PROMPT):
        answer = close_answer(vlm, PROMPT.text, row.chosen if side == "chosen" else row.rejected)
        image = image_files.load(Path(row.path), ImageLimits())
        inputs = vlm.encode([image], [answer.text])
        with torch.no_grad():
            log_probs = torch.log_softmax(vlm.model(**inputs).logits[0, :-1].float(), dim=-1)
        own = log_probs.gather(1, inputs["input_ids"][0, 1:, None])[-answer.answer_tokens :]
        sums.append(own.sum())
    return torch.stack(sums)


def test_that_margins_go_on_after_a_stop_and_leave_the_adapter_as_it_was(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    stopped = ListContext(
        run_folder(tmp_path / "run", rows), [], cancel_after=REFERENCE_CHECKS + 12 + 2
    )  # six steps of two passes
    with pytest.raises(CancelledError):
        train.run(train_spec(base), stopped)
    some = len(list(read_jsonl(stopped.folder.journal())))
    assert 0 < some < len(rows)
    assert artifacts.verify(stopped.folder.adapter) == [] and stopped.folder.checkpoints.exists()
    again = ListContext(stopped.folder, [])
    train.run(train_spec(base), again)
    assert artifacts.digest(again.folder.adapter) == artifacts.digest(finished.folder.adapter)
    assert list(read_jsonl(again.folder.journal())) == list(read_jsonl(finished.folder.journal()))
    assert of_type(again, TrainStep) == [] and not again.folder.checkpoints.exists()


@pytest.mark.parametrize("epochs", [1.0, 0.5])
def test_that_margins_come_with_one_epoch_or_less_and_change_no_bit_of_the_adapter(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epochs: float
) -> None:
    spec = train_spec(base, epochs=epochs)
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    train.run(spec, context)
    found = {row["pair_id"]: row["margin"] for row in read_jsonl(context.folder.journal())}
    assert sorted(found) == sorted(row["pair_id"] for row in rows)
    trained = dataclasses.replace(spec.model, adapter=str(context.folder.adapter))
    sides = [_log_probs(trained, rows[:2], side) - _log_probs(spec.model, rows[:2], side) for side in SIDES]
    assert [found[row["pair_id"]] for row in rows[:2]] == pytest.approx(
        (spec.beta * (sides[0] - sides[1])).tolist(), abs=1e-4
    )
    monkeypatch.setattr(session, "write_margins", lambda *args: None)
    without = ListContext(run_folder(tmp_path / "without", rows), [])
    train.run(spec, without)
    assert_same_bits(context.folder, without.folder)


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
    stored = paused.folder.checkpoints / "reference.f32"
    stored.write_bytes(stored.read_bytes()[:-11])
    resumed = ListContext(paused.folder, [])
    train.run(train_spec(base), resumed)
    assert next(event.done for event in of_type(resumed, Phase) if event.name == "reference") == 3
    assert_same_bits(resumed.folder, finished.folder)


def test_that_the_speed_of_a_training_counts_its_pairs_and_tokens_and_no_others(finished: ListContext) -> None:
    told = of_type(finished, Throughput)
    assert {event.unit for event in told} == {"pairs"}
    assert sum(event.items for event in told) == 2 * 16
    assert sum(event.tokens for event in told) > 2 * 2 * 16 * 5
    assert sum(event.seconds for event in told) > 0
    assert all(memory.device == memory.reserved == memory.total == 0 for memory in of_type(finished, Memory))
