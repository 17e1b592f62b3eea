"""Table model of the result of a blind test."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.judging.types import BlindState, WinRate

COL_VERSION, COL_WINS, COL_RATE, COL_LO, COL_HI, COL_IMAGES, COL_TIES = range(7)


class BlindResultModel(RowTableModel[WinRate]):
    """One row for each version, the most preferred first."""

    numeric = frozenset(range(COL_WINS, COL_TIES + 1))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._voted = self._ties = 0
        self.columns = (
            self.tr("Version"),
            self.tr("Preferred"),
            self.tr("Win rate"),
            self.tr("95% CI from"),
            self.tr("to"),
            self.tr("Images rated"),
            self.tr("Ties"),
        )

    def show_state(self, state: BlindState) -> None:
        """Show a revealed test."""
        self._voted, self._ties = state.voted, state.ties
        self.beginResetModel()
        self._rows = list(state.rates)
        self.endResetModel()

    def identity(self, row: WinRate) -> str:
        """Return the version."""
        return row.version

    def cell(self, row: WinRate, column: int, role: int) -> Any:
        """Return text or sort value."""
        values = (row.version, row.wins, row.rate, row.lo, row.hi, self._voted, self._ties)
        if role == SORT_ROLE:
            return values[column]
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        value = values[column]
        return f"{value:.2f}" if isinstance(value, float) else str(value)
