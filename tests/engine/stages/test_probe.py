"""The probe stage: degraded copies are what is answered about; journals, resumes, broken images, ranks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.tiny import PROMPT, make_images, make_tiny_llava, teach_format

from engine import images
from engine.contract.context import CancelledError, ListContext, StageError, read_jsonl, write_jsonl
from engine.contract.events import Note, Progress, Started
from engine.contract.specs import ImageLimits, ModelSpec, ProbeSpec, RunFolder
from engine.degradations.registry import degrade
from engine.generation.answers import Answerer
from engine.stages import probe

COUNT, BATCH = 4, 3
COPIES = (("none", 0.0), ("blur", 0.5), ("blur", 1.0), ("noise", 1.0))
TOTAL = COUNT * len(COPIES)
Row = dict[str, Any]
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    folder = make_tiny_llava(tmp_path_factory.mktemp("model"))
    return ModelSpec(str(teach_format(folder, make_images(folder / "pictures", COUNT))))


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    return make_images(tmp_path / "pictures", COUNT)


def probe_spec(model: ModelSpec, **changes: Any) -> ProbeSpec:
    given = {"reference": tuple(map(float, range(10))), "bootstrap": 20, "max_new_tokens": 40, "batch_size": BATCH}
    return ProbeSpec(model, PROMPT, "iter1/score", 3, **{**given, **changes})


def probe_rows(pictures: list[Path]) -> list[Row]:
    return [
        {"image_id": 10 + i, "path": str(path), "degradation": name, "strength": strength, "group": None, "base": None}
        for i, path in enumerate(pictures)
        for name, strength in COPIES
    ]


def context(folder: Path, rows: list[Row], **options: Any) -> ListContext:
    run = RunFolder(folder)
    write_jsonl(run.input, rows)
    return ListContext(run, [], **options)


def journal(ctx: ListContext) -> list[Row]:
    return list(read_jsonl(ctx.folder.journal(ctx.rank)))


def test_that_each_copy_is_answered_as_degraded(
    model: ModelSpec, pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    real = Answerer.answer

    def answer(self: Answerer, copies: list[Image.Image]) -> Any:
        seen.extend(copy.tobytes() for copy in copies)
        return real(self, copies)

    monkeypatch.setattr(Answerer, "answer", answer)
    opened: list[str] = []
    load = images.load
    monkeypatch.setattr(images, "load", lambda path, limits: opened.append(path) or load(path, limits))
    rows = probe_rows(pictures)
    ctx = context(tmp_path / "run", rows)
    result = probe.run(probe_spec(model), ctx)
    whole = {row["path"]: load(row["path"], ImageLimits()) for row in rows}
    expected = [
        whole[row["path"]]
        if row["degradation"] == "none"
        else degrade(whole[row["path"]], row["degradation"], row["strength"], seed=3, image_id=row["image_id"])
        for row in rows
    ]
    assert seen == [copy.tobytes() for copy in expected]
    assert opened == [str(path) for path in pictures], "each file is read once"
    found = journal(ctx)
    assert [tuple(row[name] for name in probe.KEY) for row in found] == [
        tuple(row[name] for name in probe.KEY) for row in rows
    ]
    assert all(len(row["logprobs"]) == 10 and row["text"] and row["parse_ok"] for row in found)
    assert found[0]["logprobs"] != found[2]["logprobs"], "the model sees the difference"
    assert (result["rows"], result["problems"]) == (TOTAL, 0)
    names = {(row["name"], row["degradation"], row["strength"]) for row in result["figures"]}
    assert {("score_change", "blur", 0.5), ("naming_gain", "noise", 1.0), ("order", "blur", 0.0)} <= names
    assert ctx.events[0] == Started("probe", TOTAL, "images", device="cpu")
    assert [event.done for event in ctx.events if isinstance(event, Progress)] == [3, 6, 9, 12, 15, 16]


@pytest.mark.parametrize("kept_bytes", [0, 3, 900, 100_000])
def test_that_a_killed_and_resumed_probe_has_the_same_floats_and_figures(
    model: ModelSpec, pictures: list[Path], tmp_path: Path, kept_bytes: int
) -> None:
    spec, rows = probe_spec(model), probe_rows(pictures)
    whole = context(tmp_path / "whole", rows)
    result = probe.run(spec, whole)
    resumed = context(tmp_path / "resumed", rows)
    resumed.folder.journal().write_bytes(whole.folder.journal().read_bytes()[:kept_bytes])
    again = probe.run(spec, resumed)
    assert sorted(map(json.dumps, journal(resumed))) == sorted(map(json.dumps, journal(whole)))
    assert again["figures"] == result["figures"]


def test_that_a_cancel_keeps_finished_batches(model: ModelSpec, pictures: list[Path], tmp_path: Path) -> None:
    ctx = context(tmp_path / "run", probe_rows(pictures), cancel_after=2)
    with pytest.raises(CancelledError):
        probe.run(probe_spec(model), ctx)
    assert 0 < len(journal(ctx)) < TOTAL


def test_that_a_broken_image_is_counted_and_left_out(model: ModelSpec, pictures: list[Path], tmp_path: Path) -> None:
    pictures[1].write_bytes(b"not an image")
    ctx = context(tmp_path / "run", probe_rows(pictures))
    result = probe.run(probe_spec(model), ctx)
    assert (result["rows"], result["problems"]) == (TOTAL, len(COPIES))
    assert {row["image_id"] for row in journal(ctx) if "problem" in row} == {11}
    assert {row["n"] for row in result["figures"] if row["name"] == "score_change"} == {COUNT - 1}
    assert any(isinstance(event, Note) and event.code == "image_problem" for event in ctx.events)


def test_that_images_that_are_all_broken_are_an_error(model: ModelSpec, pictures: list[Path], tmp_path: Path) -> None:
    for path in pictures:
        path.unlink()
    with pytest.raises(StageError, match=f"None of the {TOTAL} images"):
        probe.run(probe_spec(model), context(tmp_path / "run", probe_rows(pictures)))


def test_that_ranks_share_the_rows_and_the_first_computes_the_figures(
    model: ModelSpec, pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = probe_rows(pictures[:2])
    alone = context(tmp_path / "alone", rows)
    single = probe.run(probe_spec(model, batch_size=1), alone)
    monkeypatch.setattr(ListContext, "wait_for_ranks", lambda self, point: None)
    results = [
        probe.run(probe_spec(model, batch_size=1), context(tmp_path / "shared", rows, rank=rank, world_size=2))
        for rank in (1, 0)
    ]
    assert results[0]["figures"] == [] and results[1]["figures"] == single["figures"]
    assert len(results[1]["figures"]) > 0
