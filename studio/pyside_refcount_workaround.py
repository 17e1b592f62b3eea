"""Workaround for a defect of PySide6 6.12 on Python 3.11: its calls release references that they do not own.

Each call of a Qt function without a result releases a reference to None, each ``Signal.emit`` one to True. After some
ten thousand calls, seconds in a busy window, the process ends with "Fatal Python error: none_dealloc: deallocating
None". Since Python 3.12 these objects are immortal; before, this module makes them practically immortal.
"""

from __future__ import annotations

import ctypes
import sys

MANY = 1 << 40
"""References added: more than a window's calls ever release."""


def make_singletons_last() -> None:
    """Raise the reference counts of None, True and False once; further calls do nothing."""
    if sys.version_info >= (3, 12):
        return
    for value in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(value))  # CPython: an object begins with its reference count
        if count.value < MANY:
            count.value += MANY
