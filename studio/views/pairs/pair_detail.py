"""One pair: image, true score, flags, and both answers side by side with differences marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.models.pair_list import flag_words, scope_words
from studio.plural import plural
from studio.services.review.types import PairRow, PairVerdict
from studio.text import number, one_line, tool_tip
from studio.views.pairs.pair_editor import PairEditor
from studio.widgets.chips import Chips
from studio.widgets.diff_text import DiffText, show_difference
from studio.widgets.flow_layout import EvenLayout, FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.help_tip import term
from studio.widgets.image_loader import ImageLoader
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.page_area import PageArea
from studio.widgets.state_icons import state_icon
from studio.widgets.text_size import TEXT_EVENTS, keep_size, scaled_size
from studio.widgets.theme import THEME_EVENTS, current_theme

SIDE_WIDTH = 196
NOTE_SHOWN = 400
"""Characters of a note shown beside the image; the note field shows all."""


class PairDetail(QWidget):
    """Shows a row, and its texts as fields while ``editor`` is open; saves nothing."""

    def __init__(self, loader: ImageLoader, words: dict[PairVerdict, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._flag_words, self._scope_words = words, flag_words(), scope_words()
        self.image = ImageView(loader)
        self.name = ElidedLabel(role="subtitle")
        self.truth = PlainLabel(role="number")
        self.bin = PlainLabel(role="muted")
        self.verdict = PlainLabel(role="subtitle")
        self.sign = PlainLabel()
        self.reason = PlainLabel(wrap=True)
        self.scope = PlainLabel(role="muted", wrap=True)
        self.flags = Chips(self.tr("Flags"))
        self.marks = Chips(self.tr("Status"))
        self.margins = PlainLabel(role="muted", wrap=True)
        self.margins.setToolTip(tool_tip(term("margin").text))
        self.note = PlainLabel(wrap=True)
        self.chosen_score, self.rejected_score = PlainLabel(role="badge"), PlainLabel(role="badge")
        self.chosen_score.setProperty("tone", "success")
        self.rejected_score.setProperty("tone", "danger")
        self.chosen = DiffText("success", self.tr("Chosen explanation"))
        self.rejected = DiffText("danger", self.tr("Rejected explanation"))
        self.editor = PairEditor()
        self.texts = QStackedWidget()
        self._texts = ("", "")
        self._signed: PairVerdict | None = None
        self._lay_out()

    def show_pair(self, row: PairRow | None) -> None:
        """Fill everything; None empties it."""
        self.image.show_path(row.image_path if row else None)
        self.name.setText(row.image_name if row else "")
        self.truth.setText(number(row.truth, 2) if row else "")
        self.bin.setText(self.tr("bin {0}").format(row.bin) if row else "")
        for badge, score in (
            (self.chosen_score, row and row.chosen_score),
            (self.rejected_score, row and row.rejected_score),
        ):
            badge.setText("" if score is None else str(score))
            badge.setVisible(score is not None)
        self.flags.show_words([self._flag_words[flag] for flag in row.flags] if row else [])
        self.marks.show_words(self._marks(row) if row else [], "accent")
        self.margins.setText(self._margins(row) if row else "")
        self.margins.setVisible(bool(self.margins.text()))
        self._show_texts(row.chosen_text if row else "", row.rejected_text if row else "")
        self.show_verdict(row)

    def _show_texts(self, chosen: str, rejected: str) -> None:
        """Compare and mark the texts, unless they are shown already: it takes as long as all the rest of a pair."""
        if (chosen, rejected) != self._texts:
            self._texts = (chosen, rejected)
            show_difference(self.chosen, self.rejected, chosen, rejected)

    def show_verdict(self, row: PairRow | None) -> None:
        """Show the verdict with its icon, the reason and scope of a veto, and the note."""
        self.verdict.setText(self._words[row.verdict] if row else "")
        self.reason.setText(one_line(row.reason) if row else "")
        self.reason.setVisible(bool(self.reason.text()))
        partial = row is not None and row.verdict == "veto" and row.scope != "both"
        self.scope.setText(self._scope_words[row.scope] if row and partial else "")
        self.scope.setVisible(partial)
        note = one_line(row.note) if row else ""
        short = note if len(note) <= NOTE_SHOWN else note[:NOTE_SHOWN] + "…"
        self.note.setText(self.tr("Note: {0}").format(short) if note else "")
        self.note.setVisible(bool(note))
        self._signed = row.verdict if row else None
        self._paint_sign()

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme's colours, or another size of texts."""
        super().changeEvent(event)
        if event.type() in (*THEME_EVENTS, *TEXT_EVENTS) and hasattr(self, "_signed"):
            self._paint_sign()

    def _paint_sign(self) -> None:
        if self._signed is None:
            self.sign.clear()
        else:
            self.sign.setPixmap(state_icon(self._signed, current_theme().colours).pixmap(scaled_size(16, 16)))

    def edit(self, row: PairRow) -> None:
        """Open the editor on this row."""
        self.texts.setCurrentWidget(self.editor)
        self.editor.open(row)

    def show_texts(self) -> None:
        """Show the texts with their difference again."""
        self.texts.setCurrentIndex(0)

    def _marks(self, row: PairRow) -> list[str]:
        marks = [self.tr("edited")] if row.edited else []
        if row.redrawing:
            marks.append(self.tr("regenerating"))
        elif row.draw:
            marks.append(plural("PairDetail", "regenerated {n} times", "regenerated once", row.draw))
        return marks

    def _margins(self, row: PairRow) -> str:
        known = ((self.tr("score"), row.margin_score), (self.tr("consistency"), row.margin_consistency))
        texts = [f"{name} {number(value, 2)}" for name, value in known if value is not None]
        return self.tr("Reward margin after training: {0}").format(", ".join(texts)) if texts else ""

    def _lay_out(self) -> None:
        top = QWidget()
        upper = QHBoxLayout(top)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.addWidget(self.image, 1)
        upper.addWidget(self._side())
        shown = QWidget()
        lower = EvenLayout(shown, least_width=150, least_height=90)
        lower.addWidget(answer_card(self.tr("Chosen"), self.tr("for score"), self.chosen_score, self.chosen), 1)
        lower.addWidget(answer_card(self.tr("Rejected"), self.tr("for score"), self.rejected_score, self.rejected), 1)
        self.texts.addWidget(shown)
        self.texts.addWidget(self.editor)
        self.splitter = FittingSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(top)
        self.splitter.addWidget(self.texts)
        self.splitter.setSizes([330, 220])
        self.splitter.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _side(self) -> QWidget:
        facts = QVBoxLayout()
        facts.setContentsMargins(4, 0, 0, 0)
        facts.setSpacing(3)
        facts.addWidget(self.name)
        state = FlowLayout()
        state.addWidget(self.sign)
        state.addWidget(self.verdict, 1)
        facts.addLayout(state)
        facts.addWidget(self.reason)
        facts.addWidget(self.scope)
        facts.addSpacing(6)
        facts.addWidget(PlainLabel(self.tr("True mean score"), role="muted"))
        truth = FlowLayout()
        truth.addWidget(self.truth)
        truth.addWidget(self.bin, 1, Qt.AlignmentFlag.AlignBottom)
        facts.addLayout(truth)
        facts.addSpacing(6)
        for widget in (self.flags, self.marks, self.margins, self.note):
            facts.addWidget(widget)
        facts.addStretch(1)
        holder = QWidget()
        holder.setLayout(facts)
        side = PageArea(holder)
        keep_size(side, width=SIDE_WIDTH)
        return side


def answer_card(title: str, caption: str, score: PlainLabel, text: DiffText) -> QFrame:
    """Return a frame with the answer's title, its requested score and its text."""
    card = QFrame()
    card.setProperty("role", "card")
    head = FlowLayout()
    head.addWidget(PlainLabel(title, role="subtitle"))
    head.addStretch(1)
    head.addWidget(PlainLabel(caption, role="muted"))
    head.addWidget(score)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(10, 6, 10, 10)
    layout.addLayout(head)
    layout.addWidget(text, 1)
    return card
