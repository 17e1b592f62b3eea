"""Question on closing a project while a job runs; it does not block the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from studio.views.workspace import Workspace
from studio.widgets.notices import question_box

Then = Callable[[], object]


class CloseConfirmation(QObject):
    """Signal ``waiting(str)``: what the window waits for before it closes."""

    waiting = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._box: QMessageBox | None = None
        self._then: Then | None = None

    def leave(self, workspace: Workspace | None, then: Then) -> None:
        """Call ``then`` at once, or after the choice when the job has stopped; never if the user cancels."""
        if workspace is None or not workspace.running or workspace.following:
            then()
        elif self._box is not None:
            self._box.raise_()
            self._box.activateWindow()
        else:
            self._ask(workspace, then)

    def cancel_and(self, workspace: Workspace | None, then: Then) -> None:
        """Cancel what this window runs without asking, then calls ``then``."""
        if workspace is None or not workspace.running or workspace.following:
            then()
        else:
            self._wait(workspace, then, self.tr("Stopping the job…"))
            workspace.stop_queue()

    def _ask(self, workspace: Workspace, then: Then) -> None:
        text = self.tr("A job is running. What would you like to do?")
        box = question_box(self._window, self.tr("A job is running"), text)
        box.setInformativeText(
            self.tr(
                "A background job continues without a window; it is shown again when you open the project. A paused or "
                "cancelled job keeps its finished work and can be resumed."
            )
        )
        choices: tuple[tuple[str, Callable[[], None]], ...] = (
            (self.tr("Keep running in the background"), lambda: self._hand_over(workspace, then)),
            (self.tr("Pause job and close"), lambda: self._pause(workspace, then)),
            (self.tr("Cancel job and close"), lambda: self.cancel_and(workspace, then)),
        )
        for text, act in choices:
            box.addButton(text, QMessageBox.ButtonRole.AcceptRole).clicked.connect(lambda _checked, act=act: act())
        stay = box.addButton(self.tr("Don't close"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.finished.connect(self._on_closed)
        self._box = box
        box.show()

    def _on_closed(self, _result: int) -> None:
        self._box = None

    def _hand_over(self, workspace: Workspace, then: Then) -> None:
        if not workspace.running:  # it ended while the question was open
            then()
            return
        self.waiting.emit(self.tr("Moving the job to the background after the current batch or step…"))
        workspace.hand_over(then)

    def _pause(self, workspace: Workspace, then: Then) -> None:
        if not workspace.running:
            then()
            return
        self._wait(workspace, then, self.tr("Pausing after the current batch or step…"))
        workspace.pause_queue()

    def _wait(self, workspace: Workspace, then: Then, text: str) -> None:
        self.waiting.emit(text)
        if self._then is None:
            workspace.rested.connect(self._on_rested)
        self._then = then

    def _on_rested(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()
