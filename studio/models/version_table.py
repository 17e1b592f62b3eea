"""The table of model versions with their test metrics, and the validation metric that choices are based on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel, term_tips
from studio.models.version_verdict_text import verdict_sentence, verdict_text
from studio.services.versions.types import VersionRow, VersionVerdict
from studio.text import NOTHING, number, one_line, percent, with_interval

COL_NAME, COL_SRCC, COL_VERDICT, COL_PLCC, COL_RMSE, COL_CONSISTENCY, COL_TONE, COL_FORMAT, COL_N = range(9)
COL_VALIDATION = 9
_METRICS = {
    COL_SRCC: "srcc",
    COL_PLCC: "plcc",
    COL_RMSE: "rmse",
    COL_CONSISTENCY: "consistency",
    COL_TONE: "word_tone",
    COL_FORMAT: "format_failures",
}


class VersionsModel(RowTableModel[VersionRow]):
    """One row for each version, oldest first."""

    numeric = frozenset({COL_SRCC, COL_PLCC, COL_RMSE, COL_CONSISTENCY, COL_TONE, COL_FORMAT, COL_N, COL_VALIDATION})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._verdicts: dict[str, VersionVerdict] = {}
        self.columns = (
            self.tr("Version"),
            self.tr("SRCC [95% CI]"),
            self.tr("SRCC change [95% CI]"),
            self.tr("PLCC"),
            self.tr("RMSE"),
            self.tr("Consistency (0–4)"),
            self.tr("Word tone (0–4)"),
            self.tr("Format failures"),
            self.tr("Images"),
            self.tr("Val. SRCC"),
        )
        self.tips = {
            **term_tips(
                {
                    COL_SRCC: "srcc",
                    COL_PLCC: "plcc",
                    COL_RMSE: "rmse",
                    COL_CONSISTENCY: "consistency",
                    COL_TONE: "word_tone",
                    COL_FORMAT: "format_failures",
                    COL_VALIDATION: "val_srcc",
                }
            ),
            COL_VERDICT: self.tr(
                "Change from the previous main version on the same test images; another line is compared with the main "
                "version of its iteration"
            ),
        }

    def show(self, rows: Sequence[VersionRow], verdicts: Mapping[str, VersionVerdict]) -> None:
        """Show versions with their verdicts against the previous main version."""
        self._verdicts = dict(verdicts)
        self.set_rows(rows)

    def identity(self, row: VersionRow) -> object:
        """Return the version."""
        return row.id

    def cell(self, row: VersionRow, column: int, role: int) -> Any:
        """Return text and sort value."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == SORT_ROLE:
            return self._sort(row, column)
        if column == COL_CONSISTENCY and row.judge and role == Qt.ItemDataRole.ToolTipRole:
            return self._judge_tip(row)
        if column == COL_VALIDATION and role == Qt.ItemDataRole.ToolTipRole and "srcc" in row.validation:
            return self.tr("On the validation images: {0}").format(with_interval(row.validation["srcc"]))
        if column == COL_VERDICT and role in (Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole):
            return verdict_sentence(row.name, self._verdicts.get(row.name)) or None
        return None

    def _judge_tip(self, row: VersionRow) -> str:
        judge = one_line(row.judge or "")
        metric, coverage = row.metrics.get("consistency"), row.metrics.get("coverage")
        graded = 0 if metric is None else metric.n
        if coverage is None or coverage.n == graded:
            return self.tr("Judged by {0}, {1} explanations").format(judge, f"{graded:,}")
        return self.tr("Judged by {0}: {1} of {2} explanations have a grade; the others count for nothing").format(
            judge, f"{graded:,}", f"{coverage.n:,}"
        )

    def _text(self, row: VersionRow, column: int) -> str:
        if column == COL_NAME:
            return row.name
        if column == COL_N:
            return str(_count(row)) if row.metrics else NOTHING
        if column == COL_VALIDATION:
            found = row.validation.get("srcc")
            return number(found.value if found else None)
        if column == COL_VERDICT:
            return verdict_text(self._verdicts.get(row.name))
        metric = row.metrics.get(_METRICS[column])
        if column == COL_SRCC:
            return with_interval(metric)
        if column == COL_FORMAT:
            return percent(metric)
        text = number(metric.value if metric else None)
        return f"{text} (n = {metric.n:,})" if column == COL_CONSISTENCY and metric and row.judge else text

    def _sort(self, row: VersionRow, column: int) -> float | int:
        if column == COL_NAME:
            return row.id
        if column == COL_N:
            return _count(row)
        if column == COL_VERDICT:
            found = self._verdicts.get(row.name)
            return found.delta.value if found and found.delta.value is not None else float("-inf")
        metric = row.validation.get("srcc") if column == COL_VALIDATION else row.metrics.get(_METRICS[column])
        return metric.value if metric and metric.value is not None else float("-inf")


def _count(row: VersionRow) -> int:
    """Return the number of scored images; consistency may be based on fewer."""
    metric = row.metrics.get("srcc")
    return metric.n if metric else 0
