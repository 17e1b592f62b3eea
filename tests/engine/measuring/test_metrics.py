"""Correlations and errors against SciPy and literal numbers; bootstrap intervals and p-values."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from scipy import stats

from engine.measuring import metrics
from engine.measuring.metrics import Resampler

PREDICTED = [1.0, 2.0, 2.0, 4.0, 3.0, 9.0]
TRUTH = [2.0, 1.0, 3.0, 3.0, 5.0, 6.0]


def _data(n: int, noise: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.round(rng.normal(5, 1.5, n), 1)
    return np.round(truth + rng.normal(0, noise, n), 1), truth


def test_that_the_metrics_are_the_literal_numbers() -> None:
    assert metrics.plcc(PREDICTED, TRUTH) == pytest.approx(21 / math.sqrt(41.5 * 52 / 3))
    assert metrics.srcc(PREDICTED, TRUTH) == pytest.approx(13.25 / 17)
    assert metrics.rmse(PREDICTED, TRUTH) == pytest.approx(math.sqrt(17 / 6))


def test_that_the_correlations_equal_scipys_with_many_ties() -> None:
    predicted, truth = _data(300, 2.0)
    predicted = np.round(predicted)
    assert metrics.plcc(predicted, truth) == pytest.approx(float(stats.pearsonr(predicted, truth).statistic), abs=1e-12)
    assert metrics.srcc(predicted, truth) == pytest.approx(
        float(stats.spearmanr(predicted, truth).statistic), abs=1e-12
    )


def test_that_every_resample_equals_scipy_on_the_repeated_rows() -> None:
    predicted, truth = _data(40, 2.0)
    resampler = Resampler([None] * 40, resamples=25, seed=3)
    found = zip(
        resampler.values(metrics.weighted_plcc(predicted, truth)),
        resampler.values(metrics.weighted_srcc(predicted, truth)),
        resampler.values(metrics.weighted_rmse(predicted, truth)),
        np.concatenate(list(resampler.counts())),
        strict=True,
    )
    for plcc, srcc, rmse, counts in found:
        x, y = (np.repeat(values, counts.astype(int)) for values in (predicted, truth))
        assert len(x) == 40
        assert plcc == pytest.approx(float(stats.pearsonr(x, y).statistic), abs=1e-9)
        assert srcc == pytest.approx(float(stats.spearmanr(x, y).statistic), abs=1e-9)
        assert rmse == pytest.approx(float(np.sqrt(np.mean((x - y) ** 2))), abs=1e-9)


@pytest.mark.parametrize("constant", [[0.1] * 6, [1e9 + 0.1] * 6])
def test_that_a_constant_side_gives_nan_with_a_reason(constant: list[float]) -> None:
    resampler = Resampler([None] * 6, 50)
    for statistic in (metrics.weighted_plcc, metrics.weighted_srcc):
        estimate = metrics.bootstrap(statistic(constant, TRUTH), resampler)
        assert math.isnan(estimate.value) and math.isnan(estimate.lo)
        assert estimate.reason == "all values are equal"


def test_that_means_and_rates_are_the_literal_numbers() -> None:
    grades = [4.0, 4.0, 0.0, 3.0, 2.0]
    estimate = metrics.bootstrap(metrics.weighted_mean(grades), Resampler([None] * 5, 50))
    assert (estimate.value, estimate.n) == (pytest.approx(2.6), 5)
    assert metrics.wilson(3, 12).value == 0.25
    shifted = metrics.bootstrap(metrics.weighted_rmse([1.5, 2.5, 3.5], [1.0, 2.0, 3.0]), Resampler([None] * 3, 50))
    assert (shifted.value, shifted.lo, shifted.hi) == pytest.approx((0.5, 0.5, 0.5))


@pytest.mark.parametrize("seed", range(5))
def test_that_ties_on_both_sides_equal_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    predicted, truth = rng.integers(0, 3, 60).astype(float), rng.integers(0, 4, 60).astype(float)
    assert metrics.srcc(predicted, truth) == pytest.approx(
        float(stats.spearmanr(predicted, truth).statistic), abs=1e-12
    )
    assert metrics.plcc(predicted, truth) == pytest.approx(float(stats.pearsonr(predicted, truth).statistic), abs=1e-12)
    assert metrics.rmse(predicted, truth) == pytest.approx(float(np.sqrt(np.mean((predicted - truth) ** 2))))


def test_that_no_images_give_nan_with_a_reason() -> None:
    assert "no images" in metrics.bootstrap(metrics.weighted_srcc([], []), Resampler([], 10)).reason
    assert "no images" in metrics.wilson(0, 0).reason


def test_that_an_interval_is_seeded_and_holds_its_value() -> None:
    predicted, truth = _data(200, 1.5)
    statistic = metrics.weighted_srcc(predicted, truth)
    first = metrics.bootstrap(statistic, Resampler([None] * 200, 500, seed=1))
    assert first == metrics.bootstrap(statistic, Resampler([None] * 200, 500, seed=1))
    assert first != metrics.bootstrap(statistic, Resampler([None] * 200, 500, seed=2))
    assert first.lo < first.value < first.hi
    assert first.hi - first.lo == pytest.approx(4 * (1 - first.value**2) / math.sqrt(200), rel=0.5)


def test_that_groups_are_drawn_whole_and_widen_the_interval() -> None:
    predicted, truth = _data(40, 1.5)
    groups = [f"photo {i // 10}" for i in range(400)]
    copies = np.repeat(predicted, 10), np.repeat(truth, 10)
    by_group = Resampler(groups, 400)
    for counts in by_group.counts():
        assert (counts.reshape(len(counts), 40, 10) == counts.reshape(len(counts), 40, 10)[:, :, :1]).all()
    by_image = metrics.bootstrap(metrics.weighted_srcc(*copies), Resampler([None] * 400, 400))
    estimate = metrics.bootstrap(metrics.weighted_srcc(*copies), by_group)
    assert estimate.value == pytest.approx(by_image.value)
    assert estimate.hi - estimate.lo > 2 * (by_image.hi - by_image.lo)


def test_that_one_group_gives_a_value_without_interval() -> None:
    estimate = metrics.bootstrap(metrics.weighted_srcc(PREDICTED, TRUTH), Resampler(["a"] * 6, 50))
    assert estimate.value == pytest.approx(13.25 / 17)
    assert math.isnan(estimate.lo) and "too few" in estimate.reason


def test_that_a_clear_improvement_is_significant_and_none_is_not() -> None:
    better, truth = _data(300, 0.5)
    worse = truth + np.random.default_rng(9).normal(0, 3, 300)
    resampler = Resampler([None] * 300, 400)
    clear = metrics.paired_bootstrap(
        metrics.weighted_srcc(better, truth), metrics.weighted_srcc(worse, truth), resampler
    )
    assert clear.lo > 0 and clear.p == pytest.approx(2 / 401)
    same = metrics.paired_bootstrap(
        metrics.weighted_srcc(better, truth), metrics.weighted_srcc(better, truth), resampler
    )
    assert (same.value, same.lo, same.hi, same.p) == (0.0, 0.0, 0.0, 1.0)


def test_that_the_paired_interval_is_narrower_than_the_separate_ones() -> None:
    one, truth = _data(300, 2.0)
    other = one + np.random.default_rng(5).normal(0, 0.3, 300)
    resampler = Resampler([None] * 300, 400)
    statistic, second = metrics.weighted_srcc(one, truth), metrics.weighted_srcc(other, truth)
    paired, alone = metrics.paired_bootstrap(statistic, second, resampler), metrics.bootstrap(statistic, resampler)
    assert paired.hi - paired.lo < 0.5 * (alone.hi - alone.lo)


def test_that_wilson_gives_the_textbook_interval_and_is_never_certain() -> None:
    estimate = metrics.wilson(5, 100)
    assert (estimate.lo, estimate.hi) == pytest.approx((0.02154, 0.11175), abs=1e-5)
    none, whole = metrics.wilson(0, 400), metrics.wilson(400, 400)
    assert none.lo == 0 and 0 < none.hi < 0.01
    assert whole.hi == 1 and 0.99 < whole.lo < 1
    assert metrics.wilson(5, 100, units=20).hi > estimate.hi


def test_that_a_thousand_resamples_of_four_hundred_rows_take_under_a_second() -> None:
    predicted, truth = _data(400, 1.5)
    started = time.process_time()
    metrics.bootstrap(metrics.weighted_srcc(predicted, truth), Resampler([None] * 400, 1000))
    assert time.process_time() - started < 1.0


def test_that_resamples_come_in_blocks_when_there_are_many_images() -> None:
    blocks = list(Resampler([None] * 100_000, 90).counts())
    assert len(blocks) > 1
    assert sum(map(len, blocks)) == 90
    assert all((block.sum(axis=1) == 100_000).all() for block in blocks)


@pytest.mark.parametrize("count", [40, metrics.MOST_PAIRED + 1])
def test_that_kendalls_tau_is_scipys_also_with_ties_and_for_resamples(count: int) -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 9, count).astype(float)
    predicted = np.round(truth + rng.normal(0, 3, count))
    statistic = metrics.weighted_kendall(predicted, truth)
    (block,) = metrics.Resampler([None] * count, 3, 5).counts()
    expected = [
        stats.kendalltau(np.repeat(predicted, row), np.repeat(truth, row)).statistic
        for row in block.astype(int)
    ]  # fmt: skip
    assert statistic(block) == pytest.approx(expected)
    assert metrics.point(statistic, count) == pytest.approx(stats.kendalltau(predicted, truth).statistic)
    assert math.isnan(metrics.point(metrics.weighted_kendall(np.ones(count), truth), count))


def test_that_slope_entropy_and_top_share_are_those_computed_by_hand() -> None:
    truth = np.asarray([1.0, 2.0, 4.0, 5.0])
    assert metrics.point(metrics.weighted_slope(2 * truth + 1, truth), 4) == pytest.approx(0.5)
    assert math.isnan(metrics.point(metrics.weighted_slope(np.ones(4), truth), 4))
    assert metrics.point(metrics.weighted_entropy([3, 3, 7, 9]), 4) == pytest.approx(1.5)
    assert metrics.point(metrics.weighted_entropy([3, 3]), 2) == 0
    assert metrics.point(metrics.weighted_top_share([3, 3, 7, 9]), 4) == 0.5
