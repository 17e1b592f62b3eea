"""PLCC, SRCC, Kendall's tau, RMSE, means and rates with bootstrap intervals. NumPy and SciPy; no files, no models.

Every statistic takes *weights*: how often each image occurs in a resample. A bootstrap is therefore one matrix
``[resamples, n]`` of counts, sampled by image or by group (all images of a group together), and no resample is ever
sorted: ranks follow from cumulative counts, ties get their average rank as in SciPy's ``spearmanr``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from engine.contract.statistics.intervals import Z95, wilson_interval
from engine.measuring.bca import Bca

FloatArray = NDArray[np.float64]
Statistic = Callable[[FloatArray], FloatArray]
"""Weights ``[resamples, n]`` -> values ``[resamples]``; NaN where the statistic is undefined."""

_BLOCK = 4_000_000
"""Counts held in memory at a time."""
MOST_PAIRED = 2_000
"""Images up to which Kendall's tau compares all pairs at once, in one matrix."""
_FLAT = 1e-12
"""A variance below this fraction of the largest possible one is a rounding error and counts as zero."""
_TOO_FEW = "too few images or groups for an interval"
_BLOCKS = 200
"""Jackknife values at most: with more units, blocks of them are left out, which gives the same acceleration."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95% interval over ``n`` images; NaN with a ``reason`` if undefined."""

    value: float
    lo: float = math.nan
    hi: float = math.nan
    n: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A paired difference between two versions with its 95% interval and two-sided bootstrap p-value."""

    value: float
    lo: float
    hi: float
    p: float
    n: int
    reason: str = ""


def weighted_plcc(predicted: ArrayLike, truth: ArrayLike) -> Statistic:
    """Return Pearson's correlation of ``[n]`` and ``[n]``; NaN if either side is constant."""
    x, y = _centred(predicted), _centred(truth)

    def plcc(weights: FloatArray) -> FloatArray:
        total = weights.sum(axis=1)
        mean_x, mean_y = weights @ x / total, weights @ y / total
        covariance = weights @ (x * y) / total - mean_x * mean_y
        spread_x = weights @ (x * x) / total - mean_x**2
        spread_y = weights @ (y * y) / total - mean_y**2
        flat = (spread_x <= _FLAT * np.max(x * x, initial=0)) | (spread_y <= _FLAT * np.max(y * y, initial=0))
        return _ratio(covariance, spread_x * spread_y, flat)

    return plcc


def weighted_srcc(predicted: ArrayLike, truth: ArrayLike) -> Statistic:
    """Return Spearman's rank correlation (Pearson's of average ranks) of ``[n]`` and ``[n]``; NaN if constant."""
    ranks_x, ranks_y = _ranker(predicted), _ranker(truth)

    def srcc(weights: FloatArray) -> FloatArray:
        middle = (weights.sum(axis=1, keepdims=True) + 1) / 2
        x, y = ranks_x(weights) - middle, ranks_y(weights) - middle
        spread_x, spread_y = (weights * x * x).sum(axis=1), (weights * y * y).sum(axis=1)
        return _ratio((weights * x * y).sum(axis=1), spread_x * spread_y, (spread_x == 0) | (spread_y == 0))

    return srcc


def weighted_kendall(predicted: ArrayLike, truth: ArrayLike) -> Statistic:
    """Return Kendall's tau-b (Kendall 1945) of ``[n]`` and ``[n]``, as SciPy's ``kendalltau``; NaN if constant."""
    x, y = _vector(predicted), _vector(truth)
    if len(x) > MOST_PAIRED:
        return lambda weights: np.asarray([_kendall(x, y, row) for row in weights])
    signs_x, signs_y = (np.sign(values[:, None] - values[None, :]).astype(np.float32) for values in (x, y))
    agree, differ_x, differ_y = signs_x * signs_y, np.abs(signs_x), np.abs(signs_y)

    def tau(weights: FloatArray) -> FloatArray:
        rows = weights.astype(np.float32)

        def total(matrix: NDArray[np.float32]) -> FloatArray:
            return np.asarray(np.einsum("ij,ij->i", rows @ matrix, rows, dtype=np.float64))

        pairs_x, pairs_y = total(differ_x), total(differ_y)
        return _ratio(total(agree), pairs_x * pairs_y, (pairs_x == 0) | (pairs_y == 0))

    return tau


