"""Means of the grades of suggestions with 95% intervals over images, and paired with the base's. No torch.

Figures: usefulness, concreteness and relevance (0 to 4), ``<name>_vs_base`` (this version's minus the base's on the
images where the judge has graded both) and ``coverage``, the share of suggestions with grades. A missing grade is
skipped and counted, never a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from engine.judges.tasks import SUGGESTION_CRITERIA
from engine.measuring import metrics
from engine.measuring.metrics import Resampler

Row = Mapping[str, Any]


def figures(rows: Sequence[Row], graded: Mapping[int, Row], *, bootstrap: int, seed: int) -> list[dict[str, Any]]:
    """Return the figures as JSON values: name, value, lo, hi, n.

    Args:
        rows: input rows of the stage ``judge_suggestions``.
        graded: journal rows by suggestion.
        bootstrap: number of resamples.
        seed: of the resamples.
    """
    found: list[dict[str, Any]] = []

    def add(name: str, value: float, lo: float, hi: float, n: int) -> None:
        ends = [number if math.isfinite(number) else None for number in (value, lo, hi)]
        found.append({"name": name, "value": ends[0], "lo": ends[1], "hi": ends[2], "n": n})

    def resampler(of: Sequence[Row]) -> Resampler:
        return Resampler([row["group"] for row in of], bootstrap, seed)

    def grade(row: Row, name: str) -> Any:
        return graded.get(row["suggestion_id"], {}).get(name)

    for name in SUGGESTION_CRITERIA:
        own = [row for row in rows if grade(row, name) is not None]
        if own:
            one = metrics.bootstrap(metrics.weighted_mean([grade(row, name) for row in own]), resampler(own))
            add(name, one.value, one.lo, one.hi, one.n)
        both = [row for row in own if row["base"] is not None and row["base"].get(name) is not None]
        if both:
            mine, theirs = ([grade(row, name) for row in both], [row["base"][name] for row in both])
            change = metrics.paired_bootstrap(
                metrics.weighted_mean(mine), metrics.weighted_mean(theirs), resampler(both)
            )
            add(f"{name}_vs_base", change.value, change.lo, change.hi, change.n)
    if rows:
        given = sum(grade(row, SUGGESTION_CRITERIA[0]) is not None for row in rows)
        share = metrics.wilson(given, len(rows), resampler(rows).units)
        add("coverage", share.value, share.lo, share.hi, share.n)
    return found
