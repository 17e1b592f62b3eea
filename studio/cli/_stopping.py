"""Ctrl-C on the command line: one place for all commands. Knows no Qt and no torch."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from engine.contract.operating_system import HANGUP, STOP_SIGNALS, handled

_AFTER_BATCH = "\nStopping after the current batch; press Ctrl-C again to stop at once."


@contextmanager
def stopping(cancel: threading.Event, message: str = _AFTER_BATCH) -> Iterator[None]:
    """While inside, Ctrl-C and other requests to stop set ``cancel``; a second one does not wait for it.

    Args:
        cancel: what the work looks at between its parts.
        message: what to print then; empty where the work stops soon.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        if message:
            print(message, file=sys.stderr, flush=True)

    with handled(stop, (*STOP_SIGNALS, *([HANGUP] if HANGUP is not None else []))):
        yield
