"""The frame of the windows that ask what to try: a title, choices, a note, and a button that starts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QPushButton, QVBoxLayout, QWidget

from studio.views.workspace import Workspace
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog

WIDTH = 560


class ChoiceWindow(StudioDialog):
    """Non-modal. Signal ``started``: something was put into the queue."""

    started = Signal()

    def __init__(self, workspace: Workspace, title: str, explained: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(title)
        self.workspace = workspace
        self.background = workspace.background.for_owner(self)
        self.note = PlainLabel(role="muted", wrap=True)
        self.start_button = QPushButton(self.tr("Start"))
        self.start_button.setProperty("role", "primary")
        self.start_button.clicked.connect(self.start)
        self.start_button.setDefault(True)
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addStretch(1)
        foot.addWidget(self.start_button)
        foot.addWidget(close)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, role="title"))
        column.addWidget(PlainLabel(explained, role="muted", wrap=True))
        column.addLayout(self.body)
        column.addStretch(1)
        column.addWidget(self.note)
        column.addLayout(foot)
        self.keep_width(WIDTH)

    def start(self) -> None:
        """Put what is chosen into the queue."""
        raise NotImplementedError

    def update_note(self) -> None:
        """Show what would be started."""
        raise NotImplementedError

    def add_boxes(
        self, title: str, names: Sequence[str], chosen: Sequence[str], columns: int = 3
    ) -> dict[str, QCheckBox]:
        """Add a row of check boxes below a title; returns them by their text."""
        self.body.addWidget(PlainLabel(title, role="subtitle"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        boxes = {}
        for place, name in enumerate(names):
            box = QCheckBox(name)
            box.setChecked(name in chosen)
            box.toggled.connect(lambda _on: self.update_note())
            grid.addWidget(box, place // columns, place % columns)
            boxes[name] = box
        grid.setColumnStretch(columns, 1)
        self.body.addLayout(grid)
        return boxes

    def finish(self) -> None:
        """Report the start and close."""
        self.started.emit()
        self.close()


def chosen_of(boxes: dict[str, QCheckBox]) -> list[str]:
    """Return the texts of the boxes that are checked."""
    return [name for name, box in boxes.items() if box.isChecked()]
