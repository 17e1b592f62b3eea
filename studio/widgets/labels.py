"""Labels that show any text literally: QLabel's default would render HTML that a model or a file brings along."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

LABEL_LIMIT = 20_000
"""Characters of a label; a longer text is cut and says so, for laying it out would hold up the window."""
LINE_LIMIT = 40_000
"""Characters of a text on one line; more than any field of one line takes."""
_HIDDEN = (0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, 0xFEFF)
"""Signs without a shape, other than the joiners that emoji and some scripts need."""


def _signs() -> dict[int, str]:
    """What stands for a character that could not be seen, or would change how its neighbours are shown."""
    ranges = (
        range(0x80, 0xA0),
        range(0x2028, 0x202F),
        range(0x2060, 0x2070),
        range(0xD800, 0xE000),
        range(0xFFF9, 0xFFFC),
    )
    signs = {code: "\N{REPLACEMENT CHARACTER}" for codes in (_HIDDEN, *ranges) for code in codes}
    signs |= {code: chr(0x2400 + code) for code in range(32)} | {127: "\N{SYMBOL FOR DELETE}"}
    return signs


_IN_LINE = _signs() | {9: " "}
_IN_TEXT = {code: sign for code, sign in _signs().items() if code not in (9, 10)}


def one_line(text: str) -> str:
    """The text with line ends as spaces and control characters made visible, for labels and table cells."""
    cut = text[:LINE_LIMIT]
    return " ".join(cut.splitlines()).translate(_IN_LINE) + ("…" if len(text) > LINE_LIMIT else "")


def printable(text: str) -> str:
    """The text with control characters other than line ends and tabs made visible; as long as it was."""
    return text.translate(_IN_TEXT)


def button_text(text: str) -> str:
    """One line for a button, a check box, a tab or a menu, where a lone & would mark a key and vanish."""
    return one_line(text).replace("&", "&&")


def window_title(text: str) -> str:
    """One line for the title of a window, where [*] marks what is not saved and vanishes."""
    return one_line(text).replace("[*]", "[*][*]")


def cut(text: str, limit: int, more: str) -> str:
    """The text, or its beginning and ``more`` with the number of characters left out."""
    return text if len(text) <= limit else f"{text[:limit]}\n{more.format(len(text) - limit)}"


class PlainLabel(QLabel):
    """A label that never interprets its text; ``role`` picks its looks from the style sheet."""

    def __init__(self, text: str = "", *, role: str = "", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Shows the text, its control characters as visible signs."""
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
