"""The margin that every pair gets after training, against its definition."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch
from support.tiny import PROMPT
from support.training import (
    REFERENCE_CHECKS,
    assert_same_bits,
    of_type,
    run_folder,
    train_spec,
)

from engine import families
from engine import images as image_files
from engine.contract import artifacts
from engine.contract.context import CancelledError, ListContext, read_jsonl
from engine.contract.events import TrainStep
from engine.contract.specs import ImageLimits, ModelSpec
from engine.stages import train
from engine.training import session
from engine.training.collator import close_answer
from engine.training.preference_rows import preference_rows

SIDES = ("chosen", "rejected")


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


def test_that_every_pair_gets_its_margin_after_training(
    base: Path, rows: list[dict[str, Any]], finished: ListContext
) -> None:
    """Against the definition: beta times the difference of the log-ratios of trained model and base."""
    found = {row["pair_id"]: row["margin"] for row in read_jsonl(finished.folder.journal())}
    assert sorted(found) == sorted(row["pair_id"] for row in rows)
    spec = train_spec(base)
    trained = dataclasses.replace(spec.model, adapter=str(finished.folder.adapter))
    sides = [_log_probs(trained, rows[:4], side) - _log_probs(spec.model, rows[:4], side) for side in SIDES]
    expected = spec.beta * (sides[0] - sides[1])
    assert [found[row["pair_id"]] for row in rows[:4]] == pytest.approx(expected.tolist(), abs=1e-4)


def test_that_margins_go_on_after_a_stop_and_leave_the_adapter_as_it_was(
    base: Path, rows: list[dict[str, Any]], finished: ListContext, tmp_path: Path
) -> None:
    six_steps_of_two_passes = 12
    checks = REFERENCE_CHECKS + six_steps_of_two_passes + 2
    stopped = ListContext(run_folder(tmp_path / "run", rows), [], cancel_after=checks)
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


@pytest.mark.parametrize("epochs", [1.0, pytest.param(0.5, marks=pytest.mark.slow)])
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
