"""Simulation: 95% intervals hold the truth in 93 to 97% of samples, and p is uniform where nothing differs."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from engine.measuring import metrics
from engine.measuring.metrics import Difference, Resampler

SPREAD, NOISE = 1.5, 1.5
CORRELATION = SPREAD / math.hypot(SPREAD, NOISE)
"""Of predicted and true scores; both are normal, so that Spearman's follows from Pearson's."""
TRUTHS = {
    "srcc": 6 / math.pi * math.asin(CORRELATION / 2),
    "plcc": CORRELATION,
    "rmse": NOISE,
    "mean": 5.0,
    "difference": 0.0,
    "mean difference": 0.0,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """True scores, two versions' predictions of equal accuracy and errors alike, and the group of each image."""

    truth: np.ndarray
    one: np.ndarray
    other: np.ndarray
    groups: list[str | None]


def _sample(rng: np.random.Generator, n: int, size: int) -> Sample:
    of_image = np.arange(n) // size

    def normal() -> np.ndarray:
        """Half of the variance is the group's."""
        if size == 1:
            return rng.normal(size=n)
        return math.sqrt(0.5) * (rng.normal(size=of_image[-1] + 1)[of_image] + rng.normal(size=n))

    truth, shared = 5 + SPREAD * normal(), normal()
    errors = [NOISE * (math.sqrt(0.8) * shared + math.sqrt(0.2) * normal()) for _ in range(2)]
    groups = [None] * n if size == 1 else [str(group) for group in of_image]
    return Sample(truth, truth + errors[0], truth + errors[1], list(groups))


def _found(sample: Sample, resamples: int, seed: int) -> Iterator[tuple[str, float, float, float | None]]:
    """Yield name, ends of the interval and p of every statistic."""
    resampler = Resampler(sample.groups, resamples, seed)
    for name, statistic in {
        "srcc": metrics.weighted_srcc(sample.one, sample.truth),
        "plcc": metrics.weighted_plcc(sample.one, sample.truth),
        "rmse": metrics.weighted_rmse(sample.one, sample.truth),
        "mean": metrics.weighted_mean(sample.one),
    }.items():
        estimate = metrics.bootstrap(statistic, resampler)
        yield name, estimate.lo, estimate.hi, None
    ranks = (metrics.weighted_srcc(answers, sample.truth) for answers in (sample.one, sample.other))
    means = (metrics.weighted_mean(answers) for answers in (sample.one, sample.other))
    for name, pair in (("difference", ranks), ("mean difference", means)):
        found = metrics.paired_bootstrap(*pair, resampler)
        yield name, found.lo, found.hi, found.p


def _simulate(n: int, size: int, samples: int, resamples: int) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    rng = np.random.default_rng([n, size])
    held: dict[str, list[bool]] = defaultdict(list)
    chances: dict[str, list[float]] = defaultdict(list)
    for seed in range(samples):
        for name, lo, hi, p in _found(_sample(rng, n, size), resamples, seed):
            held[name].append(lo <= TRUTHS[name] <= hi)
            if p is not None:
                chances[name].append(p)
    shares = {name: float(np.mean(found)) for name, found in held.items()}
    return shares, {name: np.asarray(found) for name, found in chances.items()}


def _check(shares: dict[str, float], chances: dict[str, np.ndarray], tolerance: float) -> None:
    print({name: f"{share:.1%}" for name, share in shares.items()})
    assert all(0.95 - tolerance <= share <= 0.95 + tolerance for share in shares.values()), shares
    for name, found in chances.items():
        rates = {level: float(np.mean(found <= level)) for level in (0.01, 0.05, 0.1, 0.2)}
        print(name, rates, "KS", stats.kstest(found, "uniform").pvalue)
        for level, rate in rates.items():
            assert abs(rate - level) <= 3 * math.sqrt(level * (1 - level) / len(found)), (name, rates)
        assert stats.kstest(found, "uniform").pvalue > 0.01, name


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("n", "size", "samples"),
    [(50, 1, 2000), (200, 1, 1000), (400, 1, 800), (50, 2, 2000), (200, 5, 1000), (400, 5, 1000)],
)
def test_that_intervals_hold_the_truth_and_p_is_uniform(n: int, size: int, samples: int) -> None:
    _check(*_simulate(n, size, samples, 1000), tolerance=0.02)


def test_that_intervals_of_few_images_are_about_right() -> None:
    shares, chances = _simulate(30, 1, 80, 200)
    assert all(0.88 <= share <= 0.995 for share in shares.values()), shares
    assert abs(float(np.mean(chances["difference"] <= 0.2)) - 0.2) < 0.1


def _rates(rng: np.random.Generator, n: int, rate: float, other: float) -> Difference:
    level = rng.random(n)  # an image that fails in the one is likely to fail in the other
    mine, theirs = level < rate, np.where(rng.random(n) < 0.5, level, rng.random(n)) < other
    return metrics.paired_rates(mine, theirs, [None] * n)


@pytest.mark.parametrize(("n", "rate", "other"), [(50, 0.1, 0.1), (200, 0.02, 0.06), (400, 0.05, 0.05)])
def test_that_paired_rates_hold_the_truth_and_seldom_mistake_chance(n: int, rate: float, other: float) -> None:
    rng = np.random.default_rng(n)
    found = [_rates(rng, n, rate, other) for _ in range(1000)]
    assert 0.93 <= np.mean([one.lo <= rate - other <= one.hi for one in found]) <= 0.995  # cautious with few changes
    if rate == other:  # counts are discrete, so that p is conservative
        assert np.mean([one.p <= 0.05 for one in found]) <= 0.06
        assert np.mean([one.p <= 0.2 for one in found]) >= 0.1
