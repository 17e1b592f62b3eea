"""The start page: recent projects, a new one, another one, the demo; a folder can be dropped on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from studio.plural import plural
from studio.services.projects.types import ProjectSummary
from studio.text import clock, number, one_line
from studio.views.actions.action import ActionSet
from studio.views.actions.buttons import action_button
from studio.views.actions.start import start_actions
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar
from studio.widgets.page_area import PageArea
from studio.widgets.recent_delegate import FACTS_ROLE, PLACE_ROLE, RecentDelegate
from studio.widgets.text_size import keep_size

PATH_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class Recent:
    """One project of the list, and when it was opened last (UTC; None: not known)."""

    root: Path
    opened: datetime | None


class StartPage(QWidget):
    """Signals ``chosen(Path)``, ``browse``, ``archive``, ``demo``, ``finished_demo``, ``new``, ``score``.

    And ``removed(Path)`` and ``dropped(Path)``. The window handles the signals.
    """

    chosen = Signal(object)
    browse = Signal()
    archive = Signal()
    demo = Signal()
    finished_demo = Signal()
    new = Signal()
    score = Signal()
    removed = Signal(object)
    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Start"))
        self.setAcceptDrops(True)
        self.message = MessageBar()
        self.busy = PlainLabel(role="muted")
        self.recent = QListWidget()
        self.recent.setAccessibleName(self.tr("Recent projects"))
        self.recent.setItemDelegate(RecentDelegate(self.recent))
        self.recent.itemActivated.connect(lambda item: self.chosen.emit(item.data(PATH_ROLE)))
        self.recent.currentItemChanged.connect(lambda _now, _before: self._show_state())
        self.none = PlainLabel(self.tr("Recently opened projects appear here."), role="empty", wrap=True)
        self.new_button = self._button(self.tr("New project…"), self.new.emit)
        self.new_button.setProperty("role", "primary")
        self.open_button = self._button(self.tr("Open project…"), self.browse.emit)
        self.archive_button = self._button(self.tr("Open archive…"), self.archive.emit)
        self.demo_button = self._button(self.tr("Try the demo"), self.demo.emit)
        self.explore_button = self._button(self.tr("Explore a finished demo"), self.finished_demo.emit)
        self.explore_button.setToolTip(self.tr("Look at a small project with three iterations: charts, pairs, answers"))
        self.score_button = self._button(self.tr("Score images…"), self.score.emit)
        self.score_button.setToolTip(self.tr("Let a model that was exported from a project score a folder of images"))
        self.commands = ActionSet(self, self.tr("Start page"), start_actions(self))
        self.again_button = action_button(self.commands["start.open"], self.tr("Open"))
        self.remove_button = action_button(self.commands["start.remove"])
        self._lay_out()

    def set_recent(self, recent: Sequence[Recent]) -> None:
        """List these projects; ``show_summary`` adds their contents later."""
        self.recent.clear()
        for project in recent:
            item = QListWidgetItem(one_line(project.root.name))
            item.setData(PATH_ROLE, project.root)
            when = self.tr("opened {0}").format(clock(project.opened)) if project.opened is not None else ""
            item.setData(PLACE_ROLE, (one_line(str(project.root)), when))
            self.recent.addItem(item)
        self.recent.setVisible(bool(recent))
        self.again_button.setVisible(bool(recent))
        self.remove_button.setVisible(bool(recent))
        self.none.setVisible(not recent)
        self.recent.setCurrentRow(0)
        self._show_state()

    def show_summary(self, summary: ProjectSummary) -> None:
        """Show the summary of one listed project."""
        for place in range(self.recent.count()):
            item = self.recent.item(place)
            if item.data(PATH_ROLE) == summary.root:
                item.setText(one_line(summary.name))
                item.setData(FACTS_ROLE, one_line(self._facts(summary)))
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, one_line(self._facts(summary)))

    def set_busy(self, text: str) -> None:
        """Show a busy text and disable the buttons; an empty text ends it."""
        self.busy.setText(one_line(text))
        self.busy.setVisible(bool(text))
        for widget in (*self._beginnings, self.recent):
            widget.setEnabled(not text)
        self._show_state()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one folder or file of this machine."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile() and self.open_button.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over what was dropped."""
        urls = event.mimeData().urls()
        if urls:
            event.acceptProposedAction()
            self.dropped.emit(Path(urls[0].toLocalFile()))

    def _facts(self, summary: ProjectSummary) -> str:
        if summary.problem:
            return summary.problem
        if summary.scoring:
            return self.tr("images scored by exported models")
        if summary.srcc is None:
            return self.tr("not measured yet")
        return plural(
            "StartPage", "{n} versions, {0}: SRCC {1}", "{n} version, {0}: SRCC {1}", summary.versions
        ).format(summary.srcc_of, number(summary.srcc))

    @property
    def has_selection(self) -> bool:
        """Return whether a project is selected and the page is not busy."""
        return self.recent.isEnabled() and self.recent.currentItem() is not None

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys."""
        super().showEvent(event)
        self.commands.set_keys_on(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Disable the keys."""
        super().hideEvent(event)
        self.commands.set_keys_on(False)

    def open_selected(self) -> None:
        """Open the chosen project."""
        if (item := self.recent.currentItem()) is not None and self.recent.isEnabled():
            self.chosen.emit(item.data(PATH_ROLE))

    def remove_selected(self) -> None:
        """Remove the chosen project from the list."""
        if (item := self.recent.currentItem()) is not None and self.recent.isEnabled():
            self.removed.emit(item.data(PATH_ROLE))

    def _show_state(self) -> None:
        self.commands.update()

    @property
    def _beginnings(self) -> tuple[QPushButton, ...]:
        return (
            self.new_button,
            self.open_button,
            self.archive_button,
            self.score_button,
            self.demo_button,
            self.explore_button,
        )

    def _button(self, text: str, action: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda _checked: action())
        return button

    def _lay_out(self) -> None:
        inner = QVBoxLayout()
        inner.setSpacing(10)
        inner.addWidget(self.message)
        inner.addSpacing(24)
        self._add_beginning(inner)
        inner.addSpacing(16)
        self._add_recent(inner)
        inner.addStretch(0)
        inner.setContentsMargins(0, 0, 0, 20)
        column = QWidget()
        column.setLayout(inner)
        area = PageArea(column)
        keep_size(area, most_width=1000)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(area, 10)
        layout.addStretch(1)

    def _add_beginning(self, inner: QVBoxLayout) -> None:
        what = self.tr(
            "Train a vision-language model to score your images and explain each score. You review, veto and compare."
        )
        needs = self.tr(
            "A new project needs a folder of images and a table with a score for each image; you can drop the folder "
            "here. The demo runs all steps with a small built-in model and generated images; it takes a few minutes. "
            "The finished demo shows the results right away."
        )
        inner.addWidget(PlainLabel("Score Studio", role="title"))
        inner.addWidget(PlainLabel(what, role="muted", wrap=True))
        inner.addSpacing(8)
        buttons = FlowLayout(spacing=8)
        for button in self._beginnings:
            buttons.addWidget(button)
        inner.addLayout(buttons)
        inner.addWidget(self.busy)
        self.busy.hide()
        inner.addWidget(PlainLabel(needs, role="muted", wrap=True))

    def _add_recent(self, inner: QVBoxLayout) -> None:
        inner.addWidget(PlainLabel(self.tr("Recent projects"), role="subtitle"))
        inner.addWidget(self.recent, 1)
        inner.addWidget(self.none)
        foot = FlowLayout()
        foot.addWidget(self.again_button)
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        inner.addLayout(foot)
