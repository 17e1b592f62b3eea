"""Overview of a project without results: the next three steps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_size

WIDTH = 820


class FirstSteps(QWidget):
    """Three numbered sentences in the middle of the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = QFrame()
        card.setProperty("role", "card")
        keep_size(card, most_width=WIDTH)
        grid = QGridLayout(card)
        grid.setContentsMargins(26, 22, 26, 24)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        heading = self.tr("No version has been measured yet. Next steps:")
        grid.addWidget(PlainLabel(heading, role="muted", wrap=True), 0, 0, 1, 2)
        for number, (title, sentence) in enumerate(self._steps(), start=1):
            line = 3 * number
            grid.setRowMinimumHeight(line - 2, 14)
            grid.addWidget(PlainLabel(str(number), role="number"), line - 1, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(PlainLabel(title, role="subtitle"), line - 1, 1)
            grid.addWidget(PlainLabel(sentence, wrap=True), line, 1)
        middle = FlowLayout()
        middle.addStretch(1)
        middle.addWidget(card, 100)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(middle)
        column.addStretch(2)

    def _steps(self) -> tuple[tuple[str, str], ...]:
        return (
            (
                self.tr("Measure the base model"),
                self.tr(
                    "The base model scores the test images and explains each score. This page then shows how well it "
                    "ranks them (SRCC with a confidence interval) and whether its explanations match its scores."
                ),
            ),
            (
                self.tr("Write and review pairs"),
                self.tr(
                    "For each training image the model writes two explanations: one for the true score (chosen), one "
                    "for a wrong score (rejected). You can veto, keep or edit them on the Pairs page before training."
                ),
            ),
            (
                self.tr("Train and compare"),
                self.tr(
                    "A new version learns to prefer the chosen explanations and is measured like the base model. "
                    "Compare both side by side on the Compare page, then run another iteration."
                ),
            ),
        )
