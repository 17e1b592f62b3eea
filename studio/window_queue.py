"""The only way from a worker thread to the window's thread. QtCore only.

PySide6 holds Python's global lock in calls that wait for Qt's internal locks, and the window's thread waits in the
opposite order; a signal emitted on a worker thread can therefore deadlock the program. A worker here touches no Qt
object: it appends to a Python queue and writes one byte to a socket, which Qt watches in the window's thread.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from types import MethodType
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QSocketNotifier

SLICE_S = 0.008
"""Seconds that one turn of the event loop spends on delivery; the rest follows in the next turn."""
Item = TypeVar("Item")


def call(item: Callable[[], object]) -> None:
    """Deliver an item that is itself a function: call it."""
    item()


class Outbox(Generic[Item]):
    """The end of a ``WindowQueue`` that a worker thread may hold. No Qt; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: deque[Item] = deque()
        self._woken = False
        self._open = True
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)

    def post(self, item: Item) -> bool:
        """Send ``item`` to the window's thread; returns False, without effect, once the queue is closed.

        A rejected item is released on the calling thread, so it should not hold Qt objects. Owners keep their callbacks
        in the window's thread and post plain values (a ticket and a result) if that can happen.
        """
        with self._lock:  # also held while the sockets are closed, so that no byte is written to a reused descriptor
            if not self._open:
                return False
            self._items.append(item)
            self._wake()
            return True

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when an item was posted."""
        return self._reading.fileno()

    def take(self) -> tuple[Item] | None:
        """Return the oldest item, or None. The descriptor stays readable while more items wait. Window's thread."""
        with self._lock:
            if not self._open:
                return None
            with contextlib.suppress(BlockingIOError):
                self._reading.recv(64)
            self._woken = False
            if not self._items:
                return None
            item = self._items.popleft()
            if self._items:
                self._wake()
            return (item,)

    def close(self) -> None:
        """Reject all later items and release the waiting ones on the calling thread, which is the window's."""
        with self._lock:
            if not self._open:
                return
            self._open = False
            waiting, self._items = self._items, deque()
            self._reading.close()
            self._writing.close()
        waiting.clear()

    @property
    def open(self) -> bool:
        """Return whether items are still accepted."""
        return self._open

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            with contextlib.suppress(BlockingIOError):  # full: the window will wake up anyway
                self._writing.send(b"\0")


class WindowQueue(QObject, Generic[Item]):
    """Delivers items posted by any thread in the window's thread, in the order in which they were posted.

    Created, closed and destroyed in the window's thread. Worker threads should hold ``outbox``, not the queue: the last
    reference to a QObject must not be dropped on a worker.
    """

    def __init__(self, deliver: Callable[[Item], object] = call, parent: QObject | None = None) -> None:  # type: ignore[assignment]
        """``deliver`` receives each item; by default items are functions without arguments, which are called.

        A method is referenced weakly. It usually belongs to the queue's owner, and an owner in a reference cycle would
        be destroyed by a garbage collection, possibly on another thread.
        """
        super().__init__(parent)
        self.outbox: Outbox[Item] = Outbox()
        self._deliver: Callable[[], Callable[[Item], object] | None]
        self._deliver = weakref.WeakMethod(deliver) if isinstance(deliver, MethodType) else lambda: deliver
        self._notifier = QSocketNotifier(self.outbox.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        outbox = self.outbox  # referenced by a function, since PySide would not keep a method's owner alive
        self._notifier.destroyed.connect(lambda: outbox.close())  # if the owner is destroyed without closing it

    def post(self, item: Item) -> bool:
        """Send ``item`` to the window's thread; returns False once the queue is closed. Any thread."""
        return self.outbox.post(item)

    def deliver_waiting(self) -> None:
        """Deliver all items posted so far without returning to the event loop. Window's thread."""
        while self._deliver_one():
            pass

    def close(self) -> None:
        """Stop all delivery and drop waiting items. Window's thread; further calls do nothing."""
        if self.outbox.open:
            self._notifier.setEnabled(False)
            self.outbox.close()

    def _on_readable(self) -> None:
        end = time.perf_counter() + SLICE_S
        while self._deliver_one() and time.perf_counter() < end:
            pass

    def _deliver_one(self) -> bool:
        deliver, taken = self._deliver(), self.outbox.take()
        if deliver is None or taken is None:
            return False
        deliver(taken[0])  # if it raises, the socket stays readable for the following items
        return True
