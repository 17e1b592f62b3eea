"""Small projects are told what to expect: in the wizard's preview, on the command line, and in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from studio.services.imports.few_images import few_images_warnings, srcc_interval


def test_that_ten_images_are_remarked_on_in_every_split() -> None:
    train, val, test = few_images_warnings({"train": 8, "val": 1, "test": 1})
    assert train.startswith("Only 8 images to train on") and val.startswith("Only 1 image to calibrate")
    assert (
        test == "Only 1 image to measure on: nothing can be measured with so few. Use 50 or more to compare versions."
    )


def test_that_twelve_test_images_are_said_to_be_too_few_with_an_example() -> None:
    (text,) = few_images_warnings({"train": 96, "val": 12, "test": 12})
    assert text.startswith(
        "Only 12 images to measure on: an SRCC of 0.70 has an interval from about 0.19 to 0.91 then."
    )


def test_that_usual_projects_and_empty_splits_are_not_remarked_on() -> None:
    assert few_images_warnings({"train": 50, "val": 10, "test": 50}) == []
    assert few_images_warnings({"train": 500, "val": 0, "test": 0}) == []


@pytest.mark.parametrize("images", [12, 49])
def test_that_the_example_is_true(images: int) -> None:
    """Samples of normal variables whose rank correlation is 0.7: 95% of theirs are about as far away as is said."""
    found = srcc_interval(0.7, images)
    assert found is not None
    random = np.random.default_rng(1)
    pearson = 2 * math.sin(math.pi * 0.7 / 6)
    pairs = random.multivariate_normal([0, 0], [[1, pearson], [pearson, 1]], size=(2000, images))
    held = [srcc_interval(float(spearmanr(pair[:, 0], pair[:, 1])[0]), images) for pair in pairs]
    covered = np.mean([one is not None and one[0] <= 0.7 <= one[1] for one in held])
    assert 0.92 <= covered <= 0.98
    assert srcc_interval(0.7, 3) is None
