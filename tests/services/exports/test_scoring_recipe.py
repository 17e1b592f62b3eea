"""The names of base models in exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.services.exports.scoring_recipe import base_name


@pytest.mark.parametrize(
    ("base", "named"),
    [("demo", "demo"), ("organisation/model", "organisation/model"), ("models/mine", "mine")],
)
def test_that_a_base_is_named_without_its_place(tmp_path: Path, base: str, named: str) -> None:
    (tmp_path / "models/mine").mkdir(parents=True)
    assert base_name(base, tmp_path) == named


def test_that_a_folder_named_demo_is_not_the_demo_model(tmp_path: Path) -> None:
    folder = tmp_path / "models/demo"
    folder.mkdir(parents=True)
    assert base_name(str(folder), tmp_path) == base_name("models/demo", tmp_path) == "demo-folder"
