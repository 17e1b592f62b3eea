"""Measure the window's responsiveness during a job, with a 5 ms timer in the GUI thread of the real window.

Its child process predicts, generates and trains on the demo model. The Jobs page with its live charts is visible.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from engine.contract.events import Started
from studio.app import build_window, end
from studio.gc_policy import collect_when_quiet
from studio.jobs.demos.demo_project import make_demo_project
from studio.views.window.main_window import MainWindow
from studio.widgets.theme import follow_system
from studio.window_settings import AppSettings

BEAT_MS = 5
ITERATIONS = 50
"""More than ten minutes of work, so that the queue does not run empty."""
PATIENCE_S = 120.0
"""Timeout for opening the project and starting its child process."""


class Heartbeat(QObject):
    """A 5 ms timer that records the time between ticks in milliseconds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gaps = array("d")
        self._last = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Start the timer."""
        self._last = time.perf_counter_ns()
        self._timer.start()

    def stop(self) -> None:
        """Stop the timer."""
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter_ns()
        self.gaps.append((now - self._last) / 1e6)
        self._last = now


def heartbeat(minutes: float) -> dict[str, float]:
    """Return the 99th percentile and maximum of the times between ticks; prints the stages that ran to stderr.

    Raises:
        SystemExit: the project did not open, or its queue did not start or last.
    """
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "demo"
        make_demo_project(root, seed=0, on_line=lambda _line: None)
        settings = AppSettings(QSettings(str(Path(folder) / "bench.ini"), QSettings.Format.IniFormat))
        follow_system(application, lambda: settings.appearance)
        window = build_window(settings)
        collect_when_quiet(window)
        window.resize(1280, 720)
        window.show()
        try:
            return _measure(window, root, minutes)
        finally:
            done: list[bool] = []
            window.leave_at_once(lambda: done.append(True))
            _until(lambda: bool(done), 60)
            window.close()
            end(window)


def _measure(window: MainWindow, root: Path, minutes: float) -> dict[str, float]:
    stages: list[str] = []
    window.open_project(root, start_loop=True, iterations=ITERATIONS)
    _until(lambda: window.workspace is not None, PATIENCE_S)
    workspace = window.workspace
    if workspace is None:
        raise SystemExit(f"the project did not open: {window.start.message.label.text()}")

    def record(_job: int, event: object) -> None:
        if isinstance(event, Started):
            stages.append(event.stage)

    workspace.job_event.connect(record)
    _until(lambda: bool(stages), PATIENCE_S)
    if not stages:
        raise SystemExit("no job started")
    heart = Heartbeat()
    heart.start()
    _until(lambda: not workspace.running, minutes * 60)
    heart.stop()
    if not workspace.running:
        raise SystemExit("the queue ran empty before the time was over")
    print(f"{len(heart.gaps)} ticks while these stages ran: {', '.join(stages)}", file=sys.stderr)
    ordered = sorted(heart.gaps)
    p99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return {"minutes": minutes, "p99_ms": round(p99, 2), "max_ms": round(ordered[-1], 2)}


def _until(ready: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until ``ready()``, for at most these seconds."""
    loop = QEventLoop()
    end = QTimer()
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    poll = QTimer()
    poll.timeout.connect(lambda: loop.quit() if ready() else None)
    end.start(int(seconds * 1000))
    poll.start(100)
    if not ready():
        loop.exec()
