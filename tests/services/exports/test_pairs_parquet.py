"""Pairs as Parquet in other hands: stock datasets sees images, and TRL's columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import Image, List, load_dataset
from support.pair_rows import list_pairs
from support.reviewed import make_reviewed_project

from studio.services import exports
from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import review_steps
from studio.services.review.types import PairFilter


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))


def test_that_stock_datasets_loads_embedded_images(project: Project, tmp_path: Path) -> None:
    first = list_pairs(project, PairFilter())[0]
    review_steps.decide(project, first.id, "veto")
    written = exports.export_pairs(project, tmp_path / "pairs.parquet")
    assert (written.pairs, written.vetoed, written.without_image) == (23, 1, ())
    for image in project.images_root().iterdir():
        image.unlink()
    loaded = load_dataset(
        "parquet", data_files=str(tmp_path / "pairs.parquet"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert loaded.features["images"] == List(Image()) and len(loaded) == 23
    row = loaded[0]
    assert row["images"][0].size == (40, 30) and row["image_path"] != first.image_name
    assert row["chosen"][0]["content"][0]["text"].startswith("#Score: ")
    assert [block["type"] for block in row["prompt"][0]["content"]] == ["image", "text"]


def test_that_paths_alone_can_be_kept(project: Project, tmp_path: Path) -> None:
    exports.export_pairs(project, tmp_path / "pairs.parquet", embed_images=False)
    loaded = load_dataset(
        "parquet", data_files=str(tmp_path / "pairs.parquet"), split="train", cache_dir=str(tmp_path / "cache")
    )
    plain = loaded.cast_column("images", List(Image(decode=False)))[0]["images"][0]
    assert plain["bytes"] is None and Path(plain["path"]).parent == project.images_root()
    assert loaded[0]["images"][0].size == (40, 30)


def test_that_pairs_whose_image_is_gone_are_told(project: Project, tmp_path: Path) -> None:
    (project.images_root() / "train_00.png").unlink()
    written = exports.export_pairs(project, tmp_path / "pairs.parquet")
    assert (written.pairs, written.without_image) == (23, ("train_00.png",))
    with pytest.raises(StudioError, match=r"not a .jsonl or .parquet file"):
        exports.export_pairs(project, tmp_path / "pairs.csv")
