"""Stars from scores: borders, ties, shares, and rules that make no sense."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from studio.services.errors import StudioError
from studio.services.sidecars.stars import star, star_counts, thresholds
from studio.services.sidecars.types import Pick, SidecarItem, StarRule, StarShares, StarThresholds


def item(score: float | None, pick: Pick = 0) -> SidecarItem:
    return SidecarItem(Path("a.jpg"), score, pick=pick)


def test_that_a_border_belongs_to_the_higher_number() -> None:
    rule = StarThresholds((2, 4, 6, 8, 9))
    assert [star(one, rule) for one in (1.99, 2, 3.99, 4, 8.5, 9, 100)] == [0, 1, 1, 2, 4, 5, 5]


def test_that_counts_leave_out_rejected_and_unscored_images() -> None:
    items = [item(1), item(5), item(9.5), item(9.5, -1), item(None), item(math.nan), item(None, -1), item(7, 1)]
    counts = star_counts(items, StarThresholds((2, 4, 6, 8, 9)))
    assert counts.stars == (1, 0, 1, 1, 0, 1)
    assert (counts.rejected, counts.unscored) == (2, 2)
    kept = star_counts(items, StarThresholds((2, 4, 6, 8, 9)), reject=False)
    assert (kept.stars, kept.rejected, kept.unscored) == ((1, 0, 1, 1, 0, 2), 0, 3)


def test_that_shares_become_thresholds_of_these_scores() -> None:
    items = [item(one / 10) for one in range(100)]
    counts = star_counts(items, StarShares((0.05, 0.10, 0.20, 0.30, 0.25)))
    assert counts.stars == (10, 25, 30, 20, 10, 5)
    assert counts.thresholds == StarThresholds((1.0, 3.5, 6.5, 8.5, 9.5))


def test_that_equal_scores_get_equal_stars() -> None:
    counts = star_counts([item(3.0)] * 8 + [item(5.0)] * 2, StarShares((0.1, 0.2, 0, 0, 0)))
    assert counts.stars == (0, 0, 0, 0, 8, 2)


def test_that_an_empty_share_gives_nobody_its_stars() -> None:
    assert star_counts([item(1), item(2)], StarShares((0, 0.5, 0, 0, 0.5))).stars == (0, 1, 0, 0, 1, 0)
    assert star_counts([], StarShares((0.1, 0, 0, 0, 0))).thresholds is None


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        (StarThresholds((1, 2, 4, 3, 5)), "1, 2, 4, 3, 5, are not ascending"),
        (StarThresholds((1, 2, math.nan, 3, 5)), "not ascending"),
        (StarShares((0.5, 0.4, 0.2, 0, 0)), "not parts of a whole"),
        (StarShares((-0.1, 0.4, 0.2, 0, 0)), "-10%, 40%"),
    ],
)
def test_that_a_rule_without_sense_is_refused(rule: StarRule, part: str) -> None:
    with pytest.raises(StudioError, match=part):
        thresholds(rule, [1.0])


def test_that_low_scores_get_many_stars_where_lower_is_better() -> None:
    """As the mirrored scores on a scale where higher is better."""
    rows = [SidecarItem(Path(f"{n}.jpg"), float(n)) for n in range(20)]
    mirrored = [SidecarItem(one.image, -float(one.score or 0)) for one in rows]
    shares = StarShares((0.05, 0.15, 0.3, 0.3, 0.15))
    found = star_counts(rows, shares, lower_is_better=True)
    assert found.stars == star_counts(mirrored, shares).stars == (1, 3, 6, 6, 3, 1)
    assert found.thresholds == StarThresholds((18.0, 15.0, 9.0, 3.0, 0.0))
    again = star_counts(rows, found.thresholds, lower_is_better=True)
    assert again.stars == found.stars
    with pytest.raises(StudioError, match="highest scores of one to five stars, 1, 2, 3, 4, 5, are not descending"):
        star_counts(rows, StarThresholds((1, 2, 3, 4, 5)), lower_is_better=True)
