"""Focus review: one pair alone, its picture and both texts large."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.views.pairs.pair_detail import PairDetail, answer_card
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import scaled

READING = (14, 20)
"""Smallest and largest size of the texts, in pixels."""
WHOLE = 950
"""Characters of a text that the size is chosen for: 150 words and some more, so that most texts need no scrolling."""
PER_CHARACTER = 0.68
"""Room that a character takes with the space between lines, in squares of the size."""


class PairFocus(PairDetail):
    """The same parts as beside the list: the picture on the left, the texts below one another on the right."""

    def scroll_texts(self, lines: int) -> None:
        """Scroll both texts by so many lines, where they are longer than their views."""
        for text in (self.chosen, self.rejected):
            bar = text.verticalScrollBar()
            bar.setValue(bar.value() + lines * bar.singleStep())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the size of the texts for the new room."""
        super().resizeEvent(event)
        self._choose_size()

    def _choose_size(self, *_moved: int) -> None:
        room = self.chosen.viewport().size()
        fitting = math.isqrt(round(max(1, room.width() * room.height()) / (WHOLE * PER_CHARACTER)))
        size = min(max(fitting, scaled(READING[0])), scaled(READING[1]))
        for text in (self.chosen, self.rejected, self.editor.chosen, self.editor.rejected):
            _set_size(text, size)

    def _lay_out(self) -> None:
        shown = QWidget()
        cards = QVBoxLayout(shown)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.addWidget(answer_card(self.tr("Chosen"), self.tr("for score"), self.chosen_score, self.chosen), 1)
        rejected = answer_card(self.tr("Rejected"), self.tr("for score"), self.rejected_score, self.rejected)
        cards.addWidget(rejected, 1)
        self.texts.addWidget(shown)
        self.texts.addWidget(self.editor)
        self.editor.fields.setDirection(QBoxLayout.Direction.TopToBottom)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.image, 1)
        column.addLayout(self._facts())
        self.splitter = FoldingSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.texts)
        self.splitter.setSizes([430, 570])
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.splitterMoved.connect(self._choose_size)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _facts(self) -> QVBoxLayout:
        """Return the facts in short lines below the picture."""
        first, second, third = FlowLayout(), FlowLayout(), FlowLayout()
        first.addWidget(self.sign)
        first.addWidget(self.verdict)
        first.addWidget(self.reason, 1)
        first.addWidget(self.scope)
        second.addWidget(self.name, 1)
        second.addWidget(PlainLabel(self.tr("True mean score"), role="muted"))
        second.addWidget(self.truth)
        second.addWidget(self.bin, 0, Qt.AlignmentFlag.AlignBottom)
        third.addWidget(self.flags, 1)
        third.addWidget(self.marks)
        lines = QVBoxLayout()
        lines.setSpacing(3)
        for line in (first, second, third):
            lines.addLayout(line)
        lines.addWidget(self.margins)
        lines.addWidget(self.note)
        return lines


def _set_size(text: QPlainTextEdit, size: int) -> None:
    """Set the size of a text in pixels: as a style, since the window's own style has a size for all texts."""
    style = f"QPlainTextEdit {{ font-size: {size}px; }}"
    if text.styleSheet() != style:
        text.setStyleSheet(style)
