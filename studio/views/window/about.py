"""The About window: version, licences of all components, and system information for reports."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLibraryInfo, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from studio.services import about
from studio.text import one_line, printable
from studio.views.tasks.task_runner import TaskRunner
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.icons import window_icon
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.text_size import scaled

SIZE = (680, 520)
ICON_SIDE = 64
COPIED_MS = 2500


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts shown in the window."""

    parts: list[about.Part]
    system: dict[str, str]


class AboutWindow(StudioDialog):
    """Non-modal, at most one. Its contents are read in the background."""

    def __init__(self, background: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("About Score Studio"))
        self.table = QTableWidget(0, 3)
        self.system = QPlainTextEdit()
        self.copy_button = QPushButton(self.tr("Copy system information"))
        self.copy_button.setEnabled(False)
        self.copy_button.clicked.connect(self.copy)
        self._lay_out()
        self.set_size(*SIZE)
        background.for_owner(self).read("about", lambda: Facts(about.parts(), about.system_facts()), self._on_facts)

    @classmethod
    def show_in(cls, window: QWidget, background: TaskRunner) -> AboutWindow:
        """Show it over the window; raise one that is open."""
        shown = next((each for each in window.findChildren(cls) if each.isVisible()), None) or cls(background, window)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    def copy(self) -> None:
        """Copy the system information to the clipboard."""
        QGuiApplication.clipboard().setText(self.system.toPlainText())
        text = self.copy_button.text()
        self.copy_button.setText(self.tr("Copied"))
        self.copy_button.setEnabled(False)
        QTimer.singleShot(COPIED_MS, self, lambda: self._offer_copy(text))

    def _offer_copy(self, text: str) -> None:
        self.copy_button.setText(text)
        self.copy_button.setEnabled(True)

    def _on_facts(self, facts: Facts) -> None:
        self.table.setRowCount(len(facts.parts))
        for row, part in enumerate(facts.parts):
            for column, text in enumerate((part.name, part.version, part.licence)):
                self.table.setItem(row, column, QTableWidgetItem(one_line(text)))
        qt = {
            "Qt": f"{QLibraryInfo.version().toString()}, {QGuiApplication.platformName()}",
            "Screen": self._screen(),
        }
        lines = {"Score Studio": about.version() or self.tr("not installed"), **facts.system, **qt}
        self.system.setPlainText(printable("\n".join(f"{name}: {value}" for name, value in lines.items())))
        self.copy_button.setEnabled(True)

    def _screen(self) -> str:
        screen = self.screen()
        size = screen.size()
        return f"{size.width()} x {size.height()}, scale {screen.devicePixelRatio():g}"

    def _lay_out(self) -> None:
        sign = QLabel()
        sign.setPixmap(window_icon().pixmap(ICON_SIDE, ICON_SIDE))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel("Score Studio", role="title"))
        words.addWidget(PlainLabel(self.tr("Version {0}").format(about.version() or "–"), role="subtitle"))
        words.addWidget(
            PlainLabel(
                self.tr(
                    "Train a vision-language model to score images and explain each score. Method: Tanji & Yamasaki, "
                    "arXiv 2506.02708. Licensed under Apache-2.0."
                ),
                role="muted",
                wrap=True,
            )
        )
        head = FlowLayout()
        head.setSpacing(16)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self._prepare_table()
        self.system.setReadOnly(True)
        self.system.setTabChangesFocus(True)
        self.system.setAccessibleName(self.tr("System"))
        self.system.setPlaceholderText(self.tr("Loading…"))
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(self.table, self.tr("Licences"))
        tabs.addTab(self.system, self.tr("System"))
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(tabs, 1)
        column.addLayout(foot)

    def _prepare_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([self.tr("Component"), self.tr("Version"), self.tr("Licence")])
        table.setAccessibleName(self.tr("Licences of all components"))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setColumnWidth(0, scaled(190))
        table.setColumnWidth(1, scaled(110))
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
