"""What depends on a job that stopped waits for it, and says so, instead of running and failing (review A3)."""

from __future__ import annotations

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until
from support.pair_rows import list_pairs

from studio.services.loop import next_action, queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project
from studio.services.review import resampling
from studio.services.review.types import PairFilter
from studio.services.stages.registry import depends_on


def stop(project: Project, job: JobRow, state: str) -> None:
    """Let a waiting job run and stop like this."""
    queue.mark_running(project, job.id)
    if state == "failed":
        queue.mark_failed(project, job.id, "It broke.")
    else:
        queue.mark_interrupted(project, job.id, "It broke.")


def waiting(project: Project) -> dict[str, str]:
    """By title of a waiting job, the title of the job that it waits for."""
    return {job.title: job.waits_for for job in queue.list_jobs(project) if job.state == "queued"}


@pytest.mark.parametrize("state", ["failed", "interrupted"])
def test_that_what_needs_a_stopped_training_is_not_run(project: Project, state: str) -> None:
    job = run_fake_jobs_until(project, 2, "train", "iter1/score")
    assert job is not None
    stop(project, job, state)
    held = waiting(project)
    assert set(held.values()) == {"Train iter1/score"}
    assert {"Predict with iter1/score", "Generate the pairs of iteration 2", "Measure iter2/merged"} <= set(held)
    assert queue.next_queued(project) is None
    queue.resume(project, job.id)
    assert set(waiting(project).values()) == {""}
    following = queue.next_queued(project)
    assert following is not None and following.id == job.id


def test_that_what_does_not_need_it_is_run(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "predict", "base")
    assert job is not None
    stop(project, job, "failed")
    titles = []
    while (following := queue.next_queued(project)) is not None:
        titles.append(following.title)
        run_fake_job(project, following)
    assert titles[:4] == [
        "Generate the pairs of iteration 1",
        "Train iter1/score",
        "Predict with iter1/score",
        "Judge iter1/score",
    ]
    held = waiting(project)
    assert {"Judge base", "Measure base", "Measure iter1/score"} <= set(held) and set(held.values()) == {job.title}


def test_that_a_cancelled_judging_does_not_hold_the_measurement_but_a_failed_one_does(project: Project) -> None:
    job = run_fake_jobs_until(project, 0, "judge")
    assert job is not None
    stop(project, job, "failed")
    assert waiting(project)["Measure base"] == "Judge base"
    queue.resume(project, job.id)
    queue.cancel_queued(project, job.id)
    assert waiting(project)["Measure base"] == ""
    following = queue.next_queued(project)
    assert following is not None and following.title == "Measure base"


def test_that_a_job_that_was_replaced_holds_nothing(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    stop(project, job, "failed")
    with project.session() as session:
        queue.find_job(session, job.id).spec_digest = "begun"
        config = dict(queue.find_job(session, job.id).config)
        queue.find_job(session, job.id).config = {**config, "training": {**config["training"], "rank": 99}}
    next_action.enqueue_next(project, 1)
    assert queue.job(project, job.id).state == "cancelled"
    following = queue.next_queued(project)
    assert following is not None and following.title == job.title and set(waiting(project).values()) == {""}


def test_that_pairs_that_were_to_be_drawn_anew_do_not_hold_the_training_once_that_failed(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    redraw = resampling.ask_redraw(project, list_pairs(project, PairFilter())[0].id)
    following = queue.next_queued(project)
    assert following is not None and following.id == redraw
    stop(project, queue.job(project, redraw), "failed")
    following = queue.next_queued(project)
    assert following is not None and following.id == job.id


def test_that_a_download_that_failed_holds_everything_until_the_model_is_here(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.services.base_models.hub_models.has_to_be_fetched", lambda *_: True)
    next_action.enqueue_next(project, 1)
    job = next(job for job in queue.list_jobs(project) if job.stage == "download")
    stop(project, job, "failed")
    assert set(waiting(project).values()) == {job.title}
    monkeypatch.setattr("studio.services.base_models.hub_models.has_to_be_fetched", lambda *_: False)
    assert set(waiting(project).values()) == {""}


def test_that_moving_jobs_still_keeps_what_needs_what(project: Project) -> None:
    next_action.enqueue_next(project, 1)
    rows = queue.list_jobs(project)
    measure = next(job for job in rows if job.title == "Measure base")
    assert any(depends_on(measure, other) for other in rows)
