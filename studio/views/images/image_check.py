"""Opens a project's images once, quietly, on a thread of its own while the window is used."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from studio.jobs.engine_commands import ToolError
from studio.jobs.image_check import CheckEnd, check_images
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.window_queue import Outbox, WindowQueue

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
        self._queue = WindowQueue[CheckEnd | str](self._tell, self)
        self._check = _Check(project, busy, self._queue.outbox)
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.start)
        self._timer.start(START_MS)

    def start(self) -> None:
        """Begins now, unless it has begun."""
        self._timer.stop()
        if self._thread is None and self._queue.outbox.open:
            self._thread = threading.Thread(target=self._check.run, name="image-check")
            self._thread.start()

    def close(self) -> None:
        """Ends it after the image in hand; the next time it goes on there. Nothing is told any more."""
        self._timer.stop()
        self._check.stop.set()
        self._queue.close()
        if self._thread is not None:
            self._thread.join()

    def _tell(self, end: CheckEnd | str) -> None:
        if isinstance(end, str):
            self.failed.emit(end)
        else:
            self.ended.emit(end)


class _Check:
    """What the thread does. Knows no Qt."""

    def __init__(self, project: Project, busy: Callable[[], bool], outbox: Outbox[CheckEnd | str]) -> None:
        self.stop = threading.Event()
        self._project = project
        self._busy = busy
        self._outbox = outbox
        self._last_busy = 0.0

    def run(self) -> None:
        try:
            end: CheckEnd | str = check_images(self._project, self.stop.is_set, resting=self._resting)
        except (StudioError, ToolError, OSError) as error:
            logger.warning("the check of the images ended: %s", error)
            end = str(error)
        if not self.stop.is_set():
            self._outbox.post(end)

    def _resting(self) -> bool:
        now = time.monotonic()
        if self._busy():
            self._last_busy = now
        return now - self._last_busy < QUIET_S
