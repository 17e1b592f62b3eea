"""The queue in a thread of its own, for the window. The only module of this room that knows Qt.

The thread runs ``runner.run_queue`` once and ends. Because it blocks on the child it receives no queued slots, so
``cancel_current`` and ``stop`` are plain methods that the window's thread calls directly.
"""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, QThread, Signal

from engine.events import Event, TrainStep
from studio.jobs import background
from studio.jobs.following import follow
from studio.jobs.runner import JobEnd, reclaim, run_queue
from studio.services import queue
from studio.services.errors import StudioError
from studio.services.project import Project
from studio.services.rows import JobRow

__all__ = ["JobEnd", "Supervisor"]
logger = logging.getLogger(__name__)


class Supervisor(QThread):
    """Runs the queued jobs of one project, one child at a time, or looks on while a background process does.

    Start it with ``start()`` when something was queued; it ends by itself. The signals arrive in the receiver's thread.
    Emitting copies nothing but frozen values; a receiver reads rows through services of its own.
    """

    job_changed = Signal(int)
    """A job's state has changed."""
    train_step = Signal(int, object)
    """A job's ``TrainStep``."""
    job_event = Signal(int, object)
    """Any event of a job, ``TrainStep`` too. (``event`` is QObject's own method.)"""
    queue_finished = Signal()
    """The queue came to rest; ``end`` says how. To start again, wait for QThread's own ``finished``."""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.end: JobEnd | None = None
        self._project = project
        self._cancel = threading.Event()
        self._pause = threading.Event()
        self._leave = threading.Event()

    @property
    def following(self) -> bool:
        """Whether a process in the background runs the queue and this thread only looks on."""
        return self.isRunning() and not self._project.holds_lock

    def cancel_current(self) -> None:
        """Stop the running job and the queue; what is done is kept. Returns at once; safe from any thread."""
        if self.following:
            background.ask_to_cancel(self._project.root)
        elif self.isRunning():
            self._cancel.set()

    def pause_current(self) -> None:
        """Stop the running job after its batch or step, with all that is done, and the queue. Returns at once."""
        if self.following:
            background.ask_to_pause(self._project.root)
        elif self.isRunning():
            self._pause.set()

    def hand_over(self) -> None:
        """After a pause: put the paused job back and start a process that goes on once the project is closed.

        Any thread but this one; blocks until that process waits for the project's lock. Nothing happens if nothing is
        left to run.

        Raises:
            StudioError: the process did not come up, or the job failed before it could be paused.
        """
        end = self.end
        if end is not None and end.state == "failed":
            raise StudioError(end.message, end.remedy)
        if end is not None and end.job_id is not None and queue.job(self._project, end.job_id).state == "paused":
            queue.resume(self._project, end.job_id)
        if queue.next_queued(self._project) is not None:
            background.start(self._project.root)

    def stop(self, timeout_ms: int = 60_000) -> bool:
        """Cancel and wait until the thread has ended, for closing the window. False if it has not ended in time.

        A process in the background is left to its work.
        """
        self._leave.set()
        if not self.following:
            self.cancel_current()
        return self.wait(timeout_ms)

    def run(self) -> None:
        """The thread's body; Qt calls it."""
        try:
            self.end = self._run() if self._project.holds_lock else self._follow()
        except StudioError as error:
            self.end = JobEnd("failed", None, error.message, error.remedy)
        except Exception as error:  # The thread's last line of defence: the window must learn of it and live on.
            logger.exception("the queue stopped")
            self.end = JobEnd("failed", None, f"{type(error).__name__}: {error}", "This is a defect; see the log.")
        self._cancel.clear()
        self._pause.clear()
        self._leave.clear()
        self.queue_finished.emit()

    def _run(self) -> JobEnd:
        return run_queue(self._project, self._on_event, self._on_job, self._cancel, pause=self._pause)

    def _follow(self) -> JobEnd:
        """Look on until the background process has ended; from then on the queue is this process's."""
        end = follow(self._project, self._on_event, self._on_job, self._leave)
        if end is None:
            return JobEnd("done")
        self._project.take_lock()
        reclaim(self._project)
        return end

    def _on_job(self, job: JobRow) -> None:
        self.job_changed.emit(job.id)

    def _on_event(self, job_id: int, event: Event) -> None:
        if isinstance(event, TrainStep):
            self.train_step.emit(job_id, event)
        self.job_event.emit(job_id, event)
