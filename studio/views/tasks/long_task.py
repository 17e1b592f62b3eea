"""One long piece of work at a time on a thread of its own, with progress and a way to stop it: exports, archives.

Knows no service: it is given the work as a function that tells its progress.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from studio.services.errors import OperationCancelled, StudioError
from studio.window_queue import Outbox, WindowQueue

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
OnProgress = Callable[[int, int], None]
WAIT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class _Result:
    value: object


_News = int | _Result | str | None
"""Thousandths that are done, the result, a problem, or None: it was stopped."""


class LongTask(QObject):
    """Signals ``busy_changed(bool)`` and ``progressed(int)`` (thousandths). Window's thread only."""

    busy_changed = Signal(bool)
    progressed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = WindowQueue[_News](self._on_news, self)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._done: Callable[[Any], object] | None = None
        self._failed: Callable[[str], object] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is at work."""
        return self._thread is not None

    def start(
        self, work: Callable[[OnProgress], Result], done: Callable[[Result], None], failed: Callable[[str], None]
    ) -> None:
        """Runs ``work`` on a thread, then ``done`` or ``failed`` here; nothing happens while something is at work."""
        if self._thread is not None:
            return
        self._stop.clear()
        self._done, self._failed = done, failed
        self._thread = threading.Thread(
            target=_work, args=(work, self._stop, self._queue.outbox), name="outgoing", daemon=True
        )
        self._thread.start()
        self.progressed.emit(0)
        self.busy_changed.emit(True)

    def stop(self) -> None:
        """Asks the work to stop, which leaves nothing half done; ``failed`` is told."""
        self._stop.set()

    def close(self) -> None:
        """Stops the work and waits for it; nothing is delivered any more.

        A file on its way to the hub cannot be stopped and uses nothing of the project: it is not waited for.
        """
        self._stop.set()
        self._queue.close()
        if self._thread is not None:
            self._thread.join(WAIT_SECONDS)

    def _on_news(self, news: _News) -> None:
        if isinstance(news, int):
            self.progressed.emit(news)
            return
        done, failed = self._done, self._failed
        if self._thread is not None:
            self._thread.join()
        self._thread = self._done = self._failed = None
        self.busy_changed.emit(False)
        if isinstance(news, _Result):
            assert done is not None
            done(news.value)
        elif failed is not None:
            failed(self.tr("Stopped; nothing was left behind.") if news is None else news)


def _work(work: Callable[[OnProgress], object], stop: threading.Event, outbox: Outbox[_News]) -> None:
    """On a worker thread: knows no Qt object but what ``work`` holds."""

    def progress(count: int, total: int) -> None:
        if stop.is_set():
            raise OperationCancelled
        outbox.post(count * 1000 // total if total else 0)

    try:
        outbox.post(_Result(work(progress)))
    except OperationCancelled:
        outbox.post(None)
    except StudioError as error:
        outbox.post(str(error))
    except Exception as error:
        logger.exception("work on its way out failed")
        outbox.post(f"{type(error).__name__}: {error}")
