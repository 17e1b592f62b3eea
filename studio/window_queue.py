"""The one way from a worker thread to the window's thread. QtCore only.

PySide6 keeps Python's lock in calls that wait for Qt's inner locks, and the window's thread waits the other way round;
a signal emitted on a worker thread can therefore freeze the program for ever. A worker here touches no Qt object: it
appends to a plain Python queue and writes one byte to a socket, which Qt watches in the window's thread.
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
"""Seconds that one turn of the event loop spends on delivering; the rest follows in the next turn."""
Item = TypeVar("Item")


def call(item: Callable[[], object]) -> None:
    """Delivers an item that is itself a function: calls it."""
    item()


class Outbox(Generic[Item]):
    """The end of a ``WindowQueue`` that a worker thread may hold. Knows no Qt; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: deque[Item] = deque()
        self._woken = False
        self._open = True
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)

    def post(self, item: Item) -> bool:
        """Hands ``item`` to the window's thread. False, and nothing happens, once the queue is closed.

        A refused item is released on the calling thread: it should hold no Qt object then. Owners keep their callbacks
        in the window's thread and post plain values (a ticket and a result) wherever that can happen.
        """
        with self._lock:  # also held while the sockets are closed, so that no byte goes to a descriptor used anew
            if not self._open:
                return False
            self._items.append(item)
            self._wake()
            return True

    def fileno(self) -> int:
        """The descriptor that becomes readable when something was posted."""
        return self._reading.fileno()

    def take(self) -> tuple[Item] | None:
        """The oldest item, or None. The descriptor stays readable while more are waiting. Window's thread."""
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
        """Refuses every later item and releases those that wait, on the calling thread: the window's."""
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
        """Whether items are still taken."""
        return self._open

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            with contextlib.suppress(BlockingIOError):  # full: the window is about to be woken anyway
                self._writing.send(b"\0")


class WindowQueue(QObject, Generic[Item]):
    """Items posted by any thread are delivered in the window's thread, in the order in which they were posted.

    Made, closed and destroyed in the window's thread. Worker threads should hold ``outbox``, not the queue: the last
    reference to a QObject must not be dropped on a worker.
    """

    def __init__(self, deliver: Callable[[Item], object] = call, parent: QObject | None = None) -> None:  # type: ignore[assignment]
        """``deliver`` receives each item; by default items are functions without arguments, which are called.

        A method is held weakly. It usually is one of the owner's, and an owner in a ring of references would go only
        when Python looks for garbage, which may be on another thread.
        """
        super().__init__(parent)
        self.outbox: Outbox[Item] = Outbox()
        self._deliver: Callable[[], Callable[[Item], object] | None]
        self._deliver = weakref.WeakMethod(deliver) if isinstance(deliver, MethodType) else lambda: deliver
        self._notifier = QSocketNotifier(self.outbox.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        outbox = self.outbox  # a function keeps it, where PySide would not keep the owner of a method
        self._notifier.destroyed.connect(lambda: outbox.close())  # when the owner goes without having closed it

    def post(self, item: Item) -> bool:
        """Hands ``item`` to the window's thread; False once the queue is closed. Any thread."""
        return self.outbox.post(item)

    def deliver_waiting(self) -> None:
        """Delivers at once everything that was posted until now. Window's thread."""
        while self._deliver_one():
            pass

    def close(self) -> None:
        """From now on nothing is delivered; what waits is dropped. Window's thread; calling it again does nothing."""
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
        deliver(taken[0])  # if it raises, the socket is still readable for those that follow
        return True
