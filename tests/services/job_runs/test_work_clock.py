"""How long a job has really worked: neither starting, nor waiting, nor what failed is work (review A2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.fake_engine import run_fake_jobs_until

from db.models import Job, utc_now
from engine.contract.events import Event, Finished, Loaded, Progress, Started, Throughput
from studio.services.estimating.rates import measured_jobs
from studio.services.estimating.types import MeasuredJob
from studio.services.loop import next_action, queue
from studio.services.projects.project import Project

LOADED = Loaded("some/model", "", "cpu", "float32", "sdpa", "none")


def measured(project: Project) -> dict[str, MeasuredJob]:
    """The last measured job of each stage."""
    return {one.key[2]: one for one in measured_jobs(project)}


def run(project: Project, job_id: int, began: float, events: list[tuple[float, Event]]) -> None:
    """One run of a job that began at that time, with these events at seconds after it."""
    queue.mark_running(project, job_id, pid=1)
    with project.session() as session:
        session.get_one(Job, job_id).run_started_at = began
    queue.append_events(project, job_id, [(began + after, event) for after, event in events])


@pytest.fixture
def job_id(project: Project) -> int:
    """A prediction that waits."""
    job = run_fake_jobs_until(project, 0, "predict")
    assert job is not None
    return int(job.id)


def test_that_starting_and_work_are_kept_apart(project: Project, job_id: int) -> None:
    run(project, job_id, 1000.0, [(2, Started("predict", 40, "images")), (30, LOADED), (34, Progress(8, 40))])
    row = queue.job(project, job_id)
    assert (row.startup_seconds, row.worked_seconds, row.worked_units) == (30.0, 4.0, 8)


def test_that_time_between_runs_and_of_a_failure_is_no_work(project: Project, job_id: int) -> None:
    run(project, job_id, 1000.0, [(1, Started("predict", 40, "images")), (10, LOADED), (20, Progress(20, 40))])
    queue.mark_failed(project, job_id, "The disk was full for an hour.")
    queue.resume(project, job_id)
    again: list[tuple[float, Event]] = [(1, Started("predict", 40, "images", done=16)), (10, LOADED)]
    run(project, job_id, 90_000.0, [*again, (22, Progress(40, 40)), (25, Finished({}))])
    row = queue.job(project, job_id)
    assert (row.startup_seconds, row.worked_seconds, row.worked_units) == (10.0, 10.0 + 12.0 + 3.0, 20 + 24)


def test_that_rates_come_from_work_alone(project: Project, job_id: int) -> None:
    """Red before: the first start to the last end of a job, with a night in between, over its images."""
    run(project, job_id, 1000.0, [(1, Started("predict", 20, "images")), (10, LOADED), (20, Progress(10, 20))])
    queue.mark_paused(project, job_id)
    queue.resume(project, job_id)
    again: list[tuple[float, Event]] = [(1, Started("predict", 20, "images", done=10)), (14, LOADED)]
    run(project, job_id, 50_000.0, [*again, (24, Progress(20, 20)), (24, Finished({}))])
    with project.session() as session:
        row = session.get_one(Job, job_id)
        row.state, row.started_at, row.finished_at = "done", utc_now() - timedelta(hours=14), utc_now()
    found = measured(project)["predict"]
    assert (found.seconds, found.units, found.startup) == (20.0, 20, 14.0)


def test_that_a_trainings_rate_counts_pairs_not_steps_times_the_batch(project: Project) -> None:
    """Twenty pairs are one step of a batch of 128."""
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    events: list[tuple[float, Event]] = [(1, Started("train", 1, "steps")), (5, LOADED)]
    spoken = Throughput(20, "pairs", 900, 8.0)
    run(project, job.id, 1000.0, [*events, (15, Progress(1, 1)), (15, spoken), (25, Finished({}))])
    with project.session() as session:
        session.get_one(Job, job.id).state = "done"
    found = measured(project)["train"]
    assert (found.seconds, found.units, found.startup, found.key[1]) == (20.0, 20, 5.0, "cpu")


def test_that_jobs_from_before_working_time_was_kept_count_with_their_computing(project: Project, job_id: int) -> None:
    told = [Throughput(10, "images", 300, 2.0), Throughput(30, "images", 100, 2.0)]
    queue.append_events(project, job_id, [(float(number), event) for number, event in enumerate(told)])
    with project.session() as session:
        session.get_one(Job, job_id).state = "done"
    found = measured(project)
    assert set(found) == {"predict"}
    assert (found["predict"].seconds, found["predict"].units, found["predict"].startup) == (4.0, 40, None)


def test_that_a_killed_program_leaves_no_running_clock(project: Project, job_id: int) -> None:
    run(project, job_id, 1000.0, [(1, Started("predict", 20, "images")), (10, LOADED), (20, Progress(10, 20))])
    with project.session() as session:
        session.get_one(Job, job_id).owner = "another process"
    assert queue.recover(project) == 1
    queue.resume(project, job_id)
    with project.reader() as session:
        row = session.get_one(Job, job_id)
        assert (row.run_started_at, row.progress_at, row.worked_seconds) == (None, None, 10.0)
    assert next_action.next_action(project).kind == "resume"
