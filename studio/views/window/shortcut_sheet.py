"""The sheet of keys that ``?`` opens: one section a page, and what works everywhere.

A page that gets a new key gets a line here; a test holds that no key of a page is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from studio.widgets.labels import PlainLabel

Keys = Sequence[tuple[str, str]]
SIZE = (980, 660)


class KeySheet(QDialog):
    """Lies over the window without holding it up; Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.sections: dict[str, tuple[str, Keys]] = {
            "everywhere": (self.tr("Everywhere"), self._everywhere()),
            "start": (self.tr("Start page"), self._start()),
            "images": (self.tr("Images"), self._images()),
            "pairs": (self.tr("Pairs"), self._pairs()),
            "compare": (self.tr("Compare"), self._compare()),
            "overview": (self.tr("Overview"), ()),
            "jobs": (self.tr("Jobs"), self._jobs()),
            "models": (self.tr("Models"), self._models()),
            "settings": (self.tr("Settings"), self._settings()),
        }
        self._lay_out()
        self.resize(*SIZE)

    def _everywhere(self) -> Keys:
        return (
            ("Ctrl+K", self.tr("Find a page or an action by a few letters")),
            ("Ctrl+1 … Ctrl+7", self.tr("The pages, as they stand on the left")),
            ("Ctrl+N", self.tr("New project")),
            ("Ctrl+O", self.tr("Open another project")),
            ("Ctrl+W", self.tr("Close the project")),
            ("Ctrl+Q", self.tr("Quit")),
            (self.tr("Tab, Shift+Tab"), self.tr("Next, previous control")),
            (self.tr("Wheel"), self.tr("Image: zoom; drag moves it")),
            ("?", self.tr("This sheet")),
        )

    def _start(self) -> Keys:
        return (
            ("Return", self.tr("Open the chosen project")),
            ("Delete", self.tr("Take the chosen project off the list; its files stay")),
        )

    def _images(self) -> Keys:
        return (
            (self.tr("Arrows"), self.tr("Next image in that direction")),
            ("Ctrl+F", self.tr("Search in names, tags and explanations")),
            ("+ −", self.tr("Larger, smaller pictures")),
            ("S", self.tr("Save the filter under a name")),
        )

    def _pairs(self) -> Keys:
        return (
            ("V", self.tr("Veto: the pair is left out of training")),
            ("C", self.tr("What a veto covers: both sets, the score set, the consistency set")),
            ("K", self.tr("Keep")),
            ("E", self.tr("Edit the texts; Ctrl+Return saves, Escape does not")),
            ("R", self.tr("Another wrong score, drawn by a job")),
            ("N", self.tr("Note; Return saves, Escape does not")),
            ("U, Ctrl+Z", self.tr("Undo")),
            ("Shift+U, Ctrl+Shift+Z", self.tr("Redo")),
            ("← →", self.tr("Previous, next")),
            ("F, Shift+F", self.tr("Next, previous filter")),
            ("W", self.tr("Next reason to look at a pair")),
            ("S", self.tr("Most suspicious first, or in order of generation")),
            ("/", self.tr("Search")),
            ("Shift+V, Shift+K", self.tr("Veto, keep all listed pairs")),
            ("Z", self.tr("Image: fitted, or full size")),
            ("+ -", self.tr("Image: larger, smaller")),
            ("Ctrl+Return", self.tr("Go on to training, when it waits for the review")),
        )

    def _compare(self) -> Keys:
        return (
            ("← →", self.tr("Previous, next")),
            ("1 – 4", self.tr("Blind: this explanation is the best")),
            ("0", self.tr("Blind: none is better")),
            ("U", self.tr("Blind: take back the latest choice")),
            ("Esc", self.tr("Blind: end the test")),
        )

    def _jobs(self) -> Keys:
        return (
            ("Alt+Up, Alt+Down", self.tr("Move the chosen waiting job up, down; or drag it")),
            ("Ctrl+F", self.tr("Search in the log")),
            ("Return, Shift+Return", self.tr("Log: next, previous place found")),
        )

    def _models(self) -> Keys:
        return (("Ctrl+Z", self.tr("Undo the latest deletion")),)

    def _settings(self) -> Keys:
        return (("Ctrl+S", self.tr("Save the settings")),)

    def _lay_out(self) -> None:
        shown = [section for section in self.sections.values() if section[1]]
        half = sum(len(keys) + 2 for _title, keys in shown) / 2
        grids, placed = [_grid(), _grid()], 0
        for title, keys in shown:
            _add(grids[placed + len(keys) / 2 > half], title, keys)
            placed += len(keys) + 2
        columns = QHBoxLayout()
        columns.setSpacing(36)
        for grid in grids:
            grid.setRowStretch(grid.rowCount(), 1)
            columns.addLayout(grid, 1)
        inside = QWidget()
        inside.setLayout(columns)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inside)
        scroll.setAccessibleName(self.tr("Keys"))
        close = QPushButton(self.tr("Close (Esc)"))
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(
            PlainLabel(self.tr("Single keys are off while a text field has the focus."), role="muted", wrap=True), 1
        )
        foot.addWidget(close)
        frame = QFrame()
        frame.setProperty("role", "palette")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(frame)


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(5)
    grid.setColumnMinimumWidth(0, 120)
    grid.setColumnStretch(1, 1)
    return grid


def _add(grid: QGridLayout, title: str, keys: Keys) -> None:
    """A section below those that are there."""
    line = grid.rowCount()
    heading = PlainLabel(title, role="subtitle")
    heading.setContentsMargins(0, 8 if line > 1 else 0, 0, 2)
    grid.addWidget(heading, line, 0, 1, 2)
    for row, (key, meaning) in enumerate(keys, start=line + 1):
        grid.addWidget(PlainLabel(key, role="key"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(PlainLabel(meaning, wrap=True), row, 1)
