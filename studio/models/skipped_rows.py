"""The item model of rows that an import leaves out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.imports.types import Refusal
from studio.text import one_line

COL_LINE, COL_VALUE, COL_REASON = range(3)


class RefusalsModel(RowTableModel[Refusal]):
    """One row a refused line of the table."""

    numeric = frozenset({COL_LINE})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (self.tr("Line"), self.tr("Value"), self.tr("Reason"))

    def identity(self, row: Refusal) -> object:
        """A line is refused once."""
        return row.line

    def cell(self, row: Refusal, column: int, role: int) -> Any:
        """Texts, and the line as a number for sorting."""
        value = (row.line, one_line(row.value), one_line(row.reason))[column]
        if role == SORT_ROLE:
            return value
        return str(value) if role == Qt.ItemDataRole.DisplayRole else None
