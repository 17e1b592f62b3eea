"""The verdict on the latest main version, in a coloured frame: against the previous version, then against the base."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.models.version_verdict_text import change_sentence, differences, verdict_details
from studio.services.versions.types import MainVerdict, VerdictWord
from studio.text import tool_tip
from studio.widgets.labels import PlainLabel


class VerdictPanel(QFrame):
    """Hidden while nothing has been compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "verdict")
        self.previous = PlainLabel(role="key", wrap=True)
        self.differences = PlainLabel(wrap=True)
        self.base = PlainLabel(wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for label in (self.previous, self.differences, self.base):
            layout.addWidget(label)
        self.hide()

    def show_verdict(self, found: MainVerdict | None) -> None:
        """Show the sentences and the differences to the previous version; those to the base are in the tool tip."""
        self.setVisible(found is not None)
        if found is None:
            return
        self.previous.setText(change_sentence(found.version, found.against[0]))
        self.differences.setText(differences(found.against[0]))
        others = found.against[1:]
        self.base.setText("\n".join(change_sentence(found.version, one) for one in others))
        self.base.setVisible(bool(others))
        self.setToolTip(tool_tip(verdict_details(found)))
        self.setProperty("level", level(found))
        self.style().unpolish(self)
        self.style().polish(self)

    def text(self) -> str:
        """Return what is shown, line by line."""
        labels = (self.previous, self.differences, self.base)
        return "\n".join(label.text() for label in labels if not label.isHidden())


def level(found: MainVerdict) -> VerdictWord:
    """Return worse if anything is worse than in either version, else the word against the previous one."""
    words = [against.word for against in found.against if against.word is not None]
    return "worse" if "worse" in words else words[0] if words else "unclear"
