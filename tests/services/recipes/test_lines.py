"""Lines of versions beside the main one: what they are trained on, measured against, and how they are resumed."""

from __future__ import annotations

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until, set_setting
from support.pair_rows import list_pairs

from db.models import Line, Metric, ModelVersion
from db.queries import versions as version_queries
from engine.contract.context import read_jsonl
from engine.contract.specs import MergeSpec, PredictSpec, TrainSpec, spec_from_json
from studio.services.errors import StudioError
from studio.services.experiments.results import experiments
from studio.services.loop import job_facts, next_action, queue
from studio.services.loop.types import JobRow
from studio.services.projects import integrity, project_summary
from studio.services.projects.project import Project
from studio.services.recipes import discarding, lines
from studio.services.recipes.line_offers import line_choices
from studio.services.recipes.registry import RECIPES, recipe
from studio.services.recipes.self_training import EXAMINE, stage_order
from studio.services.review import review_steps
from studio.services.review.types import PairFilter
from studio.services.versions import overview, prediction, version_lifecycle, version_list
from studio.services.versions.types import MetricValue

A_LINE = ["train", *EXAMINE]
"""The stages of a line of one iteration without pairs of its own."""


def veto(project: Project, iteration: int, count: int) -> list[int]:
    """Veto so many pairs of an iteration; their ids."""
    ids = [row.id for row in list_pairs(project, PairFilter(iteration=iteration))][:count]
    review_steps.decide_all(project, ids, "veto")
    return ids


def vetoed_iterations(project: Project, iterations: int, count: int = 3) -> list[int]:
    """Run the loop, with vetoes before the training of its last iteration; the vetoed pairs."""
    job = run_fake_jobs_until(project, iterations, "train", f"iter{iterations}/score")
    assert job is not None
    vetoed = veto(project, iterations, count)
    assert run_fake_jobs_until(project, iterations) is None
    return vetoed


def run_queue(project: Project) -> None:
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)


def jobs_of(project: Project, line: str, stage: str) -> list[JobRow]:
    return [job for job in queue.list_jobs(project) if (job.line, job.stage) == (line, stage)]


def trained_on(project: Project, job: JobRow) -> set[int]:
    return {row["pair_id"] for row in read_jsonl(project.run_folder(job.id).input)}


def test_that_the_line_without_vetoes_is_trained_on_all_pairs_and_the_main_line_is_not(project: Project) -> None:
    vetoed = vetoed_iterations(project, 2)
    name = lines.start_without_vetoes(project, 2)
    run_queue(project)
    main, line = (
        {job.version_name: trained_on(project, job) for job in jobs_of(project, own, "train")} for own in ("main", name)
    )
    assert len(main["iter2/score"]) == 17 and len(line["without-vetoes/iter2/score"]) == 20
    assert line["without-vetoes/iter2/score"] - main["iter2/score"] == set(vetoed)
    assert line["without-vetoes/iter2/consistency"] - main["iter2/consistency"] == set(vetoed)
    names = [row.name for row in version_list.versions(project)]
    assert names[-3:] == [f"without-vetoes/iter2/{kind}" for kind in ("score", "consistency", "merged")]
    assert integrity.check(project) == []


def test_that_a_line_differs_from_the_main_line_in_its_pairs_only(project: Project) -> None:
    vetoed_iterations(project, 2)
    set_setting(project, "learning_rate = 0.001", "learning_rate = 0.5")
    name = lines.start_without_vetoes(project, 2)
    run_queue(project)
    for stage in ("train", "merge", "predict"):
        for main, line in zip(
            [job for job in jobs_of(project, "main", stage) if job.iteration == 2],
            jobs_of(project, name, stage),
            strict=True,
        ):
            specs = [spec_from_json(project.run_folder(job.id).spec.read_text("utf-8")) for job in (main, line)]
            if stage == "train":
                assert specs[0] == specs[1] and isinstance(specs[1], TrainSpec)
                assert specs[1].start_adapter == str(project.root / "models/iter1/score")
            elif stage == "merge":
                assert isinstance(specs[1], MergeSpec)
                models_folder = project.root / "models" / name / "iter2"
                assert specs[1].adapters == (str(models_folder / "score"), str(models_folder / "consistency"))
            else:
                assert isinstance(specs[1], PredictSpec) and name in str(specs[1].model.adapter)
    parents = {row.name: row.parents for row in version_list.versions(project)}
    assert parents["without-vetoes/iter2/score"] == ("iter1/score",)
    assert parents["without-vetoes/iter2/merged"] == (
        "without-vetoes/iter2/score",
        "without-vetoes/iter2/consistency",
    )


def test_that_a_line_is_measured_against_the_main_line_and_the_main_line_never_against_it(project: Project) -> None:
    vetoed_iterations(project, 1)
    lines.start_without_vetoes(project, 1)
    run_queue(project)
    assert run_fake_jobs_until(project, 2) is None

    def compared(version: str) -> set[str]:
        job = next(job for job in queue.list_jobs(project) if (job.stage, job.version_name) == ("measure", version))
        return {name for row in read_jsonl(project.run_folder(job.id).input) for name in row["compare"]}

    assert compared("without-vetoes/iter1/score") == {"base", "iter1/score"}
    assert compared("iter2/merged") == {"base", "iter1/score", "iter2/score", "iter2/consistency"}


