"""Work that must not hold up the window: run on a thread, its result handed back on the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from studio.services.errors import StudioError

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class Background(QObject):
    """Two lanes: reads, of which only the latest of a key is delivered, and writes, done one after the other.

    ``failed`` carries a text for a person wherever the caller gave no callback for failures.
    """

    failed = Signal(str)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="reads")
        self._writes = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writes")
        self._latest: dict[str, int] = {}
        self._open = True
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def read(
        self,
        key: str,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Runs ``work`` on a thread, then ``done`` here, unless a later read of the same key was asked for."""
        number = self._latest.get(key, 0) + 1
        self._latest[key] = number

        def wanted() -> bool:
            return self._latest[key] == number

        if self._open:
            self._reads.submit(self._work, work, done, failed, wanted)

    def write(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Runs ``work`` on the one writing thread, in the order of asking, then ``done`` here."""
        if self._open:
            self._writes.submit(self._work, work, done, failed, lambda: True)

    def close(self) -> None:
        """Waits for what is being written, drops what is being read; nothing is delivered any more."""
        self._open = False
        self._reads.shutdown(wait=True, cancel_futures=True)
        self._writes.shutdown(wait=True)

    def _work(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[str], None] | None,
        wanted: Callable[[], bool],
    ) -> None:
        report = failed if failed is not None else self.failed.emit
        try:
            result = work()
        except StudioError as error:
            text = str(error)
            self._arrived.emit((wanted, lambda: report(text)))
        except Exception as error:
            logger.exception("work in the background failed")
            text = f"{type(error).__name__}: {error}"
            self._arrived.emit((wanted, lambda: report(text)))
        else:
            self._arrived.emit((wanted, lambda: done(result)))

    def _deliver(self, parcel: tuple[Callable[[], bool], Callable[[], None]]) -> None:
        wanted, call = parcel
        if self._open and wanted():
            call()
