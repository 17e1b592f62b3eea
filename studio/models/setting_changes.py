"""The table of settings that changed from one iteration to the next."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.settings.types import SettingChange
from studio.text import one_line

COL_ITERATION, COL_WHERE, COL_SETTING, COL_BEFORE, COL_NOW = range(5)


class ChangesModel(RowTableModel[SettingChange]):
    """One row for each changed setting."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Iteration"),
            self.tr("Applies to"),
            self.tr("Setting"),
            self.tr("Before"),
            self.tr("After"),
        )

    def identity(self, row: SettingChange) -> object:
        """Iteration and setting."""
        return row.iteration, row.where, row.setting

    def cell(self, row: SettingChange, column: int, role: int) -> Any:
        """Return text and sort value."""
        if role not in (Qt.ItemDataRole.DisplayRole, SORT_ROLE):
            return None
        if column == COL_ITERATION:
            return row.iteration if role == SORT_ROLE else str(row.iteration)
        where = self.tr("settings") if row.where == "settings" else self.tr("training of {0}").format(row.where)
        where = self.tr("merging") if row.where == "merged" else where
        return one_line({COL_WHERE: where, COL_SETTING: row.setting, COL_BEFORE: row.before, COL_NOW: row.now}[column])
