"""Every measure of one version, with its differences from the base and from the previous version. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.contract.specs import LABELS
from studio.services.versions.types import MetricValue, VersionRow

Group = Literal["score", "bins", "labels", "format", "language", "tone", "read", "judge"]
Form = Literal["number", "percent", "count"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its group, the name of its metric, and how its values are written."""

    group: Group
    name: str
    form: Form = "number"


@dataclass(frozen=True, slots=True)
class Change:
    """A paired difference from another version on the same images; ``p`` None if not known."""

    delta: MetricValue
    p: float | None


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure of a version; None: not measured. ``judge`` is "" but for grades."""

    measure: Measure
    judge: str
    metric: MetricValue | None
    base: Change | None
    previous: Change | None


_JUDGED = (
    Measure("judge", "consistency"),
    Measure("judge", "usefulness"),
    Measure("judge", "general"),
    Measure("judge", "coverage", "percent"),
)
MEASURES = (
    Measure("score", "srcc"),
    Measure("score", "plcc"),
    Measure("score", "kendall"),
    Measure("score", "rmse"),
    Measure("score", "calibration_slope"),
    Measure("score", "calibration_error"),
    Measure("labels", "label_entropy"),
    Measure("labels", "label_top_share", "percent"),
    Measure("format", "format_failures", "percent"),
    Measure("format", "format_failures:no_score", "percent"),
    Measure("format", "format_failures:no_explanation", "percent"),
    Measure("format", "format_failures:cut_off", "percent"),
    Measure("format", "format_failures:other", "percent"),
    Measure("language", "explanation_words"),
    Measure("language", "distinct_texts", "count"),
    Measure("language", "shared_texts", "percent"),
    Measure("language", "repeated_clauses", "percent"),
    Measure("language", "distinct_1"),
    Measure("language", "distinct_2"),
    Measure("tone", "word_tone"),
    Measure("tone", "tone_label"),
    Measure("read", "text_label"),
    Measure("read", "text_truth"),
    Measure("read", "contradictions", "percent"),
    Measure("read", "swap_text"),
    Measure("read", "swap_image"),
    Measure("read", "swap_follows_text", "percent"),
    *(Measure("bins", f"bin_error:{label}") for label in LABELS),
    *(Measure("bins", f"bin_bias:{label}") for label in LABELS),
)
"""All but the grades, in the order shown."""
READ_MEASURES = tuple(measure.name for measure in MEASURES if measure.group == "read")
"""Whether the explanations carry the score."""


def measure_rows(version: VersionRow, base: str | None, previous: str | None) -> tuple[MeasureRow, ...]:
    """Return the rows of a version; ``base`` and ``previous`` are the versions to compare with, if any.

    The grades of each judge follow; without a judge, one group of grades that are not measured.
    """
    judge = version.judge or ""
    plain = {name: metric for name, metric in version.metrics.items() if name not in version.judged.get(judge, {})}
    rows = [_row(one, "", plain, base, previous) for one in MEASURES if one.group != "bins"]
    for name in version.judged or ("",):
        found = version.judged.get(name, {})
        rows += [_row(one, name, found, base, previous) for one in _JUDGED]
    rows += [_row(one, "", plain, base, previous) for one in MEASURES if one.group == "bins"]
    return tuple(rows)


def _row(
    measure: Measure, judge: str, metrics: Mapping[str, MetricValue], base: str | None, previous: str | None
) -> MeasureRow:
    name = measure.name
    return MeasureRow(measure, judge, metrics.get(name), _change(metrics, name, base), _change(metrics, name, previous))


def _change(metrics: Mapping[str, MetricValue], name: str, other: str | None) -> Change | None:
    delta = None if other is None else metrics.get(f"{name}_delta:{other}")
    if delta is None or delta.value is None:
        return None
    p = metrics.get(f"{name}_p:{other}")
    return Change(delta, None if p is None else p.value)
