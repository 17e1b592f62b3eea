"""The data set on disk: its tables, its pictures, and that pretraining never saw a scene of it."""

import csv
import statistics
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.demo import corpus
from engine.demo.dataset import TEST, TRAIN, VAL, demo_scene_seed, write_demo_data
from engine.demo.pretrain import PretrainSettings
from engine.demo.scenes import RATERS, sample_scene


def read(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_demo_data(tmp_path / "a", seed=3, train=6, val=3, test=4)
    return tmp_path / "a"


def test_that_the_score_table_has_its_columns_and_splits(written: Path) -> None:
    rows = read(written / "scores.csv")
    assert list(rows[0]) == ["image", "score", "split", "place", "subject", "time"]
    assert [row["split"] for row in rows] == ["train"] * 6 + ["val"] * 3 + ["test"] * 4
    assert all(0 <= float(row["score"]) <= 9 for row in rows)


def test_that_every_picture_is_there_in_its_size(written: Path) -> None:
    rows = read(written / "scores.csv")
    assert {row["image"] for row in rows} == {file.name for file in (written / "images").iterdir()}
    for row in rows:
        with Image.open(written / "images" / row["image"]) as picture:
            picture.load()
            assert (picture.size, picture.mode, picture.format) == ((96, 96), "RGB", "PNG")


def test_that_the_score_is_the_mean_of_the_ratings(written: Path) -> None:
    ratings = read(written / "ratings.csv")
    assert list(ratings[0]) == ["image", "rater", "score"]
    for row in read(written / "scores.csv"):
        given = [int(rating["score"]) for rating in ratings if rating["image"] == row["image"]]
        assert len(given) == RATERS
        assert statistics.fmean(given) == pytest.approx(float(row["score"]), abs=0.005)


def test_that_a_seed_writes_the_same_bytes_and_another_seed_other_scenes(written: Path, tmp_path: Path) -> None:
    write_demo_data(tmp_path / "b", seed=3, train=6, val=3, test=4)
    write_demo_data(tmp_path / "c", seed=4, train=6, val=3, test=4)
    for file in ("scores.csv", "ratings.csv", "images/train_0000.png"):
        assert (written / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
        assert (written / file).read_bytes() != (tmp_path / "c" / file).read_bytes()


def test_that_no_scene_of_the_demonstration_was_in_pretraining() -> None:
    settings = PretrainSettings()
    trained = {corpus.scene_seed(settings.seed, index) for index in range(settings.scenes)}
    trained_scenes = {sample_scene(seed) for seed in trained}
    for seed in range(3):
        for split, count in (("train", TRAIN), ("val", VAL), ("test", TEST)):
            shown = {demo_scene_seed(seed, split, index) for index in range(count)}
            assert len(shown) == count
            assert not shown & trained
            assert not {sample_scene(own) for own in shown} & trained_scenes


def test_that_the_pretraining_picture_is_the_drawing_of_its_own_seed() -> None:
    own = corpus.scene_seed(0, 5)
    picture = corpus.scene_picture(0, 5)
    assert np.array_equal(picture.pixels, corpus.scene_picture(0, 5).pixels)
    assert picture.sight.words["subject"] == sample_scene(own).subject
