"""The one way to do work off the window's thread: it has an owner, shows progress, can be cancelled.

The callbacks stay in the window's thread; a thread holds the work alone and uses no Qt object.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from engine.contract.faults.system_errors import explained
from studio.services.errors import OperationCancelled, StudioError
from studio.window_queue import Outbox, WindowQueue
from studio.worker_threads import WorkerThreads

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
OnProgress = Callable[[int, int | None], object]
READERS = 2
LONG_TASKS = 8
JOIN_S = 20.0
"""How long a thread that closes a project waits for reads and long tasks, which may be in the middle of a request."""
_numbers = itertools.count(1)
_unfinished: list[_Job] = []
"""Jobs that outlived their runner. What their work holds is released in the window's thread, not on theirs."""


class Lanes:
    """The threads of a runner and of those made from it. Knows no Qt."""

    def __init__(self) -> None:
        self.reads = WorkerThreads("reads", READERS)
        self.writes = WorkerThreads("writes", must_finish=True)
        self.tasks = WorkerThreads("tasks", LONG_TASKS)

    @property
    def open(self) -> bool:
        """Return whether new work is accepted."""
        return self.writes.open

    def close(self) -> None:
        """Accept no more work. Queued writes are still done; other work is cancelled."""
        for lane in (self.reads, self.tasks, self.writes):
            lane.close(drop=False)

    def join(self) -> None:
        """Wait until all is written and, for a limited time, until the rest has ended. Not in the window's thread."""
        self.writes.join()
        self.tasks.join(JOIN_S)
        self.reads.join(JOIN_S)


class TaskControl:
    """What work on a thread may use: whether it should end, and a way to report progress. Uses no Qt."""

    def __init__(self, number: int, outbox: Outbox[_Message], lanes: Lanes) -> None:
        self.latest: tuple[int, int | None] = (0, None)
        self.posted = False
        self._number = number
        self._outbox = outbox
        self._lanes = lanes
        self._stop = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Return whether the work should end as soon as it can."""
        return self._stop.is_set() or not self._lanes.open

    def progress(self, done: int, total: int | None = None) -> None:
        """Report progress; of several calls in a row the window may receive only the last.

        Raises:
            OperationCancelled: the work should end.
        """
        if self.cancelled:
            raise OperationCancelled
        self.latest = (done, total)
        if not self.posted:
            self.posted = True
            self._outbox.post(_Progress(self._number))

    def cancel(self) -> None:
        """Ask the work to end. Any thread."""
        self._stop.set()


@dataclass(slots=True)
class _Job:
    """``work`` is emptied in the window's thread: it may hold the last reference to a Qt object."""

    number: int
    work: Callable[[TaskControl], object] | None
    control: TaskControl
    finished: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class _Callbacks:
    """``key`` is None unless only the latest of several reads counts."""

    done: Callable[[Any], object]
    failed: Callable[[str], object] | None = None
    progress: OnProgress | None = None
    stopped: Callable[[], object] | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class _Progress:
    number: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    """``problem`` is None where all is well; ``stopped``: the work ended because it was asked to."""

    number: int
    value: object = None
    problem: str | None = None
    stopped: bool = False


_Message = _Progress | _Outcome


class Task:
    """A piece of work that was begun with :meth:`TaskRunner.run`. Window's thread only."""

    def __init__(self, runner: TaskRunner, job: _Job) -> None:
        self._runner = runner
        self._job = job

    @property
    def active(self) -> bool:
        """Return whether its outcome is still to be delivered."""
        return self._runner.expects(self._job.number)

    def stop(self) -> None:
        """Ask the work to end; its outcome is delivered: ``stopped``, or ``done`` if it was too late."""
        self._job.control.cancel()

    def cancel(self) -> None:
        """Ask the work to end; nothing of it is delivered afterwards."""
        self._runner.cancel(self._job.number)


