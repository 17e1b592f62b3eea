"""The benchmark of the read-outs: on label probabilities whose best reference values are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.projects import SPLITS
from support.reviewed import make_reviewed_project

from bench import readout
from db.models import Image, Prediction
from studio.services.projects import create_and_open

TESTS = 80
STEP = 0.37
"""Difference of the scores of neighbouring images, see write_photos."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each tenth of the test images, by score, has its own certain label; most scores are above all training scores."""
    monkeypatch.setitem(SPLITS, "test", TESTS)
    root = make_reviewed_project(tmp_path / "project", tmp_path / "data")
    opened = create_and_open.open_project(root)
    with opened.session() as session:
        images = session.query(Image).filter_by(split="test").order_by(Image.mean_score).all()
        for place, image in enumerate(images):
            label = place * 10 // TESTS
            logprobs = [0.0 if value == label else -30.0 for value in range(10)]
            session.query(Prediction).filter_by(image_id=image.id).update({"logprobs": logprobs})
    opened.close()
    return root


def test_that_fitted_values_are_the_means_of_each_label_and_bin_means_are_not(project: Path) -> None:
    found = readout.run(project, [60], resplits=20)
    assert [row["version"] for row in found["results"]] == ["base", "iter1/score"]
    for row in found["results"]:
        spread = STEP * ((8**2 - 1) / 12) ** 0.5  # of eight evenly spaced scores around their mean
        for method in ("shrinkage", "least_squares"):
            assert row["rmse"][method] == pytest.approx(spread, rel=0.2)
        assert row["rmse"]["bin_means"] > 5 * spread
        assert row["srcc"]["least_squares"] == pytest.approx(1 - 1 / 100, abs=0.01)
        assert row["rmse_gain"]["bin_means"][0] == pytest.approx(row["rmse"]["bin_means"] - row["rmse"]["shrinkage"])
        assert row["rmse_gain"]["least_squares"][1] < 0.1
    assert "| iter1/score | 60 | 0." in readout.markdown(found)


def test_that_few_images_give_the_bin_means(project: Path) -> None:
    row = readout.run(project, [20], resplits=5)["results"][0]
    assert row["rmse"]["shrinkage"] == row["rmse"]["bin_means"]
    assert row["srcc_gain"]["bin_means"] == (0.0, 0.0)


def test_that_images_must_be_left_to_measure_on(project: Path) -> None:
    with pytest.raises(ValueError, match="80 images"):
        readout.run(project, [TESTS], resplits=1)
