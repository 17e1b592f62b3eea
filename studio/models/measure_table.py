"""The table of all measures of one version, with its differences from the base and from the previous version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.judging.judge_names import short_name
from studio.services.versions.measures import Change, Form, Measure, MeasureRow
from studio.services.versions.types import MetricValue
from studio.text import NOTHING, chance

COL_GROUP, COL_MEASURE, COL_VALUE, COL_N, COL_BASE, COL_PREVIOUS = range(6)
translate = QCoreApplication.translate


def measure_name(name: str) -> str:
    """Return what a measure is called on the screen."""
    plain, _, detail = name.partition(":")
    known = {
        "srcc": translate("Measures", "SRCC (rank correlation)"),
        "plcc": translate("Measures", "PLCC (linear correlation)"),
        "kendall": translate("Measures", "Kendall's tau"),
        "rmse": translate("Measures", "RMSE"),
        "calibration_slope": translate("Measures", "Calibration slope (1 is ideal)"),
        "calibration_error": translate("Measures", "Calibration error (mean)"),
        "label_entropy": translate("Measures", "Variety of labels (0–3.32 bits)"),
        "label_top_share": translate("Measures", "Most frequent label"),
        "explanation_words": translate("Measures", "Words per explanation"),
        "distinct_texts": translate("Measures", "Different texts"),
        "shared_texts": translate("Measures", "Texts that another image has too"),
        "repeated_clauses": translate("Measures", "Texts that say a clause twice"),
        "distinct_1": translate("Measures", "Different words (distinct-1)"),
        "distinct_2": translate("Measures", "Different word pairs (distinct-2)"),
        "word_tone": translate("Measures", "Tone fits the score (0–4)"),
        "tone_label": translate("Measures", "Rank correlation of tone and label"),
        "text_label": translate("Measures", "Text alone, with own label (SRCC)"),
        "text_truth": translate("Measures", "Text alone, with true score (SRCC)"),
        "contradictions": translate("Measures", "Texts read 3 or more labels away"),
        "swap_text": translate("Measures", "Swapped text is followed (SRCC)"),
        "swap_image": translate("Measures", "Image is followed instead (SRCC)"),
        "swap_follows_text": translate("Measures", "Swaps nearer to the text"),
        "consistency": translate("Measures", "Consistency (0–4)"),
        "usefulness": translate("Measures", "Usefulness (0–4)"),
        "general": translate("Measures", "Writing (0–4)"),
        "coverage": translate("Measures", "Explanations with a grade"),
    }
    if plain == "bin_error":
        return translate("Measures", "Mean error, true label {0}").format(detail)
    if plain == "bin_bias":
        return translate("Measures", "Scored too high by, true label {0}").format(detail)
    if plain == "format_failures":
        return {
            "": translate("Measures", "Format failures"),
            "no_score": translate("Measures", "no score"),
            "no_explanation": translate("Measures", "no explanation"),
            "cut_off": translate("Measures", "cut off at the token limit"),
            "other": translate("Measures", "other"),
        }[detail]
    return known.get(plain, plain)


def measure_tip(measure: Measure) -> str | None:
    """Return what a measure means, where its name leaves that open."""
    return {
        "word_tone": translate("Measures", "An estimate from words, without reading: not consistency"),
        "tone_label": translate("Measures", "An estimate from words, without reading: not consistency"),
        "text_label": translate(
            "Measures", "The version reads a score from its explanation, without the image; does it find its own label?"
        ),
        "text_truth": translate(
            "Measures", "The version reads a score from its explanation, without the image; is it near the true score?"
        ),
        "swap_text": translate(
            "Measures", "The version is given another image's explanation: does its score follow that text?"
        ),
        "swap_image": translate(
            "Measures", "The version is given another image's explanation: does its score follow the image?"
        ),
        "swap_follows_text": translate(
            "Measures",
            "Of swaps whose text and image are 3 or more labels apart: scores nearer to the text's label",
        ),
        "calibration_slope": translate("Measures", "Below 1, the scores are too extreme; above 1, too cautious"),
        "calibration_error": translate(
            "Measures", "Mean distance of predicted and true scores, in groups of similar predictions"
        ),
    }.get(measure.name)


def group_name(row: MeasureRow) -> str:
    """Return the heading of a row's group; grades are headed by their judge."""
    if row.measure.group == "judge":
        return short_name(row.judge) if row.judge else translate("Measures", "Judge")
    return {
        "score": translate("Measures", "Score"),
        "bins": translate("Measures", "By true label"),
        "labels": translate("Measures", "Labels"),
        "format": translate("Measures", "Format"),
        "language": translate("Measures", "Explanations"),
        "tone": translate("Measures", "Word tone"),
        "read": translate("Measures", "Text and score"),
    }[row.measure.group]


