"""The loop over the queue, on a real project with a worker that only pretends to predict."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.fake_worker import use_fake_worker
from support.projects import SPLITS, rows

from engine.contract.events import Event, Finished, OutOfMemory, Progress, Started
from engine.contract.specs import RunFolder
from studio.jobs import runner
from studio.jobs.process import Crashed
from studio.services.errors import StudioError
from studio.services.loop import job_facts, next_action, queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project

HOLD = """
import fcntl, os, sys, time
lock = open(sys.argv[1] + "/.worker.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
lock.write(str(os.getpid()))
lock.flush()
print("held", flush=True)
time.sleep(60)
"""


class Heard:
    """What the callbacks were told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.states: list[str] = []

    def on_event(self, job_id: int, event: Event) -> None:
        self.events.append(event)

    def on_job(self, job: JobRow) -> None:
        self.states.append(job.state)


def run_first(project: Project, heard: Heard, cancel: threading.Event | None = None) -> runner.JobEnd:
    first = queue.next_queued(project)
    assert first is not None
    return runner.run_queue(project, heard.on_event, heard.on_job, cancel or threading.Event(), only=[first.id])


def predictions(project: Project) -> int:
    return int(rows(project.root, "SELECT count(*) FROM prediction")[0][0])


EXPECTED = SPLITS["val"] + SPLITS["test"]


def test_that_a_finished_job_leaves_rows_a_version_and_the_state_done(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "well")
    heard = Heard()
    assert run_first(project, heard).state == "done"
    assert heard.states == ["running", "done"]
    assert isinstance(heard.events[0], Started) and isinstance(heard.events[-1], Finished)
    assert predictions(project) == EXPECTED
    job = queue.list_jobs(project)[0]
    assert (job.state, job.done, job.total, job.unit) == ("done", EXPECTED, EXPECTED, "images")


def test_that_a_failure_keeps_rows_message_and_remedy_and_stops_the_queue(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "fail")
    heard = Heard()
    end = runner.run_queue(project, heard.on_event, heard.on_job, threading.Event())
    assert (end.state, end.job_id, end.message, end.remedy) == ("failed", 1, "The model is tired.", "Let it sleep.")
    first, *later = queue.list_jobs(project)
    assert (first.state, first.error, first.remedy) == ("failed", "The model is tired.", "Let it sleep.")
    assert later and {job.state for job in later} == {"queued"}
    assert predictions(project) == 5


def test_that_a_child_out_of_memory_is_started_again_with_half_until_it_fits(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "hungry")
    heard = Heard()
    assert run_first(project, heard).state == "done"
    assert [event.batch for event in heard.events if isinstance(event, OutOfMemory)] == [8, 4]
    assert predictions(project) == EXPECTED
    told = [note.text for note in queue.notes(project, 1) if note.code == "made_smaller"]
    assert [text.rsplit(" ", 1)[1] for text in told] == ["4.", "2."]
    shown = {row.name: row.value for row in job_facts.settings_beside(project, 1, None)}
    assert shown["predict.batch_size"] == "auto → 2"


def test_that_a_child_that_one_image_is_too_much_for_fails_with_message_and_remedy(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "starving")
    heard = Heard()
    end = run_first(project, heard)
    assert (end.state, end.message, end.remedy) == ("failed", "Not enough memory.", "Buy some.")
    assert [event.batch for event in heard.events if isinstance(event, OutOfMemory)] == [8, 4, 2, 1]
    assert not project.run_folder(1).sizing.exists(), "a later attempt begins anew"


def test_that_a_crash_names_the_signal_and_the_logs_last_line(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "crash")
    end = run_first(project, Heard())
    assert end.state == "failed"
    assert "was killed by SIGSEGV" in end.message and "Bus error in the last line" in end.message
    assert queue.list_jobs(project)[0].error == end.message
    assert predictions(project) == 5


def test_that_rows_come_into_the_database_while_the_child_works_and_a_cancel_keeps_them(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "hang")
    cancel = threading.Event()
    heard = Heard()
    seen: list[int] = []

    def watch() -> None:
        while not any(event == Progress(5, EXPECTED) for event in heard.events):
            cancel.wait(0.01)
        for _ in range(200):
            if predictions(project) == 5:
                seen.append(queue.list_jobs(project)[0].done)
                break
            cancel.wait(0.02)
        cancel.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    end = run_first(project, heard, cancel)
    watcher.join()
    assert seen, "no rows before the end"
    assert end.state == "cancelled" and queue.list_jobs(project)[0].state == "cancelled"
    assert predictions(project) == 5


def test_that_a_pause_ends_after_the_batch_and_the_job_goes_on_from_there(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "pausable")
    pause, heard = threading.Event(), Heard()

    def on_event(job_id: int, event: Event) -> None:
        heard.on_event(job_id, event)
        if event == Progress(5, EXPECTED):
            pause.set()

    end = runner.run_queue(project, on_event, heard.on_job, threading.Event(), pause=pause)
    assert end == runner.JobEnd("paused", 1)
    assert queue.job(project, 1).state == "paused" and heard.states == ["running", "paused"]
    assert 5 <= predictions(project) < EXPECTED
    assert queue.job(project, 2).state == "queued"
    queue.resume(project, 1)
    (project.run_folder(1).cancel).touch()  # as a run leaves it that ended before it heard
    assert run_first(project, heard).state == "done"
    assert predictions(project) == EXPECTED


def test_that_a_cancel_counts_more_than_a_pause(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_worker(monkeypatch, "hang")
    pause, cancel = threading.Event(), threading.Event()

    def on_event(_job_id: int, event: Event) -> None:
        if event == Progress(5, EXPECTED):
            pause.set()
            threading.Timer(0.5, cancel.set).start()

    end = runner.run_queue(project, on_event, Heard().on_job, cancel, pause=pause)
    assert end.state == "cancelled" and queue.job(project, 1).state == "cancelled"


def test_that_a_resumed_job_goes_on_and_ends_with_every_row_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "fail")
    run_first(project, Heard())
    next_action.enqueue_next(project, 0)
    use_fake_worker(monkeypatch, "well")
    heard = Heard()
    assert run_first(project, heard).state == "done"
    assert heard.events[0] == Started("predict", EXPECTED, "images", done=5)
    assert predictions(project) == EXPECTED


def test_that_an_error_of_our_own_leaves_no_child_and_an_interrupted_job(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "hang")
    pids: list[int] = []

    def on_job(job: JobRow) -> None:
        assert job.pid is not None
        pids.append(job.pid)
        raise ZeroDivisionError("a defect")

    with pytest.raises(ZeroDivisionError):
        runner.run_queue(project, Heard().on_event, on_job, threading.Event())
    assert queue.list_jobs(project)[0].state == "interrupted"
    assert not Path(f"/proc/{pids[0]}").exists()


def test_that_a_job_of_a_dead_process_is_interrupted_and_its_worker_stopped(project: Project) -> None:
    queue.mark_running(project, 1)
    folder = project.run_folder(1).path
    folder.mkdir(parents=True)
    worker = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE)
    assert worker.stdout is not None and worker.stdout.readline() == b"held\n"
    with project.session() as session:
        session.connection().exec_driver_sql("UPDATE job SET owner = 'another process'")
    assert runner.reclaim(project) == 1
    assert worker.wait(5) < 0
    assert queue.list_jobs(project)[0].state == "interrupted"
    worker.stdout.close()


