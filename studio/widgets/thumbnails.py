"""Small pictures for a grid: read on threads, what is on the screen first, kept on the disk for the next time.

Whoever shows them says with every scroll what is wanted now; what was wanted before and is not yet begun is forgotten.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QImageWriter, QPainter, QPixmap

from studio.services.images_cache import ThumbnailFolder
from studio.widgets.image_loader import read_image

STORED_SIDE = 256
"""Longest side, in pixels, of the thumbnails on the disk."""
QUALITY = 82
MEMORY = 96 << 20
"""Bytes of pixmaps kept in memory."""
THREADS = 2
SLICE_S = 0.004
"""Seconds that the GUI thread spends at a time on taking over what was read."""
Key = tuple[Path, int]


class ThumbnailLoader(QObject):
    """Say what is wanted with :meth:`want`, paint what :meth:`pixmap` has, repaint on ``arrived``. GUI thread only.

    Signals:
        arrived(set[Path]): these are there now, or are known to be unreadable.
    """

    arrived = Signal(object)
    _some_ready = Signal()

    def __init__(self, folder: ThumbnailFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._cache: OrderedDict[Key, QPixmap] = OrderedDict()
        self._bytes = 0
        self._problems: dict[Path, str] = {}
        self._wanted: deque[Key] = deque()
        self._begun: set[Key] = set()
        self._ready: deque[tuple[Key, QImage, str]] = deque()
        self._told = False
        self._open = True
        self._change = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._some_ready.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def want(self, paths: Sequence[Path], side: int) -> None:
        """These, in this order, and no others any more. ``side``: longest side in pixels of the screen."""
        missing = [(path, side) for path in paths if (path, side) not in self._cache and path not in self._problems]
        with self._change:
            self._wanted = deque(key for key in missing if key not in self._begun)
            self._change.notify_all()
        if missing and not self._threads:
            self._start()

    def pixmap(self, path: Path, side: int) -> QPixmap | None:
        """The thumbnail, if it is there."""
        pixmap = self._cache.get((path, side))
        if pixmap is not None:
            self._cache.move_to_end((path, side))
        return pixmap

    def problem(self, path: Path) -> str:
        """Why the image could not be read; empty when nothing is known against it."""
        return self._problems.get(path, "")

    @property
    def idle(self) -> bool:
        """Whether everything that is wanted is there."""
        return not (self._wanted or self._begun or self._ready)

    def forget_problems(self) -> None:
        """Try unreadable files again when they are wanted next."""
        self._problems.clear()

    def close(self) -> None:
        """Ends the threads after the image in hand; nothing arrives any more."""
        with self._change:
            self._open = False
            self._wanted.clear()
            self._change.notify_all()
        for thread in self._threads:
            thread.join()

    def _start(self) -> None:
        self._threads = [threading.Thread(target=self._work, name=f"thumbnails-{n}") for n in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while (key := self._next()) is not None:
            image, problem = read_thumbnail(self._folder, *key)
            with self._change:
                self._ready.append((key, image, problem))
                tell = self._open and not self._told
                self._told = self._told or tell
            if tell:
                self._some_ready.emit()

    def _next(self) -> Key | None:
        with self._change:
            while self._open and not self._wanted:
                self._change.wait()
            if not self._open:
                return None
            key = self._wanted.popleft()
            self._begun.add(key)
            return key

    def _take(self) -> None:
        """Takes over what is ready, for a slice of time; the rest in the next turn of the event loop."""
        end = time.perf_counter() + SLICE_S
        paths: set[Path] = set()
        while self._ready and time.perf_counter() < end:
            key, image, problem = self._ready.popleft()
            with self._change:
                self._begun.discard(key)
            if problem:
                self._problems[key[0]] = problem
            else:
                self._keep(key, QPixmap.fromImage(image))
            paths.add(key[0])
        with self._change:
            self._told = bool(self._ready)
        if self._ready:
            self._some_ready.emit()
        if paths and self._open:
            self.arrived.emit(paths)

    def _keep(self, key: Key, pixmap: QPixmap) -> None:
        self._cache[key] = pixmap
        self._bytes += _size(pixmap)
        while self._bytes > MEMORY:
            _key, old = self._cache.popitem(last=False)
            self._bytes -= _size(old)


def read_thumbnail(folder: ThumbnailFolder, path: Path, side: int) -> tuple[QImage, str]:
    """The image with its longest side ``side``, or twice its own if that is less. Any thread.

    It comes from the disk cache or, and is kept there, from the file.

    Returns:
        The image, in a format that the screen takes as it is; or an empty one and the reason.
    """
    stored = max(STORED_SIDE, side)
    try:
        place = folder.place(path, stored)
    except OSError:
        return read_image(path, side)  # which says why there is none
    image = QImageReader(str(place), b"jpg").read()
    if image.isNull():
        image, problem = read_image(path, stored)
        if problem:
            return image, problem
        image = _opaque(image)
        folder.keep(place, lambda part: _write(image, part))
    longest = max(image.width(), image.height())
    if longest != side:  # a small image is shown up to twice as large, so that a grid of them is no grid of dots
        size = QSize(side, side) if longest * 2 > side else image.size() * 2
        image = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return image.convertToFormat(QImage.Format.Format_RGB32), ""


def _write(image: QImage, file: str) -> bool:
    writer = QImageWriter(file, b"jpg")
    writer.setQuality(QUALITY)
    return writer.write(image)


def _opaque(image: QImage) -> QImage:
    """Transparency laid on white, as the models see it."""
    if not image.hasAlphaChannel():
        return image
    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(QColor("white"))
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    return ground


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
