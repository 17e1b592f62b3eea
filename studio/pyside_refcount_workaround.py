"""A guard against a defect of PySide6 6.12 on Python 3.11: its calls give back references that they never took.

Each call of a Qt function without a result costs None a reference, each ``Signal.emit`` costs True one. After some ten
thousand calls, seconds of a busy window, the process ends with "Fatal Python error: none_dealloc: deallocating None".
From Python 3.12 on these objects are immortal and nothing is to be done; before, this makes them as good as.
"""

from __future__ import annotations

import ctypes
import sys

MANY = 1 << 40
"""References added: more calls than a window makes in its life."""


def make_singletons_last() -> None:
    """Raise the reference counts of None, True and False once; calling it again does nothing."""
    if sys.version_info >= (3, 12):
        return
    for value in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(value))  # CPython: an object begins with its reference count
        if count.value < MANY:
            count.value += MANY
