"""What the Jobs page is told of a job."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from support.cached import COMMIT
from support.fake_engine import run_fake_job, run_fake_jobs_until, set_setting

from db.models import ModelVersion
from engine.contract.events import AnswerSamples, Finished, Loaded, Memory, Started, Throughput, TrainStep
from studio.services.loop import job_facts, next_action, queue
from studio.services.loop.types import JobMemory as MemoryRow
from studio.services.loop.types import JobSamples, JobSpeed, SettingRow, Step
from studio.services.projects.project import Project
from studio.services.recipes.self_training import EXAMINE


def test_that_a_jobs_memory_device_speed_and_whole_curve_are_told(project: Project) -> None:
    next_action.enqueue_next(project, 0)
    events = [Started("train", 3, "steps", device="cuda")]
    curve = [TrainStep(n, 3000, 0.7, 0.1, 0.5, 0.0, 0.0, 1e-5, 1.0) for n in range(1, 3001)]
    memory = [Memory(100, 7), Memory(300, 9), Memory(200, 9, 12, 20, 40)]
    result = [Finished({"tokens_per_second": 12.5})]
    queue.append_events(project, 1, [(time.time(), event) for event in (*events, *curve, *memory, *result)])
    found = job_facts.facts(project, 1)
    assert (found.device, found.speed) == (
        "cuda",
        JobSpeed(tokens=12.5),
    )  # of a job that told its speed at the end only
    assert found.memory == MemoryRow(rss=200, rss_peak=300, device=9, reserved=12, free=20, total=40)
    assert [point.step for point in found.history.steps] == list(range(1, 3001))
    assert job_facts.facts(project, 2).memory == MemoryRow()


def test_that_a_job_tells_how_its_model_is_held(project: Project) -> None:
    next_action.enqueue_next(project, 0)
    loaded = Loaded("owner/tiny", "a" * 40, "cuda", "bfloat16", "flash_attention_2", "4bit")
    queue.append_events(project, 1, [(time.time(), loaded)])
    assert job_facts.facts(project, 1).held == ("bfloat16", "flash_attention_2", "4bit")
    assert job_facts.held_words(replace(loaded, quantization="none")) == ("bfloat16", "flash_attention_2")
    assert job_facts.facts(project, 2).held == ()


def test_that_a_training_tells_its_last_sampled_answers(project: Project) -> None:
    next_action.enqueue_next(project, 0)
    events = [AnswerSamples(0, 8, 8, 24.5), AnswerSamples(10, 8, 7, 31.25)]
    queue.append_events(project, 1, [(time.time(), event) for event in events])
    assert job_facts.facts(project, 1).samples == JobSamples(10, 8, 7, 31.25)
    assert job_facts.facts(project, 2).samples is None


def test_that_a_version_keeps_how_its_model_was_held_and_at_which_commit(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    queue.append_events(project, job.id, [(time.time(), Loaded("some/model", "", "cpu", "float32", "sdpa", "none"))])
    run_fake_job(project, job)
    with project.reader() as session:
        kept = session.query(ModelVersion).filter_by(name="iter1/score").one().hyperparameters
    assert {name: kept[name] for name in ("device", "dtype", "attention", "quantization", "revision")} == {
        "device": "cpu", "dtype": "float32", "attention": "sdpa", "quantization": "none", "revision": COMMIT,
    }  # fmt: skip


def test_that_speed_is_the_mean_of_all_runs_and_tokens_count_only_where_there_were_some(project: Project) -> None:
    next_action.enqueue_next(project, 0)
    told = [Throughput(10, "images", 300, 2.0), Throughput(30, "images", 100, 2.0), Throughput(60, "images", 0, 6.0)]
    queue.append_events(project, 1, [(time.time(), event) for event in told])
    assert job_facts.facts(project, 1).speed == JobSpeed("images", 10.0, 100.0)
    assert job_facts.live_speed(told[2]) == JobSpeed("images", 10.0, None)
    assert job_facts.facts(project, 2).speed == JobSpeed()


def test_that_a_queued_job_keeps_the_settings_that_it_was_queued_with(project: Project) -> None:
    next_action.enqueue_next(project, 1)
    assert not [row for row in job_facts.settings_beside(project, 1, None) if row.differs]
    set_setting(project, "bootstrap = 1000", "bootstrap = 500")
    differing = [row for row in job_facts.settings_beside(project, 1, None) if row.differs]
    assert differing == [SettingRow("measure.bootstrap", "1000", "500")]
    assert not [row for row in job_facts.settings_beside(project, 1, 2) if row.differs]


@pytest.mark.parametrize("iteration", [0, 1, 2])
def test_that_an_iterations_steps_are_in_running_order(project: Project, iteration: int) -> None:
    next_action.enqueue_next(project, 2)
    names = [step.name for step in job_facts.steps(project, iteration)]
    trained = {
        0: [],
        1: ["generate", "train score"],
        2: ["generate", "train score", "train consistency", "merge"],
    }[iteration]
    assert names == [*trained, *EXAMINE]


def test_that_a_step_counts_its_versions_and_points_at_the_job_that_matters(project: Project) -> None:
    judge = run_fake_jobs_until(project, 2, stage="judge", version="iter2/consistency")
    assert judge is not None
    steps = {step.name: step for step in job_facts.steps(project, 2)}
    assert steps["train score"].state == "done"
    assert steps["judge"] == Step("judge", "queued", 1, 3, judge.id)
    assert steps["measure"].done == 1
    assert {step.state for step in job_facts.steps(project, 3)} == {None}


def test_that_a_closed_review_gate_is_a_step(project: Project) -> None:
    next_action.enqueue_next(project, 1, review=True)
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
    assert [step.name for step in job_facts.steps(project, 1)][:3] == ["generate", "review", "train score"]
