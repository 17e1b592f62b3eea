"""Every measure of one version, with its differences from the base and from the previous version. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.contract.specs import LABELS
from studio.services.stages.definition import QT_TRANSLATE_NOOP
from studio.services.versions.types import MetricValue, VersionRow

Group = Literal["score", "bins", "labels", "format", "language", "tone", "read", "judge"]
Form = Literal["number", "percent", "count"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its group, the name of its metric, what it is called, and how its values are written.

    ``title`` may have a place for the label; ``tip`` says what the title leaves open, or is "".
    """

    group: Group
    name: str
    title: str
    form: Form = "number"
    tip: str = ""


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


JUDGED = (
    Measure("judge", "consistency", QT_TRANSLATE_NOOP("Measures", "Consistency (0–4)")),
    Measure("judge", "usefulness", QT_TRANSLATE_NOOP("Measures", "Usefulness (0–4)")),
    Measure("judge", "general", QT_TRANSLATE_NOOP("Measures", "Writing (0–4)")),
    Measure("judge", "coverage", QT_TRANSLATE_NOOP("Measures", "Explanations with a grade"), "percent"),
    Measure(
        "judge",
        "read_label",
        QT_TRANSLATE_NOOP("Measures", "Score read from the text, with own label (SRCC)"),
        tip=QT_TRANSLATE_NOOP("Measures", "The judge reads a score from the explanation alone, without the image"),
    ),
    Measure(
        "judge",
        "read_truth",
        QT_TRANSLATE_NOOP("Measures", "Score read from the text, with true score (SRCC)"),
        tip=QT_TRANSLATE_NOOP("Measures", "The judge reads a score from the explanation alone, without the image"),
    ),
    Measure(
        "judge",
        "read_contradictions",
        QT_TRANSLATE_NOOP("Measures", "Texts the judge reads 3 or more labels away"),
        "percent",
    ),
    Measure("judge", "read_coverage", QT_TRANSLATE_NOOP("Measures", "Texts with a score read"), "percent"),
)
"""What each judge has for itself."""
MEASURES = (
    Measure("score", "srcc", QT_TRANSLATE_NOOP("Measures", "SRCC (rank correlation)")),
    Measure("score", "plcc", QT_TRANSLATE_NOOP("Measures", "PLCC (linear correlation)")),
    Measure("score", "kendall", QT_TRANSLATE_NOOP("Measures", "Kendall's tau")),
    Measure("score", "rmse", QT_TRANSLATE_NOOP("Measures", "RMSE")),
    Measure(
        "score",
        "calibration_slope",
        QT_TRANSLATE_NOOP("Measures", "Calibration slope (1 is ideal)"),
        tip=QT_TRANSLATE_NOOP("Measures", "Below 1, the scores are too extreme; above 1, too cautious"),
    ),
    Measure(
        "score",
        "calibration_error",
        QT_TRANSLATE_NOOP("Measures", "Calibration error (mean)"),
        tip=QT_TRANSLATE_NOOP(
            "Measures", "Mean distance of predicted and true scores, in groups of similar predictions"
        ),
    ),
    Measure("labels", "label_entropy", QT_TRANSLATE_NOOP("Measures", "Variety of labels (0–3.32 bits)")),
    Measure("labels", "label_top_share", QT_TRANSLATE_NOOP("Measures", "Most frequent label"), "percent"),
    Measure("format", "format_failures", QT_TRANSLATE_NOOP("Measures", "Format failures"), "percent"),
    Measure("format", "format_failures:no_score", QT_TRANSLATE_NOOP("Measures", "no score"), "percent"),
    Measure("format", "format_failures:no_explanation", QT_TRANSLATE_NOOP("Measures", "no explanation"), "percent"),
    Measure(
        "format", "format_failures:cut_off", QT_TRANSLATE_NOOP("Measures", "cut off at the token limit"), "percent"
    ),
    Measure("format", "format_failures:other", QT_TRANSLATE_NOOP("Measures", "other"), "percent"),
    Measure("language", "explanation_words", QT_TRANSLATE_NOOP("Measures", "Words per explanation")),
    Measure("language", "distinct_texts", QT_TRANSLATE_NOOP("Measures", "Different texts"), "count"),
    Measure("language", "shared_texts", QT_TRANSLATE_NOOP("Measures", "Texts that another image has too"), "percent"),
    Measure("language", "repeated_clauses", QT_TRANSLATE_NOOP("Measures", "Texts that say a clause twice"), "percent"),
    Measure("language", "distinct_1", QT_TRANSLATE_NOOP("Measures", "Different words (distinct-1)")),
    Measure("language", "distinct_2", QT_TRANSLATE_NOOP("Measures", "Different word pairs (distinct-2)")),
    Measure(
        "tone",
        "word_tone",
        QT_TRANSLATE_NOOP("Measures", "Tone fits the score (0–4)"),
        tip=QT_TRANSLATE_NOOP("Measures", "An estimate from words, without reading: not consistency"),
    ),
    Measure(
        "tone",
        "tone_label",
        QT_TRANSLATE_NOOP("Measures", "Rank correlation of tone and label"),
        tip=QT_TRANSLATE_NOOP("Measures", "An estimate from words, without reading: not consistency"),
    ),
    Measure(
        "read",
        "text_label",
        QT_TRANSLATE_NOOP("Measures", "Text alone, with own label (SRCC)"),
        tip=QT_TRANSLATE_NOOP(
            "Measures", "The version reads a score from its explanation, without the image; does it find its own label?"
        ),
    ),
    Measure(
        "read",
        "text_truth",
        QT_TRANSLATE_NOOP("Measures", "Text alone, with true score (SRCC)"),
        tip=QT_TRANSLATE_NOOP(
            "Measures", "The version reads a score from its explanation, without the image; is it near the true score?"
        ),
    ),
    Measure("read", "contradictions", QT_TRANSLATE_NOOP("Measures", "Texts read 3 or more labels away"), "percent"),
    Measure(
        "read",
        "swap_text",
        QT_TRANSLATE_NOOP("Measures", "Swapped text is followed (SRCC)"),
        tip=QT_TRANSLATE_NOOP(
            "Measures", "The version is given another image's explanation: does its score follow that text?"
        ),
    ),
    Measure(
        "read",
        "swap_image",
        QT_TRANSLATE_NOOP("Measures", "Image is followed instead (SRCC)"),
        tip=QT_TRANSLATE_NOOP(
            "Measures", "The version is given another image's explanation: does its score follow the image?"
        ),
    ),
    Measure(
        "read",
        "swap_follows_text",
        QT_TRANSLATE_NOOP("Measures", "Swaps nearer to the text"),
        "percent",
        tip=QT_TRANSLATE_NOOP(
            "Measures", "Of swaps whose text and image are 3 or more labels apart: scores nearer to the text's label"
        ),
    ),
    *(
        Measure("bins", f"bin_error:{label}", QT_TRANSLATE_NOOP("Measures", "Mean error, true label {0}"))
        for label in LABELS
    ),
    *(
        Measure("bins", f"bin_bias:{label}", QT_TRANSLATE_NOOP("Measures", "Scored too high by, true label {0}"))
        for label in LABELS
    ),
)
"""All but the grades, in the order shown."""
GROUPS: Mapping[Group, str] = {
    "score": QT_TRANSLATE_NOOP("Measures", "Score"),
    "bins": QT_TRANSLATE_NOOP("Measures", "By true label"),
    "labels": QT_TRANSLATE_NOOP("Measures", "Labels"),
    "format": QT_TRANSLATE_NOOP("Measures", "Format"),
    "language": QT_TRANSLATE_NOOP("Measures", "Explanations"),
    "tone": QT_TRANSLATE_NOOP("Measures", "Word tone"),
    "read": QT_TRANSLATE_NOOP("Measures", "Text and score"),
    "judge": QT_TRANSLATE_NOOP("Measures", "Judge"),
}
"""What the groups are called; grades are headed by their judge, if there is one."""
READ_MEASURES = tuple(measure.name for measure in MEASURES if measure.group == "read")
"""Whether the explanations carry the score."""


def calibration_curve(version: VersionRow) -> tuple[tuple[float, float], ...]:
    """Return (mean prediction, mean true score) of groups of similar predictions, in order; empty if not measured."""
    found = []
    for group in LABELS:
        ends = [version.metrics.get(f"calibration_{what}:{group}") for what in ("scored", "true")]
        values = [None if metric is None else metric.value for metric in ends]
        if values[0] is not None and values[1] is not None:
            found.append((values[0], values[1]))
    return tuple(found)


def measure_rows(version: VersionRow, base: str | None, previous: str | None) -> tuple[MeasureRow, ...]:
    """Return the rows of a version; ``base`` and ``previous`` are the versions to compare with, if any.

    The grades of each judge follow; without a judge, one group of grades that are not measured.
    """
    judge = version.judge or ""
    plain = {name: metric for name, metric in version.metrics.items() if name not in version.judged.get(judge, {})}
    rows = [_row(one, "", plain, base, previous) for one in MEASURES if one.group != "bins"]
    for name in version.judged or ("",):
        found = version.judged.get(name, {})
        rows += [_row(one, name, found, base, previous) for one in JUDGED]
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
