"""Compute a score in the original scale from the ten label log-probabilities (arXiv 2506.02708, section 4.3).

NumPy only. The predicted score is ``sum_i s_i p_i`` with ``p`` the softmax over the ten labels; the reference values
``s`` are the least squares fit to validation scores. Labels that the model hardly ever gives leave the fit
undetermined: on a few hundred images plain least squares then returns values thousands of points off the scale. So the
*difference* from the training scores' bin means is fitted, and only along directions with enough evidence: right
singular vectors of the n x 10 matrix of probabilities whose singular value is at least ``LEAST_EVIDENCE``. A squared
singular value is the evidence in units of images: 1.0 is the contribution of one image of whose label the model is
certain. The other directions keep the bin means, and the reason states so. With evidence in all ten directions this
*is* plain least squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.contract.specs import LABELS

FloatArray = NDArray[np.float64]

LEAST_ROWS = 10
"""Below this number of validation images the reference values are not fitted."""

LEAST_EVIDENCE = 1.0
"""Smallest singular value of a direction that is fitted."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Ten reference values in the original scale, by label; ``reason`` is empty for a full least squares fit."""

    reference: tuple[float, ...]
    method: Literal["least_squares", "bin_means"]
    reason: str


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


def fit_reference(logprobs: ArrayLike, truth: ArrayLike, bin_means: ArrayLike) -> Calibration:
    """Return the reference values fitted to validation rows, see the module's docstring.

    Args:
        logprobs: ``[n, 10]``.
        truth: ``[n]`` scores in the original scale.
        bin_means: ``[10]`` training means by label.
    """
    means = np.asarray(bin_means, dtype=np.float64)
    observed = np.asarray(truth, dtype=np.float64)
    if means.shape != (len(LABELS),):
        raise ValueError(f"there must be ten bin means, got shape {means.shape}")
    if len(observed) < LEAST_ROWS:
        reason = f"only {len(observed)} validation predictions, fewer than {LEAST_ROWS}"
        return _fallback(means, reason)
    return _fit(probabilities(logprobs), observed, means)


def _fit(weights: FloatArray, observed: FloatArray, means: FloatArray) -> Calibration:
    left, singular, right = np.linalg.svd(weights, full_matrices=False)
    kept = singular >= LEAST_EVIDENCE
    count = int(kept.sum())
    if count < 2:
        return _fallback(means, f"the label probabilities of {len(observed)} validation images hardly differ")
    rest = observed - weights @ means
    reference = means + right[kept].T @ ((left[:, kept].T @ rest) / singular[kept])
    return Calibration(tuple(reference.tolist()), "least_squares", _held_back(weights, count))


def _fallback(means: FloatArray, reason: str) -> Calibration:
    return Calibration(tuple(means.tolist()), "bin_means", f"{reason}: the training scores' bin means are used")


def _held_back(weights: FloatArray, count: int) -> str:
    if count == len(LABELS):
        return ""
    mass = weights.sum(axis=0)
    unused = [label for label in LABELS if mass[label] < LEAST_EVIDENCE]
    named = f"; labels hardly ever given: {', '.join(map(str, unused))}" if unused else ""
    return (
        f"{len(LABELS) - count} of {len(LABELS)} directions have too little evidence in {len(weights)} validation "
        f"images and stay at the training scores' bin means{named}"
    )
