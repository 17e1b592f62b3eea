"""``stress_child.py FOLDER SECONDS BEAT_SECONDS [HOW]``: does the window's thread keep beating under load?

Its own process, because a frozen window can only be ended from outside. All that the program does with threads goes on
at once, while charts with their menus are made and taken apart: thumbnails and pictures are read, news come from
threads and from a thread of Qt, work is done in the background and on its way out.

HOW, to see that the run finds what it is for: ``stuck`` lets the window's thread wait for ever; ``qt`` reads pictures
with Qt on threads, which froze the program within seconds.

Exit code 0: it lived, and one line of JSON says what was done. 1: no beat for BEAT_SECONDS; all stacks are on stderr.
"""

from __future__ import annotations

import faulthandler
import itertools
import json
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyqtgraph
from PIL import Image
from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtGui import QImageReader
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from studio.pyside_refcount_workaround import make_singletons_last
from studio.services.images.thumbnail_cache import ThumbnailFolder
from studio.views.tasks.long_task import LongTask, OnProgress
from studio.views.tasks.task_runner import TaskRunner
from studio.widgets.charts import Chart, TrainingChart
from studio.widgets.image_loader import ImageLoader
from studio.widgets.result_charts import MetricChart, ScatterChart
from studio.widgets.thumbnails import ThumbnailLoader
from studio.window_queue import Outbox, WindowQueue

PICTURES = 120


class Talker(QThread):
    """A thread of Qt that posts news, as the supervisor does."""

    def __init__(self, outbox: Outbox[int]) -> None:
        super().__init__()
        self._outbox = outbox

    def run(self) -> None:
        """Post until the queue is closed."""
        for number in itertools.count():
            if not self._outbox.post(number):
                return
            time.sleep(0.002)


class Load(QObject):
    """Keeps everything at work and counts."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.counts = dict.fromkeys(("charts", "thumbnails", "pictures", "news", "reads", "exports"), 0)
        self._folder = folder
        self._files = _draw(folder / "pictures")
        self._round = 0
        self._window = QWidget()
        self._window.resize(640, 480)
        self._window.show()
        self.background, self.outgoing = TaskRunner(self), LongTask(self)
        self.queue = WindowQueue[int](self._on_news, self)
        self.talker = Talker(self.queue.outbox)
        self.talker.finished.connect(lambda: None)
        self.thumbnails = self._fresh_thumbnails()
        self.images = ImageLoader(self)
        self.images.loaded.connect(lambda *_: self._add("pictures"))
        self._timers = [self._every(0, self._make_chart), self._every(20, self._want), self._every(5, self._work)]
        self.talker.start()

    def close(self) -> None:
        """Ends all threads."""
        for timer in self._timers:
            timer.stop()
        self.queue.close()
        self.talker.wait()
        self._window.close()
        for part in (self.thumbnails, self.images, self.outgoing, self.background):
            part.close()

    def _every(self, milliseconds: int, act: object) -> QTimer:
        timer = QTimer(self)
        timer.timeout.connect(act)
        timer.start(milliseconds)
        return timer

    def _add(self, name: str, number: int = 1) -> None:
        self.counts[name] += number

    def _on_news(self, _number: int) -> None:
        self._add("news")

    def _fresh_thumbnails(self) -> ThumbnailLoader:
        loader = ThumbnailLoader(ThumbnailFolder(self._folder / f"project-{self._round}"), self)
        loader.arrived.connect(lambda paths: self._add("thumbnails", len(paths)))
        loader.want(self._files, 160)
        return loader

    def _want(self) -> None:
        """Once everything is read, from the beginning, with loaders of which nothing is known yet."""
        if not self.thumbnails.idle:
            return
        self.thumbnails.close()
        self.thumbnails.deleteLater()
        self.images.close()
        self.images.deleteLater()
        shutil.rmtree(self._folder / f"project-{self._round}", ignore_errors=True)
        self._round += 1
        self.thumbnails = self._fresh_thumbnails()
        self.images = ImageLoader(self)
        self.images.loaded.connect(lambda *_: self._add("pictures"))
        for file in self._files[:20]:
            self.images.pixmap(file)

    def _work(self) -> None:
        self.background.read("sum", lambda: sum(range(2000)), lambda _sum: self._add("reads"))
        if not self.outgoing.busy:
            self.outgoing.start(_export, lambda _done: self._add("exports"), print)

    def _make_chart(self) -> None:
        """A chart comes and goes, and a menu of a plot: in its destructor the window's thread waited."""
        number = self.counts["charts"]
        plot = pyqtgraph.PlotWidget(self._window)
        plot.setMenuEnabled(False)
        plot.setMenuEnabled(True)
        plot.setMenuEnabled(False)
        plot.close()
        plot.deleteLater()
        self._add("charts")
        if number % 4:
            return
        chart: Chart
        if number % 12 == 0:
            chart = TrainingChart("Loss", "Loss", "mark_score")
        elif number % 12 == 4:
            chart = MetricChart("SRCC", "Iteration", "SRCC")
        else:
            chart = ScatterChart("v", "True", "Predicted")
        chart.setParent(self._window)
        chart.show()
        label = QLabel("text", chart)
        label.objectNameChanged.connect(lambda _name: None)
        label.setObjectName(str(number))
        chart.close()
        chart.deleteLater()


def _export(progress: OnProgress) -> int:
    for number in range(50):
        progress(number, 50)
    return 50


def _draw(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(PICTURES):
        chance = np.random.default_rng(number)
        picture = Image.fromarray(chance.integers(0, 255, (12, 16, 3), dtype=np.uint8)).resize((640, 480))
        files.append(folder / f"{number:03}.{('jpg', 'png', 'webp')[number % 3]}")
        picture.save(files[-1])
    return files


def _read_with_qt(files: list[Path]) -> None:
    for file in itertools.cycle(files):
        reader = QImageReader(str(file))
        reader.setDecideFormatFromContent(True)  # asks the reader of SVG, whose text stream connects a signal
        reader.size()


def _beats(seconds: float) -> Iterator[float]:
    """The gaps between the beats of the window's thread until the time is over."""
    last, end = time.monotonic(), time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        yield now - last
        last = now


def main(folder: Path, seconds: float, beat: float, how: str) -> int:
    """Run, and print what was done."""
    make_singletons_last()
    application = QApplication(sys.argv[:1])
    load, longest = Load(folder), 0.0
    if how == "qt":
        for _ in range(2):
            threading.Thread(target=_read_with_qt, args=(load._files,), daemon=True).start()
    for gap in _beats(seconds):
        faulthandler.dump_traceback_later(beat, exit=True)  # a thread of C: it needs no lock of Python's
        longest = max(longest, gap)
        application.processEvents()
        if how == "stuck" and min(load.counts.values()) > 0:  # all threads have begun
            threading.Event().wait()
    faulthandler.cancel_dump_traceback_later()
    load.close()
    print(json.dumps({"longest_gap_s": round(longest, 3), **load.counts}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), *(sys.argv[4:] or [""])))
