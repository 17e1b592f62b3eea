"""A log that grows, with a search. Shows any text literally."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontDatabase, QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from studio.plural import plural
from studio.text import printable
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.long_text import choose_wrap
from studio.widgets.theme import THEME_EVENTS, current_theme

SHOWN_HITS = 500
"""Number of matches that are marked; all are counted."""


class LogView(QWidget):
    """The end of a log. Return goes to the next match, Shift+Return to the previous one; the page handles search."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(name)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search the log (Ctrl+F)"))
        self.field.setAccessibleName(self.tr("Search the log"))
        self.field.setClearButtonEnabled(True)
        self.count = PlainLabel(role="muted")
        self.back = self._button("↑", self.tr("Previous match"))
        self.next = self._button("↓", self.tr("Next match"))
        row = FlowLayout()
        row.addWidget(self.field, 1)
        for widget in (self.count, self.back, self.next):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.text, 1)
        self.field.textChanged.connect(self._mark)
        self.field.returnPressed.connect(self.go_on)
        self.next.clicked.connect(self.go_on)
        self.back.clicked.connect(self.go_back)
        self.field.installEventFilter(self)
        self._mark()

    def set_text(self, text: str) -> None:
        """Show another text; one that only grew is appended. A view at its end stays there, any other where it is."""
        shown, now = self.text.toPlainText(), printable(text)
        if now == shown:
            return
        bar = self.text.verticalScrollBar()
        place, at_end = bar.value(), bar.value() >= bar.maximum() - 2
        choose_wrap(self.text, now)
        if shown and now.startswith(shown):
            cursor = QTextCursor(self.text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(now[len(shown) :])
        else:
            self.text.setPlainText(now)
        bar.setValue(bar.maximum() if at_end else place)
        self._mark()

    def clear(self) -> None:
        """Show nothing."""
        self.text.clear()
        self._mark()

    def go_on(self) -> None:
        """Go to the next match, wrapping around."""
        self._find(QTextDocument.FindFlag(0), QTextCursor.MoveOperation.Start)

    def go_back(self) -> None:
        """Go to the previous match, wrapping around."""
        self._find(QTextDocument.FindFlag.FindBackward, QTextCursor.MoveOperation.End)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shift+Return in the field goes back."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.go_back()
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme's colours."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS:
            self._mark()

    def _find(self, flags: QTextDocument.FindFlag, other_end: QTextCursor.MoveOperation) -> None:
        wanted = self.field.text()
        if wanted and not self.text.find(wanted, flags):
            self.text.moveCursor(other_end)
            self.text.find(wanted, flags)

    def _mark(self) -> None:
        wanted = self.field.text()
        hits = self.text.toPlainText().casefold().count(wanted.casefold()) if wanted else 0
        self.count.setText(plural("LogView", "{n} matches", "{n} match", hits) if wanted else "")
        self.next.setEnabled(hits > 0)
        self.back.setEnabled(hits > 0)
        theme = current_theme()
        marks: list[QTextEdit.ExtraSelection] = []
        cursor = self.text.document().find(wanted, 0) if hits else QTextCursor()
        while not cursor.isNull() and len(marks) < SHOWN_HITS:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = cursor
            mark.format.setBackground(theme["warning_soft"])
            mark.format.setForeground(theme["text"])
            marks.append(mark)
            cursor = self.text.document().find(wanted, cursor)
        self.text.setExtraSelections(marks)

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "quiet")
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button
