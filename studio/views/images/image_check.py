"""Opens a project's images once, quietly, on a thread of its own while the window is used."""

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
"""The window comes first: whoever opens a project looks at it before the disk is read."""
QUIET_S = 1.5
"""The check stands still while pictures are being fetched for the screen, and this long after."""
logger = logging.getLogger(__name__)


class ImageCheck(QObject):
    """Begins by itself, once. Window's thread only.

    Signals:
        ended(CheckEnd): all images that were to be opened have been.
        failed(str): it could not go on, and why.
    """

    ended = Signal(object)
    failed = Signal(str)

    def __init__(self, project: Project, busy: Callable[[], bool], parent: QObject | None = None) -> None:
        """``busy``: whether the window fetches pictures just now; called on the thread, so it must know no Qt."""
        super().__init__(parent)
        self._tasks = TaskRunner(self)
        self._check = _Check(project, busy)
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.start)
        self._timer.start(START_MS)

    def start(self) -> None:
        """Begins now, unless it has begun."""
        self._timer.stop()
        if self._task is None:
            self._task = self._tasks.run(self._check.run, self.ended.emit, self.failed.emit)

    def close(self) -> None:
        """Ends it after the image in hand; the next time it goes on there. Nothing is delivered any more."""
        self._timer.stop()
        self._tasks.close()

    @property
    def lanes(self) -> Lanes:
        """Its threads, for whoever must wait for them elsewhere than in the window's thread."""
        return self._tasks.lanes


class _Check:
    """What the thread does. Knows no Qt."""

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
