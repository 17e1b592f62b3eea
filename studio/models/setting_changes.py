"""The table of settings that changed from one iteration to the next."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel
from studio.services.settings.setting_help import setting_help
from studio.services.settings.types import SettingChange
from studio.text import one_line

COL_ITERATION, COL_WHERE, COL_SETTING, COL_BEFORE, COL_NOW = range(5)


def setting_name(path: str, key: str = "") -> str:
    """Return a setting's plain title with its key: "Learning rate of iteration 1 (training.learning_rate)".

    Args:
        path: of the setting in studio.toml.
        key: shown in its place, and alone if there is no such setting, as of what only jobs have.
    """
    about = setting_help(QLocale().name().split("_")[0]).get(path)
    return key or path if about is None else f"{about.title} ({key or path})"


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
        setting = setting_name(row.setting if row.where == "settings" else f"training.{row.setting}", row.setting)
        return one_line({COL_WHERE: where, COL_SETTING: setting, COL_BEFORE: row.before, COL_NOW: row.now}[column])
