"""Measure the time from process start to the first painted window: real child processes, warm, on the start page."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

CHILD = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from studio import __main__ as command, app
from studio.views.window.main_window import MainWindow

class Probe(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, report)  # after the whole window has been painted
        return False

def report():
    print(time.monotonic(), flush=True)
    QTimer.singleShot(0, windows[0].close)

windows, probes, build = [], [], app.build_window
def build_and_watch(settings):
    window = build(settings)
    probes.append(Probe())
    window.installEventFilter(probes[0])
    windows.append(window)
    return window
app.build_window = build_and_watch
sys.argv = ["score-studio"]
command.main()
"""
"""The real command, with a filter for the window's first paint event. The imports above are those of the command."""


@dataclass(frozen=True, slots=True)
class WindowResult:
    """``first_paint_s``: the median in seconds; ``runs``: all warm starts in order."""

    first_paint_s: float
    runs: list[float]


def run(starts: int) -> WindowResult:
    """Start once to warm the caches, then measure ``starts`` times."""
    with tempfile.TemporaryDirectory(prefix="score-studio-window-") as home:
        times = [_start(home) for _ in range(starts + 1)][1:]
    return WindowResult(round(statistics.median(times), 3), [round(seconds, 3) for seconds in times])


def _start(home: str) -> float:
    environment = {**os.environ, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    began = time.monotonic()  # the same clock in all processes
    command = [sys.executable, "-c", CHILD]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment, timeout=120)
    return float(done.stdout.split()[0]) - began


def markdown(result: WindowResult) -> str:
    """Format the figure with its target."""
    runs = ", ".join(f"{seconds:.2f}" for seconds in result.runs)
    return f"First painted window after {result.first_paint_s:.2f} s (target 1 s; median of {runs})."
