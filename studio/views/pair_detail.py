"""One pair: image, truth, and the two answers side by side with their differing words marked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from studio.models.texts import number
from studio.services.rows import PairRow, Verdict
from studio.widgets.diff_text import DiffText, show_difference
from studio.widgets.image_loader import ImageLoader
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel, one_line
from studio.widgets.shapes import state_icon
from studio.widgets.theme import current_theme


class PairDetail(QWidget):
    """Shows a row; asks nobody anything."""

    def __init__(self, loader: ImageLoader, words: dict[Verdict, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.image = ImageView(loader)
        self.name = ElidedLabel(role="subtitle")
        self.truth = PlainLabel(role="number")
        self.bin = PlainLabel(role="muted")
        self.verdict = PlainLabel(role="subtitle")
        self.sign = PlainLabel()
        self.flags = PlainLabel(role="muted", wrap=True)
        self.chosen_score, self.rejected_score = PlainLabel(role="number"), PlainLabel(role="number")
        self.chosen = DiffText("success", self.tr("Chosen explanation"))
        self.rejected = DiffText("danger", self.tr("Rejected explanation"))
        self._lay_out()

    def show_pair(self, row: PairRow | None) -> None:
        """Fills everything; None empties it."""
        self.image.show_path(row.image_path if row else None)
        self.name.setText(row.image_name if row else "")
        self.truth.setText(number(row.truth, 2) if row else "")
        self.bin.setText(self.tr("bin {0}").format(row.bin) if row else "")
        self.chosen_score.setText(str(row.chosen_score) if row else "")
        self.rejected_score.setText(str(row.rejected_score) if row else "")
        self.flags.setText(one_line(", ".join(row.flags)) if row else "")
        self.flags.setVisible(bool(row and row.flags))
        show_difference(self.chosen, self.rejected, row.chosen_text if row else "", row.rejected_text if row else "")
        self.show_verdict(row.verdict if row else None)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Word and shape of the verdict."""
        self.verdict.setText(self._words[verdict] if verdict else "")
        if verdict:
            self.sign.setPixmap(state_icon(verdict, current_theme().colours).pixmap(QSize(16, 16)))
        else:
            self.sign.clear()

    def _lay_out(self) -> None:
        facts = QVBoxLayout()
        facts.setSpacing(2)
        facts.addWidget(self.name)
        state = QHBoxLayout()
        state.addWidget(self.sign)
        state.addWidget(self.verdict, 1)
        facts.addLayout(state)
        facts.addSpacing(12)
        facts.addWidget(PlainLabel(self.tr("True mean score"), role="muted"))
        facts.addWidget(self.truth)
        facts.addWidget(self.bin)
        facts.addSpacing(8)
        facts.addWidget(self.flags)
        facts.addStretch(1)
        side = QWidget()
        side.setFixedWidth(160)
        side.setLayout(facts)
        top = QWidget()
        upper = QHBoxLayout(top)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.addWidget(self.image, 1)
        upper.addWidget(side)
        bottom = QWidget()
        lower = QHBoxLayout(bottom)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.addWidget(_answer(self.tr("Chosen"), self.tr("asked for score"), self.chosen_score, self.chosen), 1)
        lower.addWidget(_answer(self.tr("Rejected"), self.tr("asked for score"), self.rejected_score, self.rejected), 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(top)
        splitter.addWidget(bottom)
        splitter.setSizes([330, 220])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)


def _answer(title: str, caption: str, score: PlainLabel, text: DiffText) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    head = QHBoxLayout()
    head.addWidget(PlainLabel(title, role="subtitle"))
    head.addStretch(1)
    head.addWidget(PlainLabel(caption, role="muted"))
    head.addWidget(score)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(10, 6, 10, 10)
    layout.addLayout(head)
    layout.addWidget(text, 1)
    return card
