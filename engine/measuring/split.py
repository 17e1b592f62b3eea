"""The rows of one split with their calibrated scores, and estimates as values of a journal row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.contract.specs import MeasureSpec
from engine.measuring.bca import FloatArray
from engine.measuring.metrics import Difference, Estimate, Resampler

Row = dict[str, Any]
Metrics = dict[str, dict[str, float | int | None]]
"""By name: value, lo and hi (None if undefined) and n."""


@dataclass(frozen=True, slots=True)
class Split:
    """Input rows of ``MeasureSpec`` with their calibrated scores by image."""

    spec: MeasureSpec
    rows: Sequence[Row]
    scores: Mapping[int, float]

    def predicted(self) -> FloatArray:
        """Return the calibrated scores ``[n]``."""
        return np.asarray([self.scores[row["image_id"]] for row in self.rows])

    def truth(self) -> FloatArray:
        """Return the true scores ``[n]``."""
        return np.asarray([row["truth"] for row in self.rows], dtype=np.float64)

    def resampler(self, most: int | None = None) -> Resampler:
        """Return what samples these rows, with ``most`` resamples at most."""
        return resampler(self.spec, self.rows, most)


def qualities(spec: MeasureSpec, rows: Iterable[Row]) -> list[float]:
    """Return the true scores so that more is better, to be correlated with labels."""
    sign = -1.0 if spec.lower_is_better else 1.0
    return [sign * row["truth"] for row in rows]


def resampler(spec: MeasureSpec, rows: Sequence[Row], most: int | None = None) -> Resampler:
    """Return what samples these rows; rows of a group are sampled together."""
    resamples = spec.bootstrap if most is None else min(spec.bootstrap, most)
    return Resampler([row["group"] for row in rows], resamples, spec.seed)


def bodies(estimates: Mapping[str, Estimate]) -> Metrics:
    """Return estimates as JSON values; NaN becomes None."""
    return {name: _body(estimate) for name, estimate in estimates.items()}


def difference_bodies(found: Mapping[str, Difference], other: str) -> Metrics:
    """Return paired differences as two metrics each: ``<name>_delta:<other>`` and its p-value ``<name>_p:<other>``."""
    result: Metrics = {}
    for name, one in found.items():
        result[f"{name}_delta:{other}"] = _body(Estimate(one.value, one.lo, one.hi, one.n))
        result[f"{name}_p:{other}"] = _body(Estimate(one.p, n=one.n))
    return result


def _body(estimate: Estimate) -> dict[str, float | int | None]:
    value, lo, hi = _finite((estimate.value, estimate.lo, estimate.hi))
    return {"value": value, "lo": lo, "hi": hi, "n": estimate.n}


def _finite(values: Iterable[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]
