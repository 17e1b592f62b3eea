"""A field for a path, with a button that opens the system's dialog, non-modal."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from studio.widgets.file_dialogs import new_dialog

TABLE_SUFFIXES = (
    ".csv", ".tsv", ".tab", ".txt", ".psv", ".xlsx", ".xlsm", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".mat"
)  # fmt: skip
"""What the importers read."""


class PathField(QWidget):
    """Signal ``changed``: another text, typed or chosen."""

    changed = Signal()

    def __init__(
        self, name: str, kind: Literal["folder", "table", "new_folder"], parent: QWidget | None = None
    ) -> None:
        """``table``: a file of any kind that has scores, or a folder; it has a button for each."""
        super().__init__(parent)
        self._name, self._kind = name, kind
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.textChanged.connect(self.changed)
        self.button = QPushButton(self.tr("Choose…"))
        self.button.setAccessibleName(self.tr("Choose: {0}").format(name))
        self.button.clicked.connect(lambda: self.browse())
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        if kind == "table":
            self.button.setText(self.tr("File…"))
            self.folder_button = QPushButton(self.tr("Folder…"))
            self.folder_button.setAccessibleName(self.tr("Choose a folder: {0}").format(name))
            self.folder_button.clicked.connect(lambda: self.browse(folder=True))
            row.addWidget(self.folder_button)

    @property
    def path(self) -> Path | None:
        """Return the path as written, ~ being the home folder; None while the line is empty."""
        text = self.line.text().strip()
        return Path(text).expanduser() if text else None

    def set_path(self, path: Path) -> None:
        """Write the path into the line."""
        self.line.setText(str(path))

    def browse(self, *, folder: bool = False) -> None:
        """Open the dialog where the line points to. ``folder``: asks for one, whatever the field is for."""
        here = self.path
        beside = here.parent if here is not None and here.parent.is_dir() else None
        dialog = new_dialog(self, self._name, beside)
        if self._kind == "table" and not folder:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            kinds = " ".join(f"*{suffix}" for suffix in TABLE_SUFFIXES)
            dialog.setNameFilters([self.tr("Tables and label files ({0})").format(kinds), self.tr("All files (*)")])
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.line.setText)
        dialog.open()
