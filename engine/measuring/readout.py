"""Compute a score in the original scale from the ten label log-probabilities (arXiv 2506.02708, section 4.3).

NumPy only. The predicted score is ``sum_i s_i p_i`` with ``p`` the softmax over the ten labels; the reference values
``s`` are fitted to validation scores, in one of two ways:

``least_squares``: the paper's plain least squares. Labels that the model hardly ever gives leave it undetermined: on a
few hundred images it can return values thousands of points off the scale.

``shrinkage``: the *difference* from the training scores' bin means is fitted by ridge regression, so that a label
without evidence keeps its bin mean, and a share of it is added to the bin means. Strength of the ridge and share are
those with the smallest leave-one-out error on the validation images, which both have in closed form (T. Hastie, R.
Tibshirani, J. Friedman: The Elements of Statistical Learning, 7.10 and 8.8). With plenty of data this is least squares;
where the bin means predict left-out images as well, it stays near them.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.contract.specs import LABELS

FloatArray = NDArray[np.float64]
ReadoutMethod = Literal["shrinkage", "least_squares"]

LEAST_ROWS: Mapping[ReadoutMethod, int] = MappingProxyType({"shrinkage": 50, "least_squares": 10})
"""Below this number of validation images (five per value, or one) the reference values are not fitted."""
LEAST_EVIDENCE = 1.0
"""A label whose probabilities sum to less than this over the validation images is hardly ever given."""
STRENGTHS = np.logspace(-4, 3, 57)
"""The ridge strengths that are tried, in squared singular values: 1.0 counts like one image of a certain label."""
FOLDS = 10
"""Parts of the validation images for their own metrics."""
_FLAT = 1e-9
"""Probabilities whose variance per image is below this are all equal but for rounding errors."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Ten reference values in the original scale, by label, and how they were found.

    Attributes:
        method: "bin_means" if nothing could be fitted, or if the bin means predict the validation images best.
        reason: why the values were not fitted as asked for; "" if they were.
        warning: what to know about the values; "" if nothing.
        strength, share: of the ridge, and how much of its difference from the bin means is added; None for the other
            methods.
    """

    reference: tuple[float, ...]
    method: Literal["shrinkage", "least_squares", "bin_means"]
    reason: str = ""
    warning: str = ""
    strength: float | None = None
    share: float | None = None


def probabilities(logprobs: ArrayLike) -> FloatArray:
    """Return the softmax over the ten labels.

    Args:
        logprobs: ``[..., 10]``, logits or log-probabilities in nats; they need not be normalised over the labels.

    Raises:
        ValueError: another last dimension, or a row with NaN or without any finite value.
    """
    values = np.asarray(logprobs, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] != len(LABELS):
        raise ValueError(f"log-probabilities need ten values per row, got shape {values.shape}")
    highest = values.max(axis=-1, keepdims=True)
    if not np.isfinite(highest).all():
        raise ValueError("log-probabilities contain NaN, plus infinity, or a row of only minus infinities")
    weights = np.exp(values - highest)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def expected_score(logprobs: ArrayLike, reference: ArrayLike) -> FloatArray:
    """Return scores ``[...]`` in the original scale for log-probabilities ``[..., 10]``."""
    return np.asarray(probabilities(logprobs) @ np.asarray(reference, dtype=np.float64))


def fit_reference(
    logprobs: ArrayLike, truth: ArrayLike, bin_means: ArrayLike, method: ReadoutMethod = "shrinkage"
) -> Calibration:
    """Return the reference values fitted to validation rows, see the module's docstring.

    Args:
        logprobs: ``[n, 10]``.
        truth: ``[n]`` scores in the original scale.
        bin_means: ``[10]`` training means by label; they fall where lower scores are better.
        method: how they are fitted.
    """
    means = np.asarray(bin_means, dtype=np.float64)
    observed = np.asarray(truth, dtype=np.float64)
    if means.shape != (len(LABELS),):
        raise ValueError(f"there must be ten bin means, got shape {means.shape}")
    n = len(observed)
    if n < LEAST_ROWS[method]:
        return _fallback(means, f"only {n} validation predictions, fewer than {LEAST_ROWS[method]}")
    if not np.ptp(observed):
        return _fallback(means, f"all {n} validation images have the same score, {observed[0]:g}")
    weights = probabilities(logprobs)
    if np.square(weights - weights.mean(axis=0)).sum() < _FLAT * n:
        return _fallback(means, f"the label probabilities of {n} validation images hardly differ")
    fitted = _shrunk(weights, observed, means) if method == "shrinkage" else _least_squares(weights, observed)
    lower_is_better = bool(means[0] > means[-1])
    return dataclasses.replace(fitted, warning=_warning(np.asarray(fitted.reference), weights, lower_is_better))


def cross_fitted_scores(
    logprobs: ArrayLike,
    truth: ArrayLike,
    groups: Sequence[object],
    bin_means: ArrayLike,
    method: ReadoutMethod = "shrinkage",
) -> FloatArray:
    """Return scores ``[n]`` of the validation rows themselves, none read out with values that were fitted to it.

    The rows are divided into ``FOLDS`` parts, those of one group together; each part is read out with reference values
    fitted to the others.
    """
    values, observed = np.asarray(logprobs, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    numbers: dict[object, int] = {}
    folds = np.asarray([numbers.setdefault(group, len(numbers)) % FOLDS for group in groups], dtype=np.intp)
    scores = np.empty(len(observed))
    for fold in np.unique(folds):
        inside = folds == fold
        fitted = fit_reference(values[~inside], observed[~inside], bin_means, method)
        scores[inside] = expected_score(values[inside], fitted.reference)
    return scores


def _least_squares(weights: FloatArray, observed: FloatArray) -> Calibration:
    reference = np.linalg.lstsq(weights, observed, rcond=None)[0]
    return Calibration(tuple(reference.tolist()), "least_squares")


def _shrunk(weights: FloatArray, observed: FloatArray, means: FloatArray) -> Calibration:
    rest = observed - weights @ means
    left, singular, right = np.linalg.svd(weights, full_matrices=False)
    along, squares = left.T @ rest, singular**2
    kept = squares / (squares + STRENGTHS[:, None])  # [strengths, 10]: the part of each direction that is fitted
    fitted = rest - (kept * along) @ left.T
    errors = fitted / np.maximum(1 - kept @ (left**2).T, _FLAT)  # [strengths, n], each image left out in turn
    gain = rest - errors
    shares = np.clip((rest * gain).sum(axis=1) / np.maximum(np.square(gain).sum(axis=1), _FLAT), 0.0, 1.0)
    losses = np.square(rest - shares[:, None] * gain).mean(axis=1)
    best = int(losses.argmin())
    share = float(shares[best])
    if not share:
        return _fallback(means, f"no fit to {len(observed)} validation images predicts left-out ones better")
    reference = means + share * (right.T @ (singular / (squares + STRENGTHS[best]) * along))
    return Calibration(tuple(reference.tolist()), "shrinkage", strength=float(STRENGTHS[best]), share=share)


def _fallback(means: FloatArray, reason: str) -> Calibration:
    return Calibration(tuple(means.tolist()), "bin_means", f"{reason}: the training scores' bin means are used")


def _warning(reference: FloatArray, weights: FloatArray, lower_is_better: bool) -> str:
    """Name neighbouring labels whose values do not get better, leaving out labels that are hardly ever given."""
    given = [label for label in LABELS if weights[:, label].sum() >= LEAST_EVIDENCE]
    sign = -1 if lower_is_better else 1
    wrong = [
        f"{low} = {reference[low]:.4g}, {high} = {reference[high]:.4g}"
        for low, high in itertools.pairwise(given)
        if sign * reference[high] <= sign * reference[low]
    ]
    word = "fall" if lower_is_better else "rise"
    return f"the reference values do not {word} with the label: {'; '.join(wrong)}" if wrong else ""
