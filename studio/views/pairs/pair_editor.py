"""Editor for the texts of a pair."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from studio.services.review.types import PairRow
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.long_text import fill


class PairEditor(QWidget):
    """Both texts as fields. Signals ``edited(PairRow, chosen, rejected)`` if one was changed, ``closed`` in any case.

    The page owns the save key, which does something else while nothing is edited. Control characters are shown as
    visible signs in the fields; an unchanged text keeps the originals.
    """

    edited = Signal(object, str, str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: PairRow | None = None
        self._known: dict[str, str] = {}
        self.chosen = _field(self.tr("Edit chosen explanation"))
        self.rejected = _field(self.tr("Edit rejected explanation"))
        self.chosen_score, self.rejected_score = PlainLabel(role="badge"), PlainLabel(role="badge")
        self.chosen_score.setProperty("tone", "success")
        self.rejected_score.setProperty("tone", "danger")
        self.message = PlainLabel(role="error", wrap=True)
        self._lay_out()

    def open(self, row: PairRow) -> None:
        """Open with the current texts."""
        self.row = row
        self.message.hide()
        self._known = {}
        self.chosen_score.setText(str(row.chosen_score))
        self.rejected_score.setText(str(row.rejected_score))
        self._fill(row.chosen_text, row.rejected_text)
        self.chosen.setFocus()

    def save(self) -> None:
        """Save the texts, if one has changed, and close; an empty one is rejected with a message."""
        row = self.row
        if row is None:
            return
        chosen, rejected = self._text(self.chosen), self._text(self.rejected)
        if not chosen.strip() or not rejected.strip():
            self.message.setText(self.tr("An explanation cannot be empty. Enter a text, or cancel and veto the pair."))
            self.message.show()
            return
        self.row = None
        if (chosen, rejected) != (row.chosen_text, row.rejected_text):
            self.edited.emit(row, chosen, rejected)
        self.closed.emit()

    def leave(self) -> None:
        """Save what can be saved on moving to another pair."""
        self.save()
        if self.row is not None:
            self.cancel()

    def cancel(self) -> None:
        """Leave the texts as they were."""
        self.row = None
        self.closed.emit()

    def restore(self) -> None:
        """Put the generated texts into the fields."""
        if self.row is not None:
            self._fill(self.row.generated_chosen, self.row.generated_rejected)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape cancels."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def _fill(self, chosen: str, rejected: str) -> None:
        for field, text in ((self.chosen, chosen), (self.rejected, rejected)):
            fill(field, text)
            self._known[field.toPlainText()] = text

    def _text(self, field: QPlainTextEdit) -> str:
        """Return the field's text; the original text if it was not changed."""
        shown = field.toPlainText()
        return self._known.get(shown, shown)

    def _lay_out(self) -> None:
        fields = self.fields = QHBoxLayout()
        for title, score, field in (
            (self.tr("Chosen"), self.chosen_score, self.chosen),
            (self.tr("Rejected"), self.rejected_score, self.rejected),
        ):
            card = QFrame()
            card.setProperty("role", "card")
            head = FlowLayout()
            head.addWidget(PlainLabel(title, role="subtitle"))
            head.addStretch(1)
            head.addWidget(PlainLabel(self.tr("for score"), role="muted"))
            head.addWidget(score)
            inner = QVBoxLayout(card)
            inner.setContentsMargins(10, 6, 10, 10)
            inner.addLayout(head)
            inner.addWidget(field, 1)
            fields.addWidget(card, 1)
        self.save_button = _button(self.tr("Save (Ctrl+Return)"), self.save)
        self.save_button.setProperty("role", "primary")
        self.cancel_button = _button(self.tr("Cancel (Esc)"), self.cancel)
        self.restore_button = _button(self.tr("Restore original"), self.restore)
        self.restore_button.setToolTip(self.tr("Restore the texts the model wrote in both fields"))
        buttons = FlowLayout()
        for button in (self.save_button, self.cancel_button, self.restore_button):
            buttons.addWidget(button)
        buttons.addWidget(self.message, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(fields, 1)
        layout.addLayout(buttons)


def _field(name: str) -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setTabChangesFocus(True)
    field.setAccessibleName(name)
    return field


def _button(text: str, action: object) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(action)
    return button
