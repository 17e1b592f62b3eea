"""Table model of rows that an import skips."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.imports.types import Refusal
from studio.text import one_line

COL_LINE, COL_VALUE, COL_REASON = range(3)


class RefusalsModel(RowTableModel[Refusal]):
    """One row for each rejected line of the table."""

    numeric = frozenset({COL_LINE})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (self.tr("Line"), self.tr("Value"), self.tr("Reason"))

    def identity(self, row: Refusal) -> object:
        """Return the line number: a line is rejected only once."""
        return row.line

    def cell(self, row: Refusal, column: int, role: int) -> Any:
        """Return texts, and the line as a number for sorting."""
        value = (row.line, one_line(row.value), one_line(row.reason))[column]
        if role == SORT_ROLE:
            return value
        return str(value) if role == Qt.ItemDataRole.DisplayRole else None
