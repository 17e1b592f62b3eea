"""When Python looks for garbage: in the window's thread only, in short looks. Knows nothing of what the window shows.

Left alone, Python looks whenever enough objects were made, on the thread that made them. A look at everything that was
ever imported takes 60 to 90 ms in which no thread runs Python; and Qt's objects that go on a thread that reads would be
taken apart beside the window's thread, which Qt forbids.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from studio.views.window.main_window import MainWindow

LOOK_MS = 250
"""Between two looks at how much was made."""
YOUNG = 2_000
"""Objects made and not gone by themselves before the youngest are looked through."""
LOOKS = 10
"""Looks at one generation that make one at the next."""
SETTLED_MS = 1500
"""After a project is there, until its first page has its rows."""


def collect_when_quiet(window: MainWindow) -> None:
    """For the rest of the process. GUI thread."""
    gc.disable()
    collector = GarbageCollector(window)
    window.entered.connect(collector.settle)
    window.left.connect(collector.start_anew)


class GarbageCollector(QObject):
    """Looks through what is new since the project came to rest; what was there then is set aside until it is left.

    Set aside once, not after each full look: what is set aside while in use and dropped later, a dialog or a chart
    with its ring of references, would never be found.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looking, self._settling = QTimer(self), QTimer(self)
        self._looking.timeout.connect(self.collect_if_due)
        self._looking.start(LOOK_MS)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(gc.freeze)

    def settle(self) -> None:
        """Sets all aside that is there once the project has come to rest."""
        self._settling.start(SETTLED_MS)

    def start_anew(self) -> None:
        """Looks through everything: the project is closed, and nobody scrolls."""
        self._settling.stop()
        gc.unfreeze()
        gc.collect()

    def collect_if_due(self) -> None:
        """Looks through as much as is due; nothing, most of the time."""
        young, middle, old = gc.get_count()
        if young < YOUNG:
            return
        if old >= LOOKS and middle >= LOOKS:
            gc.collect()
        else:
            gc.collect(1 if middle >= LOOKS else 0)
