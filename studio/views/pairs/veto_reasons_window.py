"""Edit the project's reasons of vetoes, one for each of the keys 1 to 9."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.services.review import veto_reasons
from studio.services.review.veto_reasons import DEFAULT_REASONS, LONGEST, MOST
from studio.text import one_line
from studio.views.workspace import Workspace
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog

WIDTH = 460


class VetoReasonsWindow(StudioDialog):
    """Non-modal. Signal ``saved(tuple)``: the new list. An empty field has no reason; those below move up."""

    saved = Signal(object)

    def __init__(self, workspace: Workspace, reasons: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Veto Reasons"))
        self._project = workspace.project
        self._background = workspace.background.for_owner(self)
        self.fields = [QLineEdit() for _ in range(MOST)]
        self.message = PlainLabel(role="error", wrap=True)
        self.save_button = QPushButton(self.tr("Save"))
        self.default_button = QPushButton(self.tr("Restore defaults"))
        self._fill(reasons)
        self._lay_out()

    def save(self) -> None:
        """Save the list and close; a list that cannot be used is kept open with the reason."""
        project, texts = self._project, [field.text() for field in self.fields]
        self.message.hide()
        self._background.write(lambda: veto_reasons.set_veto_reasons(project, texts), self._on_saved, self._on_failure)

    def _on_saved(self, reasons: tuple[str, ...]) -> None:
        self.saved.emit(reasons)
        self.close()

    def _on_failure(self, text: str) -> None:
        self.message.setText(text)
        self.message.show()

    def _fill(self, reasons: Sequence[str]) -> None:
        for place, field in enumerate(self.fields):
            field.setText(one_line(reasons[place]) if place < len(reasons) else "")

    def _lay_out(self) -> None:
        explained = self.tr(
            "On Pairs, each of the keys 1 to 9 vetoes for one of these reasons. Changing the list changes no verdict "
            "that was given."
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for place, field in enumerate(self.fields):
            key = str(place + 1)
            field.setMaxLength(LONGEST)
            field.setAccessibleName(self.tr("Reason on key {0}").format(key))
            grid.addWidget(PlainLabel(key, role="key"), place, 0)
            grid.addWidget(field, place, 1)
        self.message.hide()
        self.save_button.setProperty("role", "primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        self.default_button.clicked.connect(lambda _checked: self._fill(DEFAULT_REASONS))
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addWidget(self.default_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        foot.addWidget(cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(self.tr("Veto reasons"), role="title"))
        column.addWidget(PlainLabel(explained, role="muted", wrap=True))
        column.addLayout(grid)
        column.addWidget(self.message)
        column.addLayout(foot)
        self.keep_width(WIDTH)
        for button in (self.default_button, cancel):
            button.setAutoDefault(False)  # Return saves
