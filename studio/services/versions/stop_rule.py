"""Whether another iteration is likely to help, from what the last one changed. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

from studio.services.loop.types import NextAction
from studio.services.versions.types import (
    AdviceKind,
    IterationAdvice,
    MainVerdict,
    MetricValue,
    VerdictMeasure,
    VersionChange,
    VersionRow,
)
from studio.services.versions.verdict import SIGNIFICANT

_NORMAL = NormalDist()
FEWEST_IMAGES = 50
"""Test images from which on an interval is believed when it says that nothing was gained; its coverage is measured
from there on (docs/BENCHMARKS.md)."""


def advice(
    verdict: MainVerdict | None, main: Sequence[VersionRow], action: NextAction, useful_gain: float
) -> IterationAdvice | None:
    """Return what to think of one more iteration; None if that is not the next step, or the last one is not measured.

    - ``worse``: something is clearly worse than in the previous main version, or than in the base and not recovering.
      Consistency is allowed to fall in iteration 1, which trains on scores alone (arXiv 2506.02708, table 5): the next
      iteration trains it (``trains_consistency``).
    - ``plateau``: neither consistency nor format is clearly better, and the gain in SRCC is smaller than useful: so
      says the upper end of its interval, widened from 95% to the level of the verdict's comparisons (Bonferroni),
      over at least ``FEWEST_IMAGES``: a dozen ranks that stay the same have an interval without width.
    - ``unclear``: the gain may be useful or nothing; more test images would tell.
    - ``gained``: otherwise.

    Args:
        verdict: on the latest measured main version.
        main: the main versions in order, base first.
        action: the next step.
        useful_gain: the smallest difference of SRCC that is worth an iteration.
    """
    last = next((row for row in main if verdict is not None and row.name == verdict.version), None)
    if verdict is None or last is None or action.kind != "run_iteration" or action.iteration != last.iteration + 1:
        return None
    previous = verdict.against[0]
    gain = previous.measure("srcc")
    upper = None if gain.delta is None else upper_end(gain.delta, verdict.tests)
    lost = _lost(verdict)
    grave = tuple(measure for measure in lost if last.iteration > 1 or measure != "consistency")
    kind = _kind(previous, bool(grave), bool(lost), upper, useful_gain, gain.delta.n if gain.delta is not None else 0)
    if kind is None:
        return None
    return IterationAdvice(
        kind=kind,
        version=last.name,
        other=previous.other,
        iteration=last.iteration,
        lost=grave or lost,
        gain=gain.delta,
        upper=upper,
        useful_gain=useful_gain,
        needed=gain.needed if kind == "unclear" else None,
        best=best_version(main),
    )


def best_version(main: Sequence[VersionRow]) -> str | None:
    """Return the trained main version with the highest SRCC on validation, on test where one has none; None without."""
    trained = [row for row in main if row.adapter is not None]
    for values in ([row.validation.get("srcc") for row in trained], [row.metrics.get("srcc") for row in trained]):
        known = [value.value for value in values if value is not None and value.value is not None]
        if trained and len(known) == len(trained):
            return trained[known.index(max(known))].name
    return None


def upper_end(delta: MetricValue, tests: int) -> float | None:
    """Return the upper end of a 95% interval after widening it to 1 - 0.05 / ``tests``; None without an interval."""
    if delta.value is None or delta.hi is None:
        return None
    wider = _NORMAL.inv_cdf(1 - SIGNIFICANT / (2 * max(1, tests))) / _NORMAL.inv_cdf(1 - SIGNIFICANT / 2)
    return delta.value + (delta.hi - delta.value) * wider


def _lost(verdict: MainVerdict) -> tuple[VerdictMeasure, ...]:
    """Return what is worse than in the previous version, or worse than in the base and not clearly recovering."""
    previous = verdict.against[0]
    recovering = {change.measure for change in previous.measures if change.word == "better"}
    lost = {
        change.measure
        for against in verdict.against
        for change in against.measures
        if change.word == "worse" and (against is previous or change.measure not in recovering)
    }
    return tuple(change.measure for change in previous.measures if change.measure in lost)


def _kind(
    previous: VersionChange, grave: bool, lost: bool, upper: float | None, useful_gain: float, images: int
) -> AdviceKind | None:
    if grave:
        return "worse"
    if lost:
        return "trains_consistency"
    if upper is None:
        return None
    if any(change.word == "better" and change.measure != "srcc" for change in previous.measures):
        return "gained"
    if upper < useful_gain and images >= FEWEST_IMAGES:
        return "plateau"
    return "unclear" if previous.measure("srcc").word == "unclear" else "gained"
