"""An open project on the screen: the rail on the left, the chosen page on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from studio.views.compare.compare_page import ComparePage
from studio.views.images.images_page import ImagesPage
from studio.views.jobs.jobs_page import JobsPage
from studio.views.models.models_page import ModelsPage
from studio.views.overview.overview_page import OverviewPage
from studio.views.page import Page
from studio.views.pairs.pairs_page import PairsPage
from studio.views.settings.settings_page import SettingsPage
from studio.views.settings.unsaved_changes import UnsavedChanges
from studio.views.workspace import Workspace
from studio.widgets.desktop_notification import Notifier
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar
from studio.widgets.unsaved_mark import UnsavedMark

if TYPE_CHECKING:
    from studio.views.export.export_panel import ExportPanel

RAIL_WIDTH = 148


class Shell(QWidget):
    """Signals ``page_changed(str)``, ``keys_wanted`` and ``leave_wanted`` (back to the start page)."""

    page_changed = Signal(str)
    keys_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.overview = OverviewPage(workspace)
        self.images = ImagesPage(workspace)
        self.pairs = PairsPage(workspace)
        self.compare = ComparePage(workspace)
        self.jobs = JobsPage(workspace)
        self.models = ModelsPage(workspace)
        self.settings = SettingsPage(workspace)
        self.pages: dict[str, tuple[str, Page]] = {
            "overview": (self.tr("Overview"), self.overview),
            "images": (self.tr("Images"), self.images),
            "pairs": (self.tr("Pairs"), self.pairs),
            "compare": (self.tr("Compare"), self.compare),
            "jobs": (self.tr("Jobs"), self.jobs),
            "models": (self.tr("Models"), self.models),
            "settings": (self.tr("Settings"), self.settings),
        }
        self.panel: ExportPanel | None = None
        self.message = MessageBar()
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_DialogApplyButton)
        self._notifier = Notifier(self, icon)
        self.buttons: dict[str, QPushButton] = {}
        self.state = PlainLabel(role="muted", wrap=True)
        self.stack = QStackedWidget()
        self._lay_out()
        self.models.export_wanted.connect(self.export)
        self.overview.review_wanted.connect(lambda: self.show_page("pairs"))
        self.overview.started.connect(lambda: self.show_page("jobs"))
        self.overview.compare_wanted.connect(self._compare)
        self.unsaved = UnsavedChanges(self.settings, self)
        workspace.ask_before_run(self.unsaved.before_run)
        self.settings.unsaved_changed.connect(UnsavedMark(self.buttons["settings"]).show_unsaved)
        workspace.problem.connect(self.message.say)
        workspace.jobs_changed.connect(self._show_state)
        workspace.rested.connect(self._notify)

    def show_page(self, name: str) -> None:
        """Goes to a page; an unknown name (an old setting) goes to the overview."""
        chosen = self.lay_open(name)
        self.pages[chosen][1].take_focus()
        self.page_changed.emit(chosen)

    def lay_open(self, name: str) -> str:
        """Puts a page in front without the keyboard; before the shell is shown, so that no other reads its rows."""
        chosen = name if name in self.pages else "overview"
        self.buttons[chosen].setChecked(True)
        self.stack.setCurrentWidget(self.pages[chosen][1])
        return chosen

    def export(self, version: str | None = None) -> None:
        """Opens the export panel, with this version chosen; made when it is first wanted."""
        if self.panel is None:
            from studio.views.export.export_panel import (
                ExportPanel,  # many services that few need: not while a project opens
            )

            self.panel = ExportPanel(self._workspace, self)
        self.panel.open_for(version)

    def _compare(self, versions: list[str]) -> None:
        self.compare.choose(versions)
        self.show_page("compare")

    def _show_state(self) -> None:
        running = (
            self.tr("▶ Running in the background") if self._workspace.following else self.tr("▶ The queue is running")
        )
        self.state.setText(running if self._workspace.running else "")

    def _notify(self) -> None:
        end = self._workspace.end
        if end is not None and end.state in ("done", "failed"):
            text = self.tr("All jobs are done.") if end.state == "done" else self.tr("A job failed.")
            self._notifier.tell(self._workspace.project.name, text)

    def _lay_out(self) -> None:
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setFixedWidth(RAIL_WIDTH)
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, 12, 0, 10)
        column.setSpacing(2)
        group = QButtonGroup(self)
        for place, (name, (title, page)) in enumerate(self.pages.items(), start=1):
            button = self._rail_button(title)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked, name=name: self.show_page(name))
            group.addButton(button)
            column.addWidget(button)
            self.buttons[name] = button
            self.stack.addWidget(page)
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place}"), self)
            shortcut.activated.connect(lambda name=name: self.show_page(name))
        column.addStretch(1)
        self.state.setContentsMargins(14, 0, 8, 8)
        column.addWidget(self.state)
        for title, act in (
            (self.tr("Take out …"), self.export),
            (self.tr("Keys  ?"), self.keys_wanted.emit),
            (self.tr("Projects"), self.leave_wanted.emit),
        ):
            button = self._rail_button(title)
            button.clicked.connect(lambda _checked, act=act: act())
            column.addWidget(button)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        around = QVBoxLayout()
        around.setContentsMargins(16, 10, 16, 0)
        around.addWidget(self.message)
        right.addLayout(around)
        right.addWidget(self.stack, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rail)
        layout.addLayout(right, 1)

    def _rail_button(self, title: str) -> QPushButton:
        button = QPushButton()
        button.setText(title)
        button.setAccessibleName(title)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button
