"""When Python looks for garbage: never while a person scrolls. Knows nothing of what the window shows.

A collection of all generations walks everything that was ever imported: 60 to 90 ms in which no thread runs Python.
What is there after opening a project stays anyway, so it is set aside; what comes later is little and soon walked.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from studio.views.main_window import MainWindow

THRESHOLDS = (20_000, 10, 50)
"""Objects made before the youngest are looked at, and how many looks make one at the next generation."""
SETTLED_MS = 1500
"""After a project is there, until its first page has its rows."""


def collect_when_quiet(window: MainWindow) -> None:
    """For the rest of the process: long collections only where the window changes projects anyway. GUI thread."""
    gc.set_threshold(*THRESHOLDS)
    timer = QTimer(window)
    timer.setSingleShot(True)
    timer.setInterval(SETTLED_MS)
    timer.timeout.connect(gc.freeze)
    window.entered.connect(timer.start)
    window.left.connect(timer.stop)
    window.left.connect(gc.unfreeze)
