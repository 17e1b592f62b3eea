"""The queue in a process of its own: real processes, with a worker that only pretends to predict."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot
from support.fake_queue_daemon import ended, fake_daemon_command
from support.projects import SPLITS, rows

from engine.contract.events import Progress
from studio.jobs import queue_daemon
from studio.jobs.runner import reclaim
from studio.jobs.supervisor import Supervisor
from studio.services.errors import StudioError
from studio.services.loop import queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

EXPECTED = SPLITS["val"] + SPLITS["test"]


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited for too long"
        time.sleep(0.05)


def state(project: Project) -> str:
    return queue.job(project, 1).state


@pytest.fixture
def alone(project: Project) -> Iterator[Project]:
    """The project with one job in its queue."""
    for job in queue.list_jobs(project)[1:]:
        queue.cancel_queued(project, job.id)
    with ended(project.root):
        yield project


def begin(project: Project, mode: str) -> int:
    """Hands the queue over and lets go of the project."""
    pid = queue_daemon.start(project.root, fake_daemon_command(project.root, mode))
    assert state(project) == "queued" and queue_daemon.runner_pid(project.root) is None  # it waits for the lock
    project.release_lock()
    until(lambda: queue_daemon.runner_pid(project.root) == pid)
    return pid


def test_that_the_queue_goes_on_without_the_one_who_started_it(alone: Project) -> None:
    pid = begin(alone, "well")
    assert os.getsid(pid) == pid != os.getsid(0)
    until(lambda: queue_daemon.runner_pid(alone.root) is None)
    assert state(alone) == "done"
    assert rows(alone.root, "SELECT count(*) FROM prediction") == [(EXPECTED,)]
    assert not (alone.root / queue_daemon.MARK_NAME).exists()
    alone.take_lock()


@pytest.mark.parametrize(
    ("ask", "left"), [(queue_daemon.ask_to_pause, "paused"), (queue_daemon.ask_to_cancel, "cancelled")]
)
def test_that_it_stops_when_asked(alone: Project, ask: Callable[[Path], None], left: str) -> None:
    begin(alone, "slow")
    until(lambda: queue.job(alone, 1).done > 2)
    ask(alone.root)
    until(lambda: queue_daemon.runner_pid(alone.root) is None)
    assert state(alone) == left
    assert 0 < rows(alone.root, "SELECT count(*) FROM prediction")[0][0] < EXPECTED


def test_that_a_killed_background_process_leaves_an_interrupted_job(alone: Project) -> None:
    pid = begin(alone, "slow")
    until(lambda: queue.job(alone, 1).done > 0)
    psutil.Process(pid).kill()
    until(lambda: queue_daemon.runner_pid(alone.root) is None)
    alone.take_lock()
    reclaim(alone)
    assert state(alone) == "interrupted"


def test_that_another_holder_of_the_lock_is_no_background_process(alone: Project) -> None:
    (alone.root / queue_daemon.MARK_NAME).write_text("1")  # of a process that was killed
    assert queue_daemon.runner_pid(alone.root) is None
    second = Project(alone.root)
    with pytest.raises(StudioError, match="is using"):
        second.take_lock()


def test_that_a_process_that_does_not_come_up_is_told(alone: Project) -> None:
    with pytest.raises(StudioError, match="No module named"):
        queue_daemon.start(alone.root, ["python", "-m", "studio.nothing"])
    assert alone.holds_lock


@pytest.mark.gui
def test_that_a_window_opened_meanwhile_follows_and_then_owns_the_queue(alone: Project, qtbot: QtBot) -> None:
    begin(alone, "slow")
    onlooker = create_and_open.open_project(alone.root)
    thread = Supervisor(onlooker)
    heard: list[object] = []
    changed: list[int] = []
    thread.job_event.connect(lambda _job, event: heard.append(event))
    thread.job_changed.connect(changed.append)
    thread.start()
    qtbot.waitUntil(lambda: any(isinstance(event, Progress) and event.done > 3 for event in heard), timeout=20_000)
    assert thread.following and changed == [1]
    with qtbot.waitSignal(thread.queue_finished, timeout=20_000):
        thread.pause_current()
    assert thread.wait(5_000)  # the queue is told to be at rest before the thread itself has ended
    assert thread.end is not None and thread.end.state == "paused" and changed == [1, 1]
    assert onlooker.holds_lock and not thread.following
    onlooker.close()


@pytest.mark.gui
def test_that_an_onlooker_who_leaves_does_not_stop_it(alone: Project, qtbot: QtBot) -> None:
    pid = begin(alone, "slow")
    onlooker = create_and_open.open_project(alone.root)
    thread = Supervisor(onlooker)
    with qtbot.waitSignal(thread.job_changed, timeout=20_000):
        thread.start()
    assert thread.close().join(5) and thread.wait(5_000)
    onlooker.close()
    assert queue_daemon.runner_pid(alone.root) == pid
    before = queue.job(alone, 1).done
    until(lambda: queue.job(alone, 1).done > before)
