"""BCa intervals against SciPy's, p-values against the interval, and paired rates against a published example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from engine.measuring import metrics
from engine.measuring.bca import Bca
from engine.measuring.metrics import Resampler


def _jackknife(values: np.ndarray) -> np.ndarray:
    return np.asarray([np.delete(values, place).mean() for place in range(len(values))])


@pytest.mark.parametrize("n", [8, 30, 200])
def test_that_an_interval_is_scipys_bca_at_the_widened_level(n: int) -> None:
    values = np.random.default_rng(n).exponential(size=n)
    half = stats.t.ppf(0.975, n - 1) * math.sqrt(n / (n - 1))
    level = 2 * special.ndtr(half) - 1
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=999, confidence_level=level, method="BCa", rng=np.random.default_rng(1)
    )
    ours = Bca.of(float(values.mean()), theirs.bootstrap_distribution, _jackknife(values), n)
    assert ours.interval() == pytest.approx(tuple(theirs.confidence_interval), abs=1e-9)


@pytest.mark.parametrize("sign", [1, -1])
def test_that_p_is_the_level_at_which_the_interval_ends_at_zero(sign: int) -> None:
    rng = np.random.default_rng(3)
    values = sign * (rng.exponential(size=40) - 0.1)
    resampled = rng.choice(values, (20_000, 40)).mean(axis=1)
    found = Bca.of(float(values.mean()), resampled, _jackknife(values), 40)
    lo, hi = found.interval()
    end = lo if sign > 0 else hi
    moved = Bca.of(found.value - end, resampled - end, _jackknife(values), 40)
    assert moved.p() == pytest.approx(0.05, abs=0.002)
    assert found.p() == pytest.approx(2 / 20_001)


def test_that_the_blocks_of_many_units_have_the_skewness_of_single_ones() -> None:
    values = np.random.default_rng(0).exponential(size=3000)
    blocks = Resampler([None] * 3000).left_out(metrics.weighted_mean(values))
    assert len(blocks) == 200
    one, other = (Bca.of(1.0, np.ones(1), left, 3000).acceleration for left in (blocks, _jackknife(values)))
    assert other == pytest.approx(2 / (6 * math.sqrt(3000)), rel=0.2)  # the skewness of an exponential is 2
    assert one == pytest.approx(other, abs=0.006)


def test_that_whole_groups_are_left_out() -> None:
    left = Resampler(["a", "a", None, "b", "b", "b"]).left_out(lambda weights: weights @ np.arange(6.0))
    assert sorted(left) == [3.0, 13.0, 14.0]


def test_that_equal_versions_have_no_difference_and_no_width() -> None:
    found = Bca.of(0.0, np.zeros(100), np.zeros(20), 20)
    assert (found.interval(), found.p()) == ((0.0, 0.0), 1.0)


def test_that_paired_rates_have_the_hand_computed_interval_and_the_published_mid_p() -> None:
    # Airway hyper-responsiveness before and after transplantation (Fagerland et al. 2013, table 2): 1, 1, 7, 12 of 21
    before, after = [1] * 2 + [0] * 19, [1] + [0] + [1] * 7 + [0] * 12
    found = metrics.paired_rates(before, after, [None] * 21)
    assert found.value == pytest.approx(-6 / 21)
    assert (found.lo, found.hi) == pytest.approx((-0.508359, -0.013380), abs=1e-6)
    assert found.p == pytest.approx(0.0391, abs=5e-5)


def test_that_no_failures_in_few_images_still_leave_room_and_groups_leave_more() -> None:
    none = [0] * 12
    found = metrics.paired_rates(none, none, [None] * 12)
    assert (found.value, found.p) == (0.0, 1.0)
    assert found.lo == pytest.approx(-found.hi) and found.hi > 0.15
    assert metrics.paired_rates(none, none, ["a", "b"] * 6).hi > 2 * found.hi
    assert "no images" in metrics.paired_rates([], [], []).reason


def test_that_five_failures_against_none_are_not_yet_clear() -> None:
    failed = [1] * 5 + [0] * 395
    found = metrics.paired_rates(failed, [0] * 400, [None] * 400)
    assert found.p == pytest.approx(0.5**5)
    rough = metrics.paired_bootstrap(
        metrics.weighted_mean(failed), metrics.weighted_mean([0] * 400), Resampler([None] * 400)
    )
    assert rough.p < found.p  # why it is no bootstrap
    in_one_group = ["same"] * 5 + [None] * 395
    assert metrics.paired_rates(failed, [0] * 400, in_one_group).p == pytest.approx(0.5)
