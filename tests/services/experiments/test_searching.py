"""A search: trials on a line, values only once, the test split untouched, and the same after a kill anywhere."""

from __future__ import annotations

import sqlite3
import tomllib
from contextlib import closing

import pytest
from support import fake_engine
from support.fake_engine import run_fake_job, run_fake_jobs_until

from db.models import JobEvent
from db.queries import lines as line_queries
from engine.contract.context import read_jsonl
from engine.contract.specs import TrainSpec, spec_from_json
from studio.services.errors import StudioError
from studio.services.experiments import searching
from studio.services.experiments.applying import apply_values
from studio.services.experiments.results import experiments
from studio.services.experiments.types import SearchSpace
from studio.services.loop import queue
from studio.services.projects import integrity
from studio.services.projects.project import Project
from studio.services.recipes.line_plan import planned_stages
from studio.services.versions.overview import OverviewReader

SMALL = SearchSpace((1e-4, 2e-3), (0.1, 0.5), (8,))


def run_queue(project: Project) -> None:
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)


def run_search(project: Project, name: str) -> None:
    while searching.advance(project, name).waiting:
        run_queue(project)


def tried(project: Project, name: str) -> list[tuple[object, ...]]:
    rows = [row for row in experiments(project) if row.line == name]
    return [tuple(row.changes[f"training.{key}"] for key in searching.NAMES) for row in rows]


def test_that_the_papers_grid_is_the_default() -> None:
    assert SearchSpace().size == 45
    assert {"learning_rate": 3e-4, "beta": 0.05, "rank": 256} in SearchSpace().combinations()
    assert SearchSpace.from_dict(SearchSpace().to_dict()) == SearchSpace()


