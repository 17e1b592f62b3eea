"""The number of test images that would tell: by hand, at its limits, and the power of the real test in simulation."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from engine.measuring import metrics
from engine.measuring.metrics import Difference, Resampler
from studio.services.versions import needed_images as module
from studio.services.versions.needed_images import MOST, needed_images
from studio.services.versions.types import MetricValue, NeededImages


def _delta(value: float | None, error: float, n: int) -> MetricValue:
    half = module._half_width(n) * error
    return MetricValue(value, None if value is None else value - half, None if value is None else value + half, n)


def test_that_the_figure_is_the_textbooks() -> None:
    # one image's deviation 1, a difference of 0.1: (1.95996 + 0.84162)^2 / 0.1^2
    assert needed_images(_delta(0.1, 0.1, 100)) == NeededImages(785, 685)
    assert needed_images(_delta(-0.1, 0.1, 100)) == NeededImages(785, 685)
    corrected = needed_images(_delta(0.1, 0.1, 100), level=0.05 / 6)
    assert corrected is not None and corrected.total == math.ceil((2.63826 + 0.84162) ** 2 * 100)


@pytest.mark.parametrize("n", [6, 12, 30, 400])
def test_that_half_an_interval_is_students_t_widened(n: int) -> None:
    assert module._half_width(n) == pytest.approx(stats.t.ppf(0.975, n - 1) * math.sqrt(n / (n - 1)), rel=0.002)


def test_that_no_figure_is_given_where_there_is_none() -> None:
    assert needed_images(_delta(0.0, 0.1, 100)) is None
    assert needed_images(_delta(None, 0.1, 100)) is None
    assert needed_images(MetricValue(0.1, None, None, 100)) is None
    assert needed_images(MetricValue(math.nan, 0.0, 0.1, 100)) is None
    assert needed_images(MetricValue(0.1, 0.0, 0.2, 1)) is None


def test_that_an_absurd_figure_is_cut_and_said_to_be_more() -> None:
    assert needed_images(_delta(1e-5, 0.05, 400)) == NeededImages(400 + MOST, MOST, is_more=True)
    assert needed_images(_delta(5e-324, 0.05, 400)) == NeededImages(400 + MOST, MOST, is_more=True)


def test_that_what_is_clear_needs_no_more() -> None:
    assert needed_images(_delta(0.5, 0.01, 400)) == NeededImages(400, 0)


def _grades(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Two versions' grades 0 to 4 of the same images, the first a little better."""
    image = rng.normal(2.2, 0.8, n)
    mine, theirs = (np.clip(np.round(image + gain + rng.normal(0, 0.6, n)), 0, 4) for gain in (0.2, 0.0))
    return mine, theirs


def _mean_difference(rng: np.random.Generator, n: int, resamples: int, seed: int) -> Difference:
    mine, theirs = map(metrics.weighted_mean, _grades(rng, n))
    return metrics.paired_bootstrap(mine, theirs, Resampler([None] * n, resamples, seed))


def _rank_difference(rng: np.random.Generator, n: int, resamples: int, seed: int) -> Difference:
    """Two versions' predictions with errors alike, the first more accurate."""
    truth, shared = rng.normal(size=n), rng.normal(size=n)
    mine, theirs = (truth + noise * (0.8 * shared + 0.6 * rng.normal(size=n)) for noise in (0.8, 1.0))
    resampler = Resampler([None] * n, resamples, seed)
    return metrics.paired_bootstrap(metrics.weighted_srcc(mine, truth), metrics.weighted_srcc(theirs, truth), resampler)


def _power(draw: Callable[..., Difference], total: int, level: float, samples: int, resamples: int) -> float:
    """Return how often the real test finds the difference in this many images, as a verdict would."""
    rng = np.random.default_rng(total)
    found = [draw(rng, total, resamples, seed) for seed in range(samples)]
    return float(np.mean([one.p < level and one.lo > 0 for one in found]))


def test_that_as_many_images_find_a_difference_of_grades() -> None:
    mine, theirs = _grades(np.random.default_rng(0), 300_000)
    changes = mine - theirs
    needed = needed_images(_delta(float(changes.mean()), float(changes.std()) / math.sqrt(20), 20))
    assert needed is not None and 100 < needed.total < 300
    assert _power(_mean_difference, needed.total, 0.05, 250, 400) == pytest.approx(0.8, abs=0.09)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("draw", [_mean_difference, _rank_difference])
@pytest.mark.parametrize("level", [0.05, 0.05 / 6])
def test_that_the_power_of_the_real_test_is_80_percent_within_5_points(
    draw: Callable[..., Difference], level: float
) -> None:
    large = draw(np.random.default_rng(5), 40_000, 2000, 0)
    error = (large.hi - large.lo) / (2 * module._half_width(large.n))
    needed = needed_images(_delta(large.value, error * math.sqrt(large.n / 20), 20), level)  # of a small test set
    assert needed is not None
    power = _power(draw, needed.total, level, 1500, 1000)
    print(f"{needed.total} images, power {power:.1%}")
    assert power == pytest.approx(0.8, abs=0.05)
