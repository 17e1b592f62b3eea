"""Table model of reasons of vetoes with their counts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.review.types import ReasonCount

COL_REASON, COL_PAIRS, COL_SHARE = range(3)
translate = QCoreApplication.translate


class VetoReasonModel(RowTableModel[ReasonCount]):
    """One row for each reason; the share is of all vetoed pairs."""

    numeric = frozenset({COL_PAIRS, COL_SHARE})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (self.tr("Reason"), self.tr("Vetoed"), self.tr("Share"))

    @property
    def vetoed(self) -> int:
        """Return the number of vetoed pairs."""
        return sum(row.pairs for row in self.rows)

    def identity(self, row: ReasonCount) -> str:
        """Return the reason."""
        return row.reason

    def cell(self, row: ReasonCount, column: int, role: int) -> Any:
        """Return text or sort value."""
        share = row.pairs / self.vetoed if self.vetoed else 0.0
        if role == Qt.ItemDataRole.DisplayRole:
            return (reason_text(row.reason), f"{row.pairs:,}", f"{100 * share:.0f}%")[column]
        if role == SORT_ROLE:
            return (row.reason.casefold(), row.pairs, share)[column]
        return None


def reason_text(reason: str) -> str:
    """Return a reason as it is shown; vetoes without one have a text too."""
    return reason or translate("VetoReasonModel", "No reason given")
