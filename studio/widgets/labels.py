"""Labels that show any text literally: QLabel's default would render HTML that a model or a file brings along."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


def one_line(text: str) -> str:
    """The text with line ends as spaces and control characters made visible, for labels and table cells."""
    return "".join(_visible(character) for character in " ".join(text.splitlines()))


def printable(text: str) -> str:
    """The text with control characters other than line ends and tabs made visible."""
    return "".join(character if character in "\n\t" else _visible(character) for character in text)


def _visible(character: str) -> str:
    code = ord(character)
    if code < 32:
        return " " if character == "\t" else chr(0x2400 + code)
    if code == 127:
        return "\N{SYMBOL FOR DELETE}"
    # C1 controls, and the marks with which a text could reverse what stands beside it.
    if 128 <= code < 160 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return "\N{REPLACEMENT CHARACTER}"
    return character


class PlainLabel(QLabel):
    """A label that never interprets its text; ``role`` picks its looks from the style sheet."""

    def __init__(self, text: str = "", *, role: str = "", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        self.setText(text)


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
        """Shows the text on one line."""
        super().setText(one_line(text))
        self.setAccessibleName(one_line(text))

    def minimumSizeHint(self) -> QSize:
        """A few characters wide."""
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the elided text in the label's own colours."""
        painter = QPainter(self)
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self.mode, area.width())
        self.style().drawItemText(
            painter, area, int(self.alignment().value), self.palette(), self.isEnabled(), text, self.foregroundRole()
        )
