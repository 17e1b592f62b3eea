"""Ablations and variations: which jobs they are, with which settings, and what they are compared with."""

from __future__ import annotations

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until

from db.queries import versions as version_queries
from engine.contract.specs import GenerateSpec, MergeSpec, StageSpec, TrainSpec, spec_from_json
from studio.services.errors import StudioError
from studio.services.experiments import catalogue
from studio.services.experiments.results import experiments
from studio.services.experiments.types import ExperimentRow
from studio.services.loop import queue
from studio.services.projects import integrity
from studio.services.projects.project import Project
from studio.services.recipes import discarding, lines
from studio.services.recipes.registry import recipe
from studio.services.versions import version_list
from studio.services.versions.overview import OverviewReader


def run_queue(project: Project) -> None:
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)


def spec_of(project: Project, stage: str, version: str | None, line: str | None = None) -> StageSpec:
    (job,) = [
        job
        for job in queue.list_jobs(project)
        if (job.stage, job.version_name) == (stage, version) and line in (None, job.line)
    ]
    return spec_from_json(project.run_folder(job.id).spec.read_text("utf-8"))


def rows_of(project: Project) -> dict[str, ExperimentRow]:
    return {row.version: row for row in experiments(project)}


def compared(project: Project, version: str) -> set[str]:
    names = version_list.version(project, version).metrics
    return {name.partition(":")[2] for name in names if name.startswith("srcc_delta:")}


@pytest.mark.parametrize(("name", "objective"), [("sft-score", "score"), ("sft-score-text", "answer")])
def test_that_a_supervised_ablation_is_trained_like_the_first_iteration_but_for_its_objective(
    project: Project, name: str, objective: str
) -> None:
    run_fake_jobs_until(project, 2)
    assert catalogue.start(project, name) == name
    run_queue(project)
    own, main = (spec_of(project, "train", version) for version in (f"{name}/iter1/score", "iter1/score"))
    assert isinstance(own, TrainSpec) and isinstance(main, TrainSpec)
    assert (own.objective, main.objective, own.start_adapter) == (objective, "preference", None)
    assert {field for field in TrainSpec.__slots__ if getattr(own, field) != getattr(main, field)} == {"objective"}
    assert compared(project, f"{name}/iter1/score") >= {"base", "iter1/score", "iter2/merged"}
    row = rows_of(project)[f"{name}/iter1/score"]
    assert (row.group, row.state, row.main) == ("ablation", "done", False)
    assert row.verdict is not None and row.verdict.other == "iter2/merged"
    assert integrity.check(project) == []


def test_that_dpo_once_merges_the_first_score_adapter_with_its_own_consistency_adapter(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    catalogue.start(project, "dpo-once")
    run_queue(project)
    trained = spec_of(project, "train", "dpo-once/iter1/consistency")
    merged = spec_of(project, "merge", "dpo-once/iter1/merged")
    assert isinstance(trained, TrainSpec) and isinstance(merged, MergeSpec)
    assert (trained.train_kind, trained.start_adapter, trained.iteration) == ("consistency", None, 1)
    assert [adapter.partition("models/")[2] for adapter in merged.adapters] == [
        "iter1/score",
        "dpo-once/iter1/consistency",
    ]
    version = version_list.version(project, "dpo-once/iter1/merged")
    assert version.parents == ("iter1/score", "dpo-once/iter1/consistency")
    (line,) = lines.list_lines(project)
    assert line.state == "done" and line.verdict is not None and line.verdict.other == "iter2/merged"
    overview = OverviewReader(project).read()
    assert overview.lines == ("dpo-once/iter1/merged",)
    assert overview.verdicts["dpo-once/iter1/merged"].other == "iter2/merged"


def test_that_the_first_version_of_a_line_that_is_merged_cannot_be_discarded_alone(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    catalogue.start(project, "dpo-once")
    run_queue(project)
    assert any("dpo-once" in holder for holder in discarding.preview(project, "iter1").holders)


def test_that_a_finished_experiment_is_kept_and_a_stopped_one_resumed(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    catalogue.start(project, "sft-score")
    job = queue.next_queued(project)
    assert job is not None
    queue.mark_running(project, job.id)
    queue.mark_interrupted(project, job.id)
    assert rows_of(project)["sft-score/iter1/score"].state == "interrupted"
    assert catalogue.start(project, "sft-score") == "sft-score"
    run_queue(project)
    count = len(queue.list_jobs(project))
    assert catalogue.start(project, "sft-score") == "sft-score"
    assert len(queue.list_jobs(project)) == count and len(lines.list_lines(project)) == 1


def test_that_an_exclusion_radius_has_pairs_of_its_own(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    name = catalogue.start(project, "radius-1")
    run_queue(project)
    own, main = (spec_of(project, "generate", None, line) for line in (name, "main"))
    assert isinstance(own, GenerateSpec) and isinstance(main, GenerateSpec)
    assert (own.exclusion_radius, main.exclusion_radius) == (1, 2)
    assert rows_of(project)["radius-1/iter1/score"].changes == {"pairs.exclusion_radius": 1}
    with pytest.raises(StudioError, match=r"has these settings itself.*\"exclusion_radius\": 2"):
        catalogue.start(project, "radius-2")


def test_that_a_fresh_start_is_trained_on_the_same_pairs(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    name = catalogue.start(project, "start-fresh")
    run_queue(project)
    own, main = (spec_of(project, "train", version) for version in (f"{name}/iter2/score", "iter2/score"))
    assert isinstance(own, TrainSpec) and isinstance(main, TrainSpec)
    assert own.start_adapter is None and main.start_adapter is not None
    assert rows_of(project)["start-fresh/iter2/merged"].verdict is not None
    with pytest.raises(StudioError, match="start cannot repeat iteration 1"):
        catalogue.start(project, "start-fresh", 1)
    with pytest.raises(StudioError, match="itself"):
        catalogue.start(project, "start-previous")


def test_that_experiments_need_a_trained_iteration(project: Project) -> None:
    with pytest.raises(StudioError, match="Iteration 1 is not trained"):
        catalogue.start(project, "sft-score")
    with pytest.raises(StudioError, match="no experiment 'sft'"):
        catalogue.start(project, "sft")


def test_that_a_line_continues_from_any_version(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    name = lines.start_line(project, "continued", 3, "iter2/score")
    run_queue(project)
    made = [row.name for row in version_list.versions(project) if row.line == name]
    assert made == [f"continued/iter3/{kind}" for kind in ("score", "consistency", "merged")]
    with project.reader() as session:
        row = version_queries.by_name(session, "continued/iter3/score")
        assert row is not None and row.parents == ["iter2/score"]


def test_that_only_recipes_of_the_menu_have_an_action() -> None:
    assert [name for name in ("without-vetoes", "retrained") if recipe(name).in_menu] == ["without-vetoes", "retrained"]
    assert not any(one.recipe.in_menu for one in catalogue.EXPERIMENTS)
