"""Work off the window's thread: what is delivered, what closing waits for, and where things are released."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from studio.services.errors import OperationCancelled, StudioError
from studio.views.tasks.closing import close_later, wait_until_closed
from studio.views.tasks.long_task import LongTask
from studio.views.tasks.task_runner import TaskControl, TaskRunner
from studio.worker_threads import WorkerThreads, join_all

LONGEST_MS = 100.0
"""The window's thread never waits longer when something is closed."""
DEAF_S = 3.0


@pytest.fixture(autouse=True)
def nothing_goes_on(qtbot: QtBot) -> object:
    yield
    assert join_all(10)


class Deaf:
    """Work that does not look whether it should end."""

    def __init__(self) -> None:
        self.began, self.ended = threading.Event(), threading.Event()

    def __call__(self, *_ignored: object) -> str:
        self.began.set()
        time.sleep(DEAF_S)
        self.ended.set()
        return "too late"


def milliseconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begin)


def test_that_results_and_problems_come_back_in_the_windows_thread(qtbot: QtBot) -> None:
    runner, came = TaskRunner(), list[object]()
    runner.failed.connect(came.append)

    def refuse() -> None:
        raise StudioError("No.", "Try again.")

    def work() -> threading.Thread:
        return threading.current_thread()

    def done(where: threading.Thread) -> None:
        came.append(where is not threading.main_thread() and threading.current_thread() is threading.main_thread())

    runner.read("a", work, done)
    runner.write(refuse, came.append)
    runner.write(refuse, came.append, lambda text: came.append(f"own {text}"))
    qtbot.waitUntil(lambda: len(came) == 3)
    assert sorted(map(str, came)) == ["No. Try again.", "True", "own No. Try again."]
    runner.close()


def test_that_only_the_latest_read_of_a_key_is_delivered_and_older_ones_are_not_begun(qtbot: QtBot) -> None:
    runner, came, begun, gate = TaskRunner(), list[int](), list[int](), threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        gate.wait(5)
        return number

    for number in range(20):
        runner.read("rows", lambda number=number: work(number), came.append)  # type: ignore[misc]
    runner.read("others", lambda: -1, came.append)
    qtbot.wait(50)
    gate.set()
    qtbot.waitUntil(lambda: 19 in came and -1 in came)
    qtbot.wait(50)
    assert sorted(came) == [-1, 19]
    assert len(begun) <= 4, "those that nobody waits for are skipped"
    runner.close()


def test_that_writes_are_done_in_the_order_of_asking_across_owners(qtbot: QtBot) -> None:
    runner, done = TaskRunner(), list[int]()
    panel = QObject()
    other = runner.for_owner(panel)
    for number in range(30):
        (runner if number % 2 else other).write(lambda number=number: done.append(number), lambda _none: None)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(done) == 30)
    assert done == list(range(30))
    runner.close()


def test_that_a_long_task_shows_progress_without_a_flood_and_can_be_stopped(qtbot: QtBot) -> None:
    runner, seen, ends = TaskRunner(), list[tuple[int, int | None]](), list[str]()

    def work(control: TaskControl) -> str:
        count = 0
        while True:
            count += 1
            control.progress(count, None)

    task = runner.run(
        work, ends.append, ends.append, progress=lambda *news: seen.append(news), stopped=lambda: ends.append("stopped")
    )
    assert task is not None
    qtbot.waitUntil(lambda: len(seen) > 3)
    task.stop()
    qtbot.waitUntil(lambda: ends == ["stopped"])
    assert not task.active
    assert seen == sorted(seen) and len(seen) < seen[-1][0]
    runner.close()


def test_that_a_cancelled_task_delivers_nothing_though_it_comes_to_its_end(qtbot: QtBot) -> None:
    runner, came, gate, ended = TaskRunner(), list[object](), threading.Event(), threading.Event()
    began = threading.Event()

    def work(_control: TaskControl) -> int:
        began.set()
        gate.wait(5)
        ended.set()
        return 1

    task = runner.run(work, came.append, came.append, stopped=lambda: came.append("stopped"))
    assert task is not None and began.wait(5)
    before = task.active
    task.cancel()
    gate.set()
    assert ended.wait(5) and (before, task.active) == (True, False)
    qtbot.wait(50)
    assert came == []
    runner.close()


