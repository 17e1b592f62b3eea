"""The action that saves a page's table."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QTableView

from studio.views.actions.definition import ActionDefinition
from studio.widgets.table_saving import ask_and_save

translate = QCoreApplication.translate


def save_table_action(scope: str, table: QTableView, *, enabled: Callable[[], bool]) -> ActionDefinition:
    """Save what the table shows as CSV."""
    return ActionDefinition(
        id=f"{scope}.save-table",
        text=translate("Actions", "Save table as CSV…"),
        run=lambda: ask_and_save(table),
        menu="file",
        section=20,
        icon="save",
        synonyms=translate("Actions", "export spreadsheet excel download"),
        enabled=enabled,
        only_here=True,
    )
