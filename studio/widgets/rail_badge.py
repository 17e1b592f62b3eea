"""A number on a button of the rail: what waits on the page behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from studio.widgets.labels import PlainLabel

RIGHT_MARGIN = 10


class RailBadge(PlainLabel):
    """A mark at the right end of its button; it takes no clicks. Initially hidden."""

    def __init__(self, button: QPushButton) -> None:
        super().__init__(role="count", parent=button)
        self._button = button
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(button)
        row.setContentsMargins(0, 0, RIGHT_MARGIN, 0)
        row.addStretch(1)
        row.addWidget(self, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_badge(self, text: str, meaning: str) -> None:
        """Show a short text, "" for none; the button's accessible description says what it means."""
        self.setText(text)
        self.setVisible(bool(text))
        self._button.setAccessibleDescription(meaning)