@pytest.mark.parametrize("kind", ["read", "run"])
def test_that_closing_does_not_wait_for_work_that_ignores_it_and_delivers_nothing(qtbot: QtBot, kind: str) -> None:
    runner, deaf, came = TaskRunner(), Deaf(), list[object]()
    runner.failed.connect(came.append)
    if kind == "read":
        runner.read("deaf", deaf, came.append)
    else:
        runner.run(deaf, came.append)
    assert deaf.began.wait(5)
    assert milliseconds(runner.close) < LONGEST_MS
    runner.read("later", lambda: "later", came.append)
    runner.write(lambda: "later", came.append)
    assert runner.run(lambda _control: "later", came.append) is None
    assert deaf.ended.wait(10)
    qtbot.wait(50)
    assert came == []


def test_that_a_long_task_that_is_closed_delivers_nothing_that_was_on_its_way(qtbot: QtBot) -> None:
    """The result is in the queue already when the window closes."""
    task, came, ended = LongTask(), list[object](), threading.Event()

    def work(progress: Callable[[int, int], None]) -> str:
        progress(1, 1)
        ended.set()
        return "done"

    task.start(work, came.append, came.append)
    task.progressed.connect(came.append)
    task.busy_changed.connect(came.append)
    assert ended.wait(5)
    time.sleep(0.05)  # the thread has posted; this thread has delivered nothing yet
    task.close()
    qtbot.wait(50)
    assert came == []


def test_that_a_long_task_that_ignores_it_holds_nothing_up(qtbot: QtBot) -> None:
    task, deaf, came = LongTask(), Deaf(), list[object]()
    task.start(deaf, came.append, came.append)
    assert deaf.began.wait(5)
    assert milliseconds(task.close) < LONGEST_MS
    assert deaf.ended.wait(10)
    qtbot.wait(50)
    assert came == []


def test_that_what_was_asked_to_be_written_is_written_after_closing(qtbot: QtBot) -> None:
    runner, written, gate = TaskRunner(), list[int](), threading.Event()
    runner.write(lambda: gate.wait(5), lambda _result: None)
    for number in range(5):
        runner.write(lambda number=number: written.append(number), lambda _none: None)  # type: ignore[misc]
    assert milliseconds(runner.close) < LONGEST_MS
    assert written == []
    gate.set()
    runner.lanes.join()
    assert written == list(range(5))


def test_that_a_destroyed_owner_cancels_its_work_and_gets_nothing(qtbot: QtBot) -> None:
    runner, cancelled, gate, begun = TaskRunner(), threading.Event(), threading.Event(), threading.Event()
    panel = QWidget()
    label = QLabel(panel)
    own = runner.for_owner(panel)

    def work(control: TaskControl) -> str:
        begun.set()
        gate.wait(5)
        if control.cancelled:
            cancelled.set()
        return "text"

    with capture_exceptions() as raised:
        own.run(work, label.setText, label.setText)
        own.read("text", lambda: str(gate.wait(5)), label.setText)
        qtbot.waitUntil(begun.is_set)
        panel.deleteLater()
        qtbot.wait(50)
        gate.set()
        assert cancelled.wait(5)
        qtbot.wait(50)
    assert raised == []
    came: list[int] = []
    runner.read("alive", lambda: 1, came.append)
    qtbot.waitUntil(lambda: came == [1])
    runner.close()


def test_that_closing_a_runner_closes_those_made_from_it(qtbot: QtBot) -> None:
    runner, came, gate = TaskRunner(), list[object](), threading.Event()
    panel = QObject()
    own = runner.for_owner(panel)
    own.read("rows", lambda: gate.wait(5), came.append)
    runner.close()
    gate.set()
    own.write(lambda: 1, came.append)
    qtbot.wait(50)
    assert came == [] and not own.open


