"""The policy, its reference, and which weights are trained."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from PIL import Image
from support.tiny import PROMPT, make_tiny_llava
from support.training import model_spec, pair_rows, run_folder, train_spec
from transformers import AutoModelForImageTextToText, AutoProcessor

from engine import families
from engine.contract import artifacts
from engine.contract.context import ListContext, StageError
from engine.contract.events import TrainStep
from engine.contract.specs import MergeSpec, RunFolder
from engine.stages import merge, train
from engine.training.collator import PreferenceCollator
from engine.training.preference_rows import PreferenceRow, preference_rows
from engine.training.steps import micro_batches, total_steps
from engine.training.trainer import make_trainer

BETA = 0.2


@pytest.fixture(scope="module")
def first_adapter(base: Path, images: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = run_folder(tmp_path_factory.mktemp("first") / "run", pair_rows(images[:12]))
    train.run(train_spec(base, learning_rate=2e-2), ListContext(folder, []))
    return folder.adapter


def log_prob(model: torch.nn.Module, processor: object, row: PreferenceRow, answer: str) -> float:
    """Sum of the answer's token log-probabilities, from plain transformers calls on one unpadded row."""
    assert callable(processor)
    question = f"USER: <image>\n{PROMPT.text} ASSISTANT:"
    image = Image.open(row.path).convert("RGB")
    start = processor(images=image, text=question, return_tensors="pt")["input_ids"].shape[1]
    inputs = processor(images=image, text=f"{question} {answer}</s>", return_tensors="pt")
    with torch.no_grad():
        logits = model(**inputs).logits[0, :-1].double()
    targets = inputs["input_ids"][0, 1:]
    picked = logits.log_softmax(-1).gather(1, targets[:, None])[:, 0]
    return float(picked[start - 1 :].sum())


@pytest.mark.parametrize("epochs", [1.0, 2.0])
def test_that_in_iteration_2_the_reference_is_the_base_without_adapter(
    base: Path, images: list[Path], first_adapter: Path, tmp_path: Path, epochs: float
) -> None:
    rows = pair_rows(images[:6])
    folder = run_folder(tmp_path / "run", rows)
    spec = train_spec(base, iteration=2, start_adapter=str(first_adapter), beta=BETA, epochs=epochs)
    context = ListContext(folder, [])
    train.run(spec, context)
    step = next(event for event in context.events if isinstance(event, TrainStep))

    processor = AutoProcessor.from_pretrained(base)
    plain = AutoModelForImageTextToText.from_pretrained(base, dtype=torch.float32)
    data = preference_rows(rows, "score", PROMPT)
    of_base = [[log_prob(plain, processor, r, a) for a in (r.chosen, r.rejected)] for r in data]
    policy = PeftModel.from_pretrained(plain, str(first_adapter))
    of_policy = [[log_prob(policy, processor, r, a) for a in (r.chosen, r.rejected)] for r in data]
    ratios = torch.tensor(of_policy) - torch.tensor(of_base)

    assert ratios.abs().min() > 1e-3
    assert step.reward_chosen == pytest.approx(BETA * float(ratios[:, 0].mean()), abs=1e-4)
    assert step.reward_rejected == pytest.approx(BETA * float(ratios[:, 1].mean()), abs=1e-4)
    losses = -torch.nn.functional.logsigmoid(BETA * (ratios[:, 0] - ratios[:, 1]))
    assert step.loss == pytest.approx(float(losses.mean()), abs=1e-4)


def test_that_a_fresh_adapter_starts_at_the_base(base: Path, images: list[Path], tmp_path: Path) -> None:
    context = ListContext(run_folder(tmp_path / "run", pair_rows(images[:6])), [])
    train.run(train_spec(base, epochs=1.0), context)
    (step,) = [event for event in context.events if isinstance(event, TrainStep)]
    assert step.loss == pytest.approx(0.693147, abs=1e-6)
    assert step.margin == pytest.approx(0.0, abs=1e-6) and step.reward_chosen == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("start", [False, True])
def test_that_only_the_language_models_linears_are_trained(
    base: Path, images: list[Path], first_adapter: Path, tmp_path: Path, start: bool
) -> None:
    spec = train_spec(base, start_adapter=str(first_adapter) if start else None)
    vlm = families.load(spec.model)
    rows = preference_rows(pair_rows(images[:6]), "score", PROMPT)
    collator = PreferenceCollator(vlm, PROMPT.text, lambda path: Image.open(path).convert("RGB"))
    trainer = make_trainer(spec, vlm, rows, collator, tmp_path)
    trained = {name for name, weight in trainer.model.named_parameters() if weight.requires_grad}
    adapted = {name for name, _ in trainer.model.named_parameters() if "lora" in name}
    linears = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    assert trained == adapted
    assert len(trained) == 2 * len(linears) * 2  # A and B, two layers
    assert all("language_model" in name and name.split(".lora_")[0].endswith(linears) for name in trained)
    assert not any(word in name for name in trained for word in ("vision", "projector", "lm_head"))
    assert set(trainer.model.peft_config) == {"default"}
    assert trainer.ref_model is None