def value_text(metric: MetricValue | None, form: Form) -> str:
    """``0.512 [0.480, 0.541]``, in percent or as a count where the measure is one; "not measured"."""
    if metric is None or metric.value is None:
        return translate("Measures", "not measured")
    write = _WRITE[form]
    interval = "" if metric.lo is None or metric.hi is None else f" [{write(metric.lo)}, {write(metric.hi)}]"
    return write(metric.value) + interval


def change_text(change: Change | None, form: Form) -> str:
    """``+0.031 [0.010, 0.052], p = 0.004``; a dash if there is none."""
    if change is None or change.delta.value is None:
        return NOTHING
    write, delta = _WRITE[form], change.delta
    interval = "" if delta.lo is None or delta.hi is None else f" [{write(delta.lo)}, {write(delta.hi)}]"
    sign = "+" if change.delta.value > 0 else ""
    return sign + write(change.delta.value) + interval + ("" if change.p is None else f", {chance(change.p)}")


_WRITE: dict[Form, Callable[[float], str]] = {
    "number": lambda value: f"{value:.3f}",
    "percent": lambda value: f"{100 * value:.1f}%",
    "count": lambda value: f"{value:,.0f}",
}


class MeasuresModel(RowTableModel[MeasureRow]):
    """One row for each measure of a version."""

    numeric = frozenset({COL_N})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Group"),
            self.tr("Measure"),
            self.tr("Value [95% CI]"),
            self.tr("n"),
            self.tr("Change from base"),
            self.tr("Change from previous"),
        )
        self.tips = {
            COL_N: self.tr("Number of test images or explanations that it is based on"),
            COL_BASE: self.tr("Paired difference on the same test images, with its 95% interval"),
            COL_PREVIOUS: self.tr(
                "Paired difference from the previous main version; of another line, from the main version of its "
                "iteration"
            ),
        }

    def identity(self, row: MeasureRow) -> object:
        """Judge and name."""
        return row.judge, row.measure.name

    def cell(self, row: MeasureRow, column: int, role: int) -> Any:
        """Return text and sort value."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == SORT_ROLE:
            return self._sort(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column == COL_GROUP and row.judge:
            return row.judge
        if role == Qt.ItemDataRole.ToolTipRole and column == COL_MEASURE:
            return measure_tip(row.measure)
        return None

    def _text(self, row: MeasureRow, column: int) -> str:
        form = row.measure.form
        match column:
            case 0:
                return group_name(row)
            case 1:
                return measure_name(row.measure.name)
            case 2:
                return value_text(row.metric, form)
            case 3:
                return f"{row.metric.n:,}" if row.metric is not None else NOTHING
            case 4:
                return change_text(row.base, form)
            case _:
                return change_text(row.previous, form)

    def _sort(self, row: MeasureRow, column: int) -> float | str:
        metric = {
            COL_VALUE: row.metric,
            COL_BASE: row.base.delta if row.base else None,
            COL_PREVIOUS: row.previous.delta if row.previous else None,
        }.get(column)
        if column in (COL_GROUP, COL_MEASURE):
            return self._text(row, column)
        if column == COL_N:
            return float(row.metric.n if row.metric is not None else 0)
        return metric.value if metric is not None and metric.value is not None else float("-inf")
