"""Table model of predicted labels: whether a version uses the full range or is stuck on one label."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel, term_tips
from studio.services.versions.types import Distribution, MetricValue
from studio.text import percent_with_interval

COL_VERSION, COL_SPREAD, COL_MOST, COL_USED, COL_FAILURES, COL_UNLABELLED = range(6)


class DistributionsModel(RowTableModel[Distribution]):
    """One row for each version, oldest first."""

    numeric = frozenset({COL_USED, COL_FAILURES, COL_UNLABELLED})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failures: dict[str, MetricValue] = {}
        self.columns = (
            self.tr("Version"),
            self.tr("Score range"),
            self.tr("Most frequent label"),
            self.tr("Labels used"),
            self.tr("Format failures [95% CI]"),
            self.tr("No score given"),
        )
        self.tips = term_tips({COL_MOST: "label", COL_USED: "labels_used", COL_FAILURES: "format_failures"})

    def show(self, rows: tuple[Distribution, ...], failures: dict[str, MetricValue]) -> None:
        """Show versions with their rates of format failures."""
        self._failures = failures
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def identity(self, row: Distribution) -> object:
        """Return the version."""
        return row.version

    def cell(self, row: Distribution, column: int, role: int) -> Any:
        """Return text and sort value."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == SORT_ROLE:
            return self._sort(row, column)
        return None

    def _text(self, row: Distribution, column: int) -> str:
        most = row.greedy.index(max(row.greedy))
        match column:
            case 0:
                return row.version
            case 1:
                stuck = self.tr("stuck on label {0}").format(row.stuck)
                return stuck if row.stuck is not None else self.tr("uses full range")
            case 2:
                share = max(row.greedy) / (sum(row.greedy) or 1)
                return self.tr("{0} ({1}% of answers)").format(most, f"{100 * share:.0f}")
            case 3:
                return self.tr("{0} of 10").format(sum(1 for count in row.greedy if count))
            case 4:
                return percent_with_interval(self._failures.get(row.version))
            case _:
                return str(row.unlabelled)

    def _sort(self, row: Distribution, column: int) -> float | str:
        failures = self._failures.get(row.version)
        values = {
            COL_SPREAD: max(row.greedy) / (sum(row.greedy) or 1),
            COL_MOST: float(row.greedy.index(max(row.greedy))),
            COL_USED: float(sum(1 for count in row.greedy if count)),
            COL_FAILURES: failures.value if failures and failures.value is not None else -1.0,
            COL_UNLABELLED: float(row.unlabelled),
        }
        return values.get(column, row.version)
