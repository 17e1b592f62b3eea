"""A judge reads scores from explanations alone: nothing but a whole number is one, and nothing is asked twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import spearmanr
from support.servers.judge_server import JudgeServer, judging, score_of

from engine.contract.context import ListContext, read_jsonl, write_jsonl
from engine.contract.specs import JudgeReadingSpec, MeasureSpec, RunFolder
from engine.judges.rubric import UnusableAnswerError, read_score
from engine.judges.tasks import ReadingTask
from engine.measuring.judge_reading import of_readers
from engine.stages import judge_reading

JUDGE = "judge@http://localhost"
Row = dict[str, Any]


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judging(JudgeServer()) as found:
        yield found


def read(server: JudgeServer, folder: Path, rows: list[Row], **changes: Any) -> tuple[Row, dict[int, Row]]:
    values: dict[str, Any] = {"attempts": 2, "parallel": 4, "kept_folder": str(folder / "kept")}
    spec = JudgeReadingSpec(base_url=server.address, model_name="judge", **(values | changes))
    run = RunFolder(folder / "run")
    write_jsonl(run.input, rows)
    told = judge_reading.run(spec, ListContext(run, []))
    return told, {row["prediction_id"]: row for row in read_jsonl(run.journal())}


@pytest.mark.parametrize("batch", [False, True])
def test_that_a_score_is_read_from_the_text_alone(server: JudgeServer, tmp_path: Path, batch: bool) -> None:
    texts = ["[good] a", "[fenced] b", "[good] c {score}", "[fields] d"] if not batch else ["[good] a", "[good] c"]
    told, found = read(
        server, tmp_path, [{"prediction_id": n, "text": text} for n, text in enumerate(texts)], batch=batch
    )
    for number, text in enumerate(texts):
        if "[good]" in text:
            assert (found[number]["label"], found[number]["reason"]) == (score_of(text), "")
        else:
            assert found[number]["label"] is None and found[number]["reason"]
    assert told["read"] == sum("[good]" in text for text in texts)
    assert told["failed"] == len(texts) - told["read"]
    prompts = [body["messages"][0]["content"] for body in server.bodies]
    assert all(prompt.endswith(f"#Explanatory text: {text}") for prompt in prompts for text in texts if text in prompt)
    schema = server.bodies[0]["response_format"]["json_schema"]["schema"]
    assert schema["properties"] == {"score": {"type": "integer", "enum": list(range(10))}}


def test_that_nothing_is_read_twice(server: JudgeServer, tmp_path: Path) -> None:
    rows = [{"prediction_id": n, "text": "[good] the same"} for n in range(3)]
    read(server, tmp_path, rows)
    assert server.asked == 1
    read(server, tmp_path, rows)
    assert server.asked == 1


@pytest.mark.parametrize(
    "answer", ['{"score": 10}', '{"score": -1}', '{"score": 4.0}', '{"score": "4"}', '{"score": true}',
               '{"score": null}', '{"score": 4, "why": "x"}', "4", "{}", '```{"score": 4}```'],
)  # fmt: skip
def test_that_anything_but_a_score_is_none(answer: str) -> None:
    with pytest.raises(UnusableAnswerError):
        read_score(answer)
    with pytest.raises(UnusableAnswerError):
        ReadingTask().read(answer)


def rows_read(said: list[int | None], labels: list[int | None], theirs: list[int | None] | None = None) -> list[Row]:
    rows: list[Row] = []
    for number, (one, label) in enumerate(zip(said, labels, strict=True)):
        row: Row = {
            "image_id": number,
            "group": None,
            "truth": float(number),
            "label": label,
            "judge_read": {JUDGE: one},
        }
        if theirs is not None:
            row |= {
                "compare_judge_read": {"base": {JUDGE: theirs[number]}},
                "compare_answers": {"base": {"label": label}},
            }
        rows.append(row)
    return rows


def test_that_readings_agree_with_the_truth_on_a_scale_on_which_lower_is_better() -> None:
    said: list[int | None] = [9, 7, 5, 2, 0]
    spec = MeasureSpec("v", tuple(float(n) for n in range(9, -1, -1)), bootstrap=200)
    (found,) = of_readers(spec, rows_read(said, said), ListContext(RunFolder(Path("unused")), [])).values()
    assert found["read_truth"]["value"] == pytest.approx(1), "the truth rises where the readings fall"


def test_that_measures_equal_scipys_and_what_was_not_read_is_counted() -> None:
    said: list[int | None] = [1, 2, 2, 5, 9, 4, None, 3]
    labels: list[int | None] = [1, 3, 2, 6, 4, 4, 5, None]
    theirs: list[int | None] = [9, 1, 2, 5, 3, None, 1, 1]
    events: list[Any] = []
    spec = MeasureSpec("v", tuple(float(n) for n in range(10)), bootstrap=200, against=("base",))
    context = ListContext(RunFolder(Path("unused")), events)
    (found,) = of_readers(spec, rows_read(said, labels, theirs), context).values()
    both = [(one, label) for one, label in zip(said, labels, strict=True) if one is not None and label is not None]
    assert found["read_label"]["value"] == pytest.approx(spearmanr(*zip(*both, strict=True))[0])
    assert found["read_label"]["n"] == 6 and found["read_truth"]["n"] == 6
    assert found["read_contradictions"]["value"] == pytest.approx(1 / 6)
    assert found["read_coverage"]["value"] == pytest.approx(6 / 7), "the answer without a label was not asked about"
    mine = spearmanr([1, 2, 2, 5, 9], [1, 3, 2, 6, 4])[0]
    other = spearmanr([9, 1, 2, 5, 3], [1, 3, 2, 6, 4])[0]
    assert found["read_label_delta:base"]["value"] == pytest.approx(mine - other)
    assert found["read_label_delta:base"]["n"] == 5


def test_that_nobody_has_read_is_no_measure() -> None:
    spec = MeasureSpec("v", tuple(float(n) for n in range(10)))
    rows = [{"image_id": 0, "group": None, "truth": 1.0, "label": 1}]
    assert of_readers(spec, rows, ListContext(RunFolder(Path("unused")), [])) == {}
