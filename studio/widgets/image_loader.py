"""Reads and scales images on worker threads; what is read stays in a small cache of pixmaps on the GUI thread."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from engine.specs import ImageLimits

Key = tuple[Path, int]
CACHE_SIZE = 600
VIEW_SIDE = 4096
"""Longest side, in pixels, to which an image is scaled down for viewing."""


class ImageLoader(QObject):
    """Ask with :meth:`pixmap`; where it answers None, ``loaded`` or ``failed`` follows. GUI thread only.

    Signals:
        loaded(Path, int): the pixmap for this path and side is in the cache now.
        failed(Path, int, str): it cannot be read, and why.
    """

    loaded = Signal(object, int)
    failed = Signal(object, int, str)
    _read = Signal(object, int, QImage, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache: OrderedDict[Key, QPixmap] = OrderedDict()
        self._problems: dict[Key, str] = {}
        self._pending: set[Key] = set()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="images")
        self._read.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def pixmap(self, path: Path, side: int = VIEW_SIDE) -> QPixmap | None:
        """The image with its longest side at most ``side`` pixels; None when it is still to be read or unreadable."""
        key = (path, side)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        if key not in self._pending and key not in self._problems:
            self._pending.add(key)
            self._pool.submit(self._work, path, side)
        return None

    def problem(self, path: Path, side: int = VIEW_SIDE) -> str:
        """Why the image could not be read; empty when nothing is known against it."""
        return self._problems.get((path, side), "")

    def close(self) -> None:
        """Drops what is still waiting to be read."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, path: Path, side: int) -> None:
        image, problem = read_image(path, side)
        self._read.emit(path, side, image, problem)

    def _keep(self, path: Path, side: int, image: QImage, problem: str) -> None:
        key = (path, side)
        self._pending.discard(key)
        if problem:
            self._problems[key] = problem
            self.failed.emit(path, side, problem)
            return
        self._cache[key] = QPixmap.fromImage(image)
        while len(self._cache) > CACHE_SIZE:
            self._cache.popitem(last=False)
        self.loaded.emit(path, side)


def read_image(path: Path, side: int) -> tuple[QImage, str]:
    """The image scaled down (never up) and turned as its EXIF says, or an empty one and the reason. Any thread.

    What Qt has no reader for (HEIC, AVIF, some kinds of TIFF) is read as the stages read it.
    """
    if not path.is_file():  # a pipe would be waited for
        reason = "it is no regular file" if path.exists() else "the file is missing"
        return QImage(), f"This image cannot be shown: {reason}."
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return (image, "") if not image.isNull() else _read_otherwise(path, side)


def _read_otherwise(path: Path, side: int) -> tuple[QImage, str]:
    from engine.images import ImageProblem, load  # Pillow and NumPy, which a window of readable images never needs

    try:
        read = load(path, ImageLimits(side))
    except ImageProblem as problem:
        return QImage(), f"This image cannot be shown: {problem.reason}."
    width, height = read.size
    return QImage(read.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy(), ""
