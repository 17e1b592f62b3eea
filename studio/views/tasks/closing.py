"""Closing a project without blocking the window: pending work ends on a thread. No Qt."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

logger = logging.getLogger(__name__)
_lock = threading.Lock()
_closing: dict[threading.Thread, Path] = {}


class Pending(Protocol):
    """Work on other threads that accepts nothing new."""

    def join(self) -> object:
        """Wait until it has ended."""


def close_later(root: Path, pending: Sequence[Pending], close: Callable[[], object]) -> None:
    """Call ``close`` on a thread once all ``pending`` work has ended. Python does not exit before that.

    Args:
        root: the project's folder; :func:`wait_until_closed` asks by it.
        pending: closed already.
        close: releases the project; uses no Qt object.
    """

    def run() -> None:
        try:
            for work in pending:
                work.join()
            close()
        except Exception:  # the thread's last line of defence; the next opening shows what is wrong
            logger.exception("the project %s could not be closed in good order", root)
        finally:
            with _lock:
                del _closing[threading.current_thread()]

    thread = threading.Thread(target=run, name="closing")
    with _lock:
        _closing[thread] = root
    thread.start()


def wait_until_closed(root: Path | None = None, seconds: float | None = None) -> bool:
    """Wait until the project (None: every one) that is being closed is closed. Not in the window's thread.

    Returns:
        False where that takes longer than ``seconds``.
    """
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        with _lock:
            thread = next((one for one, place in _closing.items() if root is None or place == root), None)
        if thread is None:
            return True
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            return False
        thread.join(left)
