"""Supervised training on chosen answers: the loss by hand, with and without a shared prefix, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from support.families.table import ALL
from support.tiny import PROMPT, TokenizerKind, make_tiny_llava
from support.training import adapter_tensors, assert_same_bits, of_type, pair_rows, run_folder, train_spec

from engine import families
from engine.contract.context import CancelledError, ListContext
from engine.contract.events import AnswerSamples, Note, TrainStep
from engine.contract.prompts import answer_prefix
from engine.contract.specs import Objective
from engine.stages import train
from engine.training import prefix_check
from engine.training.answer_collator import AnswerCollator, score_end
from engine.training.preference_rows import answer_rows
from engine.training.step_trainer import SupervisedTrainer
from engine.training.trainer import make_supervised_trainer

OBJECTIVES: tuple[Objective, ...] = ("score", "answer")
Made = tuple[SupervisedTrainer, AnswerCollator]


def opened(path: str) -> Image.Image:
    return Image.open(path).convert("RGB")


def make(base: Path, images: list[Path], folder: Path, objective: Objective, *, shared: bool) -> Made:
    """A trainer as the stage makes it, with an adapter of fixed random weights."""
    spec = train_spec(base, batch_size=len(images), micro_batch=len(images), objective=objective, share_prefix=shared)
    context = ListContext(run_folder(folder, []), [])
    vlm = families.load(spec.model)
    collator = AnswerCollator(vlm, PROMPT.text, opened, only_score=PROMPT if objective == "score" else None)
    prefix_check.prepare(spec, vlm, collator, context)
    rows = answer_rows(pair_rows(images), PROMPT)
    trainer = make_supervised_trainer(spec, vlm, rows, collator, context.folder.checkpoints)
    torch.manual_seed(1)
    for name, weight in trainer.model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.2)
    prefix_check.confirm(trainer, collator, context)
    assert collator.share_prefix is shared
    return trainer, collator


def step(trainer: SupervisedTrainer, collator: AnswerCollator) -> tuple[float, dict[str, torch.Tensor]]:
    trainer.model.train()
    trainer.model.zero_grad()
    trainer.current_gradient_accumulation_steps = 1  # set by a whole training
    loss = trainer.training_step(trainer.model, collator(list(trainer.train_dataset)), None)
    weights = trainer.model.named_parameters()
    return float(loss), {name: weight.grad.clone() for name, weight in weights if weight.grad is not None}


def by_hand(trainer: SupervisedTrainer, collator: AnswerCollator, objective: Objective) -> float:
    """The mean over the answers of the mean negative log-likelihood of their tokens, from the model's plain logits."""
    vlm, losses = collator.vlm, []
    end_of_label = " The photo"[:0]
    assert end_of_label == ""
    for row in trainer.train_dataset:
        closed = collator.answer(row["answer"])
        inputs = vlm.inputs([opened(row["images"][0])], [closed.text])
        with torch.no_grad():
            logits = trainer.model.eval()(**inputs).logits[0].log_softmax(dim=-1)
        ids = inputs["input_ids"][0]
        places = range(len(ids) - closed.answer_tokens, len(ids))
        if objective == "score":  # as far as the digit
            digits = {
                vlm.tokenizer.convert_tokens_to_ids(form) for d in range(10) for form in (str(d), f"▁{d}", f"Ġ{d}")
            }
            first = next(place for place in places if int(ids[place]) in digits - {vlm.tokenizer.unk_token_id})
            places = range(places[0], first + 1)
        losses.append(-sum(float(logits[place - 1, ids[place]]) for place in places) / len(places))
    return sum(losses) / len(losses)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_that_the_loss_is_the_one_computed_by_hand(
    base: Path, images: list[Path], tmp_path: Path, objective: Objective, shared: bool
) -> None:
    trainer, collator = make(base, images[:5], tmp_path / "run", objective, shared=shared)
    loss, _ = step(trainer, collator)
    assert loss == pytest.approx(by_hand(trainer, collator, objective), rel=1e-4)


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def base_of(name: str) -> Path:
        if name not in made:
            made[name] = ALL[name].make(tmp_path_factory.mktemp(name) / "base")
        return made[name]

    return base_of


