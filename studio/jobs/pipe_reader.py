"""Read a child's pipe with a timeout on every system: a thread reads, and the caller waits for the thread.

No Qt.
"""

from __future__ import annotations

import queue
import threading
from typing import IO

_READ_BYTES = 1 << 16
_CHUNKS = 64
"""Maximum number of buffered blocks; then the child blocks, as on any full pipe."""
_STEP_SECONDS = 0.2


class PipeReader:
    """Owns a pipe, which must be unbuffered, and closes it at its end. Call ``read`` from one thread."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._chunks: queue.Queue[bytes] = queue.Queue(_CHUNKS)
        self._left = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._pump, name="pipe-reader", daemon=True)
        self._thread.start()

    def read(self, timeout: float) -> bytes | None:
        """Return the available bytes; None after ``timeout`` seconds without any, empty at the end of the pipe."""
        if self._ended:
            return b""
        try:
            data = self._chunks.get(timeout=max(0.0, timeout))
        except queue.Empty:
            return None
        self._ended = not data
        return data

    def close(self, timeout: float = 1.0) -> None:
        """Drop unread data. A process that keeps the pipe's other end open blocks the thread, not the caller."""
        self._left.set()
        self._thread.join(timeout)

    def _pump(self) -> None:
        with self._pipe:
            data = b"some"
            while data:
                try:
                    data = self._pipe.read(_READ_BYTES)
                except OSError:  # Windows raises this when the child was killed
                    data = b""
                while not self._left.is_set():
                    try:
                        self._chunks.put(data, timeout=_STEP_SECONDS)
                        break
                    except queue.Full:
                        continue
