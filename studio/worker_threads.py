"""Threads for work off the window's thread. No Qt: whoever wants results in the window sends them through a queue.

A thread lives while there is work, so an unused group costs nothing and never has to be closed.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)
Work = Callable[[], object]
_groups: weakref.WeakSet[WorkerThreads] = weakref.WeakSet()


class WorkerThreads:
    """Runs functions in the order in which they were submitted, at most ``count`` at a time. Any thread may use it."""

    def __init__(self, name: str, count: int = 1, *, must_finish: bool = False) -> None:
        """
        Args:
            name: begins the names of the threads.
            count: most threads at a time.
            must_finish: Python does not exit before the work is done. Other work ends with the process.
        """
        self._name = name
        self._count = count
        self._must_finish = must_finish
        self._lock = threading.Lock()
        self._queue: deque[Work] = deque()
        self._threads: set[threading.Thread] = set()
        self._open = True
        self._started = 0
        _groups.add(self)

    @property
    def open(self) -> bool:
        """Whether work is still taken."""
        return self._open

    def submit(self, work: Work) -> bool:
        """Queues a function; False, and nothing happens, once the group is closed."""
        with self._lock:
            if not self._open:
                return False
            self._queue.append(work)
            self._start_threads()
            return True

    def replace_queue(self, works: Iterable[Work]) -> None:
        """Queues these functions and drops those that were queued and have not begun."""
        with self._lock:
            self._queue.clear()
            if self._open:
                self._queue.extend(works)
                self._start_threads()

    def close(self, *, drop: bool = True) -> None:
        """Takes no more work, without waiting. ``drop``: work that is queued is dropped, too."""
        with self._lock:
            self._open = False
            if drop:
                self._queue.clear()

    def join(self, seconds: float | None = None) -> bool:
        """Waits until nothing is queued or running; False where that takes longer. Never in the window's thread."""
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
        while True:
            with self._lock:
                if not self._queue:
                    self._threads.discard(threading.current_thread())
                    return
                work = self._queue.popleft()
            try:
                work()
            except Exception:  # a defect of the work must not end the thread that others wait for
                logger.exception("work on the thread %s failed", threading.current_thread().name)
            del work


def join_all(seconds: float) -> bool:
    """Waits for the threads of all groups, at the end of the program. False where some still run."""
    end = time.monotonic() + seconds
    ended = [group.join(max(0.0, end - time.monotonic())) for group in list(_groups)]
    return all(ended)
