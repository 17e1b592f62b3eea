"""The table of all measures of one version, with its differences from the base and from the previous version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.judging.judge_names import short_name
from studio.services.versions.measures import GROUPS, Change, Form, Measure, MeasureRow
from studio.services.versions.types import MetricValue
from studio.text import NOTHING, chance

COL_GROUP, COL_MEASURE, COL_VALUE, COL_N, COL_BASE, COL_PREVIOUS = range(6)
translate = QCoreApplication.translate


def measure_title(measure: Measure) -> str:
    """Return what a measure is called on the screen."""
    return translate("Measures", measure.title).format(measure.name.partition(":")[2])


def group_name(row: MeasureRow) -> str:
    """Return the heading of a row's group; grades are headed by their judge."""
    if row.judge:
        return short_name(row.judge)
    return translate("Measures", GROUPS[row.measure.group])


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
            return translate("Measures", row.measure.tip) if row.measure.tip else None
        return None

    def _text(self, row: MeasureRow, column: int) -> str:
        form = row.measure.form
        match column:
            case 0:
                return group_name(row)
            case 1:
                return measure_title(row.measure)
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
