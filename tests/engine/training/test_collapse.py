"""A training that breaks the model is noticed at a checkpoint, and stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.training import pair_rows, run_folder, train_spec

from engine.contract.context import ListContext, StageError
from engine.contract.events import AnswerSamples, Note, TrainStep
from engine.generation.answers import Answerer, Continuation
from engine.stages import train
from engine.training.collapse import FILE_NAME, Samples

GOOD = Continuation("#Score: 3\n#Explain: The photo is sharp.", truncated=False, tokens=9)
BROKEN = Continuation("is with is with is with", truncated=True, tokens=64)


def with_answers(monkeypatch: pytest.MonkeyPatch, *rounds: Continuation) -> None:
    """What the model answers at the first sampling, at the second, and so on; the last from then on."""
    calls = iter([*rounds, *[rounds[-1]] * 20])

    def free_answers(self: Answerer, images: list[Any]) -> list[Continuation]:
        return [next(calls)] * len(images)

    monkeypatch.setattr(Answerer, "free_answers", free_answers)


def steps_of(context: ListContext) -> list[int]:
    return [event.step for event in context.events if isinstance(event, AnswerSamples)]


def falling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both log-probabilities are below the reference's at every step, as trl logs them."""
    from trl.trainer.dpo_trainer import DPOTrainer

    log = DPOTrainer.log

    def logged(self: DPOTrainer, logs: dict[str, float], start_time: float | None = None) -> None:
        for name in ("rewards/chosen", "rewards/rejected"):
            self._metrics["train"][name] = [-1.0]
        log(self, logs, start_time)

    monkeypatch.setattr(DPOTrainer, "log", logged)


def test_that_a_few_real_answers_are_sampled_before_with_each_checkpoint_and_after(
    base: Path, images: list[Path], tmp_path: Path
) -> None:
    context = ListContext(run_folder(tmp_path / "run", pair_rows(images)), [])
    train.run(train_spec(base, epochs=1.0, checkpoint_steps=2), context)
    samples = [event for event in context.events if isinstance(event, AnswerSamples)]
    assert [sample.step for sample in samples] == [0, 2, 3]
    assert all(sample.answers == 8 and sample.mean_tokens > 0 for sample in samples)


def test_that_sampling_changes_no_weight(base: Path, images: list[Path], tmp_path: Path) -> None:
    digests = []
    for place in ("one", "two"):
        context = ListContext(run_folder(tmp_path / place, pair_rows(images[:6])), [])
        spec = train_spec(base, epochs=1.0, checkpoint_steps=1 if place == "one" else 100)
        digests.append(train.run(spec, context)["adapter_digest"])
    assert digests[0] == digests[1]


def test_that_a_collapse_stops_the_training_and_says_what_to_change(
    base: Path, images: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    falling(monkeypatch)
    with_answers(monkeypatch, GOOD, BROKEN)
    context = ListContext(run_folder(tmp_path / "run", pair_rows(images)), [])
    with pytest.raises(StageError, match=r"collapsed at step 2: .* 0 of 8 sampled answers .*is with is with") as caught:
        train.run(train_spec(base, epochs=1.0, checkpoint_steps=2, micro_batch=6), context)
    assert "learning_rate" in caught.value.remedy and "on_collapse" in caught.value.remedy
    assert not context.folder.adapter.exists()
    again = ListContext(context.folder, [])
    with_answers(monkeypatch, BROKEN)
    with pytest.raises(StageError, match=r"collapsed at step 3: .*8 before the training"):
        train.run(train_spec(base, epochs=1.0, checkpoint_steps=2, micro_batch=6), again)
    assert steps_of(again) == [3], "a resumed training knows how it began"


def test_that_a_collapse_is_only_reported_if_so_set(
    base: Path, images: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    falling(monkeypatch)
    with_answers(monkeypatch, GOOD, BROKEN)
    context = ListContext(run_folder(tmp_path / "run", pair_rows(images[:6])), [])
    train.run(train_spec(base, epochs=1.0, on_collapse="warn"), context)
    (note,) = [event for event in context.events if isinstance(event, Note) and event.code == "training_collapsed"]
    assert note.level == "warning" and "0 of 6 sampled answers" in note.text


@pytest.mark.parametrize("rounds", [(GOOD, GOOD), (BROKEN, BROKEN)])
def test_that_a_model_that_answers_as_before_is_let_be(
    base: Path, images: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: tuple[Continuation, ...]
) -> None:
    falling(monkeypatch)
    with_answers(monkeypatch, *rounds)
    context = ListContext(run_folder(tmp_path / "run", pair_rows(images[:6])), [])
    train.run(train_spec(base, epochs=1.0), context)
    assert [event for event in context.events if isinstance(event, TrainStep)]


@pytest.mark.parametrize(
    ("first", "now", "broken"), [(8, 0, True), (8, 4, True), (8, 5, False), (4, 2, True), (4, 3, False), (0, 0, False)]
)
def test_when_answers_count_as_broken(first: int, now: int, broken: bool) -> None:
    assert Samples(8, now, 20.0).broken_since(Samples(8, first, 20.0)) is broken


def test_that_the_first_samples_are_kept_in_the_run_folder(base: Path, images: list[Path], tmp_path: Path) -> None:
    context = ListContext(run_folder(tmp_path / "run", pair_rows(images[:6])), [])
    train.run(train_spec(base, epochs=1.0), context)
    assert (context.folder.path / FILE_NAME).exists()