@pytest.mark.parametrize("how", ["delivered", "latest", "cancelled", "closed"])
def test_that_what_work_holds_is_released_in_the_windows_thread(qtbot: QtBot, how: str) -> None:
    gc.disable()
    released: list[threading.Thread] = []
    gate, began = threading.Event(), threading.Event()

    class Held:
        def __del__(self) -> None:
            released.append(threading.current_thread())

        def work(self, *_control: object) -> int:
            began.set()
            gate.wait(5)
            return 1

    runner, came = TaskRunner(), list[int]()
    held = Held()
    if how == "latest":
        runner.read("rows", held.work, came.append)
        assert began.wait(5)
        runner.read("rows", lambda: 2, came.append)
    else:
        task = runner.run(held.work, came.append)
        assert began.wait(5) and task is not None
        if how == "cancelled":
            task.cancel()
        del task
    del held
    if how == "closed":
        runner.close()
    gate.set()
    if how == "delivered":
        qtbot.waitUntil(lambda: came == [1])
    runner.lanes.tasks.join(5)
    runner.lanes.reads.join(5)
    another = TaskRunner()
    another.read("next", lambda: 3, came.append)
    qtbot.waitUntil(lambda: 3 in came)
    assert released == [threading.main_thread()]
    another.close()
    runner.close()


def test_that_a_group_runs_in_order_and_drops_what_is_replaced() -> None:
    group, done, gate = WorkerThreads("test"), list[int](), threading.Event()
    group.submit(lambda: gate.wait(5))
    group.submit(lambda: done.append(1))
    group.replace_queue([lambda: done.append(2), lambda: done.append(3)])
    gate.set()
    assert group.join(5)
    assert done == [2, 3]
    group.submit(lambda: done.append(4))
    group.close(drop=False)
    assert not group.submit(lambda: done.append(5))
    assert group.join(5) and done == [2, 3, 4]


def test_that_threads_give_way_to_the_window_if_they_are_asked_to() -> None:
    groups, found = [WorkerThreads("images", low_priority=True), WorkerThreads("writes")], list[int]()

    def priority() -> int:
        return psutil.Process(threading.get_native_id()).nice()  # of this thread

    own = priority()
    for group in groups:
        group.submit(lambda: found.append(priority()))
        assert group.join(5)
    assert found[0] > own == found[1] == priority()


def test_that_a_defect_in_one_work_does_not_end_the_group() -> None:
    group, done = WorkerThreads("test"), list[int]()

    def fail() -> None:
        raise ValueError("defect")

    group.submit(fail)
    group.submit(lambda: done.append(1))
    assert group.join(5) and done == [1]


def test_that_a_project_is_closed_after_its_work_and_not_in_the_windows_thread(tmp_path: Path) -> None:
    runner, deaf, order = TaskRunner(), Deaf(), list[object]()
    runner.write(deaf, lambda _result: None)
    assert deaf.began.wait(5)

    def close() -> None:
        order.append(deaf.ended.is_set() and threading.current_thread() is not threading.main_thread())

    def leave() -> None:
        runner.close()
        close_later(tmp_path, [runner.lanes], close)

    assert milliseconds(leave) < LONGEST_MS
    assert not wait_until_closed(tmp_path, 0.05)
    assert wait_until_closed(tmp_path / "another", 0.0)
    assert wait_until_closed(tmp_path, 10.0)
    assert order == [True]


def test_that_a_heartbeat_goes_on_while_much_is_read_and_written(qtbot: QtBot) -> None:
    runner, beats, came = TaskRunner(), list[float](), list[int]()
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(5)
    for number in range(200):
        runner.read(f"key{number}", lambda number=number: number, came.append)  # type: ignore[misc]
        runner.write(lambda number=number: number, came.append)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(came) == 400)
    qtbot.wait(20)
    assert beats
    runner.close()


def test_that_work_may_end_itself_when_it_is_cancelled(qtbot: QtBot) -> None:
    runner, ends = TaskRunner(), list[str]()

    def work(_control: TaskControl) -> str:
        raise OperationCancelled

    runner.run(work, ends.append, ends.append, stopped=lambda: ends.append("stopped"))
    qtbot.waitUntil(lambda: ends == ["stopped"])
    runner.close()
