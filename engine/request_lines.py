"""Lines that come while a stage runs, from its standard input."""

from __future__ import annotations

import os
from collections.abc import Iterator

STANDARD_INPUT = 0
_READ_BYTES = 1 << 16


def request_lines(source: int) -> Iterator[str]:
    """Yield the lines of a descriptor until it ends. Blocks; for a thread of its own."""
    rest = b""
    while data := os.read(source, _READ_BYTES):  # not sys.stdin, whose lock would outlive this thread
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")
