"""A "?" that explains what is beside it: by pointer, by Tab and Enter, and to screen readers."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QToolButton, QToolTip, QWidget

from studio.services.glossary import GlossaryTerm, glossary
from studio.text import tool_tip

SHOWN_MS = 60_000


def term(name: str) -> GlossaryTerm:
    """Return a term of the glossary in the user's language."""
    return glossary(QLocale().name().split("_")[0])[name]


class HelpTip(QToolButton):
    """A small button with a question mark. Its text opens on hover and on a press; Escape and Tab close it."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        """``title``: what is explained; ``text``: plain, with a line for each thing to know."""
        super().__init__(parent)
        self.setText("?")
        self.setProperty("role", "help")
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.help_text = text
        self.set_help(title, text)
        self.clicked.connect(lambda _checked: self.show_help())

    @classmethod
    def for_term(cls, name: str, parent: QWidget | None = None) -> HelpTip:
        """Return one that explains a term of the glossary."""
        found = term(name)
        return cls(found.title, found.text, parent)

    def explain(self, name: str) -> None:
        """Explain another term of the glossary."""
        found = term(name)
        self.set_help(found.title, found.text)

    def set_help(self, title: str, text: str) -> None:
        """Explain something else."""
        self.help_text = text
        self.setAccessibleName(self.tr("Help: {0}").format(title))
        self.setAccessibleDescription(text)
        self.setToolTip("".join(tool_tip(line) for line in text.splitlines() if line))
        self.setToolTipDuration(SHOWN_MS)

    def show_help(self) -> None:
        """Show the text below the button."""
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), self.toolTip(), self, self.rect(), SHOWN_MS)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the text with the focus."""
        QToolTip.hideText()
        super().focusOutEvent(event)
