"""Means of the grades that judges gave, by judge. A missing grade is skipped and counted, never a number."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contract.context import RunContext
from engine.contract.events import Note
from engine.contract.specs import MeasureSpec
from engine.measuring import metrics
from engine.measuring.metrics import Estimate
from engine.measuring.split import Metrics, Row, bodies, difference_bodies, resampler

GRADES = ("consistency", "usefulness", "general")
"""As in arXiv 2506.02708, A.2: each from 0 (bad) to 4 (excellent)."""


def of_judges(spec: MeasureSpec, test: Sequence[Row], ctx: RunContext) -> dict[str, Metrics]:
    """Return by judge the mean of each kind of grade, ``coverage`` and the differences from other versions.

    ``coverage`` is the share of explanations given to the judge that have a grade of consistency.
    """
    judges = list(dict.fromkeys(judge for row in test for judge in row.get("judged", {})))
    return {judge: _of_judge(spec, judge, test, ctx) for judge in judges}


def _of_judge(spec: MeasureSpec, judge: str, test: Sequence[Row], ctx: RunContext) -> Metrics:
    asked = [row for row in test if judge in row.get("judged", {})]
    found: dict[str, Estimate] = {}
    for name in GRADES:
        graded = [row for row in asked if row["judged"][judge].get(name) is not None]
        if graded:
            mean = metrics.weighted_mean([row["judged"][judge][name] for row in graded])
            found[name] = metrics.bootstrap(mean, resampler(spec, graded))
    graded = [row for row in asked if row["judged"][judge].get("consistency") is not None]
    found["coverage"] = metrics.wilson(len(graded), len(asked), resampler(spec, asked).units)
    if len(graded) < len(asked):
        missing = len(asked) - len(graded)
        text = f"{spec.version}: {missing} of {len(asked)} explanations have no grade by {judge} and are skipped."
        ctx.emit(Note("info", "grades_missing", text))
    result = bodies(found)
    for other in dict.fromkeys(name for row in asked for name in row.get("compare_judged", {})):
        result |= _compared(spec, judge, asked, other)
    return result


def _compared(spec: MeasureSpec, judge: str, asked: Sequence[Row], other: str) -> Metrics:
    """Return the paired differences on the rows where this judge has graded both versions."""
    result: Metrics = {}
    for name in GRADES:
        both = [
            (row, mine, theirs)
            for row in asked
            if (mine := row["judged"][judge].get(name)) is not None
            and (theirs := row.get("compare_judged", {}).get(other, {}).get(judge, {}).get(name)) is not None
        ]
        if both:
            difference = metrics.paired_bootstrap(
                metrics.weighted_mean([mine for _, mine, _ in both]),
                metrics.weighted_mean([theirs for _, _, theirs in both]),
                resampler(spec, [row for row, _, _ in both]),
            )
            result |= difference_bodies({name: difference}, other)
    return result
