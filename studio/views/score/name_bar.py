"""A field for another name of a collection, in the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QWidget

from studio.text import one_line
from studio.widgets.flow_layout import FlowLayout

NAME_LENGTH = 120


class NameBar(QFrame):
    """Return saves, Escape cancels. Signal ``closed``: the keyboard should go back to the page."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("level", "info")
        self._save: Callable[[str], object] | None = None
        self.field = QLineEdit()
        self.field.setMaxLength(NAME_LENGTH)
        self.field.setAccessibleName(self.tr("Name of the collection"))
        self.field.setPlaceholderText(self.tr("Name of the collection (Return saves, Escape cancels)"))
        self.field.returnPressed.connect(self.save)
        save = QPushButton(self.tr("Save name"))
        save.clicked.connect(self.save)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.cancel)
        layout = FlowLayout(self)
        layout.setContentsMargins(10, 6, 8, 6)
        layout.addWidget(self.field, 1)
        layout.addWidget(save)
        layout.addWidget(cancel)
        self.hide()

    def ask(self, name: str, save: Callable[[str], object]) -> None:
        """Begin with this name; ``save`` gets another one."""
        self._save = save
        self.field.setText(one_line(name))
        self.field.selectAll()
        self.show()
        self.field.setFocus()

    def save(self) -> None:
        """Save the name, if there is one, and close."""
        save, self._save = self._save, None
        self._close()
        if save is not None and self.field.text().strip():
            save(self.field.text().strip())

    def cancel(self) -> None:
        """Close and leave the name as it was."""
        self._save = None
        self._close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
