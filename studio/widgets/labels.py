"""Labels that show any text literally: QLabel's default would render HTML that a model or a file brings along."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.text import cut, one_line, printable, tool_tip

LINE_LIMIT = 140
"""Average characters of a line of a label that wraps: on a wide screen a longer one is hard to read."""
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

    def heightForWidth(self, width: int) -> int:
        """Return the height at a width, whatever room the present width leaves empty."""
        if not self._keeps_lines_short:
            return super().heightForWidth(width)
        return super().heightForWidth(min(width, self._line_width) + self.contentsMargins().right())

    @property
    def _keeps_lines_short(self) -> bool:
        return self.wordWrap() and not self.alignment() & Qt.AlignmentFlag.AlignHCenter

    @property
    def _line_width(self) -> int:
        return LINE_LIMIT * self.fontMetrics().averageCharWidth()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the lines of a wide label short."""
        super().resizeEvent(event)
        if self._keeps_lines_short:
            spare = max(0, self.width() - self._line_width)
            if spare != self.contentsMargins().right():
                margins = self.contentsMargins()
                self.setContentsMargins(margins.left(), margins.top(), spare, margins.bottom())


class ElidedLabel(QLabel):
    """One line of plain text, cut with an ellipsis where there is no room; the whole text stays accessible.

    While it is cut, the whole text is its tool tip, unless it was given another one.
    """

    def __init__(self, text: str = "", *, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.mode = Qt.TextElideMode.ElideMiddle
        self._own_tip = ""
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show the text on one line."""
        super().setText(one_line(text))
        self.setAccessibleName(one_line(text))
        self._renew_tip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the whole text where it is cut."""
        super().resizeEvent(event)
        self._renew_tip()

    def _renew_tip(self) -> None:
        if self.toolTip() != self._own_tip:
            return  # the page says something else
        cut_off = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self._own_tip = tool_tip(self.text()) if cut_off else ""
        self.setToolTip(self._own_tip)

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
