"""Ctrl-C on the command line, for all commands. No Qt, no torch."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from engine.contract.operating_system import HANGUP, STOP_SIGNALS, handled

_AFTER_BATCH = "\nStopping after the current batch; press Ctrl-C again to stop immediately."


@contextmanager
def stopping(cancel: threading.Event, message: str = _AFTER_BATCH) -> Iterator[None]:
    """Inside the block, Ctrl-C and other requests to stop set ``cancel``; a second one stops immediately.

    Args:
        cancel: checked by the work between its parts.
        message: printed on the first request; empty if the work stops soon.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        if message:
            print(message, file=sys.stderr, flush=True)

    with handled(stop, (*STOP_SIGNALS, *([HANGUP] if HANGUP is not None else []))):
        yield
