"""``predict --json`` is valid JSON whatever happens, and ``predict`` says which files of a folder it left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.projects import command
from support.scoring.exported_demo import export_demo_model


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_demo_model(tmp_path_factory.mktemp("demo") / "export")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


def asked(export: Path, *targets: object, **environment: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON and standard error."""
    ran = command("predict", "--model", export, *targets, "--json", **environment)
    return ran.returncode, json.loads(ran.stdout), ran.stderr


def test_that_images_that_cannot_be_used_are_in_the_json_one_by_one(export: Path, pictures: Path) -> None:
    for name in ("a.png", "b.png"):
        (pictures / name).write_bytes(b"no image")
    code, found, said = asked(export, pictures)
    assert code == 2 and "None of the 2 images can be used" in said
    assert [Path(row["image"]).name for row in found["predictions"]] == ["a.png", "b.png"]
    assert all(row["problem"] for row in found["predictions"])
    assert found["version"] == "iter1/score" and found["error"].startswith("None of the 2 images can be used")


def test_that_nothing_found_and_wrong_arguments_are_json_too(export: Path, pictures: Path, tmp_path: Path) -> None:
    code, found, _said = asked(export, pictures)
    assert code == 2 and found["predictions"] == [] and found["error"].startswith(f"No images found in {pictures}")
    code, found, _said = asked(tmp_path / "none", pictures)
    assert code == 2 and found["version"] is None and "is not an exported model" in found["error"]
    code, found, _said = asked(export, pictures, "--out", tmp_path / "scores.xml")
    assert code == 2 and "is not a .csv or .parquet or .jsonl file" in found["error"]


def test_that_side_files_and_links_out_are_counted_beside_the_scores(export: Path, pictures: Path) -> None:
    Image.new("RGB", (40, 30), (90, 140, 60)).save(pictures / "a.png")
    (pictures / "._a.png").write_bytes(b"\0\5\26\7")
    (pictures / "up").symlink_to("..")
    (pictures.parent / "secret.png").write_bytes(b"no image")
    code, found, said = asked(export, pictures)
    assert code == 0 and found["error"] is None
    assert [(Path(row["image"]).name, "score" in row) for row in found["predictions"]] == [("a.png", True)]
    assert found["notes"] == [
        "Skipped 1 file that macOS writes beside images (._ or __MACOSX): not images.",
        "1 link to a folder outside was not followed: up.",
    ]
    assert all(note in said for note in found["notes"])
