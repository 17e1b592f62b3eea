"""Quantile bins of the training scores."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contract.binning import Binning, BinningError, fit

SCORES = st.lists(st.integers(-400, 400).map(lambda tenths: tenths / 8), min_size=2, max_size=120).filter(
    lambda scores: len(set(scores)) > 1
)


def test_that_a_hundred_different_scores_fill_every_bin_with_ten() -> None:
    binning, report = fit([float(i) for i in range(100)])
    assert report.counts == (10,) * 10
    assert report.warnings == ()
    assert binning.edges == pytest.approx((9.9, 19.8, 29.7, 39.6, 49.5, 59.4, 69.3, 79.2, 89.1))
    assert binning.means == pytest.approx(tuple(10 * label + 4.5 for label in range(10)))


def test_that_a_score_at_one_cut_point_falls_below_it_and_at_several_into_their_middle() -> None:
    binning = Binning((1.0, 2.0, 3.0, 5.0, 5.0, 5.0, 5.0, 8.0, 9.0), (0.0,) * 10)
    assert [binning.assign(score) for score in (0.5, 1.0, 1.5, 2.0, 5.0, 8.0, 9.0, 9.5)] == [0, 0, 1, 1, 5, 7, 8, 9]


def test_that_a_heavy_tie_goes_to_the_middle_of_its_bins_and_the_empty_ones_are_reported() -> None:
    scores = [5.0] * 80 + [float(i) for i in range(20)]
    binning, report = fit(scores)
    assert binning.assign(5.0) == 4
    assert set(report.empty) == {label for label, count in enumerate(report.counts) if count == 0} != set()
    assert any("without any image" in warning for warning in report.warnings)
    assert any("Heavy ties" in warning and "4 (81%)" in warning for warning in report.warnings)


def test_that_an_empty_bins_mean_lies_between_its_neighbours() -> None:
    binning, report = fit([5.0] * 80 + [float(i) for i in range(20)])
    assert report.empty
    assert list(binning.means) == sorted(binning.means)
    assert all(0 <= mean <= 19 for mean in binning.means)


def test_that_few_distinct_scores_are_spread_by_rank_with_a_warning() -> None:
    binning, report = fit([1.0, 2.0, 2.0, 3.0, 3.0, 3.0])
    assert [binning.assign(score) for score in (0.0, 1.0, 2.0, 3.0, 9.0)] == [0, 0, 4, 9, 9]
    assert report.distinct == 3
    assert "only 3 distinct values" in report.warnings[0]


@pytest.mark.parametrize(
    ("scores", "named"),
    [([], "no training scores"), ([4.0, 4.0], "at least 2 distinct"), ([1.0, math.nan], "score 2 is nan")],
)
def test_that_scores_that_cannot_be_cut_are_refused_with_reason_and_remedy(scores: list[float], named: str) -> None:
    with pytest.raises(BinningError, match=named) as caught:
        fit(scores)
    assert caught.value.remedy


@pytest.mark.parametrize("edges", [(1.0,) * 8, (2.0, 1.0) + (3.0,) * 7, (math.nan,) * 9])
def test_that_wrong_edges_are_refused(edges: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="edges"):
        Binning(edges, (0.0,) * 10)


@given(SCORES, st.floats(-100, 100), st.floats(-100, 100))
def test_that_a_higher_score_never_gets_a_lower_label(scores: list[float], one: float, other: float) -> None:
    binning, _ = fit(scores)
    low, high = sorted((binning.assign(one), binning.assign(other)))
    assert (binning.assign(min(one, other)), binning.assign(max(one, other))) == (low, high)
    assert low >= 0 and high <= 9


@given(SCORES)
def test_that_bins_are_equal_but_for_ties(scores: list[float]) -> None:
    binning, report = fit(scores)
    heaviest = max(scores.count(score) for score in scores)
    if report.distinct >= 10:
        assert max(report.counts) <= len(scores) / 10 + 2 * heaviest
    assert sum(report.counts) == len(scores)
    assert list(binning.means) == sorted(binning.means)


@given(SCORES)
def test_that_the_extremes_of_few_distinct_scores_get_the_extreme_labels(scores: list[float]) -> None:
    binning, report = fit(scores)
    if report.distinct < 10:
        labels = [binning.assign(score) for score in sorted(set(scores))]
        assert len(set(labels)) == report.distinct
        assert (labels[0], labels[-1]) == (0, 9)


@given(SCORES, st.randoms())
def test_that_the_order_of_scores_does_not_matter(scores: list[float], random: object) -> None:
    assert fit(scores) == fit(sorted(scores, reverse=True))


def test_that_label_9_is_the_lowest_score_where_lower_is_better() -> None:
    binning, report = fit([float(i) for i in range(100)], lower_is_better=True)
    assert report.counts == (10,) * 10 and binning.lower_is_better
    assert [binning.assign(score) for score in (-5.0, 0.0, 9.0, 10.0, 50.0, 98.0, 500.0)] == [9, 9, 9, 8, 4, 0, 0]
    assert list(binning.edges) == sorted(binning.edges)
    assert binning.means == pytest.approx(tuple(94.5 - 10 * label for label in range(10)))
    assert binning.bounds(9) == (None, binning.edges[0]) and binning.bounds(0) == (binning.edges[8], None)
    assert binning.bounds(5) == (binning.edges[3], binning.edges[4])


@given(SCORES)
def test_that_a_scale_on_which_lower_is_better_is_the_mirror_image_of_the_other(scores: list[float]) -> None:
    lower, reported = fit(scores, lower_is_better=True)
    higher, mirrored = fit([-score for score in scores])
    assert [lower.assign(score) for score in scores] == [higher.assign(-score) for score in scores]
    assert lower.means == tuple(-mean for mean in higher.means) and reported == mirrored
    for score in scores:
        low, high = lower.bounds(lower.assign(score))
        assert (low is None or low <= score) and (high is None or score <= high)


def test_that_few_distinct_scores_get_9_for_the_lowest_where_lower_is_better() -> None:
    binning, _ = fit([1.0, 2.0, 2.0, 3.0], lower_is_better=True)
    assert [binning.assign(score) for score in (1.0, 2.0, 3.0)] == [9, 4, 0]
