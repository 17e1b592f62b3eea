"""Short non-blocking notices: an error box, and a confirmation on a button. For banners see ``message_bar``."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

CONFIRM_MS = 2500
"""How long a button shows its confirmation."""


def question_box(parent: QWidget, title: str, text: str) -> QMessageBox:
    """Return a non-modal question box for the caller to show: its text is literal, and closing deletes it."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowModality(Qt.WindowModality.NonModal)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(text)
    return box


def show_problem(parent: QWidget, text: str) -> None:
    """Show a problem in a box of its own; the text is literal."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setText(text)
    box.open()


def confirm_on(button: QAbstractButton, text: str) -> None:
    """The button shows ``text`` for a moment, then its own text again."""
    usual = button.property("usual_text")
    if usual is None:
        usual = button.text()
    button.setProperty("usual_text", usual)
    button.setText(text)

    def restore() -> None:
        button.setText(usual)
        button.setProperty("usual_text", None)

    QTimer.singleShot(CONFIRM_MS, button, restore)
