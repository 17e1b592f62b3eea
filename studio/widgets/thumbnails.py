"""Thumbnails for a grid: read on threads, visible ones first, and cached on disk.

The grid requests thumbnails on every scroll; older requests that have not started are dropped.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from studio.pictures import Picture, read_thumbnail
from studio.services.images.thumbnail_cache import ThumbnailFolder
from studio.widgets.image_loader import to_pixmap
from studio.window_queue import Outbox, WindowQueue
from studio.worker_threads import WorkerThreads

MEMORY = 96 << 20
"""Bytes of pixmaps kept in memory."""
THREADS = max(1, min(2, (os.cpu_count() or 2) - 1))
"""A core stays free for the window: on two cores, two threads made each hundredth frame 6 ms longer."""
Key = tuple[Path, int]
_Read = tuple[Key, Picture | None, str]


class ThumbnailLoader(QObject):
    """Request with :meth:`want`, paint what :meth:`pixmap` returns, repaint on ``arrived``.

    Window's thread only, but for ``readers``.

    Signals:
        arrived(set[Path]): these are there now, or are known to be unreadable.
    """

    arrived = Signal(object)

    def __init__(self, folder: ThumbnailFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache: OrderedDict[Key, QPixmap] = OrderedDict()
        self._bytes = 0
        self._problems: dict[Path, str] = {}
        self._arrived: set[Path] = set()
        self._queue = WindowQueue[_Read](self._take, self)
        self._announcing = QTimer(self)
        self._announcing.setSingleShot(True)
        self._announcing.setInterval(0)
        self._announcing.timeout.connect(self._announce)
        self.readers = Readers(folder, self._queue.outbox)

    def want(self, paths: Sequence[Path], side: int) -> None:
        """These, in this order, and no others any more. ``side``: longest side in pixels of the screen."""
        self.readers.want(
            [(path, side) for path in paths if (path, side) not in self._cache and path not in self._problems]
        )

    def pixmap(self, path: Path, side: int) -> QPixmap | None:
        """Return the thumbnail, if it is there."""
        pixmap = self._cache.get((path, side))
        if pixmap is not None:
            self._cache.move_to_end((path, side))
        return pixmap

    def problem(self, path: Path) -> str:
        """Return why the image could not be read; empty when nothing is known against it."""
        return self._problems.get(path, "")

    @property
    def idle(self) -> bool:
        """Return whether all requested thumbnails have arrived."""
        return not (self.readers.busy() or self._arrived)

    def close(self) -> None:
        """End the threads after the image in hand, which is not waited for; nothing arrives any more."""
        self._queue.close()
        self._announcing.stop()
        self._arrived.clear()
        self.readers.close()

    def _take(self, read: _Read) -> None:
        key, picture, problem = read
        self.readers.taken(key)
        if picture is None:
            self._problems[key[0]] = problem
        else:
            self._keep(key, to_pixmap(picture))
        self._arrived.add(key[0])
        self._announcing.start()

    def _announce(self) -> None:
        """Once for all that one turn of the event loop delivered: a repaint for each would be slow."""
        paths, self._arrived = self._arrived, set()
        self.arrived.emit(paths)

    def _keep(self, key: Key, pixmap: QPixmap) -> None:
        self._cache[key] = pixmap
        self._bytes += _size(pixmap)
        while self._bytes > MEMORY:
            _key, old = self._cache.popitem(last=False)
            self._bytes -= _size(old)


class Readers:
    """The threads and what they share with the window. Knows no Qt; any thread."""

    def __init__(self, folder: ThumbnailFolder, outbox: Outbox[_Read]) -> None:
        self._folder = folder
        self._outbox = outbox
        self._wanted: set[Key] = set()
        self._begun: set[Key] = set()
        self._change = threading.Lock()
        self._threads = WorkerThreads("thumbnails", THREADS, low_priority=True)

    def want(self, keys: Sequence[Key]) -> None:
        """Read these next, in this order, and none of those that were wanted before and are not yet begun."""
        with self._change:
            wanted = [key for key in keys if key not in self._begun] if self._threads.open else []
            self._wanted = set(wanted)
        self._threads.replace_queue([partial(self._read, key) for key in wanted])

    def busy(self) -> bool:
        """Return whether something is wanted that the window does not have yet."""
        return bool(self._wanted or self._begun)

    def taken(self, key: Key) -> None:
        """The window has it."""
        with self._change:
            self._begun.discard(key)

    def close(self) -> None:
        """End the threads after the image in hand, without waiting."""
        self._threads.close()
        with self._change:
            self._wanted.clear()
            self._begun.clear()

    def _read(self, key: Key) -> None:
        with self._change:
            if key not in self._wanted:  # a moment ago other ones were wanted
                return
            self._wanted.remove(key)
            self._begun.add(key)
        self._outbox.post((key, *read_thumbnail(self._folder, *key, wanted=lambda: self._threads.open)))


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
