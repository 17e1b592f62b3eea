"""The table of model versions with their test metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.models.version_verdict_text import verdict_sentence, verdict_text
from studio.services.versions.types import VersionRow, VersionVerdict
from studio.text import NOTHING, number, percent, with_interval

COL_NAME, COL_SRCC, COL_VERDICT, COL_PLCC, COL_RMSE, COL_CONSISTENCY, COL_FORMAT, COL_N = range(8)
_METRICS = {
    COL_SRCC: "srcc",
    COL_PLCC: "plcc",
    COL_RMSE: "rmse",
    COL_CONSISTENCY: "consistency",
    COL_FORMAT: "format_failures",
}


def judge_name(row: VersionRow) -> str:
    """Return the judge's display name; the built-in one only estimates consistency."""
    if row.judge is None:
        return ""
    return QCoreApplication.translate("VersionsModel", "estimated") if row.judge.startswith("offline") else row.judge


class VersionsModel(RowTableModel[VersionRow]):
    """One row for each version, oldest first."""

    numeric = frozenset({COL_SRCC, COL_PLCC, COL_RMSE, COL_CONSISTENCY, COL_FORMAT, COL_N})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._verdicts: dict[str, VersionVerdict] = {}
        self.columns = (
            self.tr("Version"),
            self.tr("SRCC [95% CI]"),
            self.tr("Change from previous version"),
            self.tr("PLCC"),
            self.tr("RMSE"),
            self.tr("Consistency (0–4)"),
            self.tr("Format failures"),
            self.tr("Images"),
        )

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
            return self.tr("Estimated from word tone") if row.judge.startswith("offline") else None
        if column == COL_VERDICT and role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return verdict_sentence(row.name, self._verdicts.get(row.name))
        return None

    def _text(self, row: VersionRow, column: int) -> str:
        if column == COL_NAME:
            return row.name
        if column == COL_N:
            return str(_count(row)) if row.metrics else NOTHING
        if column == COL_VERDICT:
            return self._verdict_text(row)
        metric = row.metrics.get(_METRICS[column])
        if column == COL_SRCC:
            return with_interval(metric)
        if column == COL_FORMAT:
            return percent(metric)
        text = number(metric.value if metric else None)
        return f"{text} ({judge_name(row)})" if column == COL_CONSISTENCY and metric and row.judge else text

    def _verdict_text(self, row: VersionRow) -> str:
        """Return the verdict; on lines other than the main one, with the version it is compared with."""
        verdict = self._verdicts.get(row.name)
        if verdict is None or row.line == "main":
            return verdict_text(verdict)
        return self.tr("{0} (vs. {1})").format(verdict_text(verdict), verdict.other)

    def _sort(self, row: VersionRow, column: int) -> float | int:
        if column == COL_NAME:
            return row.id
        if column == COL_N:
            return _count(row)
        if column == COL_VERDICT:
            found = self._verdicts.get(row.name)
            return found.delta.value if found and found.delta.value is not None else float("-inf")
        metric = row.metrics.get(_METRICS[column])
        return metric.value if metric and metric.value is not None else float("-inf")


def _count(row: VersionRow) -> int:
    """Return the number of scored images; consistency may be based on fewer."""
    metric = row.metrics.get("srcc")
    return metric.n if metric else 0
