"""A person who reviews pairs by keyboard alone, in a process of its own that can be killed at any moment.

``python -m support.reviewer PROJECT SETTINGS LOG list|focus``: beside the list, or in focus review. After every act
that the window has saved, a line of the log says what the pairs are by then, as this person knows it, who keeps books
of their own.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio import app
from studio.views.pairs.pairs_page import PairsPage
from studio.window_settings import AppSettings

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {"<": Qt.Key.Key_Left, ">": Qt.Key.Key_Right, "\n": Qt.Key.Key_Return}
ROUND = ["v", "k", "2", "n", "k", "e", "v", "u", "1", "u", "r", "k", "k", "1", "v"]
"""One round of acts; "r" is redo here."""
IN_LIST = [*ROUND, "m", "u", "r", ">", "k"]
"""One round beside the list: "m" vetoes three selected pairs for a reason, as one step that is undone and redone."""

Book = dict[str, tuple[str, str, str, str]]


class Person:
    """Presses keys and writes down what they mean."""

    def __init__(self, page: PairsPage, log: Path) -> None:
        self.page = page
        self._log = log.open("a", encoding="utf-8")
        self.busy: list[float] = []
        """CPU seconds of the window's thread for each verdict, until the pair that follows is painted."""
        self.past: list[Book] = [self._seen()]
        self.future: list[Book] = []

    def press(self, key: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key to whatever has the focus."""
        target = self.page.window().focusWidget() or self.page
        if key in KEYS:
            QTest.keyClick(target, KEYS[key], modifiers)
        elif modifiers == Qt.KeyboardModifier.NoModifier:
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key, modifiers)

    def answered(self, key: str) -> None:
        """One key, timed until everything that it changes on the screen is painted."""
        began = time.thread_time()
        self.press(key)
        QApplication.processEvents()
        self.busy.append(time.thread_time() - began)

    def do(self, what: str) -> None:
        """One act, and wait until the window says that it is saved."""
        row = self.page.current
        assert row is not None
        verdict, reason, note, text = self.past[-1][row.image_name]
        match what:
            case ">":
                self.press(">")
            case "m":
                names = [
                    self.page.model.row(self.page.table.currentIndex().row() + ahead).image_name for ahead in (0, 1, 2)
                ]
                for _ in range(2):
                    QTest.keyClick(self.page.table, Qt.Key.Key_Down, SHIFT)
                self.answered("1")
                given = self.page.tools.reasons[0]
                self._book({name: ("veto", given, *self.past[-1][name][2:]) for name in names})
            case "v" | "k":
                self.answered(what)
                self._book({row.image_name: ("veto" if what == "v" else "keep", "", note, text)})
            case "1" | "2":
                self.answered(what)
                self._book({row.image_name: ("veto", self.page.tools.reasons[int(what) - 1], note, text)})
            case "n":
                self.press("n")
                self.press("vku?")
                self.press("\n")
                self._book({row.image_name: (verdict, reason, "vku?", text)})
            case "e":
                self.press("e")
                self.press("Vuk. ")
                self.press("\n", CONTROL)
                self._book({row.image_name: (verdict, reason, note, "Vuk. " + text)})
            case "u":
                self.press("u")
                self.future.append(self.past.pop())
            case "r":
                self.press("u", SHIFT)
                self.past.append(self.future.pop())
        self.settle()

    def bulk(self) -> None:
        """Keeps all that is listed as unreviewed, in one step."""
        names = [row.image_name for row in self.page.model.rows]
        self.press("k", SHIFT)
        self.press("\n")
        self._book({name: ("keep", "", *self.past[-1][name][2:]) for name in names})
        wait_until(lambda: self.page.model.rowCount() == 0)  # none of them is unreviewed any more
        self.settle()

    def filter_next(self, count: int) -> None:
        """Presses F until ``count`` pairs are listed."""
        self.press("f")
        wait_until(lambda: self.page.model.rowCount() == count)

    def settle(self) -> None:
        """Waits until all is saved, then writes the book down, to the disk."""
        wait_until(lambda: self.page.pair_actions.saving == 0)
        book = self.past[-1]
        for _ in range(1000):  # the undo of a step on several pairs is shown when the list has been read again
            if all(state == book[name] for name, state in self._seen().items()):
                break
            QTest.qWait(20)
        shown = self._seen()
        differing = {name: (state, book[name]) for name, state in shown.items() if state != book[name]}
        assert not differing, f"the window shows something else than what was done (seen, expected): {differing}"
        self._log.write(json.dumps(self.past[-1]) + "\n")
        self._log.flush()
        os.fsync(self._log.fileno())

    def _seen(self) -> Book:
        return {row.image_name: (row.verdict, row.reason, row.note, row.chosen_text) for row in self.page.model.rows}

    def _book(self, changes: Book) -> None:
        self.past.append(self.past[-1] | changes)
        self.future.clear()


def wait_until(done: object, seconds: float = 20) -> None:
    """Runs the window until ``done()`` is true."""
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if done() else None)  # type: ignore[operator]
    timer.start(2)
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
    assert done(), "the window did not come so far in time"  # type: ignore[operator]


def main(root: Path, settings: Path, log: Path, mode: str) -> None:
    """Reviews every pair of the project."""
    QApplication([])
    window = app.build_window(AppSettings(QSettings(str(settings), QSettings.Format.IniFormat)))
    window.show()
    window.open_project(root)
    wait_until(lambda: window.shell is not None)
    assert window.shell is not None
    window.shell.show_page("pairs")
    page = window.shell.pairs
    wait_until(lambda: page.current is not None and bool(page.tools.reasons))
    page.table.setFocus()
    page.show_focus(mode == "focus")
    person = Person(page, log)
    total = page.model.rowCount()
    acts, keys = 0, ROUND if mode == "focus" else IN_LIST
    while page.table.currentIndex().row() < total - 20:
        person.do(keys[acts % len(keys)])
        acts += 1
    page.show_focus(False)
    unreviewed = sum(state[0] == "none" for state in person.past[-1].values())
    person.filter_next(unreviewed)
    person.bulk()
    log.with_suffix(".times").write_text(json.dumps(person.busy), "utf-8")
    window.close()
    app.end(window)


if __name__ == "__main__":
    try:
        main(*(Path(argument) for argument in sys.argv[1:4]), sys.argv[4])
    except Exception:
        logging.exception("the review failed")
        os._exit(1)  # threads of the window would hold up an ordinary end
