"""The stage that reads scores from explanations: rows, resume, a broken image, the picture beside another text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.tiny import PROMPT, make_images, make_tiny_llava, teach_format

from engine import images
from engine.contract.context import CancelledError, ListContext, read_jsonl, write_jsonl
from engine.contract.specs import ImageLimits, ModelSpec, RereadSpec, RunFolder
from engine.families import load
from engine.generation.answers import Answerer
from engine.generation.reading import ScoreReader, blank_picture
from engine.stages import reread

COUNT = 4
Row = dict[str, Any]
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    folder = make_tiny_llava(tmp_path_factory.mktemp("model"))
    return ModelSpec(str(teach_format(folder, make_images(folder / "pictures", COUNT))))


@pytest.fixture
def rows(tmp_path: Path) -> list[Row]:
    texts = ["The light is soft.", "A dull picture.", "Far too dark.", "A fine tree."]
    paths = make_images(tmp_path / "pictures", COUNT)
    return [
        {
            "prediction_id": 10 + n,
            "path": str(paths[n]),
            "text": texts[n],
            "swapped_id": None if n == 3 else 11 + n,
            "swapped_text": "" if n == 3 else texts[n + 1],
        }
        for n in range(COUNT)
    ]


def spec_of(model: ModelSpec) -> RereadSpec:
    return RereadSpec(model, PROMPT, max_new_tokens=20, batch_size=2)


def context(folder: Path, rows: list[Row], **options: Any) -> ListContext:
    run = RunFolder(folder)
    write_jsonl(run.input, rows)
    return ListContext(run, [], **options)


def test_that_each_text_is_read_alone_and_beside_the_true_picture(
    model: ModelSpec, rows: list[Row], tmp_path: Path
) -> None:
    ctx = context(tmp_path / "run", rows)
    result = reread.run(spec_of(model), ctx)
    found = list(read_jsonl(ctx.folder.journal()))
    assert result["rows"] == COUNT and result["problems"] == 0
    assert [row["prediction_id"] for row in found] == [10, 11, 12, 13]
    assert [row["swapped_id"] for row in found] == [11, 12, 13, None] and found[3]["swapped_logprobs"] is None
    reader = ScoreReader(Answerer.make(load(model), PROMPT, 20))
    (alone,) = reader.read([blank_picture(reread.BLANK_SIDE)], [rows[1]["text"]], kept=False)
    (beside,) = reader.read([images.load(rows[1]["path"], ImageLimits())], [rows[2]["text"]])
    assert found[1]["logprobs"] == pytest.approx(alone) and found[1]["swapped_logprobs"] == pytest.approx(beside)


def test_that_a_stopped_run_goes_on_with_equal_floats(model: ModelSpec, rows: list[Row], tmp_path: Path) -> None:
    whole = context(tmp_path / "whole", rows)
    reread.run(spec_of(model), whole)
    cut = context(tmp_path / "cut", rows, cancel_after=1)
    with pytest.raises(CancelledError):
        reread.run(spec_of(model), cut)
    assert 0 < len(list(read_jsonl(cut.folder.journal()))) < COUNT
    again = ListContext(cut.folder, [])
    reread.run(spec_of(model), again)
    assert list(read_jsonl(cut.folder.journal())) == list(read_jsonl(whole.folder.journal()))


def test_that_an_image_that_is_gone_is_a_problem_of_its_row_alone(
    model: ModelSpec, rows: list[Row], tmp_path: Path
) -> None:
    Path(rows[2]["path"]).unlink()
    ctx = context(tmp_path / "run", rows)
    assert reread.run(spec_of(model), ctx)["problems"] == 1
    found = {row["prediction_id"]: row for row in read_jsonl(ctx.folder.journal())}
    assert "problem" in found[12] and "logprobs" in found[10]
