"""Two texts side by side with their differing words marked: as character formats on plain text, never as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from studio.text import cut, printable
from studio.widgets.labels import LINE_LIMIT
from studio.widgets.long_text import fill
from studio.widgets.score_spans import score_spans
from studio.widgets.theme import THEME_EVENTS, current_theme
from studio.widgets.word_diff import Span, diff_words, merge_words

KEPT = 16
"""Pairs of texts whose difference is kept."""
TEXT_LIMIT = 20_000
"""Characters of a text that are shown and compared; an answer of a model is far shorter."""


class DiffText(QPlainTextEdit):
    """Read-only plain text with marked spans; the mark is a ground colour and an underline.

    Args:
        tone: "success", "danger" or "accent": whose soft colour is the ground of a marked span.
    """

    def __init__(self, tone: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self._spans: Sequence[Span] = ()
        self._struck: Sequence[Span] = ()
        self._scores: Sequence[Span] = ()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the lines of a wide field short."""
        spare = max(0, self.width() - LINE_LIMIT * self.fontMetrics().averageCharWidth())
        if spare != self.viewportMargins().right():
            self.setViewportMargins(0, 0, spare, 0)
        super().resizeEvent(event)

    def show_text(self, text: str, spans: Sequence[Span]) -> None:
        """Show ``text`` literally, marking ``spans`` (in characters of ``text``) and the scores that it states."""
        text = self._cut(text)
        fill(self, text)
        spans = [span for span in spans if span.end <= len(text)]
        self._spans, self._scores = _in_utf16(text, spans), _in_utf16(text, score_spans(text))
        self._struck = ()
        self._mark()

    def show_merged(self, left: str, right: str) -> None:
        """Show both texts as one: what only ``left`` has is struck out, what only ``right`` has is marked."""
        text = ""
        only_left: list[Span] = []
        only_right: list[Span] = []
        for piece in merge_words(printable(self._cut(left)), printable(self._cut(right))):
            span = Span(len(text), len(text) + len(piece.text))
            text += piece.text
            if piece.origin != "both":
                (only_left if piece.origin == "left" else only_right).append(span)
        self.show_text(text, only_right)
        self._struck = [Span(_utf16(text, span.start), _utf16(text, span.end)) for span in only_left]
        self._mark()

    def _cut(self, text: str) -> str:
        return cut(text, TEXT_LIMIT, self.tr("… ({0} more characters)"))

    def struck(self) -> list[str]:
        """Return the pieces that are struck out."""
        return [each.cursor.selectedText() for each in self.extraSelections() if each.format.fontStrikeOut()]

    def marked(self) -> list[str]:
        """Return the marked pieces, as shown."""
        return [selection.cursor.selectedText() for selection in self.extraSelections()[: len(self._spans)]]

    def scores(self) -> list[str]:
        """Return the scores that are marked as stated."""
        first, last = len(self._spans), len(self._spans) + len(self._scores)
        return [selection.cursor.selectedText() for selection in self.extraSelections()[first:last]]

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
        stated = QTextCharFormat()
        stated.setForeground(theme["accent"])
        stated.setFontWeight(QFont.Weight.Bold)
        struck = QTextCharFormat()
        struck.setForeground(theme["muted"])
        struck.setFontStrikeOut(True)
        marks = [(span, style) for span in self._spans] + [(span, stated) for span in self._scores]
        marks += [(span, struck) for span in self._struck]
        self.setExtraSelections([self._selection(span, look) for span, look in marks])

    def _selection(self, span: Span, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        cursor = QTextCursor(self.document())
        cursor.setPosition(span.start)
        cursor.setPosition(span.end, QTextCursor.MoveMode.KeepAnchor)
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        selection.format = look
        return selection


@lru_cache(KEPT)
def difference(left_text: str, right_text: str) -> tuple[list[Span], list[Span]]:
    """Return what is marked on each side; asked for ahead of time, the texts are shown sooner."""
    return diff_words(left_text[:TEXT_LIMIT], right_text[:TEXT_LIMIT])


def show_difference(left: DiffText, right: DiffText, left_text: str, right_text: str) -> None:
    """Fill both sides and marks on each what the other has not."""
    only_left, only_right = difference(left_text, right_text)
    left.show_text(left_text, only_left)
    right.show_text(right_text, only_right)


def _in_utf16(text: str, spans: Sequence[Span]) -> list[Span]:
    return [Span(_utf16(text, span.start), _utf16(text, span.end)) for span in spans]


def _utf16(text: str, position: int) -> int:
    """Qt counts UTF-16 units: an emoji is two."""
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2