def test_that_a_merged_start_keeps_its_answers_and_is_trained_at_the_spec_s_scale(
    base: Path, images: list[Path], first_adapter: Path, tmp_path: Path
) -> None:
    merged = ListContext(RunFolder(tmp_path), [])
    merge.run(MergeSpec(model_spec(base), (str(first_adapter),) * 2, weights=(0.7, 0.4), density=0.8), merged)
    folder = merged.folder.adapter
    assert scale(folder) == 1.0
    rows = preference_rows(pair_rows(images[:3]), "score", PROMPT)
    spec = train_spec(base, iteration=3, start_adapter=str(folder))
    vlm = families.load(spec.model)
    collator = PreferenceCollator(vlm, PROMPT.text, lambda path: Image.open(path).convert("RGB"))
    trainer = make_trainer(spec, vlm, rows, collator, tmp_path / "out")
    own = trainer.model.peft_config["default"]
    assert own.lora_alpha / own.r == scale(first_adapter) == 2.0
    plain = AutoModelForImageTextToText.from_pretrained(base, dtype=torch.float32)
    stock = PeftModel.from_pretrained(plain, str(folder))
    batch = collator([{"images": [row.path], "chosen": row.chosen, "rejected": row.rejected} for row in rows])
    inputs = {name: value for name, value in batch.items() if name != "completion_mask"}
    with torch.no_grad():
        ours, theirs = trainer.model.eval()(**inputs).logits, stock(**inputs).logits
        with stock.disable_adapter():
            without = stock(**inputs).logits
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)
    assert float((ours - without).abs().max()) > 0.1


def scale(adapter: Path) -> float:
    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    return float(config["lora_alpha"] / config["r"])


def test_that_a_start_adapter_that_is_gone_or_damaged_is_named(
    base: Path, images: list[Path], first_adapter: Path, tmp_path: Path
) -> None:
    folder = run_folder(tmp_path / "run", pair_rows(images[:6]))
    broken = tmp_path / "broken"
    with pytest.raises(StageError, match=r"broken has no adapter_config\.json"):
        train.run(train_spec(base, start_adapter=str(broken)), ListContext(folder, []))
    shutil.copytree(first_adapter, broken)
    weights = broken / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(StageError, match=r"broken has been damaged.*adapter_model\.safetensors has changed"):
        train.run(train_spec(base, start_adapter=str(broken)), ListContext(folder, []))
    (broken / artifacts.MANIFEST).unlink()
    with pytest.raises(StageError, match="broken does not fit the model"):
        train.run(train_spec(base, start_adapter=str(broken)), ListContext(folder, []))


def test_that_a_flipped_byte_is_noticed_before_a_prediction(base: Path, first_adapter: Path, tmp_path: Path) -> None:
    folder = tmp_path / "flipped"
    shutil.copytree(first_adapter, folder)
    weights = bytearray((folder / "adapter_model.safetensors").read_bytes())
    weights[-3] ^= 1
    (folder / "adapter_model.safetensors").write_bytes(weights)
    (folder / "score_studio.json").write_text("{}")
    with pytest.raises(StageError, match=r"flipped has been damaged.*adapter_model\.safetensors has changed") as caught:
        families.load(dataclasses.replace(model_spec(base), adapter=str(folder)))
    assert "score_studio" not in caught.value.message
    artifacts.seal(folder)
    families.load(dataclasses.replace(model_spec(base), adapter=str(folder)))


def test_that_an_adapter_of_another_shape_is_refused(first_adapter: Path, images: list[Path], tmp_path: Path) -> None:
    deeper = make_tiny_llava(tmp_path / "deeper", layers=3)
    folder = run_folder(tmp_path / "run", pair_rows(images[:6]))
    with pytest.raises(StageError, match="does not fit the model"):
        train.run(train_spec(deeper, start_adapter=str(first_adapter)), ListContext(folder, []))


@pytest.mark.parametrize(
    ("batch", "micro", "world", "expected"),
    [(128, 4, 1, (4, 32)), (128, 4, 2, (4, 16)), (6, 4, 1, (3, 2)), (32, 64, 1, (32, 1)), (7, 3, 1, (1, 7))],
)
def test_that_micro_batches_make_exactly_the_batch(
    batch: int, micro: int, world: int, expected: tuple[int, int]
) -> None:
    size, passes = micro_batches(batch, micro, world)
    assert (size, passes) == expected
    assert size * passes * world == batch


@pytest.mark.parametrize(
    ("pairs", "world", "epochs", "steps"),
    [(2000, 1, 1.0, 16), (2048, 1, 1.0, 16), (1, 1, 1.0, 1), (2000, 1, 0.5, 8), (2000, 4, 1.5, 24), (130, 1, 2.0, 4)],
)
def test_that_steps_are_counted_with_the_last_partial_batch(pairs: int, world: int, epochs: float, steps: int) -> None:
    assert total_steps(train_spec(Path("base"), batch_size=128, micro_batch=4, epochs=epochs), pairs, world) == steps


@pytest.mark.parametrize(("batch", "micro", "world"), [(0, 1, 1), (4, 0, 1), (5, 1, 2)])
def test_that_a_batch_that_cannot_be_shared_out_is_refused(batch: int, micro: int, world: int) -> None:
    with pytest.raises(StageError, match="cannot be divided"):
        micro_batches(batch, micro, world)
