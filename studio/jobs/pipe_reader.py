"""Reading a child's pipe with a timeout, on every system: a thread reads and this process waits for the thread.

Knows no Qt.
"""

from __future__ import annotations

import queue
import threading
from typing import IO

_READ_BYTES = 1 << 16
_CHUNKS = 64
"""How much is kept until it is wanted; then the child waits, as it does for any full pipe."""
_STEP_SECONDS = 0.2


class PipeReader:
    """Owns a pipe, which must be unbuffered, and closes it at its end. ``read`` belongs to one thread."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._chunks: queue.Queue[bytes] = queue.Queue(_CHUNKS)
        self._left = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._pump, name="pipe-reader", daemon=True)
        self._thread.start()

    def read(self, timeout: float) -> bytes | None:
        """What has come; None if nothing did within ``timeout`` seconds, empty once the pipe has ended."""
        if self._ended:
            return b""
        try:
            data = self._chunks.get(timeout=max(0.0, timeout))
        except queue.Empty:
            return None
        self._ended = not data
        return data

    def close(self, timeout: float = 1.0) -> None:
        """Drop what has not been read. Whoever still holds the pipe's other end keeps the thread, not the caller."""
        self._left.set()
        self._thread.join(timeout)

    def _pump(self) -> None:
        with self._pipe:
            data = b"some"
            while data:
                try:
                    data = self._pipe.read(_READ_BYTES)
                except OSError:  # Windows has it so when the child was killed
                    data = b""
                while not self._left.is_set():
                    try:
                        self._chunks.put(data, timeout=_STEP_SECONDS)
                        break
                    except queue.Full:
                        continue
