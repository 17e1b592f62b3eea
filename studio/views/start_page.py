"""The start page: recent projects, open another one, try the demo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from studio.widgets.labels import PlainLabel, one_line
from studio.widgets.message_bar import MessageBar

PATH_ROLE = int(Qt.ItemDataRole.UserRole)


class StartPage(QWidget):
    """Signals ``chosen(Path)``, ``browse`` and ``demo``; what happens then is the window's business."""

    chosen = Signal(object)
    browse = Signal()
    demo = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Start"))
        self.message = MessageBar()
        self.busy = PlainLabel(role="muted")
        self.recent = QListWidget()
        self.recent.setAccessibleName(self.tr("Recent projects"))
        self.recent.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.recent.itemActivated.connect(lambda item: self.chosen.emit(item.data(PATH_ROLE)))
        self.recent.itemClicked.connect(lambda item: self.chosen.emit(item.data(PATH_ROLE)))
        self.none = PlainLabel(
            self.tr("Projects that were opened before will be listed here."), role="empty", wrap=True
        )
        self.open_button = QPushButton(self.tr("Open a project…"))
        self.open_button.clicked.connect(self.browse)
        self.demo_button = QPushButton(self.tr("Try the demo"))
        self.demo_button.setProperty("role", "primary")
        self.demo_button.clicked.connect(self.demo)
        self._lay_out()

    def set_recent(self, roots: Sequence[Path]) -> None:
        """Lists these project folders."""
        self.recent.clear()
        for root in roots:
            item = QListWidgetItem(one_line(f"{root.name}    {root.parent}"))
            item.setData(PATH_ROLE, root)
            self.recent.addItem(item)
        self.recent.setVisible(bool(roots))
        self.none.setVisible(not roots)

    def set_busy(self, text: str) -> None:
        """Says what is going on and keeps the buttons off; an empty text ends it."""
        self.busy.setText(one_line(text))
        for widget in (self.open_button, self.demo_button, self.recent):
            widget.setEnabled(not text)

    def _lay_out(self) -> None:
        inner = QVBoxLayout()
        inner.setSpacing(10)
        inner.addWidget(self.message)
        inner.addStretch(1)
        inner.addWidget(PlainLabel("Score Studio", role="title"))
        inner.addWidget(
            PlainLabel(
                self.tr(
                    "A vision language model teaches itself to score images and to say why, "
                    "while you watch, veto and compare."
                ),
                role="muted",
                wrap=True,
            )
        )
        inner.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addWidget(self.demo_button)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.busy, 1)
        inner.addLayout(buttons)
        inner.addWidget(
            PlainLabel(
                self.tr(
                    "The demo runs the whole loop on a small embedded model and drawn scenes; it takes a few minutes. "
                    "Projects of your own are made with the command: score-studio new"
                ),
                role="muted",
                wrap=True,
            )
        )
        inner.addSpacing(16)
        inner.addWidget(PlainLabel(self.tr("Recent projects"), role="subtitle"))
        inner.addWidget(self.recent, 4)
        inner.addWidget(self.none)
        inner.addStretch(1)
        column = QWidget()
        column.setMaximumWidth(760)
        column.setLayout(inner)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(column, 10)
        layout.addStretch(1)
