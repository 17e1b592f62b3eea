"""The field in which a message is written: Enter sends it, Shift+Enter begins a new line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.widgets.text_size import TEXT_EVENTS, scaled

LINES = 3


class MessageField(QPlainTextEdit):
    """Signal ``sent``: Enter was pressed."""

    sent = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Your message"))
        self.setPlaceholderText(self.tr("Ask about the image. Enter sends, Shift+Enter begins a new line."))
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the lines for another size of texts."""
        super().changeEvent(event)
        if event.type() in TEXT_EVENTS:
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + scaled(22))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.sent.emit()
            return
        super().keyPressEvent(event)
