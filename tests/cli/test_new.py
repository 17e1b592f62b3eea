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
