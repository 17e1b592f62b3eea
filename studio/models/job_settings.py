"""Table model of a job's settings compared with other settings."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.setting_changes import setting_name
from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.loop.types import SettingRow
from studio.text import NOTHING, one_line

COL_NAME, COL_VALUE, COL_OTHER, COL_DIFFERS = range(4)


class JobSettingsModel(RowTableModel[SettingRow]):
    """One row for each setting."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (self.tr("Setting"), self.tr("This job"), self.tr("Compared with"), self.tr("Differs"))

    def identity(self, row: SettingRow) -> object:
        """Return the setting."""
        return row.name

    def cell(self, row: SettingRow, column: int, role: int) -> Any:
        """Return text and sort value."""
        if role not in (Qt.ItemDataRole.DisplayRole, SORT_ROLE):
            return None
        match column:
            case 0:
                return setting_name(row.name)
            case 1:
                return NOTHING if row.value is None else one_line(row.value)
            case 2:
                return NOTHING if row.other is None else one_line(row.other)
            case _:
                return "≠" if row.differs else ""
