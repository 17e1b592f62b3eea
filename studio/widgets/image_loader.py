"""Reads and scales images on worker threads; what is read stays in a small cache of pixmaps on the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.pictures import Picture, read_image
from studio.window_queue import Outbox, WindowQueue
from studio.worker_threads import WorkerThreads

__all__ = ["VIEW_SIDE", "ImageLoader", "read_image", "to_pixmap"]

Key = tuple[Path, int]
MEMORY = 256 * 2**20
"""Bytes of pixmaps that are kept: a few photographs for the view, or thousands of small ones."""
VIEW_SIDE = 4096
"""Longest side, in pixels, to which an image is scaled down for viewing."""
_Read = tuple[Key, Picture | None, str]


class ImageLoader(QObject):
    """Ask with :meth:`pixmap`; where it answers None, ``loaded`` or ``failed`` follows. Window's thread only.

    Signals:
        loaded(Path, int): the pixmap for this path and side is in the cache now.
        failed(Path, int, str): it cannot be read, and why.
    """

    loaded = Signal(object, int)
    failed = Signal(object, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache: OrderedDict[Key, QPixmap] = OrderedDict()
        self._bytes = 0
        self._problems: dict[Key, str] = {}
        self._pending: set[Key] = set()
        self._queue = WindowQueue[_Read](self._keep, self)
        self._threads = WorkerThreads("images", 2, low_priority=True)

    def pixmap(self, path: Path, side: int = VIEW_SIDE) -> QPixmap | None:
        """Return the image scaled to at most ``side`` pixels; None if it is not read yet or unreadable."""
        key = (path, side)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        if key not in self._pending and key not in self._problems and self._queue.outbox.open:
            self._pending.add(key)
            self._threads.submit(partial(_read, self._queue.outbox, key))
        return None

    def problem(self, path: Path, side: int = VIEW_SIDE) -> str:
        """Return why the image could not be read; empty when nothing is known against it."""
        return self._problems.get((path, side), "")

    def close(self) -> None:
        """Drop what is still to be read; nothing arrives any more. An image in hand is not waited for."""
        self._queue.close()
        self._threads.close()

    def _keep(self, read: _Read) -> None:
        key, picture, problem = read
        self._pending.discard(key)
        if picture is None:
            self._problems[key] = problem
            self.failed.emit(*key, problem)
            return
        self._cache[key] = pixmap = to_pixmap(picture)
        self._bytes += _size(pixmap)
        while self._bytes > MEMORY and len(self._cache) > 1:
            _key, old = self._cache.popitem(last=False)
            self._bytes -= _size(old)
        self.loaded.emit(*key)


def to_pixmap(picture: Picture) -> QPixmap:
    """Return the picture for the screen. Window's thread."""
    width, height = picture.width, picture.height
    return QPixmap.fromImage(QImage(picture.pixels, width, height, 4 * width, QImage.Format.Format_RGB32))


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _read(outbox: Outbox[_Read], key: Key) -> None:
    """Run on a worker thread, without Qt objects."""
    if outbox.open:
        outbox.post((key, *read_image(*key)))
