"""The wizard's last page: name, folder and estimated resources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from studio.models.stage_text import estimate_text, range_words
from studio.services.loop.types import ResourceEstimate
from studio.text import one_line
from studio.widgets.labels import PlainLabel
from studio.widgets.path_field import PathField
from studio.widgets.text_size import scaled

DATABASE = "project.sqlite"


NARROW = 620
"""Width in pixels below which the formulas are below the figures."""


class FinishStep(QWidget):
    """Signal ``changed``: name or folder have changed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Project name"))
        self.folder = PathField(self.tr("Project folder (created if missing)"), "new_folder")
        self.summary = PlainLabel(wrap=True)
        self.reason = PlainLabel(role="reason", wrap=True)
        self.estimates: list[ResourceEstimate] = []
        self._narrow = False
        self._follows = True
        self._lay_out()
        self.name.textEdited.connect(self._on_name)
        self.name.textChanged.connect(self._on_change)
        self.folder.line.textEdited.connect(self._on_folder)
        self.folder.changed.connect(self._on_change)

    @property
    def problem(self) -> str:
        """Return why the project cannot be created yet; "" if it can."""
        name = self.name.text().strip()
        if not name:
            return self.tr("Enter a project name.")
        if is_path(name):
            return self.tr("A name is not a path. Call the project {0}, and choose its place below.").format(
                _plain(next((part for part in reversed(re.split(r"[/\\\\~]", name)) if part.strip(".")), ""))
            )
        folder = self.folder.path
        if folder is None:
            return self.tr("Choose a project folder.")
        if (folder / DATABASE).exists():
            return self.tr("This folder already contains a project. Choose another folder.")
        return ""

    def suggest(self, name: str, folder: Path | None = None) -> None:
        """Offer a name and a folder (None: one in the home folder), unless the user has entered others."""
        if self._follows:
            self.name.setText(name)
            self.folder.set_path(folder or Path.home() / "score-studio" / _plain(name))

    def show_estimates(self, estimates: Sequence[ResourceEstimate]) -> None:
        """Show the figures with the formula behind each."""
        self.estimates = list(estimates)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        titles = {
            "adapter": self.tr("One adapter"),
            "disk": self.tr("Disk"),
            "memory": self.tr("Memory"),
            "time": self.tr("Time"),
        }
        for line, found in enumerate(estimates):
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(PlainLabel(titles[found.name], role="key"), 2 * line, 0, top)
            self._grid.addWidget(PlainLabel(self._figure(found), role="key"), 2 * line, 1, top)
            place = (2 * line + 1, 0, 1, 3) if self._narrow else (2 * line, 2, 1, 1)
            self._grid.addWidget(PlainLabel(estimate_text(found.why), role="muted", wrap=True), *place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the formulas below the figures where there is no room beside them."""
        super().resizeEvent(event)
        narrow = self.width() < scaled(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self.show_estimates(self.estimates)

    def _figure(self, found: ResourceEstimate) -> str:
        if found.value is None:
            return self.tr("not known yet")
        return range_words(found.value, found.unit)

    def _on_name(self, text: str) -> None:
        self._follows = False
        here = self.folder.path
        if here is None or here.parent == Path.home() / "score-studio":
            self.folder.set_path(Path.home() / "score-studio" / _plain(text))

    def _on_folder(self, _text: str) -> None:
        self._follows = False

    def _on_change(self) -> None:
        self.reason.setText(self.problem)
        self.changed.emit()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(14)
        form.addRow(PlainLabel(self.tr("Name")), self.name)
        form.addRow(PlainLabel(self.tr("Project folder")), self.folder)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 10, 14, 12)
        inside.addWidget(PlainLabel(self.tr("Estimated resources"), role="subtitle"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnMinimumWidth(0, 90)
        self._grid.setColumnMinimumWidth(1, 120)
        self._grid.setColumnStretch(2, 1)
        inside.addLayout(self._grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.reason)
        column.addWidget(self.summary)
        column.addWidget(card)
        column.addStretch(1)


def is_path(name: str) -> bool:
    """Return whether a text that should be a name is a path."""
    return any(letter in name for letter in "/\\") or name in (".", "..") or name.startswith("~")


def _plain(name: str) -> str:
    """Return a folder's name from a project's."""
    return re.sub(r"[^\w.-]+", "-", one_line(name)).strip("-.") or "project"
