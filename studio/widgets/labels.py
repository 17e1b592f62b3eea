"""Labels that show any text literally: QLabel's default would render HTML that a model or a file brings along."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.text import cut, one_line, printable

LABEL_LIMIT = 20_000
"""Characters of a label; a longer text is cut with a note, because its layout would block the window."""


class PlainLabel(QLabel):
    """A label that never interprets its text; ``role`` selects its style."""

    def __init__(self, text: str = "", *, role: str = "", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show the text, its control characters as visible signs."""
        super().setText(printable(cut(text, LABEL_LIMIT, self.tr("… ({0} more characters)"))))


class ElidedLabel(QLabel):
    """One line of plain text, cut with an ellipsis where there is no room; the whole text stays accessible."""

    def __init__(self, text: str = "", *, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.mode = Qt.TextElideMode.ElideMiddle
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show the text on one line."""
        super().setText(one_line(text))
        self.setAccessibleName(one_line(text))

    def minimumSizeHint(self) -> QSize:
        """Return a few characters wide."""
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the elided text in the label's own colours."""
        painter = QPainter(self)
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self.mode, area.width())
        self.style().drawItemText(
            painter, area, int(self.alignment().value), self.palette(), self.isEnabled(), text, self.foregroundRole()
        )
        painter.end()
