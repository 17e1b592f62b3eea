"""What the pages of an open project share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.views.actions.action import ActionSet
from studio.views.actions.definition import ActionDefinition
from studio.views.workspace import Workspace

REFRESH_MS = 250
"""Minimum interval between two refreshes of a page."""


def leave_blank(stack: QStackedWidget) -> None:
    """Show an empty pane in a stack until rows have been read, instead of saying that there are none."""
    blank = QWidget()
    stack.addWidget(blank)
    stack.setCurrentWidget(blank)


class Page(QWidget):
    """Reads its rows when it is shown and, while it is visible, when they may have changed.

    Signals:
        wanted: one of its actions was triggered elsewhere: show the page.
        image_wanted(int): show this image on the Images page.
        prompt_wanted(int): show the prompt as the model gets it about this image.
    """

    wanted = Signal()
    image_wanted = Signal(int)
    prompt_wanted = Signal(int)

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
        self._action_sets: list[ActionSet] = []

    @property
    def action_sets(self) -> Sequence[ActionSet]:
        """Return the page's actions, and those of its parts."""
        return self._action_sets

    def add_action_set(self, title: str, definitions: Sequence[ActionDefinition]) -> ActionSet:
        """Make the page's actions; their keys work while the page is shown."""
        actions = ActionSet(self, title, definitions, self.wanted.emit)
        self._action_sets.append(actions)
        return actions

    def update_actions(self) -> None:
        """Update the actions after a change of what their texts or states depend on."""
        for actions in self._action_sets:
            actions.update()

    def refresh(self) -> None:
        """Read the page's rows again, in the background."""
        raise NotImplementedError

    def load_charts(self) -> None:
        """Called once, when the page is first shown, before it reads its rows: a page loads its charts here."""

    def take_focus(self) -> None:
        """Set the keyboard focus when the page is shown; a page with a list focuses that."""
        self.setFocus()

    def refresh_soon(self) -> None:
        """Refresh shortly if the page is visible; a hidden one refreshes when it is shown."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Refresh the page."""
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self.load_charts()
        for actions in self._action_sets:
            actions.set_keys_on(True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Disable the keys."""
        super().hideEvent(event)
        for actions in self._action_sets:
            actions.set_keys_on(False)
