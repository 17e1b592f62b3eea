"""Threads for work outside the window's thread. No Qt: results reach the window through a queue.

A thread exists only while there is work, so an unused group costs nothing and need not be closed.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable

from engine.contract.operating_system import lower_thread_priority

logger = logging.getLogger(__name__)
Work = Callable[[], object]
_groups: weakref.WeakSet[WorkerThreads] = weakref.WeakSet()


class WorkerThreads:
    """Runs functions in the order of submission, at most ``count`` at a time. Thread-safe."""

    def __init__(self, name: str, count: int = 1, *, must_finish: bool = False, low_priority: bool = False) -> None:
        """
        Args:
            name: prefix of the threads' names.
            count: maximum number of threads.
            low_priority: give way to the window's thread. Two threads may share a core while another is idle.
            must_finish: Python does not exit before the work is done. Other work is abandoned when the process ends.
        """
        self._name = name
        self._count = count
        self._must_finish = must_finish
        self._low_priority = low_priority
        self._lock = threading.Lock()
        self._queue: deque[Work] = deque()
        self._threads: set[threading.Thread] = set()
        self._open = True
        self._started = 0
        _groups.add(self)

    @property
    def open(self) -> bool:
        """Return whether work is still accepted."""
        return self._open

    def submit(self, work: Work) -> bool:
        """Queue a function; returns False, without effect, once the group is closed."""
        with self._lock:
            if not self._open:
                return False
            self._queue.append(work)
            self._start_threads()
            return True

    def replace_queue(self, works: Iterable[Work]) -> None:
        """Replace all queued functions that have not started."""
        with self._lock:
            self._queue.clear()
            if self._open:
                self._queue.extend(works)
                self._start_threads()

    def close(self, *, drop: bool = True) -> None:
        """Accept no more work, without waiting. ``drop``: queued work is dropped too."""
        with self._lock:
            self._open = False
            if drop:
                self._queue.clear()

    def join(self, seconds: float | None = None) -> bool:
        """Wait until nothing is queued or running; returns False on timeout. Never in the window's thread."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            with self._lock:
                thread = next(iter(self._threads), None)
            if thread is None:
                return True
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                return False
            thread.join(left)

    def _start_threads(self) -> None:
        for _ in range(min(self._count - len(self._threads), len(self._queue))):
            self._started += 1
            thread = threading.Thread(
                target=self._run, name=f"{self._name}-{self._started}", daemon=not self._must_finish
            )
            self._threads.add(thread)
            thread.start()

    def _run(self) -> None:
        if self._low_priority:
            lower_thread_priority()
        while True:
            with self._lock:
                if not self._queue:
                    self._threads.discard(threading.current_thread())
                    return
                work = self._queue.popleft()
            try:
                work()
            except Exception:  # a defect of one work item must not end the thread for the others
                logger.exception("work on the thread %s failed", threading.current_thread().name)
            del work


def join_all(seconds: float) -> bool:
    """Wait for the threads of all groups at the end of the program; returns False on timeout."""
    end = time.monotonic() + seconds
    ended = [group.join(max(0.0, end - time.monotonic())) for group in list(_groups)]
    return all(ended)