class TaskRunner(QObject):
    """Runs work on threads for its owner and calls back in the window's thread. Window's thread only.

    There are reads, of which only the latest of a key is delivered; writes, done one after the other in the order of
    asking; and long tasks, with progress and a way to stop them. Once the runner is closed, or its owner is destroyed,
    no callbacks follow. ``failed`` carries a text for the user if the caller gave no callback for it.
    """

    failed = Signal(str)

    def __init__(self, owner: QObject | None = None, *, lanes: Lanes | None = None) -> None:
        """``lanes``: threads of another runner to share; by default it has its own."""
        super().__init__(owner)
        self.lanes = Lanes() if lanes is None else lanes
        self._shares = lanes is not None
        self._queue = WindowQueue[_Message](self._deliver, self)
        self._latest: dict[str, int] = {}
        self._jobs: dict[int, tuple[_Job, _Callbacks]] = {}
        jobs, own = self._jobs, None if self._shares else self.lanes
        self.destroyed.connect(lambda: _let_go(jobs, own))  # holds no reference to the runner

    @property
    def open(self) -> bool:
        """Return whether new work is accepted."""
        return self.lanes.open and self._queue.outbox.open

    @property
    def busy(self) -> bool:
        """Return whether an outcome is still to be delivered."""
        return bool(self._jobs)

    def for_owner(self, owner: QObject) -> TaskRunner:
        """Return a runner with the same threads and the same order of writes, for an owner that may go earlier."""
        runner = TaskRunner(owner, lanes=self.lanes)
        runner.failed.connect(self.failed)
        return runner

    def read(
        self,
        key: str,
        work: Callable[[], Result],
        done: Callable[[Result], object],
        failed: Callable[[str], object] | None = None,
    ) -> None:
        """Run ``work`` on a thread, then ``done`` here, unless a later read of the same key was asked for."""
        if key in self._latest:
            self.cancel(self._latest.pop(key))
        job = self._submit(self.lanes.reads, lambda _control: work(), _Callbacks(done, failed, key=key))
        if job is not None:
            self._latest[key] = job.number

    def write(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], object],
        failed: Callable[[str], object] | None = None,
    ) -> None:
        """Run ``work`` on the one writing thread, then ``done`` here. Closing does not drop it."""
        self._submit(self.lanes.writes, lambda _control: work(), _Callbacks(done, failed))

    def run(
        self,
        work: Callable[[TaskControl], Result],
        done: Callable[[Result], object],
        failed: Callable[[str], object] | None = None,
        *,
        progress: OnProgress | None = None,
        stopped: Callable[[], object] | None = None,
    ) -> Task | None:
        """Run ``work`` on a thread of its own; None once the runner is closed.

        Args:
            work: gets a ``TaskControl``, and should check it often.
            done: gets the result.
            failed: gets a text for the user.
            progress: gets the progress that the work reports.
            stopped: the work ended because :meth:`Task.stop` asked it to.
        """
        job = self._submit(self.lanes.tasks, work, _Callbacks(done, failed, progress, stopped))
        return None if job is None else Task(self, job)

    def cancel(self, number: int) -> None:
        """Ask a job to end and forgets its callbacks."""
        found = self._jobs.pop(number, None)
        if found is not None:
            _abandon(found[0])

    def expects(self, number: int) -> bool:
        """Return whether the outcome of a job is still to be delivered."""
        return number in self._jobs

    def close(self) -> None:
        """Cancel reads and long tasks and delivers nothing any more, without waiting. Writes are still done."""
        self._queue.close()
        _let_go(self._jobs, None if self._shares else self.lanes)
        self._latest.clear()

    def _submit(self, lane: WorkerThreads, work: Callable[[TaskControl], object], callbacks: _Callbacks) -> _Job | None:
        _release_finished()
        if not self.open:
            return None
        number, outbox = next(_numbers), self._queue.outbox
        job = _Job(number, work, TaskControl(number, outbox, self.lanes))
        self._jobs[number] = (job, callbacks)
        lane.submit(partial(_run, job, outbox, always=lane is self.lanes.writes))
        return job

    def _deliver(self, message: _Message) -> None:
        found = self._jobs.get(message.number)
        if found is None or not self.lanes.open:
            return
        job, callbacks = found
        if isinstance(message, _Progress):
            job.control.posted = False
            if callbacks.progress is not None:
                callbacks.progress(*job.control.latest)
            return
        del self._jobs[job.number]
        job.work = None
        if callbacks.key is not None:
            self._latest.pop(callbacks.key, None)
        if message.stopped:
            if callbacks.stopped is not None:
                callbacks.stopped()
        elif message.problem is None:
            callbacks.done(message.value)
        elif callbacks.failed is not None:
            callbacks.failed(message.problem)
        else:
            self.failed.emit(message.problem)


def _run(job: _Job, outbox: Outbox[_Message], *, always: bool) -> None:
    """Run on a worker thread. ``always``: a write is done even if it was cancelled."""
    outcome = _outcome(job) if always or not job.control.cancelled else _Outcome(job.number, stopped=True)
    job.finished.set()
    outbox.post(outcome)


def _outcome(job: _Job) -> _Outcome:
    work = job.work
    assert work is not None, "the work is released only when its outcome has come"
    try:
        return _Outcome(job.number, work(job.control))
    except OperationCancelled:
        return _Outcome(job.number, stopped=True)
    except StudioError as error:
        return _Outcome(job.number, problem=str(error))
    except Exception as error:
        if (found := explained(error)) is not None:
            return _Outcome(job.number, problem=f"{found.message} {found.remedy}")
        logger.exception("work off the window's thread failed")
        return _Outcome(job.number, problem=f"{type(error).__name__}: {error}")


def _let_go(jobs: dict[int, tuple[_Job, _Callbacks]], own: Lanes | None) -> None:
    """Cancel all jobs of a runner; ``own``: its threads are not shared. Window's thread."""
    waiting = list(jobs.values())
    jobs.clear()
    for job, _callbacks in waiting:
        _abandon(job)
    if own is not None:
        own.close()


def _abandon(job: _Job) -> None:
    job.control.cancel()
    _unfinished.append(job)


def _release_finished() -> None:
    done = [job for job in _unfinished if job.finished.is_set()]
    for job in done:
        _unfinished.remove(job)
        job.work = None
