"""Counts what is alive: objects of Qt, widgets and threads. For tests that look for leaks."""

from __future__ import annotations

import gc
import threading
from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

WARM_UP = 3
"""Rounds in which caches, styles and modules that are loaded late may come to stay."""


def settle() -> None:
    """Lets everything go that is about to."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
        gc.collect()


def living() -> Counter[str]:
    """How many of each kind are alive now: widgets and all that they own, other objects of Qt, threads."""
    settle()
    found: Counter[str] = Counter()
    seen: set[int] = set()
    widgets: list[QObject] = [*QApplication.topLevelWidgets(), *QApplication.allWidgets()]
    for root in widgets:
        if isValid(root):
            for thing in (root, *root.findChildren(QObject)):
                if id(thing) not in seen:
                    seen.add(id(thing))
                    found[type(thing).__name__] += 1
    kept = [thing for thing in gc.get_objects() if isinstance(thing, QObject) and isValid(thing)]
    for thing in kept:
        if id(thing) not in seen:
            seen.add(id(thing))
            found[type(thing).__name__] += 1
    del kept, widgets
    for thread in threading.enumerate():
        found[f"thread {thread.name.rstrip('0123456789-_')}"] += 1
    return found


def growth(qtbot: QtBot, round_: Callable[[], None], rounds: int) -> Counter[str]:
    """What more is alive after so many rounds than after the first few, if it is one in four rounds or more.

    Less is what happens meanwhile: the check of the images starts once, ten seconds after a project was opened.
    """
    for _ in range(WARM_UP):
        round_()
    gc.collect()
    gc.freeze()  # what is here already is neither looked through nor counted, so that a round costs little
    try:
        before = _at_rest(qtbot)
        for _ in range(rounds - WARM_UP):
            round_()
        after = _at_rest(qtbot)
    finally:
        gc.unfreeze()
    least = (rounds - WARM_UP) // 4
    return Counter({name: more for name, count in after.items() if (more := count - before[name]) >= least})


def _at_rest(qtbot: QtBot) -> Counter[str]:
    """When timers of styles, animations and of the start page are over: for half a second the count has not shrunk."""
    count, still = living(), 0
    for _ in range(60):
        qtbot.wait(50)
        again = living()
        still = still + 1 if sum(again.values()) >= sum(count.values()) else 0
        count = again
        if still == 10:
            break
    return count
