"""What the pages of an open project share."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.views.workspace import Workspace

REFRESH_MS = 250
"""However often something changes, a page reads its rows at most this often."""


class Page(QWidget):
    """Reads its rows when it is shown and, while it is visible, when they may have changed."""

    def __init__(self, workspace: Workspace, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.project = workspace.project
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 14, 16, 14)
        self.column.setSpacing(10)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._seen = False

    def refresh(self) -> None:
        """Reads the page's rows anew, in the background."""
        raise NotImplementedError

    def load_charts(self) -> None:
        """Called once, when the page is first shown, before it reads its rows: a page loads its charts here."""

    def take_focus(self) -> None:
        """Takes the keyboard when the person comes to the page; a page with a list gives it to that."""
        self.setFocus()

    def refresh_soon(self) -> None:
        """Refreshes shortly if the page is visible; a hidden one refreshes when it is shown."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Brings the page up to date."""
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self.load_charts()
        self.refresh()
