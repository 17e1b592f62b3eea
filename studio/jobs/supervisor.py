"""The queue in its own thread, for the window. The only module of this package that uses Qt.

The thread runs ``runner.run_queue`` once and ends. Because it blocks on the child it receives no queued slots, so
``cancel_current`` and ``stop`` are plain methods that the window's thread calls directly. The thread executes
``_QueueRun``, which uses no Qt: its news go through a ``WindowQueue``, and the signals are emitted in the window's
thread.
"""

from __future__ import annotations

import atexit
import logging
import threading

from PySide6.QtCore import QObject, QThread, Signal

from engine.contract.events import Event, TrainStep
from engine.contract.faults.system_errors import explained
from studio.jobs import queue_daemon
from studio.jobs.queue_watcher import follow
from studio.jobs.runner import JobEnd, reclaim, run_queue
from studio.services.errors import StudioError
from studio.services.judging.judge_again import servers_in_queue
from studio.services.judging.keys import handed_over
from studio.services.loop import queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project
from studio.window_queue import Outbox, WindowQueue

__all__ = ["JobEnd", "Supervisor", "hand_over"]
logger = logging.getLogger(__name__)
_News = tuple[int, Event | None]
"""A job and its event; None: its state has changed."""
_ending: set[Supervisor] = set()
"""Closed while their thread was running: a QThread must outlive its thread. Window's thread only."""


class Supervisor(QThread):
    """Runs the queued jobs of one project, one child at a time, or follows a background process that does.

    Start it with ``start()`` after queueing a job; it ends by itself. Except for ``run``, use it in the window's thread
    only, which also emits the signals. They carry only frozen values; a receiver reads rows through services.
    """

    job_changed = Signal(int)
    """A job's state has changed."""
    train_step = Signal(int, object)
    """A job's ``TrainStep``."""
    job_event = Signal(int, object)
    """Any event of a job, including ``TrainStep``. (``event`` is a method of QObject.)"""
    queue_finished = Signal()
    """The queue has stopped; see ``end``. To start again, wait for QThread's own ``finished``."""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._queue = WindowQueue[_News | None](self._emit, self)
        self._work = _QueueRun(project, self._queue.outbox)
        self.finished.connect(self._queue.deliver_waiting)  # connected first: nothing is delivered after the end

    @property
    def end(self) -> JobEnd | None:
        """Return how the queue last ended."""
        return self._work.end

    @property
    def following(self) -> bool:
        """Return whether a background process runs the queue and this thread only follows it."""
        return self.isRunning() and not self._project.holds_lock

    def cancel_current(self) -> None:
        """Stop the running job and the queue; finished work is kept. Does not wait."""
        if self.following:
            queue_daemon.ask_to_cancel(self._project.root)
        elif self.isRunning():
            self._work.cancel.set()

    def pause_current(self) -> None:
        """Stop the running job after its batch or step, without losing work, and the queue. Does not wait."""
        if self.following:
            queue_daemon.ask_to_pause(self._project.root)
        elif self.isRunning():
            self._work.pause.set()

    def close(self) -> QueueEnd:
        """Cancel, and let the thread end by itself. Does not wait; no further signals but ``finished``.

        A background process continues.

        Returns:
            What a worker thread can wait for before it releases the project.
        """
        self._work.leave.set()
        if not self.following:
            self.cancel_current()
        self._queue.close()
        if self.isRunning():
            self.setParent(None)
            _ending.add(self)
            self.finished.connect(self._forget)
        return QueueEnd(self._work.ended)

    def start(self, priority: QThread.Priority = QThread.Priority.InheritPriority) -> None:
        """Run the queue on the thread."""
        self._work.ended.clear()
        super().start(priority)

    def run(self) -> None:
        """Thread body, called by Qt. Touches no Qt object."""
        self._work.run()

    def _forget(self) -> None:
        _ending.discard(self)
        self.deleteLater()

    def _emit(self, news: _News | None) -> None:
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


class QueueEnd:
    """Whether the work of a closed supervisor has ended. No Qt; any thread."""

    def __init__(self, ended: threading.Event) -> None:
        self._ended = ended

    def join(self, seconds: float | None = None) -> bool:
        """Wait until the child has ended and the queue is written; returns False on timeout."""
        return self._ended.wait(seconds)


class _QueueRun:
    """The work of the supervisor's thread. No Qt; any thread may set the three events."""

    def __init__(self, project: Project, outbox: Outbox[_News | None]) -> None:
        self.end: JobEnd | None = None
        self.cancel = threading.Event()
        self.pause = threading.Event()
        self.leave = threading.Event()
        self.ended = threading.Event()
        self.ended.set()
        self._project = project
        self._outbox = outbox

    def run(self) -> None:
        try:
            self.end = self._run() if self._project.holds_lock else self._follow()
        except StudioError as error:
            self.end = JobEnd("failed", None, error.message, error.remedy)
        except Exception as error:  # Last resort of the thread: the window must report it and continue.
            logger.exception("the queue stopped")
            found = explained(error, self._project.root)
            self.end = (
                JobEnd("failed", None, found.message, found.remedy)
                if found is not None
                else JobEnd("failed", None, f"{type(error).__name__}: {error}", "This is a defect; see the log.")
            )
        self.cancel.clear()
        self.pause.clear()
        self.leave.clear()
        self._outbox.post(None)
        self.ended.set()

    def _run(self) -> JobEnd:
        return run_queue(self._project, self._on_event, self._on_job, self.cancel, pause=self.pause)

    def _follow(self) -> JobEnd:
        """Follow the background process until it has ended; from then on this process owns the queue."""
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
    """After a pause: queue the paused job again and start a process that continues once the project is closed.

    Any thread except the supervisor's; blocks until that process waits for the project's lock. Does nothing if no job
    is left to run.

    Args:
        project: the open project, whose queue has stopped.
        end: how it stopped (``Supervisor.end``).

    Raises:
        StudioError: the process did not start, or the job failed before it could be paused.
    """
    if end is not None and end.state == "failed":
        raise StudioError(end.message, end.remedy)
    if end is not None and end.job_id is not None and queue.job(project, end.job_id).state == "paused":
        queue.resume(project, end.job_id)
    if queue.next_queued(project) is not None:
        queue_daemon.start(project.root, secrets=handed_over(servers_in_queue(project)))


@atexit.register
def _wait_for_threads() -> None:
    """At the end of the program, after the threads that close projects: these threads have nothing left to do."""
    for supervisor in _ending:
        supervisor.wait()
