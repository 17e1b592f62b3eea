"""What models say about one image of a collection: a card for each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.services.scoring.scorers import titles
from studio.services.scoring.types import CollectionAnswer
from studio.text import number, one_line, printable
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.label_distribution import LabelDistribution
from studio.widgets.labels import ElidedLabel, PlainLabel


class ScoreCard(QFrame):
    """One model's score, its uncertainty, and its explanation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.model = ElidedLabel(role="subtitle")
        self.score = PlainLabel(role="number")
        self.facts = PlainLabel(role="muted", wrap=True)
        self.shares = LabelDistribution()
        self.text = PlainLabel(wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = FlowLayout()
        head.addWidget(self.model, 1)
        head.addWidget(self.score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.text)
        layout.addWidget(self.shares)
        layout.addWidget(self.facts)

    def show_answer(self, answer: CollectionAnswer, title: str) -> None:
        """Fill the card."""
        self.model.setText(one_line(title))
        self.score.setText(number(answer.score, 2))
        self.shares.show_shares(answer.shares, answer.label, answer.values)
        self.facts.setText(self._facts(answer))
        self.text.setText(printable(answer.text) or self.tr("Scored without an explanation."))
        self.text.setEnabled(bool(answer.text))

    def _facts(self, answer: CollectionAnswer) -> str:
        parts = [
            self.tr("probability-weighted mean of the scores below the bars; 90% range: {0} to {1}").format(
                number(answer.low, 2), number(answer.high, 2)
            )
        ]
        likely = max(range(len(answer.shares)), key=answer.shares.__getitem__)
        parts.append(self.tr("most likely label: {0} ({1})").format(likely, number(answer.values[likely], 2)))
        if answer.label is not None and answer.label != likely:
            value = number(answer.values[answer.label], 2)
            parts.append(self.tr("label in the answer: {0} ({1})").format(answer.label, value))
        if answer.explained and not answer.parse_ok:
            parts.append(self.tr("answer not in the requested format"))
        if answer.truncated:
            parts.append(self.tr("cut off at the token limit"))
        if not answer.scorer.current:
            parts.append(self.tr("by a model that has changed since"))
        text = " · ".join(parts)
        return text[:1].upper() + text[1:]


class AnswersView(QScrollArea):
    """The cards, the shown model's first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[ScoreCard] = []
        self.nothing = PlainLabel(self.tr("No model has scored this image yet."), role="muted", wrap=True)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.addWidget(self.nothing)
        self._column.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._column)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("What the models say"))

    def show_answers(self, answers: Sequence[CollectionAnswer]) -> None:
        """Show these."""
        while len(self.cards) < len(answers):
            card = ScoreCard()
            self.cards.append(card)
            self._column.insertWidget(self._column.count() - 1, card)
        names = titles([answer.scorer for answer in answers])
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(answers))
        for card, answer in zip(self.cards, answers, strict=False):
            card.show_answer(answer, names[answer.scorer.id])
        self.nothing.setVisible(not answers)
