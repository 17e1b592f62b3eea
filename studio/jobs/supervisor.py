"""The queue in a thread of its own, for the window. The only module of this room that knows Qt.

The thread runs ``runner.run_queue`` once and ends. Because it blocks on the child it receives no queued slots, so
``cancel_current`` and ``stop`` are plain methods that the window's thread calls directly. What runs on the thread is
``_QueueRun``, which knows no Qt: its news go through a ``WindowQueue``, and the signals are emitted in the window's
thread.
"""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, QThread, Signal

from engine.contract.events import Event, TrainStep
from studio.jobs import queue_daemon
from studio.jobs.queue_watcher import follow
from studio.jobs.runner import JobEnd, reclaim, run_queue
from studio.services.errors import StudioError
from studio.services.loop import queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project
from studio.window_queue import Outbox, WindowQueue

__all__ = ["JobEnd", "Supervisor", "hand_over"]
logger = logging.getLogger(__name__)
_News = tuple[int, Event | None]
"""A job, and what happened to it; None: its state has changed."""


class Supervisor(QThread):
    """Runs the queued jobs of one project, one child at a time, or looks on while a background process does.

    Start it with ``start()`` when something was queued; it ends by itself. Window's thread only, ``run`` apart; the
    signals are emitted there too. They carry nothing but frozen values; a receiver reads rows through services.
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
        self._project = project
        self._queue = WindowQueue[_News | None](self._tell, self)
        self._work = _QueueRun(project, self._queue.outbox)
        self.finished.connect(self._queue.deliver_waiting)  # the first of its receivers: nothing comes after the end

    @property
    def end(self) -> JobEnd | None:
        """How the queue ended last."""
        return self._work.end

    @property
    def following(self) -> bool:
        """Whether a process in the background runs the queue and this thread only looks on."""
        return self.isRunning() and not self._project.holds_lock

    def cancel_current(self) -> None:
        """Stop the running job and the queue; what is done is kept. Returns at once."""
        if self.following:
            queue_daemon.ask_to_cancel(self._project.root)
        elif self.isRunning():
            self._work.cancel.set()

    def pause_current(self) -> None:
        """Stop the running job after its batch or step, with all that is done, and the queue. Returns at once."""
        if self.following:
            queue_daemon.ask_to_pause(self._project.root)
        elif self.isRunning():
            self._work.pause.set()

    def stop(self, timeout_ms: int = 60_000) -> bool:
        """Cancel and wait until the thread has ended, for closing the window. False if it has not ended in time.

        A process in the background is left to its work.
        """
        self._work.leave.set()
        if not self.following:
            self.cancel_current()
        return self.wait(timeout_ms)

    def run(self) -> None:
        """The thread's body; Qt calls it. Touches no Qt object."""
        self._work.run()

    def _tell(self, news: _News | None) -> None:
        if news is None:
            self.queue_finished.emit()
            return
        job_id, event = news
        if event is None:
            self.job_changed.emit(job_id)
            return
        if isinstance(event, TrainStep):
            self.train_step.emit(job_id, event)
        self.job_event.emit(job_id, event)


class _QueueRun:
    """What the supervisor's thread does. Knows no Qt; the three events may be set by any thread."""

    def __init__(self, project: Project, outbox: Outbox[_News | None]) -> None:
        self.end: JobEnd | None = None
        self.cancel = threading.Event()
        self.pause = threading.Event()
        self.leave = threading.Event()
        self._project = project
        self._outbox = outbox

    def run(self) -> None:
        try:
            self.end = self._run() if self._project.holds_lock else self._follow()
        except StudioError as error:
            self.end = JobEnd("failed", None, error.message, error.remedy)
        except Exception as error:  # The thread's last line of defence: the window must learn of it and live on.
            logger.exception("the queue stopped")
            self.end = JobEnd("failed", None, f"{type(error).__name__}: {error}", "This is a defect; see the log.")
        self.cancel.clear()
        self.pause.clear()
        self.leave.clear()
        self._outbox.post(None)

    def _run(self) -> JobEnd:
        return run_queue(self._project, self._on_event, self._on_job, self.cancel, pause=self.pause)

    def _follow(self) -> JobEnd:
        """Look on until the background process has ended; from then on the queue is this process's."""
        end = follow(self._project, self._on_event, self._on_job, self.leave)
        if end is None:
            return JobEnd("done")
        self._project.take_lock()
        reclaim(self._project)
        return end

    def _on_job(self, job: JobRow) -> None:
        self._outbox.post((job.id, None))

    def _on_event(self, job_id: int, event: Event) -> None:
        self._outbox.post((job_id, event))


def hand_over(project: Project, end: JobEnd | None) -> None:
    """After a pause: put the paused job back and start a process that goes on once the project is closed.

    Any thread but the supervisor's; blocks until that process waits for the project's lock. Nothing happens if nothing
    is left to run.

    Args:
        project: the open project, whose queue has come to rest.
        end: how it came to rest (``Supervisor.end``).

    Raises:
        StudioError: the process did not come up, or the job failed before it could be paused.
    """
    if end is not None and end.state == "failed":
        raise StudioError(end.message, end.remedy)
    if end is not None and end.job_id is not None and queue.job(project, end.job_id).state == "paused":
        queue.resume(project, end.job_id)
    if queue.next_queued(project) is not None:
        queue_daemon.start(project.root)
