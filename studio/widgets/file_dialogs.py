"""Asking for a file to save or to open, without holding up the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_save_file(
    parent: QWidget, title: str, name: str, filters: Sequence[str], chosen: Callable[[Path], object], suffix: str = ""
) -> None:
    """Open a dialog and returns; ``chosen`` gets the file.

    Args:
        parent: parent widget of the dialog.
        title: of the dialog.
        name: suggested for the file.
        filters: such as ``CSV (*.csv)``.
        chosen: called in the window's thread, never if the user cancels.
        suffix: added to a name that has none.
    """
    dialog = _dialog(parent, title, filters, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(name)
    dialog.open()


def ask_open_file(parent: QWidget, title: str, filters: Sequence[str], chosen: Callable[[Path], object]) -> None:
    """Open a dialog for a file that exists and returns; ``chosen`` gets the file, never if the user cancels."""
    dialog = _dialog(parent, title, filters, chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def _dialog(parent: QWidget, title: str, filters: Sequence[str], chosen: Callable[[Path], object]) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilters(list(filters))
    dialog.fileSelected.connect(lambda file: chosen(Path(file)))
    return dialog


def file_name_of(title: str) -> str:
    """Return a file name for a title, without what a file system would refuse."""
    kept = "".join(c if c.isalnum() else "-" for c in title.lower())
    return "-".join(part for part in kept.split("-") if part)[:60] or "chart"
