"""How useful the judges find what versions suggest: one row for each version, judge and scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.agreement_tables import judge_label
from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.suggesting.types import SuggestionRow
from studio.services.versions.types import MetricValue
from studio.text import NOTHING, change_with_interval, one_line, percent, with_interval

COL_VERSION, COL_JUDGE, COL_SCALE, COL_MEAN, COL_N, COL_CHANGE, COL_BOTH, COL_GRADED = range(8)
SCALES = ("usefulness", "concreteness", "relevance")
translate = QCoreApplication.translate


def suggestion_scale(name: str) -> str:
    """Return the display name of a scale."""
    return {
        "usefulness": translate("Suggestions", "usefulness"),
        "concreteness": translate("Suggestions", "concreteness"),
        "relevance": translate("Suggestions", "relevance"),
    }[name]


@dataclass(frozen=True, slots=True)
class GradedScale:
    """One scale of one judge for one version."""

    version: str
    judge: str
    scale: str
    mean: MetricValue | None
    change: MetricValue | None
    coverage: MetricValue | None


class SuggestionModel(RowTableModel[GradedScale]):
    """Means from 0 to 4 and their differences from the base on the same images, each with 95% interval and n."""

    numeric = frozenset((COL_MEAN, COL_N, COL_CHANGE, COL_BOTH, COL_GRADED))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Version"),
            self.tr("Judge"),
            self.tr("Scale"),
            self.tr("Mean, 0–4 [95% CI]"),
            self.tr("n"),
            self.tr("Against base [95% CI]"),
            self.tr("n"),
            self.tr("Graded"),
        )
        self.tips = {
            COL_SCALE: self.tr(
                "usefulness: would it help to improve the image? concreteness: is it specific, with steps that can be "
                "taken? relevance: does it fit what is in the image?"
            ),
            COL_N: self.tr("Suggestions with this grade"),
            COL_CHANGE: self.tr("This version's mean minus the base's, on the images where the judge has graded both"),
            COL_BOTH: self.tr("Images where the judge has graded both"),
            COL_GRADED: self.tr("Share of the suggestions given to the judge that have grades"),
        }

    def show(self, rows: Sequence[SuggestionRow]) -> None:
        """Show these versions' figures."""
        self.set_rows(
            [
                GradedScale(
                    row.version,
                    row.judge,
                    name,
                    row.figures.get(name),
                    row.figures.get(f"{name}_vs_base"),
                    row.figures.get("coverage"),
                )
                for row in rows
                for name in SCALES
            ]
        )

    def identity(self, row: GradedScale) -> object:
        """Return version, judge and scale."""
        return row.version, row.judge, row.scale

    def cell(self, row: GradedScale, column: int, role: int) -> Any:
        """Return the text, or the value to sort by."""
        if role not in (Qt.ItemDataRole.DisplayRole, SORT_ROLE):
            return None
        if column < COL_MEAN:
            return (one_line(row.version), one_line(judge_label(row.judge)), suggestion_scale(row.scale))[column]
        metric = row.coverage if column == COL_GRADED else row.mean if column in (COL_MEAN, COL_N) else row.change
        if role == SORT_ROLE:
            value = None if metric is None else metric.n if column in (COL_N, COL_BOTH) else metric.value
            return float("-inf") if value is None else value
        if metric is None:
            return NOTHING
        if column in (COL_N, COL_BOTH):
            return f"{metric.n:,}"
        if column == COL_GRADED:
            return percent(metric)
        return change_with_interval(metric) if column == COL_CHANGE else with_interval(metric)
