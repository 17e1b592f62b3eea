"""One long piece of work at a time on a thread of its own, with progress and a way to stop it: exports, archives.

Knows no service: it is given the work as a function that tells its progress.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from studio.services.errors import Cancelled, StudioError

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
OnProgress = Callable[[int, int], None]
WAIT_SECONDS = 20.0


class Outgoing(QObject):
    """Signals ``busy_changed(bool)`` and ``progressed(int)`` (thousandths). GUI thread only."""

    busy_changed = Signal(bool)
    progressed = Signal(int)
    _arrived = Signal(object)
    _told = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self.progressed, Qt.ConnectionType.QueuedConnection)

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
        self._thread = threading.Thread(target=self._work, args=(work, done, failed), name="outgoing", daemon=True)
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
        if self._thread is not None:
            self._thread.join(WAIT_SECONDS)

    def _work(
        self, work: Callable[[OnProgress], Result], done: Callable[[Result], None], failed: Callable[[str], None]
    ) -> None:
        def progress(count: int, total: int) -> None:
            if self._stop.is_set():
                raise Cancelled
            self._told.emit(count * 1000 // total if total else 0)

        try:
            result = work(progress)
        except Cancelled:
            text = self.tr("Stopped; nothing was left behind.")
            self._arrived.emit(lambda: failed(text))
        except StudioError as error:
            text = str(error)
            self._arrived.emit(lambda: failed(text))
        except Exception as error:
            logger.exception("work on its way out failed")
            text = f"{type(error).__name__}: {error}"
            self._arrived.emit(lambda: failed(text))
        else:
            self._arrived.emit(lambda: done(result))

    def _deliver(self, call: Callable[[], None]) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.busy_changed.emit(False)
        call()
