"""The sheet of keyboard shortcuts, made from the actions: one section for each set of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from studio.views.actions.action import ActionSet
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.text_size import keep_size

SIZE = (1120, 640)
COLUMNS = 3
KEYS_WIDTH = 108
translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line: an action's id ("" for what no action does, such as the mouse wheel), its keys and what they do."""

    action: str
    keys: str
    meaning: str


@dataclass(frozen=True, slots=True)
class KeySection:
    """The lines of one set of actions."""

    title: str
    lines: tuple[KeyLine, ...]


def key_sections(sets: Iterable[ActionSet]) -> list[KeySection]:
    """Return every action that has keys, by set, and what the mouse and the lists do by themselves."""
    everywhere = translate("KeySheet", "Everywhere")
    lines: dict[str, list[KeyLine]] = {}
    for actions in sets:
        found = [
            KeyLine(action.definition.id, ", ".join(action.key_texts), action.phrase.removesuffix("…"))
            for action in actions
            if action.definition.keys
        ]
        lines.setdefault(actions.title or everywhere, []).extend(found)
    sections = [KeySection(title, tuple(found)) for title, found in lines.items() if found]
    return [*sections, KeySection(translate("KeySheet", "Mouse, lists and text fields"), _by_themselves())]


def _by_themselves() -> tuple[KeyLine, ...]:
    return (
        KeyLine("", translate("KeySheet", "Tab, Shift+Tab"), translate("KeySheet", "Next or previous control")),
        KeyLine("", translate("KeySheet", "Arrows"), translate("KeySheet", "Next item in that direction")),
        KeyLine("", translate("KeySheet", "Double click, Return"), translate("KeySheet", "Open the item")),
        KeyLine("", translate("KeySheet", "Right click"), translate("KeySheet", "Context menu")),
        KeyLine("", translate("KeySheet", "Wheel, drag"), translate("KeySheet", "Zoom or move the image")),
        KeyLine("", translate("KeySheet", "Return, Esc"), translate("KeySheet", "Note, search: save or cancel")),
        KeyLine(
            "",
            translate("KeySheet", "Return, Shift+Return"),
            translate("KeySheet", "Log search: next or previous match"),
        ),
    )


class KeySheet(StudioDialog):
    """A non-modal overlay; Escape closes it."""

    def __init__(self, sections: Sequence[KeySection], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.sections = list(sections)
        self._lay_out()
        self.set_size(*SIZE)

    def _lay_out(self) -> None:
        part = sum(len(section.lines) + 2 for section in self.sections) / COLUMNS
        grids, placed = [_grid() for _ in range(COLUMNS)], 0
        for section in self.sections:
            _add(grids[min(COLUMNS - 1, int((placed + len(section.lines) / 2) / part))], section)
            placed += len(section.lines) + 2
        columns = FlowLayout()
        columns.setSpacing(28)
        for grid in grids:
            grid.setRowStretch(grid.rowCount(), 1)
            columns.addLayout(grid, 1)
        inside = QWidget()
        inside.setLayout(columns)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName(self.tr("Keyboard shortcuts"))
        close = QPushButton(self.tr("Close (Esc)"))
        close.clicked.connect(self.reject)
        foot = FlowLayout()
        foot.addWidget(
            PlainLabel(
                self.tr("Single-letter shortcuts are disabled while you type in a text field."), role="muted", wrap=True
            ),
            1,
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
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(4)
    grid.setColumnMinimumWidth(0, KEYS_WIDTH)
    grid.setColumnStretch(1, 1)
    return grid


def _add(grid: QGridLayout, section: KeySection) -> None:
    """A section below those that are there."""
    place = grid.rowCount()
    heading = PlainLabel(section.title, role="subtitle")
    heading.setContentsMargins(0, 8 if place > 1 else 0, 0, 2)
    grid.addWidget(heading, place, 0, 1, 2)
    for row, line in enumerate(section.lines, start=place + 1):
        keys = PlainLabel(line.keys, role="key", wrap=True)
        keep_size(keys, width=KEYS_WIDTH)
        grid.addWidget(keys, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(PlainLabel(line.meaning, wrap=True), row, 1)
