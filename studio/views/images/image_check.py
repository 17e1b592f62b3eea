"""Background check that opens each image of a project once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from studio.jobs.engine_commands import ToolError
from studio.jobs.image_check import CheckEnd, check_images
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.views.tasks.task_runner import Lanes, Task, TaskControl, TaskRunner

START_MS = 10_000
"""Delay before the check starts, so that the window gets the disk first."""
QUIET_S = 1.5
"""The check pauses while images are loaded for the screen, and this long after."""
logger = logging.getLogger(__name__)


class ImageCheck(QObject):
    """Starts by itself, once, and again when it is told to. Window's thread only.

    Signals:
        ended(CheckEnd): all images have been checked.
        failed(str): the check has failed, with the reason.
    """

    ended = Signal(object)
    failed = Signal(str)

    def __init__(self, project: Project, busy: Callable[[], bool], parent: QObject | None = None) -> None:
        """``busy``: whether the window is loading images; called on the worker thread, so it must not use Qt."""
        super().__init__(parent)
        self._tasks = TaskRunner(self)
        self._check = _Check(project, busy)
        self._task: Task | None = None
        self._ended = self._repeats = False
        self.ended.connect(lambda _end: self._on_end())
        self.failed.connect(lambda _text: self._on_end())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.start)
        self._timer.start(START_MS)

    def start(self) -> None:
        """Start now, unless it has started."""
        self._timer.stop()
        if self._task is None:
            self._task = self._tasks.run(self._check.run, self.ended.emit, self.failed.emit)

    def again(self) -> None:
        """Open once more what could not be opened; after the check that is under way, if there is one."""
        if self._task is None or self._ended:
            self._task, self._ended = None, False
            self.start()
        else:
            self._repeats = True

    def _on_end(self) -> None:
        self._ended = True
        if self._repeats:
            self._repeats = False
            self.again()

    def close(self) -> None:
        """Stop after the current image; the next check resumes there. No further signals are emitted."""
        self._timer.stop()
        self._tasks.close()

    @property
    def lanes(self) -> Lanes:
        """Return its threads, to be joined off the window's thread."""
        return self._tasks.lanes


class _Check:
    """Work of the thread; uses no Qt."""

    def __init__(self, project: Project, busy: Callable[[], bool]) -> None:
        self._project = project
        self._busy = busy
        self._last_busy = 0.0

    def run(self, control: TaskControl) -> CheckEnd:
        try:
            return check_images(self._project, lambda: control.cancelled, resting=self._resting)
        except (StudioError, ToolError, OSError) as error:
            logger.warning("the check of the images ended: %s", error)
            raise StudioError(str(error)) from error

    def _resting(self) -> bool:
        now = time.monotonic()
        if self._busy():
            self._last_busy = now
        return now - self._last_busy < QUIET_S