@pytest.mark.parametrize("name", ["llava-1.5", "internvl3", "qwen2.5-vl", "smolvlm2"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_that_gradients_are_equal_with_and_without_a_shared_prefix(
    bases: Callable[[str], Path], images: list[Path], tmp_path: Path, objective: Objective, name: str
) -> None:
    loss, gradients = step(*make(bases(name), images[:3], tmp_path / "stock", objective, shared=False))
    shared_loss, shared = step(*make(bases(name), images[:3], tmp_path / "shared", objective, shared=True))
    assert shared_loss == pytest.approx(loss, rel=1e-4)
    assert set(shared) == set(gradients) and len(gradients) > 8
    size = torch.cat([value.flatten() for value in gradients.values()]).norm()
    apart = torch.cat([(shared[name] - value).flatten() for name, value in gradients.items()]).norm()
    assert float(size) > 0 and float(apart / size) < 1e-4


@pytest.mark.parametrize("kind", ["digits", "spaced", "metaspace"])
def test_that_the_score_ends_with_its_label_for_each_tokenizer(tmp_path: Path, kind: TokenizerKind) -> None:
    vlm = families.load(train_spec(make_tiny_llava(tmp_path / "base", kind)).model)
    collator = AnswerCollator(vlm, PROMPT.text, opened, only_score=PROMPT)
    end = score_end(vlm, PROMPT.text, PROMPT)
    for label in (0, 7):
        closed = collator.answer(f"{answer_prefix(label)} The photo is sharp.")
        scored = closed.ids[len(closed.ids) - closed.answer_tokens : end + 1]
        assert vlm.tokenizer.decode(scored).replace(" ", "") == f"#Score:{label}"


def trained(base: Path, images: list[Path], folder: Path, objective: Objective, **changes: Any) -> ListContext:
    context = ListContext(run_folder(folder, pair_rows(images)), [])
    train.run(train_spec(base, objective=objective, **changes), context)
    return context


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_that_a_step_does_not_depend_on_the_micro_batch(
    base: Path, images: list[Path], tmp_path: Path, objective: Objective
) -> None:
    """13 answers, 8 a step: the last step has 5, in passes of 2 (2 + 2 + 1) or 8."""
    settings = {"batch_size": 8, "epochs": 1.0, "learning_rate": 2e-2}
    runs = [
        trained(base, images[:13], tmp_path / str(micro), objective, micro_batch=micro, **settings) for micro in (2, 8)
    ]
    losses = [[event.loss for event in of_type(run, TrainStep)] for run in runs]
    assert losses[0] == pytest.approx(losses[1], abs=2e-4)
    one, other = (adapter_tensors(run.folder) for run in runs)
    for name, tensor in one.items():
        torch.testing.assert_close(tensor, other[name], atol=1e-5, rtol=0)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_that_a_stopped_training_ends_with_the_same_bits_and_its_loss_falls(
    base: Path, images: list[Path], tmp_path: Path, objective: Objective
) -> None:
    whole = trained(base, images[:12], tmp_path / "whole", objective, on_collapse="warn")
    stopped = ListContext(run_folder(tmp_path / "stopped", pair_rows(images[:12])), [], cancel_after=7)
    spec = train_spec(base, objective=objective, on_collapse="warn")
    with pytest.raises(CancelledError):
        train.run(spec, stopped)
    assert list(stopped.folder.checkpoints.glob("checkpoint-*")) and not stopped.folder.adapter.exists()
    result = train.run(spec, ListContext(stopped.folder, []))
    assert_same_bits(stopped.folder, whole.folder)
    assert result["final_loss"] < result["first_loss"] and 0 <= result["token_accuracy"] <= 1
    assert not stopped.folder.checkpoints.exists()
    again = train.run(spec, ListContext(stopped.folder, []))  # as after a kill behind the adapter
    assert again["adapter_digest"] == result["adapter_digest"]


def test_that_scores_alone_are_learned_and_lost_text_is_a_note(
    base: Path, images: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.training.collapse import CollapseWatch, Samples

    rounds = iter([Samples(8, 8, 20.0), *[Samples(8, 0, 5.0, "#Score: 3")] * 9])
    monkeypatch.setattr(CollapseWatch, "_sample", lambda *_: next(rounds))
    context = trained(base, images[:12], tmp_path / "run", "score")
    notes = [note for note in of_type(context, Note) if note.code == "text_lost"]
    assert len(notes) == 1 and "0 of 8 sampled answers keep the format (8 before the training)" in notes[0].text


def test_that_a_supervised_training_samples_answers_and_reports_the_tokens_that_it_has_right(
    base: Path, images: list[Path], tmp_path: Path
) -> None:
    context = trained(base, images[:12], tmp_path / "run", "answer", learning_rate=5e-2, epochs=6.0, on_collapse="warn")
    steps = of_type(context, TrainStep)
    assert steps[-1].accuracy > steps[0].accuracy and steps[-1].margin != steps[-1].margin
    assert next(sample.step for sample in of_type(context, AnswerSamples)) == 0
