"""``python -m bench.review.child PROJECT list|focus READING``: the window process. Prints one JSON object."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bench.grid_child import wait
from studio import app
from studio.gc_policy import collect_when_quiet
from studio.services.review import pair_list
from studio.services.review.types import PairFilter
from studio.views.pairs.pairs_page import PairsPage
from studio.window_settings import AppSettings

SIZE = (1600, 1000)
ROUND = "vk1kk2kvk3uJkk<>kkv4kk"
"""Keys of one round: verdicts, reasons, undo, next unreviewed (J), back and on again."""
PATIENCE = 5.0
KINDS = {"u": "undo", "J": "next unreviewed", "<": "previous", ">": "next", "k": "keep", "v": "veto"}


class Painted(QObject):
    """Counts what is painted: both texts and the picture."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.left: set[QObject] = set()
        self._all = widgets
        for widget in widgets:
            widget.installEventFilter(self)

    def begin(self) -> None:
        """Wait for all of them again."""
        self.left = set(self._all)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that it is being painted."""
        if event.type() == QEvent.Type.Paint:
            self.left.discard(watched)
        return False


class Reviewer:
    """Presses keys and measures until the answer is on the screen; keeps books of what was decided."""

    def __init__(self, page: PairsPage) -> None:
        self.page = page
        self.times: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.books: dict[int, tuple[str, str]] = {row.id: (row.verdict, row.reason) for row in page.model.rows}
        self._past: list[tuple[int, tuple[str, str]]] = []
        view = page.view
        self._painted = Painted(view.chosen.viewport(), view.rejected.viewport(), view.image.canvas.viewport())

    def press(self, key: str, *, timed: bool = True) -> None:
        """Press a key; its time ends when another pair, or the same one changed, is painted."""
        page, row = self.page, self.page.current
        assert row is not None
        self._book(row.id, key)
        self._painted.begin()
        began, busy = time.perf_counter(), time.thread_time()
        if key in "<>":
            code = Qt.Key.Key_Left if key == "<" else Qt.Key.Key_Right
            QTest.keyClick(page.window().focusWidget() or page, code)
        else:
            QTest.keyClicks(page.window().focusWidget() or page, key.lower())
        self._answered(row.id, key, began)
        if timed:
            taken = ((time.perf_counter() - began) * 1000, (time.thread_time() - busy) * 1000)
            self.times[KINDS.get(key, "veto for a reason")].append(taken)

    def _answered(self, before: int, key: str, began: float) -> None:
        page = self.page

        def shown() -> bool:
            now = page.current
            if now is None or now.id == before:  # undo comes back to another pair
                return False
            return page.view.image._path == now.image_path and not self._painted.left

        while not shown():
            QApplication.processEvents()
            if time.perf_counter() - began > PATIENCE:
                raise TimeoutError(f"the key {key!r} was not answered")

    def _book(self, pair_id: int, key: str) -> None:
        state = self.books[pair_id]
        if key == "u":
            undone, before = self._past.pop()
            self.books[undone] = before
        elif key in "kv" or key.isdigit():
            self._past.append((pair_id, state))
            reason = self.page.tools.reasons[int(key) - 1] if key.isdigit() else ""
            self.books[pair_id] = ("keep" if key == "k" else "veto", reason)


def measure(root: Path, mode: str, reading: float) -> dict[str, object]:
    """Review the whole list once.

    Raises:
        SystemExit: what is stored afterwards is not what was decided.
    """
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        settings = AppSettings(QSettings(str(Path(folder) / "s.ini"), QSettings.Format.IniFormat))
        window = app.build_window(settings)
        collect_when_quiet(window)
        window.resize(*SIZE)
        window.show()
        window.open_project(root)
        wait(lambda: window.shell is not None, 60)
        assert window.shell is not None
        window.shell.show_page("pairs")
        page = window.shell.pairs
        wait(lambda: page.current is not None and bool(page.tools.reasons), 60)
        page.take_focus()
        page.show_focus(mode == "focus")
        wait(lambda: page.view.image.canvas.isVisible(), 60)
        reviewer = Reviewer(page)
        presses = 0
        while page.table.currentIndex().row() < page.model.rowCount() - 2:
            _read(reading)
            reviewer.press(ROUND[presses % len(ROUND)])
            presses += 1
        wait(lambda: page.pair_actions.saving == 0, 60)
        project = page.project
        stored = pair_list.rows(project, pair_list.listed(project, PairFilter()).tolist())
        lost = [row.image_name for row in stored if (row.verdict, row.reason) != reviewer.books[row.id]]
        window.close()
        app.end(window)
    if lost:
        raise SystemExit(f"{len(lost)} pairs are stored otherwise than they were decided: {lost[:5]}")
    everything = [each for times in reviewer.times.values() for each in times]
    kinds = {kind: _figures(times) for kind, times in sorted(reviewer.times.items())}
    return {"presses": presses, "kinds": {**kinds, "all": _figures(everything)}}


def _read(seconds: float) -> None:
    end = time.perf_counter() + seconds
    wait(lambda: time.perf_counter() >= end, seconds + 5)


def _figures(taken: list[tuple[float, float]]) -> dict[str, float]:
    """Return the times, and the CPU time of the window's thread in them, which other programs do not lengthen."""
    times, busy = np.array(taken).T
    return {
        "keys": len(times),
        "median_ms": round(float(np.median(times)), 1),
        "p99_ms": round(float(np.percentile(times, 99)), 1),
        "worst_ms": round(float(times.max()), 1),
        "busy_median_ms": round(float(np.median(busy)), 1),
        "busy_p99_ms": round(float(np.percentile(busy, 99)), 1),
        "busy_worst_ms": round(float(busy.max()), 1),
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))))
