"""Suggestions: asked after score and explanation, graded by a judge that sees the image, with intervals."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.servers.judge_server import SUGGESTIONS, JudgeServer, grades_of, judging
from support.tiny import PROMPT, make_images, make_tiny_llava

from engine import images
from engine.contract.chat.requests import judged_instruction
from engine.contract.context import ListContext, read_jsonl, write_jsonl
from engine.contract.judge_types import JUDGE_KEY
from engine.contract.specs import ImageLimits, JudgeSuggestionsSpec, ModelSpec, RunFolder, SuggestSpec, spec_from_json
from engine.families import load
from engine.generation.answers import Answerer
from engine.generation.conversation import Talker
from engine.judges.rubric import SCALE
from engine.judges.tasks import Question, SuggestionTask
from engine.stages import judge_suggestions, suggest

ANSWER = "#Score: 7\n#Explain: The photo is sharp."
QUESTION = "Is the photo sharp?"
Row = dict[str, Any]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JudgeServer]:
    monkeypatch.delenv(JUDGE_KEY, raising=False)
    with judging(JudgeServer()) as found:
        yield found


def test_that_each_image_is_asked_about_after_the_versions_own_answer(tmp_path: Path) -> None:
    base, paths = make_tiny_llava(tmp_path / "base"), make_images(tmp_path / "images", 3)
    model = ModelSpec(str(base), device="cpu", dtype="float32", threads=1)
    run = RunFolder(tmp_path / "run")
    rows: list[Row] = [{"image_id": n, "path": str(path), "answer": ANSWER} for n, path in enumerate(paths)]
    rows.append({"image_id": 3, "path": str(paths[0]), "answer": "very long " * 100})
    rows.append({"image_id": 4, "path": str(tmp_path / "nowhere.png"), "answer": ANSWER})
    write_jsonl(run.input, rows)
    spec = SuggestSpec(model, PROMPT, QUESTION, max_new_tokens=12)
    assert spec_from_json(spec.to_json()) == spec
    told = suggest.run(spec, ListContext(run, []))
    found = {row["image_id"]: row for row in read_jsonl(run.journal())}
    talker = Talker(Answerer.make(load(model), PROMPT, 12))
    for number, path in enumerate(paths):
        image = images.load(path, ImageLimits())
        reply = talker.reply(image, [ANSWER], [QUESTION], lambda _start, _text: None, lambda: False)
        assert found[number]["text"] == reply.text.strip()
    assert "too long" in found[3]["problem"] and "problem" in found[4]
    assert (told["rows"], told["problems"]) == (5, 2)


def test_that_the_judge_is_told_the_papers_words_and_shown_the_resized_image(tmp_path: Path) -> None:
    (path,) = make_images(tmp_path, 1, (900, 600))
    question = SuggestionTask(judged_instruction(), ImageLimits(300)).question(
        {"path": str(path), "text": "Crop {it}."}
    )
    assert isinstance(question, Question)
    assert question.prompt.startswith("Please evaluate the AI assistant's response regarding the input image. The AI ")
    assert 'instruction "Please suggest specific methods to improve the aesthetic quality of the image"' in (
        question.prompt
    )
    assert question.prompt.endswith("The AI assistant's response is as follows: Crop {it}.")
    text, shown = question.content()
    assert text == {"type": "text", "text": question.prompt}
    kind, data = shown["image_url"]["url"].split(",", 1)
    assert kind == "data:image/jpeg;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (300, 200)


def spec_for(server: JudgeServer, folder: Path, **changes: Any) -> JudgeSuggestionsSpec:
    values: dict[str, Any] = {"attempts": 2, "parallel": 4, "kept_folder": str(folder / "kept"), "bootstrap": 200}
    named = {"instruction": judged_instruction(), "base_url": server.address, "model_name": "judge"}
    return JudgeSuggestionsSpec(**(named | values | changes))


def rows_of(folder: Path, ways: list[str], base: list[Row | None] | None = None) -> list[Row]:
    paths = make_images(folder, len(ways))
    given = base or [None] * len(ways)
    return [
        {"suggestion_id": n + 1, "image_id": n, "path": str(path), "text": f"[{way}] {n}", "group": None, "base": one}
        for n, (path, way, one) in enumerate(zip(paths, ways, given, strict=True))
    ]


def judged(spec: JudgeSuggestionsSpec, folder: Path, rows: list[Row]) -> tuple[Row, dict[int, Row], dict[str, Row]]:
    run = RunFolder(folder)
    write_jsonl(run.input, rows)
    told = judge_suggestions.run(spec, ListContext(run, []))
    found = {row["suggestion_id"]: row for row in read_jsonl(run.journal())}
    return told, found, {figure["name"]: figure for figure in told["figures"]}


def test_that_grades_have_means_with_intervals_and_what_fails_is_no_number(server: JudgeServer, tmp_path: Path) -> None:
    ways = ["good"] * 12 + ["prose", "refusal"]
    base: list[Row | None] = [dict.fromkeys(SUGGESTIONS, 2)] * 10 + [None] * 4
    rows = rows_of(tmp_path / "images", ways, base)
    told, found, figures = judged(spec_for(server, tmp_path), tmp_path / "run", rows)
    expected = [{name: SCALE[word] for name, word in grades_of(row["text"], SUGGESTIONS).items()} for row in rows[:12]]
    for number, grades in enumerate(expected, start=1):
        assert {name: found[number][name] for name in SUGGESTIONS} == grades
    for number in (13, 14):
        assert found[number]["usefulness"] is None and found[number]["reason"]
    assert (told["graded"], told["failed"]) == (12, 2)
    assert figures["coverage"]["value"] == pytest.approx(12 / 14) and figures["coverage"]["n"] == 14
    for name in SUGGESTIONS:
        mean = sum(grades[name] for grades in expected) / 12
        assert figures[name]["value"] == pytest.approx(mean) and figures[name]["n"] == 12
        assert figures[name]["lo"] < mean < figures[name]["hi"]
        change = sum(grades[name] - 2 for grades in expected[:10]) / 10
        assert figures[f"{name}_vs_base"]["value"] == pytest.approx(change)
        assert figures[f"{name}_vs_base"]["n"] == 10
    assert all(len(body["messages"][0]["content"]) == 2 for body in server.bodies)


def test_that_nothing_is_judged_twice_but_another_image_is(server: JudgeServer, tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "images", ["good"] * 4)
    spec = spec_for(server, tmp_path)
    judged(spec, tmp_path / "run", rows)
    judged(spec, tmp_path / "run", rows)
    assert server.asked == 4, "what is in the journal"
    judged(spec, tmp_path / "again", rows)
    assert server.asked == 4, "what is kept"
    rows[0]["path"] = rows[1]["path"]
    judged(spec, tmp_path / "other", rows)
    assert server.asked == 5, "the same text beside another image"


def test_that_a_batch_brings_the_same_grades_and_keeps_its_own_notes(server: JudgeServer, tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "images", ["good"] * 3)
    _, single, _ = judged(spec_for(server, tmp_path / "a"), tmp_path / "run", rows)
    spec = spec_for(server, tmp_path / "b", batch=True)
    told, batched, _ = judged(spec, tmp_path / "batch", rows)
    assert batched.keys() == single.keys() and told["requests"] == 0
    assert all({**batched[n], "raw": ""} == {**single[n], "raw": ""} for n in single)
    assert [path.name for path in (tmp_path / "b" / "kept").glob("*batches*")] == ["suggestion_batches.jsonl"]


def test_that_an_image_that_cannot_be_read_has_a_reason_and_no_request(server: JudgeServer, tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "images", ["good"] * 2)
    Path(rows[0]["path"]).unlink()
    _, found, figures = judged(spec_for(server, tmp_path), tmp_path / "run", rows)
    assert found[1]["usefulness"] is None and "image cannot be used" in found[1]["reason"]
    assert server.asked == 1 and figures["usefulness"]["n"] == 1


def test_that_the_cost_of_images_is_reserved(server: JudgeServer, tmp_path: Path) -> None:
    from engine.contract.context import StageError

    rows = rows_of(tmp_path / "images", ["good"] * 3)
    spec = spec_for(server, tmp_path, price_prompt=1000.0, price_answer=0.0, max_cost=5.0)
    with pytest.raises(StageError, match=r"cost limit of 5\.00 USD"):
        judged(spec, tmp_path / "run", rows)
    assert server.asked == 0, "one image may cost 8,500 tokens"
