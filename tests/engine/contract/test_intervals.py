"""Wilson's interval of a share."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from engine.contract.statistics.intervals import wilson_interval


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (0, 5), (5, 5), (1, 3), (3, 10), (71, 200), (1, 4000)])
def test_that_the_interval_is_wilsons(hits: int, n: int) -> None:
    known = binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson_interval(hits / n, n) == pytest.approx((known.low, known.high), abs=1e-9)


def test_that_the_interval_is_around_the_share_and_within_0_and_1() -> None:
    for n in (1, 2, 3, 7, 1000, 10**9):
        for share in (0.0, 1 / 3, 0.5, 1.0):
            lo, hi = wilson_interval(share, n)
            assert 0 <= lo <= share <= hi <= 1 and lo < hi
