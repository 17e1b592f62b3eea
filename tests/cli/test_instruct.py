"""The command ``instruct``: checks a file of instruction data and shows what is in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from studio.cli import app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "images" / name).write_bytes(b"x")
    return tmp_path


def _row(image: str, question: str, answer: str) -> dict[str, object]:
    turns = [{"from": "human", "value": f"<image>\n{question}"}, {"from": "gpt", "value": answer}]
    return {"id": question, "image": image, "conversations": turns}


def _file(folder: Path) -> Path:
    rows = [
        _row("a.jpg", "Why is it calm?", "The fog."),
        _row("a.jpg", "Why is it dark?", "It is night."),
        _row("b.jpg", "Is it sharp?", "Yes."),
        _row("b.jpg", "What is it?\x1b[31m\nReally?", "A boat. " * 40),
        _row("b.jpg", "How is it?", ""),
        _row("=c.jpg", "How is it?", "Fine."),
    ]
    (folder / "i.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder / "i.json"


def _run(folder: Path, *more: str) -> int:
    return app.run_command(["instruct", str(folder / "i.json"), "--images", str(folder / "images"), *more])


def test_that_it_prints_figures_reasons_and_three_examples(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _file(folder)
    assert _run(folder, "--refusals", str(folder / "out.csv")) == 0
    out = capsys.readouterr().out
    assert "4 of 6 rows can be used. Format: LLaVA: image, conversations." in out
    assert "By type: 1 yes-no, 1 what, 2 why." in out
    assert "1 image does not exist in the images folder." in out
    assert "2 rows skipped:" in out and "row 5: 'How is it?': the answer in message 2 is empty" in out
    assert [line.split(":")[0] for line in out.splitlines() if line.startswith("Example")] == [
        "Example 1, row 1 (why)", "Example 2, row 3 (yes-no)", "Example 3, row 4 (what)",
    ]  # fmt: skip
    assert "\x1b" not in out and max(map(len, out.splitlines())) < 130
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [(row["file"], row["line"], row["value"]) for row in rows] == [
        ("i.json", "5", "How is it?"), ("i.json", "6", "'=c.jpg"),
    ]  # fmt: skip


def test_that_json_adds_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _file(folder)
    assert _run(folder, "--json", "--format", "llava") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["read"], told["accepted"], told["refused"]) == ("llava", 6, 4, 2)
    assert sum(told["types"].values()) == 4 and sum(told["reasons"].values()) == 2
    assert (told["turns"], told["images"], told["images_missing"]) == (4, 2, 1)
    assert len(told["examples"]) == 3 and told["examples"][0]["turns"][0]["answer"] == "The fog."
    assert [one["line"] for one in told["first_refused"]] == [5, 6]


def test_that_a_file_without_a_usable_row_is_wrong_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "i.json").write_text(json.dumps([_row("none.jpg", "Why?", "So.")]), encoding="utf-8")
    assert _run(folder) == 2
    told = capsys.readouterr()
    assert "0 of 1 rows can be used" in told.out and "No row of" in told.err
    assert _run(folder, "--json") == 2
    assert json.loads(capsys.readouterr().out)["accepted"] == 0


@pytest.mark.parametrize("more", [("--format", "vqa"), ("--images", "nowhere")])
def test_that_a_wrong_argument_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    _file(folder)
    assert _run(folder, *more) == 2
    assert more[1] in capsys.readouterr().err


def test_that_another_file_is_named_with_what_it_has(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "i.json").write_text('[{"image": "a.jpg", "gt_score": 1}]', encoding="utf-8")
    assert _run(folder) == 2
    told = capsys.readouterr()
    assert "found objects with 'image', 'gt_score'" in told.err and "Expected" in told.err and not told.out
