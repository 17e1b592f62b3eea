"""Map mean scores to the ten labels 0..9 by quantiles of the training scores. Standard library only; no file access.

Convention: cut point k (k = 1..9) is the k/10 quantile of the training scores with linear interpolation between order
statistics (Hyndman and Fan's type 7, the default of NumPy and R). A score between two cut points gets the number of
cut points below it. A score that equals one cut point falls into the bin below it; a score that equals several (a
heavy tie) goes to the middle one of the bins that it spans, so that heavy ties are biased neither up nor down.

Label 9 is always the best. On a scale on which lower scores are better (a difference mean opinion score, for instance)
the labels fall as the scores rise: everything is as for the negated scores, but in the original scale.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from engine.contract.specs import LABELS

_LAST = LABELS[-1]


class BinningError(ValueError):
    """The training scores cannot be cut into bins: ``message`` states the reason, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Binning:
    """Nine cut points in ascending order (equal ones may repeat), and the mean training score of each of the ten bins.

    The mean of an empty bin is interpolated linearly between its nearest non-empty neighbours; at either end it is the
    mean of the nearest one. Edges and means are in the original scale. ``means`` is by label, so it falls where
    ``lower_is_better``.
    """

    edges: tuple[float, ...]
    means: tuple[float, ...]
    lower_is_better: bool = False

    def __post_init__(self) -> None:
        """Validate lengths, order and finiteness."""
        if len(self.edges) != _LAST or len(self.means) != len(LABELS):
            raise ValueError(f"a binning has 9 edges and 10 means, not {len(self.edges)} and {len(self.means)}")
        if not all(map(math.isfinite, (*self.edges, *self.means))) or list(self.edges) != sorted(self.edges):
            raise ValueError(f"edges must be finite and ascend, means be finite: {self.edges}, {self.means}")

    def assign(self, score: float) -> int:
        """Return the label 0..9 of a score in the original scale: 9 for the best, 0 for the worst.

        Raises:
            ValueError: the score is not finite.
        """
        if not math.isfinite(score):
            raise ValueError(f"score {score!r} is not a finite number")
        reached = bisect_left(self.edges, score) + bisect_right(self.edges, score)
        return (2 * _LAST - reached if self.lower_is_better else reached) // 2

    def bounds(self, label: int) -> tuple[float | None, float | None]:
        """Return the cut points below and above a label's scores; None at either end of the scale."""
        place = _LAST - label if self.lower_is_better else label
        return self.edges[place - 1] if place else None, self.edges[place] if place < _LAST else None


@dataclass(frozen=True, slots=True)
class BinningReport:
    """Summary of a fit: training scores per bin, number of distinct scores, empty bins, and warnings to show."""

    counts: tuple[int, ...]
    distinct: int
    empty: tuple[int, ...]
    warnings: tuple[str, ...]


def fit(scores: Sequence[float], *, lower_is_better: bool = False) -> tuple[Binning, BinningReport]:
    """Compute the cut points and bin means of the training scores.

    With two to nine distinct scores, quantiles carry little information: the distinct scores are then spread by rank
    over 0..9 (the worst gets 0, the best 9), with the cut points halfway between neighbours, and a warning is
    reported.

    Raises:
        BinningError: no scores, a score that is not finite, or only one distinct score.
    """
    _check(scores)
    if lower_is_better:
        found, report = fit([-score for score in scores])
        edges = tuple(_negated(edge) for edge in reversed(found.edges))
        return Binning(edges, tuple(map(_negated, found.means)), lower_is_better=True), report
    ordered = sorted(map(float, scores))
    distinct = sorted(set(ordered))
    edges = _quantiles(ordered) if len(distinct) >= len(LABELS) else _rank_edges(distinct)
    cutter = Binning(edges, (0.0,) * len(LABELS))
    members: list[list[float]] = [[] for _ in LABELS]
    for score in ordered:
        members[cutter.assign(score)].append(score)
    counts = tuple(map(len, members))
    empty = tuple(label for label, count in zip(LABELS, counts, strict=True) if count == 0)
    report = BinningReport(counts, len(distinct), empty, _warnings(counts, len(distinct), empty))
    return Binning(edges, _means(members)), report


def _negated(value: float) -> float:
    return -value + 0.0  # not -0.0, which would be shown


def _check(scores: Sequence[float]) -> None:
    if not scores:
        raise BinningError("There are no training scores.", "Import images with scores, or enlarge the training split.")
    for index, score in enumerate(scores):
        if not math.isfinite(score):
            raise BinningError(
                f"Training score {index + 1} is {score!r}.", "Give every image a finite number as its score."
            )
    if min(scores) == max(scores):
        raise BinningError(
            f"All {len(scores)} training scores are {scores[0]!r}; ten bins need at least 2 distinct scores.",
            "Check that the score column is the right one and that the training split contains different scores.",
        )


def _quantiles(ordered: Sequence[float]) -> tuple[float, ...]:
    edges = []
    for k in range(1, len(LABELS)):
        below, tenths = divmod(k * (len(ordered) - 1), len(LABELS))
        low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
        part = tenths / len(LABELS)
        edges.append(min(high, max(low, low * (1 - part) + high * part)))
    return tuple(edges)


def _rank_edges(distinct: Sequence[float]) -> tuple[float, ...]:
    labels = [round(_LAST * rank / (len(distinct) - 1)) for rank in range(len(distinct))]
    edges: list[float] = []
    for i in range(len(distinct) - 1):
        edges += [distinct[i] / 2 + distinct[i + 1] / 2] * (labels[i + 1] - labels[i])
    return tuple(edges)


def _means(members: Sequence[Sequence[float]]) -> tuple[float, ...]:
    filled = {label: math.fsum(scores) / len(scores) for label, scores in enumerate(members) if scores}
    return tuple(_between(filled, label) for label in LABELS)


def _between(filled: dict[int, float], label: int) -> float:
    low = max((known for known in filled if known <= label), default=min(filled))
    high = min((known for known in filled if known >= label), default=max(filled))
    if high <= low:
        return filled[low if low <= label else high]
    part = (label - low) / (high - low)
    return filled[low] * (1 - part) + filled[high] * part


def _warnings(counts: Sequence[int], distinct: int, empty: Sequence[int]) -> tuple[str, ...]:
    total = sum(counts)
    warnings = []
    if distinct < len(LABELS):
        warnings.append(
            f"The training scores have only {distinct} distinct values, fewer than ten: they were spread by rank over "
            f"the labels 0 to 9, and {len(empty)} labels stay unused."
        )
    elif empty:
        warnings.append(f"Ties among the training scores leave {_labels(empty)} without any image.")
    crowded = [label for label, count in enumerate(counts) if count > 0.25 * total]
    if crowded and distinct >= len(LABELS):
        shares = ", ".join(f"{label} ({counts[label] / total:.0%})" for label in crowded)
        warnings.append(f"Heavy ties put more than a quarter of the training images under one label: {shares}.")
    return tuple(warnings)


def _labels(labels: Sequence[int]) -> str:
    return ("label " if len(labels) == 1 else "labels ") + ", ".join(map(str, labels))
