"""Python's garbage collection: only in the window's thread, in short steps. Independent of what the window shows.

By default Python collects whenever enough objects were allocated, on the thread that allocates them. A full collection
after all imports takes 60 to 90 ms during which no thread runs Python code; and on a worker thread it would destroy Qt
objects outside the window's thread, which Qt forbids.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from studio.views.window.main_window import MainWindow

CHECK_MS = 250
"""Interval between two checks of the allocation counters."""
YOUNG = 2_000
"""Surviving new objects that trigger a collection of the youngest generation."""
COLLECTIONS = 10
"""Collections of one generation that trigger one of the next older generation."""
SETTLED_MS = 1500
"""Time after opening a project until its first page has loaded its rows."""


def collect_when_quiet(window: MainWindow) -> None:
    """Install the policy for the rest of the process. GUI thread."""
    gc.disable()
    collector = GarbageCollector(window)
    window.entered.connect(collector.settle)
    window.left.connect(collector.unfreeze_all)


class GarbageCollector(QObject):
    """Collects objects created since the project settled; older ones are frozen until the project is closed.

    Frozen once, not after each full collection: an object that is frozen while in use and dropped later, such as a
    dialog or a chart with reference cycles, would never be collected.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._check_timer, self._settle_timer = QTimer(self), QTimer(self)
        self._check_timer.timeout.connect(self.collect_if_due)
        self._check_timer.start(CHECK_MS)
        self._settle_timer.setSingleShot(True)
        self._settle_timer.timeout.connect(gc.freeze)

    def settle(self) -> None:
        """Freeze all existing objects after the project has settled."""
        self._settle_timer.start(SETTLED_MS)

    def unfreeze_all(self) -> None:
        """Unfreeze and collect everything after the project was closed, when a pause is not noticed."""
        self._settle_timer.stop()
        gc.unfreeze()
        gc.collect()

    def collect_if_due(self) -> None:
        """Collect the generations that are due; usually none."""
        young, middle, old = gc.get_count()
        if young < YOUNG:
            return
        if old >= COLLECTIONS and middle >= COLLECTIONS:
            gc.collect()
        else:
            gc.collect(1 if middle >= COLLECTIONS else 0)
