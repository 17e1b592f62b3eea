"""Results of worker threads reach the window's thread through one queue."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEventLoop, QObject, QTimer
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from studio import window_queue
from studio.window_queue import WindowQueue


def on_thread(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_that_items_of_a_thread_are_delivered_in_order_in_the_windows_thread(qtbot: QtBot) -> None:
    came: list[tuple[int, threading.Thread]] = []
    queue = WindowQueue[int](lambda item: came.append((item, threading.current_thread())))
    outbox = queue.outbox

    def work() -> None:
        for number in range(5000):
            assert outbox.post(number)

    on_thread(work)
    assert came == []
    qtbot.waitUntil(lambda: len(came) == 5000, timeout=5000)
    assert [number for number, _ in came] == list(range(5000))
    assert {thread for _, thread in came} == {threading.main_thread()}
    queue.close()


def test_that_a_posted_function_is_called(qtbot: QtBot) -> None:
    called: list[threading.Thread] = []
    queue = WindowQueue[Callable[[], object]]()
    on_thread(lambda: queue.post(lambda: called.append(threading.current_thread())))
    qtbot.waitUntil(lambda: called == [threading.main_thread()], timeout=5000)
    queue.close()


def test_that_many_threads_lose_nothing(qtbot: QtBot) -> None:
    came: list[tuple[int, int]] = []
    queue = WindowQueue[tuple[int, int]](came.append)
    outbox = queue.outbox

    def work(thread: int) -> None:
        for number in range(2000):
            outbox.post((thread, number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(came) == 16_000, timeout=10_000)
    for thread in threads:
        thread.join()
    for number in range(8):
        assert [count for owner, count in came if owner == number] == list(range(2000))
    queue.close()


def test_that_nothing_is_delivered_once_it_is_closed(qtbot: QtBot) -> None:
    came: list[int] = []
    queue = WindowQueue[int](came.append)
    on_thread(lambda: queue.post(1))
    queue.close()
    queue.close()
    on_thread(lambda: came.append(10 if queue.post(2) else 20))
    queue.deliver_waiting()
    qtbot.wait(30)
    assert came == [20]


def test_that_a_queue_closed_by_an_item_drops_those_behind_it(qtbot: QtBot) -> None:
    came: list[int] = []

    def deliver(item: int) -> None:
        came.append(item)
        queue.close()

    queue = WindowQueue[int](deliver)
    for number in range(3):
        queue.post(number)
    qtbot.wait(30)
    assert came == [0]


def test_that_waiting_items_are_delivered_when_asked_for(qtbot: QtBot) -> None:
    came: list[int] = []
    queue = WindowQueue[int](came.append)
    on_thread(lambda: [queue.post(number) for number in range(100)])
    queue.deliver_waiting()
    assert came == list(range(100))
    qtbot.wait(30)
    assert len(came) == 100
    queue.close()


def test_that_an_item_that_raises_does_not_hold_up_those_behind_it(qtbot: QtBot) -> None:
    came: list[int] = []

    def deliver(item: int) -> None:
        if item == 1:
            raise ValueError("one")
        came.append(item)

    queue = WindowQueue[int](deliver)
    with capture_exceptions() as raised:
        for number in range(4):
            queue.post(number)
        qtbot.waitUntil(lambda: came == [0, 2, 3], timeout=5000)
    assert [str(problem[1]) for problem in raised] == ["one"]
    queue.close()


def test_that_an_item_may_run_an_event_loop_in_which_the_next_ones_are_delivered(qtbot: QtBot) -> None:
    came: list[int] = []
    loop = QEventLoop()

    def deliver(item: int) -> None:
        came.append(item)
        if item == 0:
            QTimer.singleShot(5000, loop.quit)
            loop.exec()  # as a dialog does
        if item == 2:
            loop.quit()

    queue = WindowQueue[int](deliver)
    for number in range(4):
        queue.post(number)
    qtbot.waitUntil(lambda: came == [0, 1, 2, 3], timeout=3000)
    queue.close()


def test_that_a_flood_of_items_leaves_turns_to_the_rest_of_the_window(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_queue, "SLICE_S", 0.001)
    came: list[int] = []
    ticks: list[int] = []
    queue = WindowQueue[int](came.append)
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(len(came)))
    timer.start(0)
    for number in range(20_000):
        queue.post(number)
    qtbot.waitUntil(lambda: len(came) == 20_000, timeout=10_000)
    assert len({count for count in ticks if 0 < count < 20_000}) > 2
    queue.close()


class Owner(QObject):
    """As the loaders are."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[int] = []
        self.queue = WindowQueue[int](self.deliver, self)

    def deliver(self, item: int) -> None:
        self.came.append(item)


def test_that_an_owner_goes_at_once_with_its_last_reference(qtbot: QtBot) -> None:
    gc.disable()
    owner = Owner()
    gone, outbox = weakref.ref(owner), owner.queue.outbox
    outbox.post(1)
    came = owner.came
    qtbot.waitUntil(lambda: came == [1], timeout=5000)
    outbox.post(2)
    del owner
    assert gone() is None
    assert not outbox.open and not outbox.post(3)
    qtbot.wait(30)
    assert came == [1]


def test_that_a_destroyed_owner_closes_its_queue(qtbot: QtBot) -> None:
    parent, outbox = QObject(), None
    owner = Owner()
    owner.setParent(parent)
    outbox = owner.queue.outbox
    outbox.post(1)
    parent.deleteLater()
    qtbot.waitUntil(lambda: not outbox.open, timeout=5000)
    qtbot.wait(30)
    assert owner.came == [] and not outbox.post(2)


def test_that_what_waits_in_a_closed_queue_is_released_in_the_windows_thread(qtbot: QtBot) -> None:
    released: list[threading.Thread] = []

    class Result:
        def __del__(self) -> None:
            released.append(threading.current_thread())

    queue = WindowQueue[Result](lambda _item: None)
    on_thread(lambda: queue.post(Result()))
    assert released == []
    queue.close()
    assert released == [threading.main_thread()]
