"""Plain text in a field that scrolls, however long its lines are: breaking one long word takes Qt minutes otherwise."""

from __future__ import annotations

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from studio.text import printable

LONG_WORD = 2000
"""Characters without a space from which a text is broken anywhere."""


def fill(field: QPlainTextEdit, text: str) -> None:
    """Show the text literally, its control characters as visible signs."""
    shown = printable(text)
    choose_wrap(field, shown)
    field.setPlainText(shown)


def choose_wrap(field: QPlainTextEdit, text: str) -> None:
    """How the field breaks the lines of this text."""
    longest = max(map(len, text.split()), default=0)
    modes = QTextOption.WrapMode
    field.setWordWrapMode(modes.WrapAnywhere if longest > LONG_WORD else modes.WrapAtWordBoundaryOrAnywhere)
