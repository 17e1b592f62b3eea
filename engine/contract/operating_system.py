"""Differences between Linux, macOS and Windows for the engine. Standard library only.

The counterpart for the window is ``studio.operating_system``; both use the locks of ``engine.contract.locks``.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_STDOUT, _STDERR = 1, 2
_BELOW_NORMAL = 0x4000
"""Windows' BELOW_NORMAL_PRIORITY_CLASS."""
_THREAD_BELOW_NORMAL = -1
"""Windows' THREAD_PRIORITY_BELOW_NORMAL."""
_NICENESS = 10
_THREAD_NICENESS = 5
"""A quarter of a core beside a program that would take all of it: enough to show an image while a CPU trains."""

if sys.platform == "win32":
    STOP_SIGNALS: tuple[signal.Signals, ...] = (signal.SIGTERM, signal.SIGINT, signal.SIGBREAK)
    """The signals that ask a process to stop: a supervisor's request, Ctrl-C and Ctrl-Break."""
    HANGUP: signal.Signals | None = None
    """The signal that arrives when the terminal is closed."""
else:
    STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
    HANGUP = signal.SIGHUP


def is_side_file(name: str) -> bool:
    """Return whether macOS writes a file or folder of this name beside others, on foreign disks and in archives.

    They have the suffix of the file that they belong to, but none of its contents.
    """
    return name.startswith("._") or name in ("__MACOSX", ".AppleDouble")


@contextmanager
def handled(handler: Callable[[int, FrameType | None], object], numbers: Sequence[signal.Signals]) -> Iterator[None]:
    """Inside the block, these signals call ``handler``; afterwards the previous handlers. Main thread only."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def take_standard_output() -> int:
    """Reserve standard output for one purpose: everything printed from now on goes to standard error.

    This includes output of C libraries and of later child processes.

    Returns:
        A descriptor of the original standard output, which child processes do not inherit.
    """
    sys.stdout.flush()
    taken = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(taken, os.O_BINARY)
    return taken


@contextmanager
def called_often(call: Callable[[], None], seconds: float) -> Iterator[None]:
    """Inside the block, ``call`` runs in the main thread about every ``seconds``, between two Python instructions.

    It may raise, which interrupts the main thread's work. Main thread only.
    """
    if sys.platform == "win32":
        with called_by_thread(call, seconds, signal.SIGBREAK):
            yield
    else:
        with handled(lambda _number, _frame: call(), [signal.SIGALRM]):
            signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
            try:
                yield
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def called_by_thread(call: Callable[[], None], seconds: float, number: signal.Signals) -> Iterator[None]:
    """``called_often`` for a system without timers: a thread simulates a signal, which must be otherwise unused."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(seconds):
            _thread.interrupt_main(number)

    ticking = threading.Thread(target=tick, name="called-often", daemon=True)

    def stop() -> None:
        over.set()
        ticking.join()

    def handle(_number: int, _frame: FrameType | None) -> None:
        if not over.is_set():
            call()

    with handled(handle, [number]), contextlib.ExitStack() as stack:
        ticking.start()
        stack.callback(stop)
        yield


def lower_priority() -> None:
    """Lower this process's scheduling priority from now on."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass(ctypes.c_void_p(kernel.GetCurrentProcess()), _BELOW_NORMAL)
    else:
        os.nice(_NICENESS)


def lower_thread_priority() -> None:
    """Lower the scheduling priority of the calling thread from now on, so that it does not take a core from a window.

    A process that the thread starts has the lower priority too. macOS has no such call for a thread: no effect there.
    """
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority(ctypes.c_void_p(kernel.GetCurrentThread()), _THREAD_BELOW_NORMAL)
    elif sys.platform == "linux":  # there, the priority of a "process" with a thread's number is that of the thread
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _THREAD_NICENESS)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, if the system and the file system support it (Windows does not)."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # some file systems cannot sync a folder; the rename is still valid
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
