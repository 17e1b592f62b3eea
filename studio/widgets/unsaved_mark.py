"""A dot on a button that leads to unsaved changes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from studio.widgets.labels import PlainLabel

DOT = "\N{BLACK CIRCLE}"
RIGHT_MARGIN = 12


class UnsavedMark(PlainLabel):
    """A mark at the right end of its button; it takes no clicks. Initially hidden."""

    def __init__(self, button: QPushButton) -> None:
        super().__init__(DOT, role="unsaved", parent=button)
        self._button = button
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(button)
        row.setContentsMargins(0, 0, RIGHT_MARGIN, 0)
        row.addStretch(1)
        row.addWidget(self)
        self.hide()

    def show_unsaved(self, unsaved: bool) -> None:
        """Show or hide the dot; the button's tool tip and accessible description say the same."""
        text = self.tr("Unsaved changes") if unsaved else ""
        self.setVisible(unsaved)
        self._button.setToolTip(text)
        self._button.setAccessibleDescription(text)
