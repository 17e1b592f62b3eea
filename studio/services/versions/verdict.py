"""Whether a version is better or worse than others: score, consistency and format together. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence

from studio.services.judging.judge_names import is_estimate
from studio.services.recipes.version_names import BASE
from studio.services.versions.needed_images import needed_images
from studio.services.versions.types import (
    VERDICT_MEASURES,
    MainVerdict,
    MeasureChange,
    MetricValue,
    VerdictMeasure,
    VerdictWord,
    VersionChange,
    VersionRow,
)

SIGNIFICANT = 0.05


def main_verdict(row: VersionRow, main: Sequence[VersionRow]) -> MainVerdict | None:
    """Return the verdict on a version of the main line against the previous main version, and against the base.

    The p-values are corrected by Holm's method (Holm 1979, Scand. J. Stat. 6:65). The family is what is shown together
    as this verdict: every measure (SRCC, consistency, format failures) that was measured against the previous version
    and against the base, at most six; the verdicts on other versions are families of their own. A difference is clear
    if its corrected p is below 0.05 and its 95% interval excludes 0.

    Args:
        row: the version.
        main: the main versions (``overview.main_line``), in order.

    Returns:
        None for the base, and where nothing was compared.
    """
    earlier = [other.name for other in main if other.iteration < row.iteration]
    if not earlier:
        return None
    others = dict.fromkeys([earlier[-1], *(name for name in earlier if name == BASE)])
    found = {(other, measure): _delta(row, measure, other) for other in others for measure in VERDICT_MEASURES}
    known = {key: chance for key, delta in found.items() if delta is not None and (chance := _p(row, *key)) is not None}
    corrected = dict(zip(known, holm(list(known.values())), strict=True))
    against = tuple(
        VersionChange(
            other,
            tuple(
                _change(measure, found[other, measure], corrected.get((other, measure)), len(known))
                for measure in VERDICT_MEASURES
            ),
            _tone(row, other),
        )
        for other in others
    )
    return MainVerdict(row.name, against, len(known)) if any(found.values()) else None


def holm(chances: Sequence[float]) -> list[float]:
    """Return p-values corrected by Holm's step-down method, in the same order; the family is all of them."""
    corrected, largest = [0.0] * len(chances), 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        largest = max(largest, min(1.0, (len(chances) - rank) * chances[place]))
        corrected[place] = largest
    return corrected


def clear_word(measure: VerdictMeasure, delta: MetricValue, p: float | None) -> VerdictWord:
    """Return better or worse if p and the 95% interval both show it, else unclear. Fewer failures are better."""
    if p is None or p >= SIGNIFICANT or delta.lo is None or delta.hi is None or delta.lo <= 0 <= delta.hi:
        return "unclear"
    return "better" if (delta.lo > 0) != (measure == "format_failures") else "worse"


def is_judged(row: VersionRow) -> bool:
    """Return whether a language model or a person has graded consistency; the tone of words only estimates it."""
    return row.judge is not None and not is_estimate(row.judge)


def _delta(row: VersionRow, measure: VerdictMeasure, other: str) -> MetricValue | None:
    if measure == "consistency" and not is_judged(row):
        return None
    found = row.metrics.get(f"{measure}_delta:{other}")
    return None if found is None or found.value is None else found


def _tone(row: VersionRow, other: str) -> MetricValue | None:
    found = row.metrics.get(f"word_tone_delta:{other}")
    return None if found is None or found.value is None else found


def _p(row: VersionRow, other: str, measure: VerdictMeasure) -> float | None:
    found = row.metrics.get(f"{measure}_p:{other}")
    return None if found is None else found.value


def _change(measure: VerdictMeasure, delta: MetricValue | None, p: float | None, tests: int) -> MeasureChange:
    if delta is None:
        return MeasureChange(measure, None, None, None, None)
    word = clear_word(measure, delta, p)
    needed = needed_images(delta, SIGNIFICANT / max(1, tests)) if word == "unclear" else None
    return MeasureChange(measure, word, delta, p, needed)