def test_that_the_margins_of_the_pairs_stay_those_of_the_main_line(project: Project) -> None:
    vetoed_iterations(project, 1)
    lines.start_without_vetoes(project, 1)
    job = queue.next_queued(project)
    assert job is not None and job.stage == "train"
    queue.mark_running(project, job.id)
    folder = next_action.write_job_inputs(project, job.id)
    before = {row.id: row.margin_score for row in list_pairs(project, PairFilter())}
    folder.journal().write_text('{"pair_id": 1, "margin": 99.0}\n')
    assert next_action.ingest(project, job.id) == 1
    assert {row.id: row.margin_score for row in list_pairs(project, PairFilter())} == before


def test_that_the_verdict_of_a_line_is_its_paired_interval_against_the_main_line(project: Project) -> None:
    vetoed_iterations(project, 1)
    name = lines.start_without_vetoes(project, 1)
    (row,) = lines.list_lines(project)
    assert (row.name, row.recipe, row.iteration, row.start) == (name, "without-vetoes", 1, "base")
    assert (row.state, row.done, row.total, row.versions, row.verdict) == ("queued", 0, len(A_LINE), (), None)
    run_queue(project)
    with project.session() as session:
        version = version_queries.by_name(session, "without-vetoes/iter1/score")
        assert isinstance(version, ModelVersion)
        for metric, value, lo, hi in (("srcc_delta", -0.2, -0.3, -0.1), ("srcc_p", 0.01, None, None)):
            key = {"model_version_id": version.id, "split": "test", "name": f"{metric}:iter1/score"}
            session.add(Metric(**key, value=value, lo=lo, hi=hi, n=10))
    (row,) = lines.list_lines(project)
    assert (row.state, row.done, row.versions) == ("done", len(A_LINE), ("without-vetoes/iter1/score",))
    assert row.verdict is not None and (row.verdict.other, row.verdict.word) == ("iter1/score", "worse")
    shown = overview.OverviewReader(project).read()
    assert shown.lines == ("without-vetoes/iter1/score",) and shown.main == ("base", "iter1/score")
    assert shown.verdicts["without-vetoes/iter1/score"].delta == MetricValue(-0.2, -0.3, -0.1, 10)


