"""A training of a search looks at validation images at each checkpoint, and ends early where it lags behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.training import assert_same_bits, of_type, pair_rows, run_folder, train_spec

from engine.contract.context import CancelledError, ListContext
from engine.contract.events import Note, TrainStep, ValidationScore
from engine.contract.specs import TrainSpec, spec_from_json
from engine.stages import train
from engine.training import session


def watched(images: list[Path]) -> tuple[tuple[str, float], ...]:
    return tuple((str(path), float(place)) for place, path in enumerate(images))


def trained(base: Path, images: list[Path], folder: Path, **changes: Any) -> tuple[ListContext, dict[str, Any]]:
    context = ListContext(run_folder(folder, pair_rows(images[:12])), [])
    return context, train.run(spec_of(base, images, **changes), context)


def spec_of(base: Path, images: list[Path], **changes: Any) -> TrainSpec:
    return train_spec(base, watched=watched(images[12:]), on_collapse="warn", **changes)


def test_that_a_spec_with_watched_images_comes_back_from_its_text(base: Path, images: list[Path]) -> None:
    spec = spec_of(base, images, stop_below=((2, 0.5),))
    assert spec_from_json(spec.to_json()) == spec


def test_that_looking_changes_no_weight(base: Path, images: list[Path], tmp_path: Path) -> None:
    looked, result = trained(base, images, tmp_path / "looked")
    plain = ListContext(run_folder(tmp_path / "plain", pair_rows(images[:12])), [])
    train.run(train_spec(base, on_collapse="warn"), plain)
    assert_same_bits(looked.folder, plain.folder)
    scores = of_type(looked, ValidationScore)
    assert [score.step for score in scores] == [2] and scores[0].n == 6 and -1 <= scores[0].srcc <= 1
    assert "stopped_early" not in result


@pytest.mark.parametrize(("limit", "steps"), [(1.1, 2), (-1.1, 4)])
def test_that_a_training_below_the_limit_ends_after_that_step(
    base: Path, images: list[Path], tmp_path: Path, limit: float, steps: int
) -> None:
    context, result = trained(base, images, tmp_path / "run", stop_below=((2, limit),))
    assert of_type(context, TrainStep)[-1].step == steps == result["steps"]
    assert result.get("stopped_early") == (2 if steps == 2 else None)
    assert any(note.code == "stopped_early" for note in of_type(context, Note)) is (steps == 2)
    assert context.folder.adapter.exists()


def test_that_a_training_that_was_to_end_early_ends_there_after_a_kill(
    base: Path, images: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed behind the decision, before the adapter is written."""
    whole, _ = trained(base, images, tmp_path / "whole", stop_below=((2, 1.1),))
    killed = ListContext(run_folder(tmp_path / "killed", pair_rows(images[:12])), [])
    with monkeypatch.context() as patch:
        patch.setattr(session, "save_adapter", _killed)
        with pytest.raises(CancelledError):
            train.run(spec_of(base, images, stop_below=((2, 1.1),)), killed)
    result = train.run(spec_of(base, images, stop_below=((2, 1.1),)), ListContext(killed.folder, []))
    assert result["stopped_early"] == 2
    assert_same_bits(killed.folder, whole.folder)


def _killed(*_args: Any) -> str:
    raise CancelledError
