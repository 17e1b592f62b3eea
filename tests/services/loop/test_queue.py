"""The queue: states, what a dead process leaves, events and curves."""

from __future__ import annotations

import json

import pytest
from support.fake_engine import run_fake_jobs_until

from db.models import Job
from engine.contract.events import Finished, Memory, Note, Progress, Rows, Started, TrainStep, encode
from studio.services.errors import StudioError
from studio.services.loop import next_action, queue
from studio.services.projects.project import Project


@pytest.fixture
def job_id(project: Project) -> int:
    """The first job of a queue."""
    return next_action.enqueue_next(project, 0)[0]


def step(number: int, loss: float) -> TrainStep:
    return TrainStep(number, 10, loss, 0.1, 1.0, 0.2, 0.1, 1e-3, 2.0)


def test_that_a_job_goes_through_its_states(project: Project, job_id: int) -> None:
    queue.mark_running(project, job_id)
    queue.mark_running(project, job_id, pid=4711)
    queue.append_events(project, job_id, [(1.0, Started("predict", 10, "images", 3))])
    row = queue.job(project, job_id)
    assert (row.state, row.pid, row.done, row.total, row.unit) == ("running", 4711, 3, 10, "images")
    assert row.started_at is not None and row.finished_at is None
    queue.mark_failed(project, job_id, "It broke.", "Mend it.")
    row = queue.job(project, job_id)
    assert (row.state, row.error, row.remedy, row.pid, row.resumable) == ("failed", "It broke.", "Mend it.", None, True)
    queue.resume(project, job_id)
    row = queue.job(project, job_id)
    assert (row.state, row.error, row.done) == ("queued", "", 3)


def test_that_a_resumed_job_comes_before_those_that_were_behind_it(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "predict")
    assert job is not None
    queue.cancel_queued(project, job.id)
    following = queue.next_queued(project)
    assert following is not None and following.stage == "generate"
    queue.resume(project, job.id)
    following = queue.next_queued(project)
    assert following is not None and following.id == job.id


def test_that_impossible_changes_are_refused(project: Project, job_id: int) -> None:
    with pytest.raises(StudioError, match="queued and cannot be resumed"):
        queue.resume(project, job_id)
    queue.mark_running(project, job_id)
    with pytest.raises(StudioError, match="running and cannot be removed from the queue"):
        queue.cancel_queued(project, job_id)
    queue.mark_cancelled(project, job_id)
    with pytest.raises(StudioError, match="cancelled and cannot run"):
        queue.mark_running(project, job_id)
    with pytest.raises(StudioError, match="no job 99"):
        queue.job(project, 99)


def test_that_a_done_job_stays_done(project: Project) -> None:
    run_fake_jobs_until(project, 0)
    done = queue.list_jobs(project)[0]
    queue.mark_failed(project, done.id, "late")
    queue.mark_interrupted(project, done.id)
    assert queue.job(project, done.id).state == "done"


def test_that_a_job_of_a_dead_process_is_interrupted_and_one_of_this_process_is_not(
    project: Project, job_id: int
) -> None:
    queue.mark_running(project, job_id)
    assert queue.recover(project) == 0
    with project.session() as session:
        session.get_one(Job, job_id).owner = "a process that is gone"
    assert queue.recover(project) == 1
    row = queue.job(project, job_id)
    assert (row.state, row.resumable) == ("interrupted", True)
    assert "Resume" in row.remedy


def test_that_a_job_is_left_alone_while_another_process_holds_the_project(
    project: Project, job_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.mark_running(project, job_id)
    with project.session() as session:
        session.get_one(Job, job_id).owner = "another process"
    monkeypatch.setattr("studio.services.projects.locks.os.getpid", lambda: 1)
    assert queue.recover(project) == 0
    assert queue.job(project, job_id).state == "running"


def test_that_the_curve_has_each_step_once_as_it_ran_last(project: Project, job_id: int) -> None:
    queue.append_events(project, job_id, [(1.0, step(1, 0.7)), (2.0, step(2, 0.6))])
    queue.append_events(project, job_id, [(3.0, step(2, 0.5)), (4.0, step(3, float("nan")))])
    points = queue.history(project, job_id).steps
    assert [(point.step, point.loss, point.at) for point in points[:2]] == [(1, 0.7, 1.0), (2, 0.5, 3.0)]
    assert points[2].loss != points[2].loss


def test_that_a_curve_has_no_gap_where_the_program_was_killed(project: Project, job_id: int) -> None:
    note = Note("warning", "skipped", "One image was skipped.")
    queue.append_events(project, job_id, [(1.0, step(1, 0.7)), (1.5, note)])
    file = project.run_folder(job_id).events
    file.parent.mkdir(parents=True)
    told = [(1.0, step(1, 0.7)), (1.5, note), (2.0, step(2, 0.6)), (3.0, step(2, 0.5)), (4.0, Memory(1))]
    lines = [json.dumps({"at": at, **json.loads(encode(event))}) for at, event in told]
    file.write_text("\n".join([*lines, "[1]", '{"at": 5, "event": "Tr']))
    assert [queue.replay_events(project, job_id), queue.replay_events(project, job_id)] == [1, 0]
    assert [(point.step, point.loss, point.at) for point in queue.history(project, job_id).steps] == [
        (1, 0.7, 1.0),
        (2, 0.5, 3.0),
    ]
    assert len(queue.notes(project, job_id)) == 1


def test_that_events_move_the_counters_and_notes_are_there_once(project: Project, job_id: int) -> None:
    note = Note("warning", "skipped", "One image was skipped.")
    events = [Started("predict", 20, "images", 5), note, Rows(6), Progress(6, 20), Memory(1), note, Finished({})]
    queue.append_events(project, job_id, list(enumerate(events)))
    row = queue.job(project, job_id)
    assert (row.done, row.total, row.unit) == (6, 20, "images")
    assert [(told.code, told.text) for told in queue.notes(project, job_id)] == [(note.code, note.text)]


def test_that_the_logs_end_is_shown_and_a_missing_log_is_empty(project: Project, job_id: int) -> None:
    assert queue.log_tail(project, job_id) == ""
    folder = next_action.write_job_inputs(project, job_id)
    folder.log.write_bytes(b"x" * 100 + "ende ü".encode())
    assert queue.log_tail(project, job_id, 7) == "ende ü"