def test_that_retraining_takes_the_decisions_of_now(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    with pytest.raises(StudioError, match="was trained with the current decisions"):
        lines.retrain_with_decisions(project, 1)
    vetoed = veto(project, 1, 4)
    name = lines.retrain_with_decisions(project, 1)
    run_queue(project)
    (main,), (again,) = jobs_of(project, "main", "train"), jobs_of(project, name, "train")
    assert trained_on(project, main) - trained_on(project, again) == set(vetoed)
    assert lines.retrain_with_decisions(project, 1) == "retrained-2"


def test_that_an_edited_text_is_a_reason_to_retrain(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    pair = list_pairs(project, PairFilter())[0]
    review_steps.edit(project, pair.id, "A far better text.", pair.rejected_text)
    name = lines.retrain_with_decisions(project, 1)
    run_queue(project)
    (job,) = jobs_of(project, name, "train")
    texts = {row["chosen_text"] for row in read_jsonl(project.run_folder(job.id).input)}
    assert "A far better text." in texts


def test_that_a_line_that_could_only_repeat_the_main_line_is_refused(project: Project) -> None:
    with pytest.raises(StudioError, match="Iteration 1 is not trained on the main line"):
        lines.start_without_vetoes(project, 1)
    run_fake_jobs_until(project, 1)
    with pytest.raises(StudioError, match="No pair of iteration 1 was excluded"):
        lines.start_without_vetoes(project, 1)
    with pytest.raises(StudioError, match="Iteration 0 cannot be trained"):
        lines.start_without_vetoes(project, 0)
    with pytest.raises(StudioError, match=r"no recipe 'bake'.*without-vetoes, retrained"):
        lines.start_line(project, "bake", 1)
    assert lines.list_lines(project) == []


def test_that_a_line_whose_base_model_is_gone_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    vetoed_iterations(project, 1)
    monkeypatch.setattr("studio.services.base_models.hub_models.has_to_be_fetched", lambda *_: True)
    with pytest.raises(StudioError, match=r"some/model is not on this machine.*score-studio download some/model"):
        lines.start_without_vetoes(project, 1)


def test_that_both_lines_can_wait_in_the_queue_together(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    veto(project, 1, 2)
    with pytest.raises(StudioError, match="has not been trained yet"):
        lines.retrain_with_decisions(project, 1)
    name = lines.start_without_vetoes(project, 1)
    order = [(row.line, row.stage) for row in queue.list_jobs(project) if row.state == "queued"]
    assert order == [
        *(("main", stage) for stage in A_LINE),
        *((name, stage) for stage in A_LINE),
    ]
    queue.mark_running(project, job.id)
    queue.mark_failed(project, job.id, "It broke.")
    run_queue(project)
    waiting = {row.title: row.waits_for for row in queue.list_jobs(project) if row.state == "queued"}
    assert waiting[f"Measure {name}/iter1/score"] == "Train iter1/score"
    assert lines.list_lines(project)[0].done == len(A_LINE) - 1


def test_that_a_stopped_line_is_resumed(project: Project) -> None:
    vetoed_iterations(project, 1)
    name = lines.start_without_vetoes(project, 1)
    job = queue.next_queued(project)
    assert job is not None
    queue.mark_running(project, job.id)
    queue.mark_failed(project, job.id, "It broke.")
    assert lines.list_lines(project)[0].state == "failed"
    assert next_action.enqueue_next(project, 1) == [], "the main line is done"
    assert len(lines.resume_line(project, name)) == len(A_LINE)
    run_queue(project)
    assert lines.resume_line(project, name) == [] and lines.list_lines(project)[0].state == "done"
    with pytest.raises(StudioError, match=r"no line 'x'.*without-vetoes"):
        lines.resume_line(project, "x")


def test_that_a_deleted_version_of_a_line_is_made_anew_by_resuming_it(project: Project) -> None:
    vetoed_iterations(project, 1)
    name = lines.start_without_vetoes(project, 1)
    run_queue(project)
    version_lifecycle.delete(project, f"{name}/iter1/score")
    assert len(lines.resume_line(project, name)) == len(A_LINE)
    run_queue(project)
    assert version_list.version(project, f"{name}/iter1/score").line == name


def test_that_the_main_line_goes_on_as_if_there_were_no_other(project: Project) -> None:
    vetoed_iterations(project, 1)
    lines.start_without_vetoes(project, 1)
    run_queue(project)
    assert (next_action.next_action(project, 2).kind, next_action.next_action(project, 2).iteration) == (
        "run_iteration",
        2,
    )
    assert [stage.line for stage in next_action.plan(project, 2)] == ["main"] * len(list(stage_order(2)))
    assert run_fake_jobs_until(project, 2) is None
    assert version_list.version(project, "iter2/score").parents == ("iter1/score",)


def test_that_what_takes_the_newest_version_takes_the_main_lines(project: Project) -> None:
    vetoed_iterations(project, 1)
    name = lines.start_without_vetoes(project, 1)
    run_queue(project)
    assert prediction.newest_final(project).name == "iter1/score"
    assert project_summary.summarise(project.root).srcc_of == "iter1/score"
    assert prediction.predictor(project, f"{name}/iter1/score").spec.model.adapter is not None
    kept = version_list.version(project, f"{name}/iter1/score").hyperparameters["recipe"]
    assert kept == {"start": "base", "pairs_line": "main", "vetoes": False}
    assert "recipe" not in version_list.version(project, "iter1/score").hyperparameters


def test_that_every_recipe_is_found_by_its_name() -> None:
    assert [recipe(one.name) for one in RECIPES] == list(RECIPES)
    assert all(one.title and one.description.endswith("?") for one in RECIPES)


def test_that_a_line_has_steps_of_its_own(project: Project) -> None:
    vetoed_iterations(project, 2)
    name = lines.start_without_vetoes(project, 2)
    names = [step.name for step in job_facts.steps(project, 2, name)]
    assert names == ["train score", "train consistency", "merge", "predict", "judge", "measure"]
    assert {step.state for step in job_facts.steps(project, 2, name)} == {"queued"}
    assert {step.state for step in job_facts.steps(project, 2)} == {"done"}


def test_that_a_line_can_branch_from_any_version(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    name = lines.start_line(project, "retrained", 2, "base")
    assert lines.list_lines(project)[0].start == "base"
    other = lines.start_line(project, "retrained", 1, "iter2/merged")
    run_queue(project)
    parents = {row.name: row.parents for row in version_list.versions(project)}
    assert parents[f"{name}/iter2/score"] == ("base",)
    assert parents[f"{other}/iter1/score"] == ("iter2/merged",)
    with pytest.raises(StudioError, match=r"no version 'iter9/score' to start from.*iter2/merged"):
        lines.start_line(project, "retrained", 2, "iter9/score")
    deeper = lines.start_line(project, "retrained", 1, f"{other}/iter1/score")
    run_queue(project)
    assert version_list.version(project, f"{deeper}/iter1/score").parents == (f"{other}/iter1/score",)
    with pytest.raises(StudioError, match=f"the line {deeper} depends on it"):
        discarding.discard_line(project, other)
    assert integrity.check(project) == []


def test_that_a_line_by_a_recipe_of_a_newer_program_neither_stops_the_pages_nor_is_offered(project: Project) -> None:
    with project.session() as session:
        session.add(Line(name="later", recipe="of a newer program", iteration=1, start="base"))
    assert line_choices(project).unfinished == () and overview.OverviewReader(project).read().lines == ()
    assert all(row.line != "later" for row in experiments(project))
