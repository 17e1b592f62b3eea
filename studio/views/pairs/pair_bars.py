"""Non-modal bars below a pair: a note field and a question."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QWidget

from studio.services.review.types import PairRow
from studio.text import one_line
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel

NOTE_LENGTH = 2000


class NoteBar(QFrame):
    """A field for a note on one pair. Signals ``written(PairRow, str)`` if it was changed, ``closed`` in any case."""

    written = Signal(object, str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("level", "info")
        self.row: PairRow | None = None
        self.field = QLineEdit()
        self.field.setMaxLength(NOTE_LENGTH)
        self.field.setAccessibleName(self.tr("Note on this pair"))
        self.field.setPlaceholderText(self.tr("Note on this pair (Return saves, Escape cancels)"))
        self.field.returnPressed.connect(self.save)
        save = QPushButton(self.tr("Save note"))
        save.clicked.connect(self.save)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.cancel)
        layout = FlowLayout(self)
        layout.setContentsMargins(10, 6, 8, 6)
        layout.addWidget(self.field, 1)
        layout.addWidget(save)
        layout.addWidget(cancel)
        self.hide()

    def open(self, row: PairRow) -> None:
        """Begin with the pair's note."""
        self.row = row
        self.field.setText(one_line(row.note))
        self.field.selectAll()
        self.show()
        self.field.setFocus()

    def save(self) -> None:
        """Save the note, if it has changed, and close."""
        row, self.row = self.row, None
        if row is not None and self.field.text().strip() != one_line(row.note):
            self.written.emit(row, self.field.text().strip())
        self._close()

    def leave(self) -> None:
        """Save on moving to another pair."""
        self.save()

    def cancel(self) -> None:
        """Close and leaves the note as it was."""
        self.row = None
        self._close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()


class QuestionBar(QFrame):
    """A question with one button for yes. Return accepts, Escape dismisses. Signals ``closed``."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("level", "info")
        self._action: Callable[[], object] | None = None
        self.label = PlainLabel(wrap=True)
        self.yes = QPushButton(self.tr("Yes"))
        self.yes.setProperty("role", "primary")
        self.yes.clicked.connect(self.accept)
        self.no = QPushButton(self.tr("Cancel"))
        self.no.clicked.connect(self.dismiss)
        layout = FlowLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.yes)
        layout.addWidget(self.no)
        self.hide()

    def ask(self, question: str, answer: str, action: Callable[[], object]) -> None:
        """Show a question; it replaces an open one."""
        self._action = action
        self.label.setText(one_line(question))
        self.setAccessibleName(one_line(question))
        self.yes.setText(answer)
        self.show()
        self.yes.setFocus()

    def accept(self) -> None:
        """Do it."""
        action, self._action = self._action, None
        self._close()
        if action is not None:
            action()

    def dismiss(self) -> None:
        """Do nothing."""
        self._action = None
        self._close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return accepts (on the other button: dismisses), Escape dismisses."""
        if event.key() == Qt.Key.Key_Escape or (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.no.hasFocus()
        ):
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
