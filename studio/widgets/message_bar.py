"""A non-modal message that stays until it is dismissed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from studio.text import printable
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel


class MessageBar(QFrame):
    """One message at a time; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.label = PlainLabel(wrap=True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(self.tr("Dismiss"))
        self.button.setAccessibleName(self.tr("Dismiss message"))
        self.button.clicked.connect(self.hide)
        layout = FlowLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        self.action_button = QPushButton()
        self.action_button.setProperty("role", "primary")
        self.action_button.setAccessibleName(self.tr("Message action"))
        self.action_button.clicked.connect(self._act)
        self.action_button.hide()
        self._action: Callable[[], object] | None = None
        layout.addWidget(self.label, 1)
        layout.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_message(
        self,
        text: str,
        level: Literal["info", "error"] = "error",
        action: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Show the text, replacing the last one; ``action`` is a button that hides the message when pressed."""
        self._action = action[1] if action is not None else None
        self.action_button.setText(action[0] if action is not None else "")
        self.action_button.setAccessibleName(action[0] if action is not None else self.tr("Message action"))
        self.action_button.setVisible(action is not None)
        self.label.setText(printable(text))
        self.setAccessibleName(text)
        self.setProperty("level", level)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()

    def _act(self) -> None:
        action = self._action
        self.hide()
        if action is not None:
            action()
