"""The serving stage: requests through a pipe, batches of what waits together, and what cannot be answered."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from support.tiny import PROMPT, make_images, make_tiny_llava

from engine.contract.context import ListContext, StageError, read_jsonl, write_jsonl
from engine.contract.events import Event, Loaded, Note, NotPredicted, Phase, Predicted
from engine.contract.serving.requests import PredictRequest, decode_predict_request, encode_predict_request
from engine.contract.specs import ModelSpec, PredictSpec, RunFolder, ServeSpec, spec_from_json
from engine.stages import predict, serve
from engine.stages.image_rows import Row
from engine.stages.predict import RowPredictor


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    folder = make_tiny_llava(tmp_path_factory.mktemp("serve") / "base")
    return ModelSpec(str(folder), device="cpu", dtype="float32", threads=1)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return list(map(str, make_images(tmp_path_factory.mktemp("images"), 5)))


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the batches that went through the model."""
    sizes: list[int] = []
    process = RowPredictor.process

    def counted(self: RowPredictor, rows: list[Row], images: list[Image.Image]) -> list[Row]:
        sizes.append(len(rows))
        return process(self, rows, images)

    monkeypatch.setattr(RowPredictor, "process", counted)
    return sizes


def served(spec: ServeSpec, folder: Path, lines: Sequence[PredictRequest | str]) -> list[Event]:
    """The events of a stage to which these requests are sent before its model is loaded."""
    folder.mkdir()
    source, sink = os.pipe()
    text = "".join((one if isinstance(one, str) else encode_predict_request(one)) + "\n" for one in lines)
    os.write(sink, text.encode())
    os.close(sink)
    context = ListContext(RunFolder(folder), [])
    try:
        result = serve.run(spec, context, source)
    finally:
        os.close(source)
    assert result["images"] == sum(isinstance(one, Predicted) for one in context.events)
    return context.events


def answers(events: Sequence[Event]) -> dict[int, Row]:
    return {one.number: one.row for one in events if isinstance(one, Predicted)}


def test_that_requests_that_wait_together_are_answered_as_a_prediction_answers_them(
    base: ModelSpec, pictures: list[str], tmp_path: Path, batches: list[int]
) -> None:
    requests = [PredictRequest(10 + number, path) for number, path in enumerate(pictures)]
    spec = ServeSpec(base, PROMPT, max_new_tokens=20, batch_size=3)
    events = served(spec, tmp_path / "serve", requests)
    assert batches == [3, 2]
    assert sum(isinstance(one, Loaded) for one in events) == 1
    folder = RunFolder(tmp_path / "predict")
    folder.path.mkdir()
    write_jsonl(folder.input, [{"image_id": one.number, "path": one.path, "explain": True} for one in requests])
    predict.run(PredictSpec(base, PROMPT, max_new_tokens=20, batch_size=3), ListContext(folder, []))
    expected = {row.pop("image_id"): row for row in read_jsonl(folder.journal())}
    assert answers(events) == expected
    assert not list((tmp_path / "serve").glob("journal*"))


def test_that_scores_alone_and_explanations_go_in_batches_of_their_own(
    base: ModelSpec, pictures: list[str], tmp_path: Path, batches: list[int]
) -> None:
    kinds = (True, True, False, False, True)
    requests = [PredictRequest(n, path, kind) for n, (path, kind) in enumerate(zip(pictures, kinds, strict=True))]
    found = answers(served(ServeSpec(base, PROMPT, 20, batch_size=4), tmp_path / "run", requests))
    assert batches == [2, 2, 1]
    assert [found[number]["explained"] for number in range(5)] == list(kinds)
    assert all(len(row["logprobs"]) == 10 for row in found.values())


def test_that_bad_images_and_lines_are_named_and_the_others_are_answered(
    base: ModelSpec, pictures: list[str], tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("no image")
    bad = [PredictRequest(1, str(tmp_path / "text.jpg")), "nonsense", PredictRequest(2, str(tmp_path / "missing.jpg"))]
    events = served(ServeSpec(base, PROMPT, 20, batch_size=4), tmp_path / "run", [*bad, PredictRequest(3, pictures[0])])
    assert [one for one in events if isinstance(one, NotPredicted)] == [
        NotPredicted(1, "not a readable image", True), NotPredicted(2, "the file does not exist", True),
    ]  # fmt: skip
    assert [one.code for one in events if isinstance(one, Note)] == ["unreadable_request"]
    assert list(answers(events)) == [3]


@pytest.mark.parametrize("error", [RuntimeError("CUDA out of memory"), StageError("Not a number.", "Choose another.")])
def test_that_a_batch_that_fails_is_tried_in_halves(
    error: Exception, base: ModelSpec, pictures: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With memory for one image at a time, and with one image for which there is never enough."""
    process = RowPredictor.process

    def limited(self: RowPredictor, rows: list[Row], images: list[Image.Image]) -> list[Row]:
        if len(rows) > 1 or rows[0]["image_id"] == 2:
            raise error
        return process(self, rows, images)

    monkeypatch.setattr(RowPredictor, "process", limited)
    requests = [PredictRequest(number, path) for number, path in enumerate(pictures)]
    events = served(ServeSpec(base, PROMPT, 20, batch_size=5), tmp_path / "run", requests)
    assert sorted(answers(events)) == [0, 1, 3, 4]
    (refused,) = (one for one in events if isinstance(one, NotPredicted))
    assert (refused.number, refused.image_problem) == (2, False)
    assert ("Not enough memory for 1 images" in refused.reason) is isinstance(error, RuntimeError)


def test_that_a_request_that_comes_later_is_answered_by_the_same_model(
    base: ModelSpec, pictures: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.cancellation.called_often", lambda *_: contextlib.nullcontext())
    source, sink = os.pipe()
    (tmp_path / "run").mkdir()
    context = ListContext(RunFolder(tmp_path / "run"), [])
    spec = ServeSpec(base, PROMPT, 20, batch_size=2)
    thread = threading.Thread(target=serve.run, args=(spec, context, source))
    thread.start()
    for number in (1, 2):
        os.write(sink, encode_predict_request(PredictRequest(number, pictures[0])).encode() + b"\n")
        while number not in answers(context.events):
            assert thread.is_alive()
            thread.join(0.02)
    os.close(sink)
    thread.join(60)
    os.close(source)
    assert not thread.is_alive()
    found = answers(context.events)
    assert found[1] == found[2]
    assert sum(isinstance(one, Loaded) for one in context.events) == 1


def test_that_the_model_is_loaded_before_anybody_asks(base: ModelSpec, tmp_path: Path) -> None:
    events = served(ServeSpec(base, PROMPT, 20, batch_size=2), tmp_path / "run", [])
    assert [type(one).__name__ for one in events if not isinstance(one, Phase | Note)] == ["Started", "Loaded"]


@pytest.mark.parametrize(
    "line", ["", "7", "[]", "{}", '{"number": "1", "path": "a"}', '{"number": 1, "path": "a", "more": 1}']
)
def test_that_a_line_that_is_no_request_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a request"):
        decode_predict_request(line)


def test_that_a_spec_survives_its_file(base: ModelSpec) -> None:
    spec = ServeSpec(base, PROMPT, 20, batch_size=None)
    assert spec_from_json(spec.to_json()) == spec
