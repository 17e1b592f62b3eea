"""Work that must not hold up the window: run on a thread, its result handed back on the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from studio.services.errors import StudioError
from studio.window_queue import Outbox, WindowQueue

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
_Parcel = tuple[int, object, str | None]
"""The number of what was asked for, its result, and a problem."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """``key`` is None for a write."""

    key: str | None
    done: Callable[[Any], object]
    failed: Callable[[str], object] | None


class TaskRunner(QObject):
    """Two lanes: reads, of which only the latest of a key is delivered, and writes, done one after the other.

    ``failed`` carries a text for a person wherever the caller gave no callback for failures. The callbacks stay in the
    window's thread; the threads hold the work alone.
    """

    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="reads")
        self._writes = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writes")
        self._queue = WindowQueue[_Parcel](self._deliver, self)
        self._latest: dict[str, int] = {}
        self._asked: dict[int, _Asked] = {}
        self._count = 0

    def read(
        self,
        key: str,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Runs ``work`` on a thread, then ``done`` here, unless a later read of the same key was asked for."""
        self._latest[key] = self._submit(self._reads, work, _Asked(key, done, failed))

    def write(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Runs ``work`` on the one writing thread, in the order of asking, then ``done`` here."""
        self._submit(self._writes, work, _Asked(None, done, failed))

    def close(self) -> None:
        """Waits for what is being written, drops what is being read; nothing is delivered any more."""
        self._queue.close()
        self._reads.shutdown(wait=True, cancel_futures=True)
        self._writes.shutdown(wait=True)
        self._asked.clear()

    def _submit(self, lane: ThreadPoolExecutor, work: Callable[[], object], asked: _Asked) -> int:
        self._count += 1
        if self._queue.outbox.open:
            self._asked[self._count] = asked
            lane.submit(_work, self._queue.outbox, self._count, work)
        return self._count

    def _deliver(self, parcel: _Parcel) -> None:
        number, result, problem = parcel
        asked = self._asked.pop(number)
        if asked.key is not None and self._latest[asked.key] != number:
            return
        if problem is None:
            asked.done(result)
        elif asked.failed is not None:
            asked.failed(problem)
        else:
            self.failed.emit(problem)


def _work(outbox: Outbox[_Parcel], number: int, work: Callable[[], object]) -> None:
    """On a worker thread: knows no Qt object but what ``work`` holds."""
    try:
        parcel: _Parcel = (number, work(), None)
    except StudioError as error:
        parcel = (number, None, str(error))
    except Exception as error:
        logger.exception("work in the background failed")
        parcel = (number, None, f"{type(error).__name__}: {error}")
    outbox.post(parcel)