def test_that_a_search_tries_every_combination_once_and_never_reads_the_test_split(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    name = searching.begin(project, SMALL, 99)
    run_search(project, name)
    assert sorted(tried(project, name)) == sorted((rate, beta, 8) for rate in (1e-4, 2e-3) for beta in (0.1, 0.5))
    jobs = [job for job in queue.list_jobs(project) if job.line == name]
    assert [job.stage for job in jobs] == ["train", "predict", "measure"] * 4
    assert {job.state for job in jobs} == {"done"}
    tests = {row["image_id"] for job in queue.list_jobs(project) if job.stage == "measure" and job.line == "main"
             for row in read_jsonl(project.run_folder(job.id).input) if row["split"] == "test"}  # fmt: skip
    for job in jobs:
        rows = list(read_jsonl(project.run_folder(job.id).input))
        assert rows and not {row.get("image_id") for row in rows} & tests
        spec = spec_from_json(project.run_folder(job.id).spec.read_text("utf-8"))
        if isinstance(spec, TrainSpec):
            assert len(spec.watched) == 10 and all("/val/" in path for path, _ in spec.watched)
    rows = [row for row in experiments(project) if row.line == name]
    assert all(not row.test and row.validation["srcc"].value is not None for row in rows)
    state = searching.advance(project, name)
    assert (state.trials, state.ended, state.waiting) == (4, 4, ())
    with closing(sqlite3.connect(project.root / searching.FOLDER / f"{name}.sqlite")) as file:
        assert file.execute("SELECT count(*) FROM trials WHERE state = 'COMPLETE'").fetchone()[0] >= 4
    assert not [row for row in OverviewReader(project).read().versions if row.line == name]
    assert integrity.check(project) == []


@pytest.mark.parametrize("place", range(6))
def test_that_a_search_that_is_killed_repeats_no_finished_trial(
    project: Project, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Killed behind Optuna's trial, its parameters, the queued jobs, each of them, and before the result is told."""
    from optuna.study import Study

    run_fake_jobs_until(project, 1)
    name = searching.begin(project, SMALL, 3)
    searching.advance(project, name)
    run_queue(project)

    class Killed(BaseException):
        pass

    def killed(*_args: object, **_kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if place == 0:
            patch.setattr(searching.lines, "extend_line", killed)
        elif place == 1:
            patch.setattr(Study, "tell", killed)
        elif place == 2:
            patch.setattr("optuna.trial.Trial._suggest", killed)
        with pytest.raises(Killed) if place < 3 else pytest.raises(AssertionError):
            searching.advance(project, name)
            for _ in range(place - 2):
                job = queue.next_queued(project)
                assert job is not None
                run_fake_job(project, job)
            raise AssertionError
    run_search(project, name)
    values = tried(project, name)
    assert len(values) == len(set(values)) == 3
    trained = [job for job in queue.list_jobs(project) if (job.line, job.stage) == (name, "train")]
    assert len(trained) == 3 and {job.state for job in trained} == {"done"}


def test_that_the_best_trial_is_applied_with_its_scale(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    name = searching.begin(project, SearchSpace((1e-4,), (0.3,), (8,)), 1)
    run_search(project, name)
    best = searching.best(experiments(project), name)
    assert best is not None and best.version == f"{name}/iter1/score-t0"
    apply_values(project, dict(best.changes))
    training = tomllib.loads((project.root / "studio.toml").read_text("utf-8"))["training"]
    # The demo's alpha is its rank, 16: of rank 8 it is 8.
    assert (training["learning_rate"], training["beta"], training["rank"], training["alpha"]) == (1e-4, 0.3, 8, 8)


def test_that_a_failed_training_is_a_failed_trial_and_the_search_goes_on(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    name = searching.begin(project, SMALL, 2)
    searching.advance(project, name)
    job = queue.next_queued(project)
    assert job is not None and job.stage == "train"
    queue.mark_running(project, job.id)
    queue.mark_failed(project, job.id, "The loss is no longer finite")
    run_search(project, name)
    assert [row.state for row in experiments(project) if row.line == name] == ["failed", "done"]
    assert not [job for job in queue.list_jobs(project) if job.state == "queued"]
    best = searching.best(experiments(project), name)
    assert best is not None and best.name != "t0"


def test_that_a_stopped_trial_is_resumed(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    name = searching.begin(project, SMALL, 1)
    first = searching.advance(project, name)
    queue.mark_running(project, first.waiting[0])
    queue.mark_cancelled(project, first.waiting[0])
    assert searching.advance(project, name).waiting == first.waiting
    assert queue.next_queued(project) is None
    assert searching.resume(project, name).waiting == first.waiting
    run_search(project, name)
    assert searching.state(project, name).ended == 1


def test_that_a_training_is_given_the_median_of_the_finished_ones(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_fake_jobs_until(project, 1)
    name = searching.begin(project, SearchSpace((1e-5, 3e-5, 5e-5, 1e-4, 3e-4), (0.1,), (8,)), 5)
    scores = iter((0.1, 0.4, 0.2, 0.3))
    work = fake_engine.work

    while waiting := searching.advance(project, name).waiting:
        trial = queue.job(project, waiting[0])
        run_queue(project)
        value = next(scores, None)
        if value is not None:
            with project.session() as session:
                body = {"step": 10, "srcc": value, "n": 10}
                session.add(JobEvent(job_id=trial.id, at=0.0, kind="ValidationScore", body=body))
    assert work is fake_engine.work
    trained = [job for job in queue.list_jobs(project) if (job.line, job.stage) == (name, "train")]
    specs = [spec_from_json(project.run_folder(job.id).spec.read_text("utf-8")) for job in trained]
    limits = [spec.stop_below for spec in specs if isinstance(spec, TrainSpec)]
    assert limits == [(), (), (), (), ((10, pytest.approx(0.25)),)]


def test_that_the_same_space_is_continued_and_another_is_another_search(project: Project) -> None:
    with pytest.raises(StudioError, match="Iteration 1 has no pairs"):
        searching.begin(project, SMALL, 2)
    run_fake_jobs_until(project, 1)
    assert searching.begin(project, SMALL, 1) == searching.begin(project, SMALL, 2) == "search"
    assert searching.begin(project, SearchSpace(rank=(8,)), 2) == "search-2" == searching.latest(project)
    with pytest.raises(StudioError, match="nothing to try"):
        searching.begin(project, SearchSpace(rank=()), 2)
    with project.reader() as session:
        line = line_queries.by_name(session, "search")
        assert line is not None and line.options["trials"] == 2 and planned_stages(line) == []
