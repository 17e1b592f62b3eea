"""Two texts side by side with their differing words marked: as character formats on plain text, never as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from studio.widgets.labels import printable
from studio.widgets.theme import THEME_EVENTS, current_theme
from studio.widgets.word_diff import Span, diff_words


class DiffText(QPlainTextEdit):
    """Read-only plain text with marked spans; the mark is a ground colour and an underline.

    Args:
        tone: "success", "danger" or "accent": whose soft colour is the ground of a marked span.
    """

    def __init__(self, tone: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self._spans: Sequence[Span] = ()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)

    def show_text(self, text: str, spans: Sequence[Span]) -> None:
        """Shows ``text`` literally, with ``spans`` (in characters of ``text``) marked."""
        self.setPlainText(printable(text))
        self._spans = [Span(_utf16(text, span.start), _utf16(text, span.end)) for span in spans]
        self._mark()

    def marked(self) -> list[str]:
        """The marked pieces, as they stand on the screen."""
        return [selection.cursor.selectedText() for selection in self.extraSelections()]

    def changeEvent(self, event: QEvent) -> None:
        """Marks again in the new theme's colours."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS:
            self._mark()

    def _mark(self) -> None:
        theme = current_theme()
        style = QTextCharFormat()
        style.setBackground(theme[f"{self._tone}_soft"])
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        style.setUnderlineColor(theme[self._tone])
        style.setFontWeight(QFont.Weight.DemiBold)
        selections = []
        for span in self._spans:
            cursor = QTextCursor(self.document())
            cursor.setPosition(span.start)
            cursor.setPosition(span.end, QTextCursor.MoveMode.KeepAnchor)
            selection = QTextEdit.ExtraSelection()
            selection.cursor = cursor
            selection.format = style
            selections.append(selection)
        self.setExtraSelections(selections)


def show_difference(left: DiffText, right: DiffText, left_text: str, right_text: str) -> None:
    """Fills both sides and marks on each what the other has not."""
    only_left, only_right = diff_words(left_text, right_text)
    left.show_text(left_text, only_left)
    right.show_text(right_text, only_right)


def _utf16(text: str, position: int) -> int:
    """Qt counts UTF-16 units: an emoji is two."""
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2
