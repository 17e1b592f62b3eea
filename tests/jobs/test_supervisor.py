"""The queue's thread: what the window hears, and that no death of a child harms it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.fake_worker import use_fake_worker
from support.qt_in_threads import watched_threads

from engine.contract.events import Progress, Started
from studio.jobs.supervisor import Supervisor
from studio.services.loop import queue
from studio.services.projects.project import Project

pytestmark = pytest.mark.gui


@pytest.fixture
def supervisor(project: Project, qtbot: QtBot) -> Iterator[Supervisor]:
    """A supervisor with only the first job left in the queue."""
    for job in queue.list_jobs(project)[1:]:
        queue.cancel_queued(project, job.id)
    thread = Supervisor(project)
    yield thread
    assert thread.close().join(20)
    assert thread.wait(5_000)


def test_that_the_window_hears_of_jobs_and_events_and_of_the_end(
    supervisor: Supervisor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "well")
    heard: list[object] = []
    changed: list[int] = []
    supervisor.job_event.connect(lambda _job, event: heard.append(event))
    supervisor.job_changed.connect(changed.append)
    with qtbot.waitSignal(supervisor.queue_finished, timeout=20_000):
        supervisor.start()
    assert isinstance(heard[0], Started) and any(isinstance(event, Progress) for event in heard)
    assert changed == [1, 1]
    assert supervisor.end is not None and supervisor.end.state == "done"


def test_that_a_child_killed_by_sigsegv_leaves_this_process_alive_with_a_failed_job(
    supervisor: Supervisor, project: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "crash")
    with qtbot.waitSignal(supervisor.queue_finished, timeout=20_000):
        supervisor.start()
    assert supervisor.end is not None and supervisor.end.state == "failed"
    assert "SIGSEGV" in queue.job(project, 1).error
    assert supervisor.wait(5_000)
    with qtbot.waitSignal(supervisor.queue_finished, timeout=20_000):
        queue.resume(project, 1)
        use_fake_worker(monkeypatch, "well")
        supervisor.start()
    assert queue.job(project, 1).state == "done"


def test_that_a_cancel_is_heard_while_the_thread_waits_for_its_child(
    supervisor: Supervisor, project: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "hang")
    with qtbot.waitSignal(supervisor.job_event, timeout=20_000, check_params_cb=lambda _job, event: _fifth(event)):
        supervisor.start()
    with qtbot.waitSignal(supervisor.queue_finished, timeout=20_000):
        supervisor.cancel_current()
    job = queue.job(project, 1)
    assert (job.state, job.done) == ("cancelled", 5)


def test_that_closing_the_window_ends_the_child_and_does_not_wait_for_it(
    project: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "hang")
    supervisor = Supervisor(project)
    heard: list[object] = []
    with qtbot.waitSignal(supervisor.job_event, timeout=20_000, check_params_cb=lambda _job, event: _fifth(event)):
        supervisor.start()
    pid = queue.job(project, 1).pid
    assert pid is not None
    supervisor.job_changed.connect(heard.append)
    with qtbot.waitSignal(supervisor.destroyed, timeout=20_000):
        began = time.monotonic()
        end = supervisor.close()
        waited = time.monotonic() - began
        del supervisor  # as the window does
    assert waited < 0.1
    assert end.join(0)
    assert queue.job(project, 1).state == "cancelled" and heard == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_that_a_cancel_with_nothing_running_does_not_stop_the_next_run(
    supervisor: Supervisor, project: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "well")
    supervisor.cancel_current()
    with qtbot.waitSignal(supervisor.queue_finished, timeout=20_000):
        supervisor.start()
    assert queue.job(project, 1).state == "done"


def test_that_the_thread_uses_nothing_of_qt_and_the_signals_come_from_the_windows(
    project: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "well")
    for job in queue.list_jobs(project)[1:]:
        queue.cancel_queued(project, job.id)
    threads: set[threading.Thread] = set()
    with watched_threads(Supervisor) as found:
        supervisor = Supervisor(project)
        for signal in (supervisor.job_event, supervisor.job_changed, supervisor.queue_finished):
            signal.connect(lambda *_: threads.add(threading.current_thread()), Qt.ConnectionType.DirectConnection)
        with qtbot.waitSignal(supervisor.finished, timeout=20_000):
            supervisor.start()
    assert not found, found[0]
    assert threads == {threading.main_thread()}


def test_that_no_news_come_after_the_end(
    supervisor: Supervisor, project: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "well")
    heard: list[str] = []
    supervisor.job_event.connect(lambda *_: heard.append("event"))
    supervisor.queue_finished.connect(lambda: heard.append("rest"))
    supervisor.finished.connect(lambda: heard.append("end"))
    with qtbot.waitSignal(supervisor.finished, timeout=20_000):
        supervisor.start()
    qtbot.wait(50)
    assert heard.count("event") > 3 and heard[-2:] == ["rest", "end"]


def _fifth(event: object) -> bool:
    return isinstance(event, Progress) and event.done == 5
