"""A collection's columns in memory: filter and sort tens of thousands of images without a query. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.services.images.image_columns import BARS, Floats, Ids, Mask
from studio.services.images.types import Histogram
from studio.services.scoring.types import CollectionFilter, CollectionOrder, CollectionSort


@dataclass(frozen=True, slots=True)
class CollectionColumns:
    """One entry per image in every array, in id order.

    ``score`` is NaN where ``scorer`` has not scored, ``other`` where ``beside``, the model to compare with, has not.
    ``lower_is_better``: which of ``scorer``'s scores are better. ``places`` caches the order of names and of paths.
    """

    collection: int
    scorer: int | None
    beside: int | None
    ids: Ids
    pick: npt.NDArray[np.int8]
    missing: Mask
    problem: Mask
    score: Floats
    other: Floats
    explained: Mask
    lower_is_better: bool = False
    places: dict[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def mask_of(self, ids: Ids) -> Mask:
        """Return a mask that is true at these ids; ids of images added later are ignored."""
        mask = np.zeros(len(self.ids), dtype=np.bool_)
        known = ids[np.isin(ids, self.ids)]
        mask[np.searchsorted(self.ids, known)] = True
        return mask

    def matching(self, wanted: CollectionFilter, having: Sequence[Mask]) -> Mask:
        """Return a mask of the images that match these masks and the filter's columns, except for its score range."""
        mask = np.ones(len(self.ids), dtype=np.bool_)
        if wanted.picks:
            mask &= np.isin(self.pick, wanted.picks)
        if wanted.explained:
            mask &= self.explained
        if wanted.unscored:
            mask &= np.isnan(self.score)
        if wanted.problem:
            mask &= self.problem | self.missing
        for other in having:
            mask &= other
        return mask

    def in_range(self, wanted: CollectionFilter) -> Mask:
        """Return a mask of the images with a score within the filter's range."""
        mask = np.ones(len(self.ids), dtype=np.bool_)
        if wanted.low is not None:
            mask &= self.score >= wanted.low  # NaN compares as false
        if wanted.high is not None:
            mask &= self.score <= wanted.high
        return mask

    def in_order(self, mask: Mask, sort: CollectionSort) -> Ids:
        """Return the ids where the mask is true, in this order; NaN comes last."""
        rows = np.flatnonzero(mask)
        if sort.by == "id":
            return self.ids[rows[::-1] if sort.descending else rows]
        keys = self._keys(sort.by)[rows]
        return self.ids[rows[np.argsort(-keys if sort.descending else keys, kind="stable")]]

    def histogram(self, mask: Mask) -> Histogram:
        """Return the histogram over the whole range of scores; empty before there are any."""
        scored = ~np.isnan(self.score)
        if not scored.any():
            return Histogram()
        low, high = float(self.score[scored].min()), float(self.score[scored].max())
        span = (low, high) if high > low else (low - 0.5, high + 0.5)
        total, edges = np.histogram(self.score[scored], bins=BARS, range=span)
        counts, _edges = np.histogram(self.score[mask & scored], bins=BARS, range=span)
        return Histogram(tuple(edges.tolist()), tuple(counts.tolist()), tuple(total.tolist()), (), self.lower_is_better)

    def _keys(self, by: CollectionOrder) -> npt.NDArray[Any]:
        columns: dict[str, npt.NDArray[Any]] = {
            "score": self.score,
            "difference": self.score - self.other,
            "pick": self.pick.astype(np.int16),
            **self.places,
        }
        return columns[by]