def _kendall(x: FloatArray, y: FloatArray, weights: FloatArray) -> float:
    from scipy import stats

    places = np.repeat(np.arange(len(x)), weights.astype(np.intp))
    return float(stats.kendalltau(x[places], y[places]).statistic)


def weighted_slope(predicted: ArrayLike, truth: ArrayLike) -> Statistic:
    """Return the slope of the line that predicts the truth from the scores: 1 if calibrated, less if too extreme."""
    x, y = _centred(predicted), _centred(truth)

    def slope(weights: FloatArray) -> FloatArray:
        total = weights.sum(axis=1)
        mean_x, mean_y = weights @ x / total, weights @ y / total
        spread = weights @ (x * x) / total - mean_x**2
        flat = spread <= _FLAT * np.max(x * x, initial=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(flat, np.nan, (weights @ (x * y) / total - mean_x * mean_y) / spread)

    return slope


def weighted_entropy(labels: ArrayLike) -> Statistic:
    """Return the entropy, in bits, of the distribution of ``[n]`` labels: 0 if all are the same, log2(10) at most."""
    numbers = np.asarray(labels, dtype=np.intp)
    member = (numbers[:, None] == np.unique(numbers)[None, :]).astype(np.float64)

    def entropy(weights: FloatArray) -> FloatArray:
        shares = weights @ member / weights.sum(axis=1, keepdims=True)
        logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
        return np.asarray(-(shares * logs).sum(axis=1)) + 0.0

    return entropy


def weighted_top_share(labels: ArrayLike) -> Statistic:
    """Return the share of the label that is the most frequent of ``[n]``: 1 for a model stuck on one."""
    numbers = np.asarray(labels, dtype=np.intp)
    member = (numbers == np.bincount(numbers).argmax()).astype(np.float64) if len(numbers) else numbers
    return weighted_mean(member)


def weighted_rmse(predicted: ArrayLike, truth: ArrayLike) -> Statistic:
    """Return the root mean squared error of ``[n]`` and ``[n]``, in their unit."""
    squares = (_vector(predicted) - _vector(truth)) ** 2
    return lambda weights: np.asarray(np.sqrt(weights @ squares / weights.sum(axis=1)))


def weighted_mean(values: ArrayLike) -> Statistic:
    """Return the mean of ``[n]``."""
    numbers = _vector(values)
    return lambda weights: np.asarray(weights @ numbers / weights.sum(axis=1))


def point(statistic: Statistic, n: int) -> float:
    """Return the statistic of the ``n`` images themselves; NaN if there are none."""
    return float(statistic(np.ones((1, n)))[0]) if n else math.nan


def plcc(predicted: ArrayLike, truth: ArrayLike) -> float:
    """Return Pearson's correlation; NaN if either side is constant or empty."""
    return point(weighted_plcc(predicted, truth), len(_vector(truth)))


def srcc(predicted: ArrayLike, truth: ArrayLike) -> float:
    """Return Spearman's correlation; NaN if either side is constant or empty."""
    return point(weighted_srcc(predicted, truth), len(_vector(truth)))


def rmse(predicted: ArrayLike, truth: ArrayLike) -> float:
    """Return the root mean squared error; NaN without images."""
    return point(weighted_rmse(predicted, truth), len(_vector(truth)))


@dataclass(frozen=True, slots=True)
class Resampler:
    """Samples the same bootstrap counts on every call: the statistics of one split share their resamples.

    Attributes:
        groups: one key per image; images of equal key are sampled together. None is a group of its own.
        resamples: number of resamples; 0 leaves every interval undefined.
        seed: of NumPy's default generator.
    """

    groups: Sequence[str | None]
    resamples: int = 1000
    seed: int = 0
    _units: NDArray[np.intp] = field(init=False, repr=False)
    _kept: list[FloatArray] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        """Number the sampling units."""
        numbers: dict[object, int] = {}
        units = [numbers.setdefault((i,) if key is None else key, len(numbers)) for i, key in enumerate(self.groups)]
        object.__setattr__(self, "_units", np.asarray(units, dtype=np.intp))

    @property
    def units(self) -> int:
        """The number of independent units."""
        return int(self._units.max()) + 1 if len(self._units) else 0

    def counts(self) -> Iterator[FloatArray]:
        """Yield the counts ``[resamples, n]``, in blocks of rows; if there is one block only, it is kept."""
        if self._kept:
            yield from self._kept
            return
        rng = np.random.default_rng(self.seed)
        units, left = self.units, self.resamples
        while left:
            rows = min(left, max(1, _BLOCK // max(1, len(self._units))))
            sampled = rng.integers(units, size=(rows, units)) + np.arange(rows)[:, None] * units
            counts = np.bincount(sampled.ravel(), minlength=rows * units).reshape(rows, units)
            block = counts[:, self._units].astype(np.float64)
            if rows == self.resamples:
                self._kept.append(block)
            yield block
            left -= rows

    def values(self, statistic: Statistic) -> FloatArray:
        """Return the statistic of every resample, NaN where it is undefined."""
        if self.units < 2 or not self.resamples:
            return np.empty(0)
        return np.concatenate([statistic(block) for block in self.counts()])

    def left_out(self, statistic: Statistic) -> FloatArray:
        """Return the statistic without each unit, or without each of 200 random blocks of units (jackknife)."""
        blocks = min(self.units, _BLOCKS)
        block_of_unit = np.random.default_rng(self.seed).permutation(self.units) % max(1, blocks)
        block_of_image = block_of_unit[self._units]
        rows = max(1, _BLOCK // max(1, len(block_of_image)))
        numbers = [np.arange(start, min(start + rows, blocks)) for start in range(0, blocks, rows)]
        return np.concatenate([statistic((block_of_image != some[:, None]).astype(np.float64)) for some in numbers])


def bootstrap(statistic: Statistic, resampler: Resampler) -> Estimate:
    """Return a statistic with its 95% interval (see ``engine.measuring.bca``)."""
    n = len(resampler.groups)
    value = point(statistic, n)
    if math.isnan(value):
        return Estimate(math.nan, n=n, reason="all values are equal" if n else "there are no images")
    found = _bca(statistic, value, resampler)
    if found is None:
        return Estimate(value, n=n, reason=_TOO_FEW)
    return Estimate(value, *found.interval(), n)


def paired_bootstrap(statistic: Statistic, other: Statistic, resampler: Resampler) -> Difference:
    """Return ``statistic - other`` on the same images, both evaluated on the same resamples.

    ``p`` is two-sided and agrees with the interval: p < 0.05 where the 95% interval excludes 0. The bias is corrected
    for, not the skewness: the two sides' cancel, and what the jackknife finds is noise that moves with the difference
    (simulated: 93.5% of the intervals of 25 groups hold the truth with it, 94.6% without).
    """
    n = len(resampler.groups)
    value = point(statistic, n) - point(other, n)
    if math.isnan(value):
        return Difference(math.nan, math.nan, math.nan, math.nan, n, "one of the two is undefined")
    found = _bca(lambda weights: statistic(weights) - other(weights), value, resampler, accelerated=False)
    if found is None:
        return Difference(value, math.nan, math.nan, math.nan, n, _TOO_FEW)
    return Difference(value, *found.interval(), found.p(), n)


def paired_rates(mine: ArrayLike, theirs: ArrayLike, groups: Sequence[str | None]) -> Difference:
    """Return the difference of two rates of the same images, such as format failures: mine minus theirs.

    A bootstrap is far too sure where events are rare: with 5 failures against none it gives p = 0.01, and an interval
    without width for none against none. The interval is the adjusted Wald of Bonett and Price (2012, J. Educ. Behav.
    Stat. 37:479), p McNemar's exact mid-p (Fagerland, Lydersen and Laake 2013, BMC Med. Res. Methodol. 13:91). The
    images of one group count as one observation, as in ``wilson``; a group's sign is that of its summed difference.

    Args:
        mine, theirs: ``[n]`` of 0 or 1.
        groups: one key per image, None is a group of its own.
    """
    changes = _vector(mine) - _vector(theirs)
    n = len(changes)
    if not n:
        return Difference(math.nan, math.nan, math.nan, math.nan, 0, "there are no images")
    units = Resampler(groups, 0)._units
    size = int(units.max()) + 1
    more, fewer = (size * float(np.mean(changes == sign)) for sign in (1, -1))
    first, second = (more + 1) / (size + 2), (fewer + 1) / (size + 2)
    half = Z95 * math.sqrt((first + second - (first - second) ** 2) / (size + 2))
    value, centre = float(changes.mean()), first - second
    lo, hi = max(-1.0, min(value, centre - half)), min(1.0, max(value, centre + half))
    return Difference(value, lo, hi, _mid_p(np.asarray(np.bincount(units, changes), dtype=np.float64)), n)


def _mid_p(changes: FloatArray) -> float:
    """Return McNemar's exact mid-p of as many units' changes; 1 if no unit has changed."""
    up, down = int((changes > 0).sum()), int((changes < 0).sum())
    both, least = up + down, min(up, down)
    if up == down:
        return 1.0
    fewer = special.bdtr(least - 1, both, 0.5) if least else 0.0
    return float(special.bdtr(least, both, 0.5) + fewer)


def wilson(successes: int, n: int, units: int | None = None) -> Estimate:
    """Return a rate with Wilson's 95% interval, valid even at 0 and 1, where a bootstrap interval has no width.

    Args:
        successes: number of successes among the ``n``.
        n: number of images.
        units: number of independent units among them (groups). Fewer than ``n`` widen the interval: the images of one
            group then count as one observation, the most conservative choice.
    """
    if not n:
        return Estimate(math.nan, reason="there are no images")
    rate = successes / n
    return Estimate(rate, *wilson_interval(rate, units or n), n)


def _bca(statistic: Statistic, value: float, resampler: Resampler, *, accelerated: bool = True) -> Bca | None:
    """Return the corrected bootstrap; None if there is one unit, or the statistic undefined in most resamples."""
    values = resampler.values(statistic)
    known = int(np.isfinite(values).sum())
    if not known or known < 0.5 * len(values):
        return None
    left_out = resampler.left_out(statistic) if accelerated else np.empty(0)
    return Bca.of(value, values, left_out, resampler.units)


def _vector(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def _centred(values: ArrayLike) -> FloatArray:
    vector = _vector(values)
    return vector - vector.mean() if len(vector) and np.ptp(vector) > 0 else np.zeros_like(vector)


def _ratio(covariance: FloatArray, square: FloatArray, flat: NDArray[np.bool_]) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(flat, np.nan, np.clip(covariance / np.sqrt(square), -1.0, 1.0))


def _ranker(values: ArrayLike) -> Statistic:
    """Return average ranks ``[resamples, n]`` (from 1) within each resample, for weights of that shape."""
    distinct, inverse = np.unique(_vector(values), return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    starts = np.searchsorted(inverse[order], np.arange(len(distinct)))

    def ranks(weights: FloatArray) -> FloatArray:
        tied = np.add.reduceat(weights[:, order], starts, axis=1)
        return np.asarray((np.cumsum(tied, axis=1) - (tied - 1) / 2)[:, inverse])

    return ranks
