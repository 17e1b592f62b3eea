"""Answers of two to four versions for one image, side by side."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from studio.models.comparison_table import CHANGE_STATES, change_text
from studio.services.versions.comparison import MOST_VERSIONS, gain, gain_sign
from studio.services.versions.types import Comparison, ComparisonRow, Scored
from studio.text import NOTHING, number
from studio.widgets.diff_text import DiffText
from studio.widgets.flow_layout import EvenLayout, FlowLayout
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.score_bar import ScoreBar
from studio.widgets.word_diff import diff_words

CHANGE_SIGNS = {"better": "▲", "worse": "▼", "same": "="}
TextMode = Literal["beside", "merged"]


class AnswerCard(QFrame):
    """One version: score with its error, bar against the truth, label, consistency, explanation."""

    def __init__(self, tone: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.version = ElidedLabel(role="subtitle")
        self.score = PlainLabel(role="number")
        self.bar = ScoreBar()
        self.change = PlainLabel(role="change", wrap=True)
        self.change.hide()
        self.facts = PlainLabel(role="muted", wrap=True)
        self.text = DiffText(tone, name)
        self.chat_button = QPushButton(self.tr("Chat…"))
        self.chat_button.setProperty("role", "quiet")
        self.chat_button.setToolTip(self.tr("Talk with this version about the image"))
        self.chat_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head = FlowLayout()
        head.addWidget(self.version, 1)
        head.addWidget(self.chat_button)
        head.addSpacing(8)
        head.addWidget(self.score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 10)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        layout.addWidget(self.change)
        layout.addWidget(self.facts)
        layout.addWidget(self.text, 1)

    def show_facts(self, version: str, scored: Scored | None, row: ComparisonRow | None, contrast: Comparison) -> None:
        """Everything but the explanation."""
        self.version.setText(version)
        score = scored.score if scored else None
        self.score.setText(number(score, 2) if score is not None else NOTHING)
        known = score is not None and row is not None
        self.bar.show_bar((score, row.truth, contrast.lowest, contrast.highest) if known else None)  # type: ignore[union-attr,arg-type]
        self.facts.setText(self._facts(scored, row.truth, contrast.judge) if row is not None else "")

    def show_change(self, gain: float | None) -> None:
        """Show how much closer to the truth this version is than the first one; None: nothing to say."""
        state = CHANGE_STATES[gain_sign(gain)]
        self.change.setText(f"{CHANGE_SIGNS[state]} {change_text(gain)}" if gain is not None else "")
        self.change.setVisible(gain is not None)
        self.change.setProperty("tone", {"better": "success", "worse": "danger"}.get(state, ""))
        self.change.style().unpolish(self.change)
        self.change.style().polish(self.change)

    def _facts(self, scored: Scored | None, truth: float, judge: str) -> str:
        if scored is None:
            return self.tr("This version has no answer for this image.")
        parts = []
        if scored.score is not None:
            parts.append(self.tr("off by {0}").format(f"{scored.score - truth:+.2f}"))
        if scored.label is not None:
            parts.append(self.tr("label in the answer: {0} (0 to 9)").format(scored.label))
        if scored.grade is not None:
            graded = self.tr("consistency {0} of 4") if judge else self.tr("word tone fits {0} of 4")
            parts.append(graded.format(f"{scored.grade:g}"))
        if not scored.parse_ok:
            parts.append(self.tr("answer not in the requested format"))
        if scored.truncated:
            parts.append(self.tr("cut off at the token limit"))
        return " · ".join(parts)


class AnswerCards(QWidget):
    """One card for each version; words are compared with the first column. Signal ``chat_wanted``: with a column."""

    chat_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode: TextMode = "beside"
        self._texts: tuple[str, ...] = ()
        self.cards = [  # marked words are different ones, not better or worse ones
            AnswerCard("accent", self.tr("Explanation in column {0}").format(place + 1))
            for place in range(MOST_VERSIONS)
        ]
        layout = EvenLayout(self, spacing=8, least_width=200)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for place, card in enumerate(self.cards):
            card.chat_button.clicked.connect(lambda _checked, place=place: self.chat_wanted.emit(place))
            layout.addWidget(card, 1)

    def show_row(self, row: ComparisonRow | None, contrast: Comparison) -> None:
        """Scores and facts; the texts come by themselves later."""
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(contrast.versions))
            if place < len(contrast.versions):
                scored = row.scored[place] if row else None
                card.show_facts(contrast.versions[place], scored, row, contrast)
                first = row.scored[0] if row else None
                known = place and row and scored and first
                card.show_change(gain(row.truth, (first.score, scored.score)) if known else None)  # type: ignore[union-attr]
                if row is None:
                    card.text.show_text("", ())

    def show_texts(self, texts: tuple[str, ...]) -> None:
        """The explanations, in the order of the columns."""
        self._texts = texts
        self._write()

    def set_mode(self, mode: TextMode) -> None:
        """Side by side with marked words, or each merged with the first column's text."""
        self.mode = mode
        self._write()

    def _write(self) -> None:
        if not self._texts:
            return
        first = self._texts[0]
        for place, (card, text) in enumerate(zip(self.cards, self._texts, strict=False)):
            if place and first and text and self.mode == "merged":
                card.text.show_merged(first, text)
            else:
                card.text.show_text(text, diff_words(first, text)[1] if place and first and text else ())
        if len(self._texts) == 2 and all(self._texts) and self.mode == "beside":
            self.cards[0].text.show_text(first, diff_words(*self._texts)[0])
