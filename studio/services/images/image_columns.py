"""Image columns in memory: filter and sort hundreds of thousands without a query. No Qt, no torch.

NumPy sorts and compares without blocking other threads. Only arrays; ``browsing`` fills them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.services.images.types import Histogram, ImageFilter, ImageOrder, ImageSort
from studio.services.projects.types import SPLITS

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
BY_NAME = "places by name"
BARS = 48
"""Bars of the score histogram."""


@dataclass(frozen=True, slots=True)
class ImageColumns:
    """One entry per image in every array, in id order.

    ``predicted`` is NaN if the newest version, ``newest``, has no calibrated score. ``kept`` caches columns that are
    read on demand: those of other versions, and positions in name order.
    """

    ids: Ids
    score: Floats
    split: npt.NDArray[np.int8]
    bin: npt.NDArray[np.int8]
    problem: Mask
    predicted: Floats
    newest: tuple[int, str] | None
    versions: tuple[str, ...]
    bin_edges: tuple[float, ...]
    lower_is_better: bool = False
    kept: dict[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def mask_of(self, ids: Ids) -> Mask:
        """Return a mask that is true at these ids."""
        mask = np.zeros(len(self.ids), dtype=np.bool_)
        mask[np.searchsorted(self.ids, ids)] = True
        return mask

    def matching(self, wanted: ImageFilter, having: Sequence[Mask]) -> Mask:
        """Return a mask of the images that match these masks and the filter's columns, except for its score range."""
        mask = np.ones(len(self.ids), dtype=np.bool_)
        if wanted.splits:
            mask &= np.isin(self.split, [SPLITS.index(split) for split in wanted.splits])
        if wanted.bins:
            mask &= np.isin(self.bin, wanted.bins)
        if wanted.problem:
            mask &= self.problem
        for other in having:
            mask &= other
        return mask

    def in_range(self, wanted: ImageFilter) -> Mask:
        """Return a mask of the images with a score within the filter's range."""
        mask = np.ones(len(self.ids), dtype=np.bool_)
        if wanted.low is not None:
            mask &= self.score >= wanted.low
        if wanted.high is not None:
            mask &= self.score <= wanted.high
        return mask

    def in_order(self, mask: Mask, sort: ImageSort) -> Ids:
        """Return the ids where the mask is true, in this order."""
        rows = np.flatnonzero(mask)
        if sort.by == "id":
            return self.ids[rows[::-1] if sort.descending else rows]
        keys = self._keys(sort.by)[rows]
        return self.ids[rows[np.argsort(-keys if sort.descending else keys, kind="stable")]]

    def histogram(self, mask: Mask) -> Histogram:
        """Return the histogram over the whole range of scores."""
        if not len(self.ids):
            return Histogram()
        low, high = float(self.score.min()), float(self.score.max())
        span = (low, high) if high > low else (low - 0.5, high + 0.5)
        total, edges = np.histogram(self.score, bins=BARS, range=span)
        counts, _edges = np.histogram(self.score[mask], bins=BARS, range=span)
        bars = tuple(edges.tolist()), tuple(counts.tolist()), tuple(total.tolist())
        return Histogram(*bars, self.bin_edges, self.lower_is_better)

    def _keys(self, by: ImageOrder) -> npt.NDArray[Any]:
        """Return sort keys; NaN, which NumPy puts last, for images without a value."""
        if by == "error":
            return np.abs(self.predicted - self.score)
        if by == "split":
            return self.split.astype(np.int16)
        columns: dict[str, npt.NDArray[Any]] = {
            "name": self.kept.get(BY_NAME, self.score),
            "score": self.score,
            "bin": self.bin.astype(np.int16),
            "predicted": self.predicted,
        }
        return columns[by]


def numbers(joined: str) -> Ids:
    """Return comma-separated integers as an array."""
    return np.fromstring(joined, dtype=np.int64, sep=",") if joined else np.empty(0, dtype=np.int64)
