"""The table of one version's probe: what each degradation does to scores and explanations."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.degradation_text import degradation_title
from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.probing.types import ProbeRow
from studio.text import NOTHING, change_with_interval, percent, points_with_interval

COL_DEGRADATION, COL_STRENGTH, COL_SCORE, COL_SCORE_VS, COL_NAMED, COL_BEFORE, COL_GAIN, COL_GAIN_VS, COL_N = range(9)
_FIGURES = {
    COL_SCORE: "score_change",
    COL_SCORE_VS: "score_change_vs_base",
    COL_NAMED: "named",
    COL_BEFORE: "named_untouched",
    COL_GAIN: "naming_gain",
    COL_GAIN_VS: "naming_gain_vs_base",
}


class ProbeModel(RowTableModel[ProbeRow]):
    """One row for each degradation and strength; the order of a degradation's strengths is in its tool tip."""

    numeric = frozenset(range(1, 9))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orders: dict[tuple[str, str], str] = {}
        self.columns = (
            self.tr("Degradation"),
            self.tr("Strength"),
            self.tr("Score change [95% CI]"),
            self.tr("against base"),
            self.tr("Named"),
            self.tr("Untouched"),
            self.tr("Difference [95% CI]"),
            self.tr("against base"),
            self.tr("Images"),
        )
        self.tips = {
            COL_STRENGTH: self.tr("How much, from 0 to 1"),
            COL_SCORE: self.tr("Score of the degraded image minus that of the same image untouched"),
            COL_SCORE_VS: self.tr("This version's score change minus the base's, on the same images"),
            COL_NAMED: self.tr("How often the explanation of the degraded image names what was changed"),
            COL_BEFORE: self.tr("How often the explanation of the untouched image names it"),
            COL_GAIN: self.tr("The difference of the two, in percentage points: a model that always says it gains 0"),
            COL_N: self.tr("Images with a score / with an explanation of both copies"),
            COL_GAIN_VS: self.tr("This version's difference minus the base's, in percentage points"),
        }

    def show(self, rows: tuple[ProbeRow, ...]) -> None:
        """Show one version's rows; those of a degradation as a whole become tool tips."""
        whole = [row for row in rows if not row.strength]
        self._orders = {(row.version, row.degradation): change_with_interval(row.figures.get("order")) for row in whole}
        self.set_rows([row for row in rows if row.strength])

    def identity(self, row: ProbeRow) -> object:
        """Return version, degradation and strength."""
        return row.version, row.degradation, row.strength

    def cell(self, row: ProbeRow, column: int, role: int) -> Any:
        """Return text and sort value."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == SORT_ROLE:
            return self._sort(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in (COL_DEGRADATION, COL_SCORE):
            order = self._orders.get((row.version, row.degradation))
            if order is not None:
                text = self.tr("Order of strength and fall of the score: {0} (1: more always lowers it, 0: no order)")
                return text.format(order)
        return None

    def _text(self, row: ProbeRow, column: int) -> str:
        if column == COL_DEGRADATION:
            return degradation_title(row.degradation)
        if column == COL_STRENGTH:
            return f"{row.strength:g}"
        if column == COL_N:
            return row.images or NOTHING
        metric = row.figures.get(_FIGURES[column])
        if column in (COL_SCORE, COL_SCORE_VS):
            return change_with_interval(metric)
        return percent(metric) if column in (COL_NAMED, COL_BEFORE) else points_with_interval(metric)

    def _sort(self, row: ProbeRow, column: int) -> float | str:
        if column == COL_DEGRADATION:
            return degradation_title(row.degradation)
        if column == COL_STRENGTH:
            return row.strength
        if column == COL_N:
            found = row.figures.get("score_change")
            return found.n if found else 0
        metric = row.figures.get(_FIGURES[column])
        return metric.value if metric and metric.value is not None else float("-inf")
