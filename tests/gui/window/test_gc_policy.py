"""Garbage is looked for where nobody scrolls."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio import gc_policy


class Ring:
    """What only a look finds to be garbage."""

    itself: Ring


class Window(QWidget):
    """What the collector hears of the window."""

    entered = Signal()
    left = Signal()


@pytest.fixture(scope="module", autouse=True)
def modules_are_no_garbage() -> None:
    """Nothing is set aside but what these tests set aside."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The other tests have the collector that they had."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def test_that_an_open_project_is_set_aside_and_a_closed_one_is_not(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gc_policy, "SETTLED_MS", 1)
    window = Window()
    qtbot.addWidget(window)
    gc_policy.collect_when_quiet(window)  # type: ignore[arg-type]
    window.entered.emit()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 1000)
    window.left.emit()
    assert gc.get_freeze_count() == 0


def test_that_a_project_closed_at_once_is_never_set_aside(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc_policy, "SETTLED_MS", 20)
    window = Window()
    qtbot.addWidget(window)
    gc_policy.collect_when_quiet(window)  # type: ignore[arg-type]
    window.entered.emit()
    window.left.emit()
    with qtbot.waitSignal(window.destroyed, timeout=60, raising=False):  # lets the time pass
        pass
    assert gc.get_freeze_count() == 0


def test_that_garbage_of_any_thread_is_taken_apart_in_the_window_s_thread(qtbot: QtBot) -> None:
    window = Window()
    qtbot.addWidget(window)
    gc_policy.collect_when_quiet(window)  # type: ignore[arg-type]
    gone: list[threading.Thread] = []

    def make() -> None:
        for _ in range(2 * gc_policy.YOUNG):
            ring = Ring()
            ring.itself = ring
        weakref.finalize(ring, lambda: gone.append(threading.current_thread()))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    assert gone == []  # Python left alone would have looked on that thread
    qtbot.waitUntil(lambda: bool(gone))
    assert gone == [threading.current_thread()]


def look_fully(collector: gc_policy.GarbageCollector) -> None:
    """As much is made and looked through as makes one look at everything."""
    for _ in range((gc_policy.COLLECTIONS + 1) * (gc_policy.COLLECTIONS + 2)):
        kept = [Ring() for _ in range(gc_policy.YOUNG + 100)]
        collector.collect_if_due()
        del kept


def test_that_what_outlived_a_full_look_is_found_once_it_is_dropped(qtbot: QtBot) -> None:
    gc.disable()
    collector = gc_policy.GarbageCollector()
    gc.freeze()  # as after settling
    before = gc.get_freeze_count()
    ring = Ring()
    ring.itself = ring
    gone = weakref.ref(ring)
    look_fully(collector)
    assert gone() is not None
    assert gc.get_freeze_count() == before
    del ring
    look_fully(collector)
    assert gone() is None


def test_that_what_is_there_when_a_project_is_left_is_looked_through(qtbot: QtBot) -> None:
    gc.disable()
    collector = gc_policy.GarbageCollector()
    ring = Ring()
    ring.itself = ring
    gone = weakref.ref(ring)
    gc.freeze()
    del ring
    look_fully(collector)
    assert gone() is not None
    collector.unfreeze_all()
    assert gone() is None and gc.get_freeze_count() == 0
