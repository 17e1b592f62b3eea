"""The whole loop for each family: pairs, both trainings, merge, prediction, and the merged model on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from support.families.table import ALL
from support.tiny import PROMPT
from support.training import model_spec, train_spec
from transformers import AutoModelForImageTextToText

from engine import images
from engine.contract.context import ListContext, write_jsonl
from engine.contract.specs import GenerateSpec, ImageLimits, MergeSpec, ModelSpec, PredictSpec, RunFolder
from engine.families import load
from engine.merged_model import export_merged
from engine.stages import generate, merge, predict, train

Stage = Callable[[Any, Any], dict[str, Any]]


def _run(stage: Stage, spec: Any, path: Path, rows: list[dict[str, Any]]) -> tuple[RunFolder, dict[str, Any]]:
    path.mkdir()
    folder = RunFolder(path)
    write_jsonl(folder.input, rows)
    return folder, stage(spec, ListContext(folder, []))


def _journal(folder: RunFolder) -> list[dict[str, Any]]:
    from engine.contract.context import complete_rows

    return [row for path in folder.journals() for row in complete_rows(path)]


def _training_rows(pairs: list[dict[str, Any]], pictures: list[Path]) -> list[dict[str, Any]]:
    return [{"pair_id": pair["image_id"], "path": str(pictures[pair["image_id"]]), **pair} for pair in pairs]


def _make_adapters(base: Path, pictures: list[Path], work: Path) -> list[str]:
    images_in = [{"image_id": i, "path": str(p), "bin": 2 * i, "draw": 0} for i, p in enumerate(pictures)]
    spec = GenerateSpec(model_spec(base), PROMPT, 1, 1, max_new_tokens=8, batch_size=2)
    folder, result = _run(generate.run, spec, work / "generate", images_in)
    assert (result["pairs"], result["problems"]) == (4, 0)
    rows = _training_rows(_journal(folder), pictures)
    adapters = []
    for kind in ("score", "consistency"):
        training = train_spec(base, train_kind=kind, batch_size=4, micro_batch=2, epochs=2.0, learning_rate=2e-2)
        folder, result = _run(train.run, training, work / kind, rows)
        assert result["steps"] == 2
        adapters.append(str(folder.adapter))
    return adapters


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ALL))
def test_that_the_whole_loop_goes_through(
    name: str, family_folder: Callable[[str], Path], pictures: list[Path], tmp_path: Path
) -> None:
    base = family_folder(name)
    adapters = _make_adapters(base, pictures, tmp_path)
    merging = MergeSpec(model_spec(base), tuple(adapters))
    folder, _ = _run(merge.run, merging, tmp_path / "merge", [])
    merged = replace(model_spec(base), adapter=str(folder.adapter))
    rows = [{"image_id": i, "path": str(p), "explain": i < 2} for i, p in enumerate(pictures)]
    folder, result = _run(
        predict.run, PredictSpec(merged, PROMPT, max_new_tokens=8, batch_size=2), tmp_path / "predict", rows
    )
    assert (result["rows"], result["problems"]) == (4, 0)
    assert _journal(folder)[0]["logprobs"] != pytest.approx(_base_logprobs(base, pictures[0]), abs=1e-4)
    _check_export(merged, pictures, tmp_path / "exported")


def _base_logprobs(base: Path, picture: Path) -> tuple[float, ...]:
    from engine.generation.answers import Answerer

    opened = images.load(picture, ImageLimits())
    return Answerer.make(load(model_spec(base)), PROMPT, 8).label_logprobs([opened])[0]


def _check_export(merged: ModelSpec, pictures: list[Path], folder: Path) -> None:
    """Plain transformers gives the adapter model's logits; the folder serves as a base for this project too."""
    export_merged(merged, folder)
    with_adapter = load(merged)
    opened = [images.load(path, ImageLimits()) for path in pictures[:2]]
    inputs = with_adapter.encode(opened, [with_adapter.chat_text(PROMPT.text)] * 2)
    plain = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32)
    base = load(replace(merged, adapter=None))
    with torch.no_grad():
        wanted, found, before = (m(**inputs).logits for m in (with_adapter.model, plain, base.model))
    torch.testing.assert_close(found, wanted, atol=2e-4, rtol=1e-4)
    assert float((wanted - before).abs().max()) > 1e-2
    again = load(ModelSpec(str(folder), device="cpu", dtype="float32", threads=1))
    assert again.chat_text("x") == with_adapter.chat_text("x")