def test_that_nothing_runs_beside_a_worker_that_cannot_be_ended(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "well")
    queue.mark_running(project, 1)

    def stubborn(_folder: RunFolder) -> bool:
        raise TimeoutError("process 4711 does not end")

    monkeypatch.setattr(runner, "stop_orphan", stubborn)
    heard = Heard()
    with pytest.raises(StudioError, match=r"Job 1 .* is still running: process 4711 does not end"):
        runner.run_queue(project, heard.on_event, heard.on_job, threading.Event())
    assert heard.states == [] and queue.job(project, 1).state == "running", "two workers would write one journal"


def test_that_a_kill_without_a_word_is_explained_by_memory() -> None:
    message, remedy = runner.explain_crash(Crashed(-9, "was killed by SIGKILL", ""))
    assert message == "The child process was killed by SIGKILL. It had printed nothing."
    assert "memory" in remedy and "batch_size" in remedy
    assert "memory" not in runner.explain_crash(Crashed(-11, "was killed by SIGSEGV", "x"))[1]


def test_that_a_queue_of_jobs_that_wait_for_a_stopped_one_says_so_and_runs_none(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red before: the judging was started, and failed."""
    use_fake_worker(monkeypatch, "fail")
    heard = Heard()
    assert run_first(project, heard).state == "failed"
    waiting = [job.id for job in queue.list_jobs(project) if job.state == "queued" and job.version_name == "base"]
    end = runner.run_queue(project, heard.on_event, heard.on_job, threading.Event(), only=waiting)
    assert (end.state, end.message) == ("failed", "Judge base waits for another job: Predict with base.")
    assert heard.states == ["running", "failed"]
