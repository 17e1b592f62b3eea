"""``new``: which settings a project gets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PIL import Image

from studio.cli import app
from studio.services.settings.toml_file import load_preset, preset_made_for


def _new(folder: Path, *more: str) -> int:
    images = folder / "images"
    images.mkdir()
    for number in range(20):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(images / f"{number}.png")
    lines = "".join(f"{number}.png,{number}\n" for number in range(20))
    (folder / "scores.csv").write_text("image,score\n" + lines, encoding="utf-8")
    return app.run_command(
        [
            "new",
            str(folder / "p"),
            "--images",
            str(images),
            "--scores",
            str(folder / "scores.csv"),
            *([] if "--model" in more else ["--model", "demo"]),
            *more,
        ]
    )


def test_that_a_new_project_on_the_demo_model_gets_the_settings_made_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _new(tmp_path) == 0
    assert "preset demo" in capsys.readouterr().out
    written = tomllib.loads((tmp_path / "p" / "studio.toml").read_text(encoding="utf-8"))
    wanted = load_preset("demo")
    assert written["prompt"]["resource"] == wanted["prompt"]["resource"]
    assert written["training"]["learning_rate"] == wanted["training"]["learning_rate"]


def test_that_a_named_preset_comes_before_the_one_made_for_the_model(tmp_path: Path) -> None:
    assert _new(tmp_path, "--preset", "ava-llava-next-7b") == 0
    written = tomllib.loads((tmp_path / "p" / "studio.toml").read_text(encoding="utf-8"))
    assert written["training"]["learning_rate"] == 5e-5


def test_that_a_model_with_several_presets_gets_none_of_them() -> None:
    assert preset_made_for("OpenGVLab/InternVL2-2B") is None
    assert preset_made_for("someone/else") is None


def test_that_the_presets_of_a_model_that_has_several_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _new(tmp_path, "--model", "llava-hf/llava-1.5-7b-hf") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Using default settings." in told
    assert "aadb-llava-1.5-7b, ava-llava-1.5-7b" in told


def test_that_the_command_line_recognises_columns_and_direction_and_can_be_told_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = tmp_path / "images"
    images.mkdir()
    for number in range(20):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(images / f"{number}.png")
    lines = "".join(f"{number}.png; {number}\n" for number in range(20))
    (tmp_path / "t.csv").write_text("Photo; DMOS\n" + lines, encoding="utf-8")
    command = ["new", "--images", str(images), "--scores", str(tmp_path / "t.csv"), "--model", "demo"]
    assert app.run_command([*command, str(tmp_path / "p")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "20 of 20 rows imported" in out
    assert "Lower scores are better, recognised by the column 'DMOS'; if not, use --higher-is-better." in out
    assert app.run_command([*command, str(tmp_path / "q"), "--higher-is-better"]) == 0
    assert "better" not in capsys.readouterr().out
    assert app.run_command([*command, str(tmp_path / "r"), "--lower-is-better"]) == 0
    assert "Lower scores are better. Label 9 is for the lowest scores." in capsys.readouterr().out
    kept = {name: tomllib.loads((tmp_path / name / "studio.toml").read_text("utf-8"))["import"] for name in "pqr"}
    assert [kept[name]["lower_is_better"] for name in "pqr"] == [True, False, True]


def test_that_single_ratings_and_avas_lists_can_be_given_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "who.csv").write_text("image,rater,score\n1.png,ann,1\n1.png,bob,nothing\n")
    assert _new(tmp_path, "--ratings", str(tmp_path / "who.csv")) == 0
    assert "1 rows of who.csv were skipped" in capsys.readouterr().out
    written = tomllib.loads((tmp_path / "p" / "studio.toml").read_text(encoding="utf-8"))
    assert written["import"]["ratings"] == str(tmp_path / "who.csv")
    (tmp_path / "ava").mkdir()
    rows = (f"{n} {n} 0 0 0 {n} 1 0 0 0 0 0 0 0 0" for n in range(20))
    (tmp_path / "ava" / "AVA.txt").write_text("\n".join(rows) + "\n")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "generic_test.jpgl").write_text("\n".join(str(n) for n in range(5)))
    arguments = ["new", str(tmp_path / "q"), "--images", str(tmp_path / "images"), "--model", "demo"]
    arguments += ["--scores", str(tmp_path / "ava"), "--lists"]
    assert app.run_command([*arguments, str(tmp_path / "nowhere")]) == 2
    assert "Check the path of --lists" in capsys.readouterr().err
    assert app.run_command([*arguments, str(tmp_path / "lists")]) == 0
    assert "5 test" in capsys.readouterr().out
