"""``python -m bench.grid_child PROJECT SECONDS PAGE``: the window process of ``bench grid``. Prints one JSON object.

``PAGE``: "images" or "score".
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from studio import app
from studio.gc_policy import collect_when_quiet
from studio.views.window.main_window import MainWindow
from studio.window_settings import AppSettings

BEAT_MS = 5
PAGE_QUERIES = 400
THUMBNAILS = 1500
SIZE = (1280, 720)
SETTLE_S = 2.0
"""Time for what a page reads after it was opened."""


class GridHeartbeat(QObject):
    """A timer in the GUI thread that records every gap between two ticks, including the interval."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Start recording."""
        self.gaps.clear()
        self._last = time.perf_counter()
        self._timer.start(BEAT_MS)

    def stop(self) -> None:
        """Stop recording."""
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


def wait(until: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until the condition holds.

    Raises:
        TimeoutError: it does not hold after these seconds.
    """
    loop, timer, end = QEventLoop(), QTimer(), time.perf_counter() + seconds
    timer.timeout.connect(lambda: loop.quit() if until() or time.perf_counter() > end else None)
    timer.start(2)
    loop.exec()
    if not until():
        raise TimeoutError(f"the window was not ready within {seconds:g} s")


@dataclass(frozen=True, slots=True)
class GridSubject:
    """A page with a grid: how its cells are read, and what is filtered. ``filters`` by name, ``plain`` is none."""

    page: Any
    ids: Callable[[], Any]
    cells: Callable[[list[int]], list[Any]]
    filters: dict[str, tuple[Any, Any]]
    plain: tuple[Any, Any]
    ready: Callable[[], bool]


def measure(root: Path, seconds: float, name: str) -> dict[str, object]:
    """Open the project, run page queries and filters, scroll, and create thumbnails."""
    shutil.rmtree(root / "cache" / "thumbnails", ignore_errors=True)
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        settings = AppSettings(QSettings(str(Path(folder) / "s.ini"), QSettings.Format.IniFormat))
        settings.remember_page(root, name)
        window = app.build_window(settings)
        collect_when_quiet(window)
        window.resize(*SIZE)
        window.show()
        application.processEvents()
        try:
            return _measure(window, settings, root, seconds, name)
        finally:
            window.close()
            app.end(window)


def _measure(window: MainWindow, settings: AppSettings, root: Path, seconds: float, name: str) -> dict[str, object]:
    began = time.perf_counter()
    window.open_project(root)
    wait(lambda: window.shell is not None, 60)
    assert window.shell is not None
    page: Any = window.shell.images if name == "images" else window.shell.score
    wait(lambda: page.model.rowCount() > 0 and page.model.row_at(0) is not None, 60)
    usable = time.perf_counter() - began
    wait(page.grid.is_settled, 60)
    pictured = time.perf_counter() - began
    subject = _images(page) if name == "images" else _collection(page)
    wait(subject.ready, 60)
    queries, filters = _queries(subject), _filters(subject)
    scrolled = _scroll(subject, seconds)
    rate = _thumbnails(window, subject)
    again, shown = _open_again(window, settings, root, name)
    figures = {
        "open_s": round(pictured, 3),
        "open_again_s": round(again, 3),
        "show_page_s": round(shown, 3),
        "page_query_ms_p99": round(float(np.percentile(queries, 99)), 2),
        "filter_ms": round(max(filters.values()), 1),
        **scrolled,
        "thumbs_per_s": round(rate, 1),
    }
    details = {
        "open to names and scores, s": round(usable, 3),
        "open to every visible picture, s": round(pictured, 3),
        "page query median, ms": round(float(np.median(queries)), 2),
        "scrolled, s": seconds,
        **{f"{name}, ms": round(value, 1) for name, value in filters.items()},
    }
    return {"figures": figures, "details": details}


def _open_again(window: MainWindow, settings: AppSettings, root: Path, name: str) -> tuple[float, float]:
    """Return the seconds to every visible picture when the project is opened again, and when another page was open.

    Neither loads the program's modules; thumbnails are made anew.
    """
    window.close_project()
    wait(lambda: window.shell is None, 60)
    return _time_page(window, settings, root, name, name), _time_page(window, settings, root, "jobs", name)


def _time_page(window: MainWindow, settings: AppSettings, root: Path, first: str, name: str) -> float:
    shutil.rmtree(root / "cache" / "thumbnails", ignore_errors=True)
    settings.remember_page(root, first)
    began = time.perf_counter()
    window.open_project(root)
    wait(lambda: window.shell is not None, 60)
    assert window.shell is not None
    if first != name:
        settled = time.perf_counter() + SETTLE_S
        wait(lambda: time.perf_counter() > settled, 60)
        began = time.perf_counter()
        window.shell.show_page(name)
    page: Any = window.shell.images if name == "images" else window.shell.score
    wait(lambda: page.model.rowCount() > 0 and page.model.row_at(0) is not None, 60)
    wait(page.grid.is_settled, 60)
    seconds = time.perf_counter() - began
    window.close_project()
    wait(lambda: window.shell is None, 60)
    return seconds


def _images(page: Any) -> GridSubject:
    from studio.services.images import browsing
    from studio.services.images.types import ORDERS, ChangedRatings, ImageFilter, ImageSort, Tag

    plain, index = ImageFilter(), page.index
    filters = {
        **{f"sort by {order}": (plain, ImageSort(order, descending=True)) for order in ORDERS},
        "split": (ImageFilter(splits=("test",)), ImageSort()),
        "bin and range": (ImageFilter(bins=(3, 4), low=4.0, high=5.5), ImageSort("score")),
        "tag": (ImageFilter(tag=Tag("place", "city")), ImageSort("name")),
        "vetoed": (ImageFilter(vetoed=True), ImageSort()),
        "changed": (
            ImageFilter(changed=ChangedRatings(index.versions[0], index.versions[-1], 1.0)),
            ImageSort("error"),
        ),
        "search a name": (ImageFilter(text="0777"), ImageSort()),
        "search two words": (ImageFilter(text="soft hori"), ImageSort()),
        "search what every name has": (ImageFilter(text="photo"), ImageSort()),
        "search a tag": (ImageFilter(text="meadow"), ImageSort()),
    }
    return GridSubject(
        page=page,
        ids=lambda: page.index.ids,
        cells=lambda ids: browsing.cells(page.project, page.index, ids),
        filters=filters,
        plain=(plain, ImageSort()),
        ready=lambda: page.bar.tag.count() > 1,
    )


def _collection(page: Any) -> GridSubject:
    from studio.services.scoring import browsing
    from studio.services.scoring.types import COLLECTION_ORDERS, CollectionFilter, CollectionSort

    plain, by_score = CollectionFilter(), CollectionSort()
    orders = [order for order in COLLECTION_ORDERS if order != "difference"]
    filters = {
        **{f"sort by {order}": (plain, CollectionSort(order, descending=False)) for order in orders},
        "range": (CollectionFilter(low=4.0, high=5.5), by_score),
        "undecided": (CollectionFilter(picks=(0,)), by_score),
        "search a name": (CollectionFilter(text="0777"), by_score),
        "search two words": (CollectionFilter(text="soft hori"), by_score),
        "search what every name has": (CollectionFilter(text="photo"), by_score),
    }
    return GridSubject(
        page=page,
        ids=lambda: page.loaded.columns.ids,
        cells=lambda ids: browsing.cells(page.project, page.loaded.columns, ids),
        filters=filters,
        plain=(plain, by_score),
        ready=lambda: page.loaded.columns is not None,
    )


def _queries(subject: GridSubject) -> list[float]:
    """Return the milliseconds of single page queries all over the project, as the page runs them."""
    from studio.models.paged_table import PAGE

    times, ids = [], subject.ids()
    for place in np.random.default_rng(0).integers(0, len(ids) - PAGE, PAGE_QUERIES):
        wanted = ids[place : place + PAGE].tolist()
        began = time.perf_counter()
        subject.cells(wanted)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _filters(subject: GridSubject) -> dict[str, float]:
    """Return the milliseconds from setting the page's controls to the result in the grid, each the median of three."""
    found = {}
    for name, (shown, sort) in subject.filters.items():
        times = []
        for _ in range(3):
            times.append(_time_one(subject, shown, sort))
            _time_one(subject, *subject.plain)
        found[name] = float(np.median(times))
    return found


def _time_one(subject: GridSubject, wanted: object, sort: object) -> float:
    done: list[float] = []

    def note() -> None:
        done.append(time.perf_counter())

    subject.page.selected.connect(note)
    began = time.perf_counter()
    subject.page.bar.show_filter(wanted, sort)
    wait(lambda: bool(done), 60)
    subject.page.selected.disconnect(note)
    return (done[0] - began) * 1000


def _scroll(subject: GridSubject, seconds: float) -> dict[str, float]:
    """Scroll slowly, fast, very fast and in jumps, for two seconds each in turn, while recording timer gaps."""
    grid = subject.page.grid
    bar, heart, process = grid.verticalScrollBar(), GridHeartbeat(), psutil.Process(os.getpid())
    chance = np.random.default_rng(1)
    before = process.memory_info().rss
    peak, began = before, time.perf_counter()
    bar.setValue(0)

    def step() -> None:
        nonlocal peak
        turn = int((time.perf_counter() - began) / 2) % 4
        if turn == 3:
            bar.setValue(int(chance.integers(0, bar.maximum())))
        else:
            bar.setValue((bar.value() + (40, 400, 4000)[turn]) % bar.maximum())
        peak = max(peak, process.memory_info().rss)

    timer = QTimer()
    timer.timeout.connect(step)
    timer.start(16)
    heart.start()
    wait(lambda: time.perf_counter() - began > seconds, seconds + 60)
    heart.stop()
    timer.stop()
    return {
        "stall_ms_p99": round(float(np.percentile(heart.gaps, 99)), 1),
        "stall_ms_max": round(max(heart.gaps), 1),
        "rss_growth_mb": round((peak - before) / 2**20, 1),
    }


def _thumbnails(window: MainWindow, subject: GridSubject) -> float:
    """Return the thumbnails created and stored per second by the page's own loader while another page is visible.

    The visible grid would replace the request by its own.

    Raises:
        SystemExit: not all of the thumbnails were stored.
    """
    assert window.shell is not None
    page = subject.page
    window.shell.show_page("jobs")
    folder = page.project.root / "cache" / "thumbnails"
    loader = page.workspace.thumbnails
    wait(lambda: loader.idle, 60)
    shutil.rmtree(folder, ignore_errors=True)
    ids = subject.ids()
    middle = len(ids) // 2
    cells = subject.cells(ids[middle : middle + THUMBNAILS].tolist())
    side = page.grid.pixels
    paths = [cell.path for cell in cells if loader.pixmap(cell.path, side) is None]  # others are in memory: scrolled to
    began = time.perf_counter()
    loader.want(paths, side)
    wait(lambda: loader.idle, 300)
    seconds = time.perf_counter() - began
    stored = sum(1 for file in folder.rglob("*") if file.is_file())
    if stored != len(paths) or not paths:
        raise SystemExit(f"{stored} of {len(paths)} thumbnails were stored.")
    return stored / seconds


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3])))
