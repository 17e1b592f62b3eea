"""``predict --out`` that is stopped keeps what it has finished, and the same command goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from support.projects import COMMAND, ENVIRONMENT, command
from support.scoring.exported_demo import export_demo_model

COUNT = 24


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(COUNT):
        Image.new("RGB", (40, 30), (number * 10, 90, 255 - number * 10)).save(folder / f"{number:02}.png")
    return folder


def journal(kept: Path) -> list[dict[str, object]]:
    return [json.loads(line) for file in kept.glob("journal*.jsonl") for line in file.read_text().splitlines()]


@pytest.mark.slow
def test_that_a_stopped_prediction_goes_on(tmp_path: Path, pictures: Path) -> None:
    export = export_demo_model(tmp_path / "export")
    out = tmp_path / "scores.jsonl"
    arguments = ["predict", "--model", str(export), str(pictures), "--out", str(out)]
    lines = []
    with subprocess.Popen(
        [*COMMAND, *arguments], stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, start_new_session=True
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:  # "25% (… of 24 images)" comes while it works
            lines.append(line)
            if line.startswith("25%"):
                os.killpg(child.pid, signal.SIGINT)
    assert child.returncode == 130, lines
    kept = tmp_path / "scores.jsonl.unfinished"
    assert any("the same command goes on from there" in line for line in lines), lines
    finished = journal(kept)
    assert COUNT // 4 <= len(finished) < COUNT and not out.exists()
    done = command(*arguments)
    assert done.returncode == 0, done.stderr
    assert not kept.exists(), "the table has it all now"
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [Path(row["image"]).name for row in found] == [f"{number:02}.png" for number in range(COUNT)]
    for row in finished:  # nothing was computed again
        place = row["image_id"]
        assert isinstance(place, int) and found[place]["explanation"] == row["text"]
    whole = command("predict", "--model", export, pictures, "--json")
    assert whole.returncode == 0
    assert [row["score"] for row in json.loads(whole.stdout)["predictions"]] == [row["score"] for row in found]
    assert "100%" in whole.stderr


def test_that_a_folder_with_other_files_is_left_alone(tmp_path: Path, pictures: Path) -> None:
    export = export_demo_model(tmp_path / "export")
    other = tmp_path / "scores.csv.unfinished"
    other.mkdir()
    (other / "diary.txt").write_text("mine")
    done = command("predict", "--model", export, pictures, "--out", tmp_path / "scores.csv")
    assert done.returncode == 2 and "has files of something else" in done.stderr
    assert (other / "diary.txt").read_text() == "mine"
