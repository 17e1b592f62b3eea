"""The loop: order of stages, specs, inputs, the review gate, resuming."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until, set_setting
from support.pair_rows import training_pairs

from db.models import WORD_TONE, Image, Job, Judgement, ModelVersion, Prediction
from engine.contract import artifacts, hub_cache
from engine.contract.context import read_jsonl
from engine.contract.specs import GenerateSpec, MergeSpec, StageSpec, TrainSpec, spec_from_json
from studio.services.errors import StudioError
from studio.services.loop import next_action, queue
from studio.services.projects import integrity
from studio.services.projects.project import Project
from studio.services.recipes.self_training import EXAMINE, stage_order
from studio.services.review import review_steps
from studio.services.versions import version_list


def spec(project: Project, stage: str, version: str | None, iteration: int) -> StageSpec:
    found = [
        job
        for job in queue.list_jobs(project)
        if (job.stage, job.version_name, job.iteration) == (stage, version, iteration)
    ]
    return spec_from_json(project.run_folder(found[-1].id).spec.read_text())


def train_spec(project: Project, version: str) -> TrainSpec:
    found = spec(project, "train", version, int(version[4]))
    assert isinstance(found, TrainSpec)
    return found


def test_that_the_stages_come_in_the_papers_order(project: Project) -> None:
    plan = [(stage.stage, stage.version_name) for stage in next_action.plan(project, 2)]
    new = ("iter2/score", "iter2/consistency", "iter2/merged")
    assert plan == [
        *((stage, "base") for stage in EXAMINE),
        ("generate", None),
        ("train", "iter1/score"),
        *((stage, "iter1/score") for stage in EXAMINE),
        ("generate", None),
        ("train", "iter2/score"),
        ("train", "iter2/consistency"),
        ("merge", "iter2/merged"),
        *((stage, version) for version in new for stage in EXAMINE),
    ]


def test_that_queueing_again_changes_nothing_and_more_iterations_are_appended(project: Project) -> None:
    first = next_action.enqueue_next(project, 1)
    assert next_action.enqueue_next(project, 1) == first
    assert next_action.enqueue_next(project, 2)[: len(first)] == first
    assert len(queue.list_jobs(project)) == len(list(stage_order(2)))


def test_that_three_iterations_make_all_versions_with_their_parents(finished: Project) -> None:
    parents = {row.name: row.parents for row in version_list.versions(finished)}
    assert parents == {
        "base": (),
        "iter1/score": ("base",),
        "iter2/score": ("iter1/score",),
        "iter2/consistency": ("iter1/score",),
        "iter2/merged": ("iter2/score", "iter2/consistency"),
        "iter3/score": ("iter2/merged",),
        "iter3/consistency": ("iter2/merged",),
        "iter3/merged": ("iter3/score", "iter3/consistency"),
    }


def test_that_nothing_is_left_to_do_on_a_finished_project(finished: Project) -> None:
    assert all(stage.done for stage in next_action.plan(finished, 3))
    assert next_action.next_action(finished, 3).kind == "done"
    assert next_action.enqueue_next(finished, 3) == []
    assert integrity.check(finished) == []


def test_that_the_learning_rate_decays_from_one_iteration_to_the_next(finished: Project) -> None:
    score = [train_spec(finished, f"iter{k}/score").learning_rate for k in (1, 2, 3)]
    consistency = [train_spec(finished, f"iter{k}/consistency").learning_rate for k in (2, 3)]
    assert score == pytest.approx([1e-3, 0.8e-3, 0.64e-3])
    assert consistency == pytest.approx([0.64e-3, 0.512e-3])


def test_that_training_starts_from_the_previous_final_adapter_and_never_from_it_as_model(finished: Project) -> None:
    models = finished.root / "models"
    assert train_spec(finished, "iter1/score").start_adapter is None
    assert train_spec(finished, "iter2/score").start_adapter == str(models / "iter1/score")
    assert train_spec(finished, "iter3/consistency").start_adapter == str(models / "iter2/merged")
    assert train_spec(finished, "iter3/score").model.adapter is None


def test_that_a_fresh_start_has_no_start_adapter_and_the_base_as_parent(project: Project) -> None:
    set_setting(project, 'start_from = "previous"', 'start_from = "fresh"')
    run_fake_jobs_until(project, 2)
    assert train_spec(project, "iter2/score").start_adapter is None
    assert version_list.version(project, "iter2/score").parents == ("base",)


def test_that_pairs_are_generated_by_the_previous_final_version(finished: Project) -> None:
    adapters = []
    for k in (1, 2, 3):
        found = spec(finished, "generate", None, k)
        assert isinstance(found, GenerateSpec)
        adapters.append(found.model.adapter)
    models = finished.root / "models"
    assert adapters == [None, str(models / "iter1/score"), str(models / "iter2/merged")]


def test_that_the_score_and_the_consistency_adapter_are_merged(finished: Project) -> None:
    found = spec(finished, "merge", "iter2/merged", 2)
    assert isinstance(found, MergeSpec)
    assert found.adapters == tuple(str(finished.root / "models/iter2" / kind) for kind in ("score", "consistency"))


def test_that_validation_and_test_images_never_get_into_pairs_or_training(finished: Project) -> None:
    with finished.reader() as session:
        train = {image.id for image in session.query(Image).filter_by(split="train")}
        paths = {str(finished.images_root() / image.path) for image in session.query(Image).filter_by(split="train")}
    for job in queue.list_jobs(finished):
        rows = list(read_jsonl(finished.run_folder(job.id).input))
        if job.stage == "generate":
            assert {row["image_id"] for row in rows} == train
        if job.stage == "train":
            assert {row["path"] for row in rows} == paths


def test_that_a_pair_of_another_split_is_not_trained_on_even_if_it_is_there(project: Project) -> None:
    run_fake_jobs_until(project, 1, "train")
    with project.session() as session:
        moved = session.query(Image).filter_by(split="train").first()
        assert moved is not None
        moved.split, path = "val", moved.path
    assert all(not row["path"].endswith(path) for row in training_pairs(project, 1, "score"))


def test_that_fractions_are_seeded_and_nested(project: Project) -> None:
    set_setting(project, "train_fraction = 1.0", "train_fraction = 0.5")
    set_setting(project, "fraction = 1.0 # share of the pairs", "fraction = 0.3 # share of the pairs")
    run_fake_jobs_until(project, 2, "train", "iter2/score")
    score = {row["pair_id"] for row in training_pairs(project, 2, "score")}
    consistency = {row["pair_id"] for row in training_pairs(project, 2, "consistency")}
    assert (len(score), len(consistency)) == (10, 3)
    assert consistency < score
    assert consistency == {row["pair_id"] for row in training_pairs(project, 2, "consistency")}


def test_that_vetoed_pairs_are_left_out_of_the_training_that_they_were_vetoed_for(project: Project) -> None:
    run_fake_jobs_until(project, 1, "train")
    ids = [row["pair_id"] for row in training_pairs(project, 1, "score")]
    review_steps.decide(project, ids[0], "veto")
    review_steps.decide(project, ids[1], "veto", scope="consistency")
    review_steps.decide(project, ids[2], "veto", scope="score")
    review_steps.decide(project, ids[3], "keep")
    score = [row["pair_id"] for row in training_pairs(project, 1, "score")]
    consistency = [row["pair_id"] for row in training_pairs(project, 1, "consistency")]
    assert (score, consistency) == ([ids[1], *ids[3:]], ids[2:])


def test_that_a_resumed_training_keeps_the_pairs_that_it_began_with(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    queue.mark_running(project, job.id)
    before = next_action.write_job_inputs(project, job.id).input.read_bytes()
    checkpoint = project.run_folder(job.id).checkpoints / "checkpoint-2"
    checkpoint.mkdir(parents=True)
    artifacts.seal(checkpoint)
    queue.mark_interrupted(project, job.id)
    review_steps.decide(project, training_pairs(project, 1, "score")[0]["pair_id"], "veto")
    assert next_action.enqueue_next(project, 1)[0] == job.id
    assert next_action.write_job_inputs(project, job.id).input.read_bytes() == before


def test_that_training_without_a_pair_left_is_refused(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    for row in training_pairs(project, 1, "score"):
        review_steps.decide(project, row["pair_id"], "veto")
    with pytest.raises(StudioError, match=r"no pairs to train iter1/score on.*veto"):
        next_action.write_job_inputs(project, job.id)


def test_that_predictions_explain_the_test_images_only(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "predict")
    assert job is not None
    rows = list(read_jsonl(next_action.write_job_inputs(project, job.id).input))
    with project.reader() as session:
        splits = {image.id: image.split for image in session.query(Image)}
    assert [row["explain"] for row in rows] == [splits[row["image_id"]] == "test" for row in rows]
    assert {splits[row["image_id"]] for row in rows} == {"val", "test"}


def test_that_measuring_compares_with_all_earlier_versions(project: Project) -> None:
    job = run_fake_jobs_until(project, 2, "measure", "iter2/score")
    assert job is not None
    rows = list(read_jsonl(next_action.write_job_inputs(project, job.id).input))
    assert {tuple(row["compare"]) for row in rows} == {("base", "iter1/score")}
    tests = [row for row in rows if row["split"] == "test"]
    assert len(tests) == 10 and {tuple(row["compare_answers"]) for row in tests} == {("base", "iter1/score")}
    assert all(row["compare_answers"]["base"]["text"] == "Sharp." == row["text"] for row in tests)
    assert all(row["judged"] == {} for row in rows), "the estimate from words is no judge"


def test_that_measuring_reads_the_grades_of_every_judge_and_never_the_estimate(project: Project) -> None:
    job = run_fake_jobs_until(project, 1, "measure", "iter1/score")
    assert job is not None
    with project.session() as session:
        found = session.query(Judgement).join(Prediction).join(ModelVersion)
        given = {name: found.filter(ModelVersion.name == name).first() for name in ("base", "iter1/score")}
        for name, grade in (("base", 1), ("iter1/score", None)):
            one = given[name]
            assert one is not None and one.judge == WORD_TONE
            session.add(
                Judgement(prediction_id=one.prediction_id, judge="gpt@there", consistency=grade, raw="", reason="")
            )
    rows = list(read_jsonl(next_action.write_job_inputs(project, job.id).input))
    failed = {"consistency": None, "usefulness": None, "general": None}
    assert [row["judged"] for row in rows if row["judged"]] == [{"gpt@there": failed}], "asked, but without a grade"
    graded = [row["compare_judged"]["base"] for row in rows if row["compare_judged"].get("base")]
    assert graded == [{"gpt@there": failed | {"consistency": 1}}]


def test_that_the_review_gate_holds_training_until_it_is_approved(project: Project) -> None:
    next_action.enqueue_next(project, 2, review=True)
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
    assert [job.stage for job in queue.list_jobs(project)] == [*EXAMINE, "generate"]
    action = next_action.next_action(project, 2)
    assert (action.kind, action.iteration) == ("review", 1)
    assert next_action.enqueue_next(project, 2, review=True) == []
    next_action.approve_review(project, 1)
    assert len(next_action.enqueue_next(project, 2, review=True)) == len(["train", *EXAMINE, "generate"])
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
    assert next_action.next_action(project, 2).iteration == 2


def test_that_a_stopped_job_begins_anew_when_its_settings_changed_and_goes_on_when_others_did(
    project: Project,
) -> None:
    job = run_fake_jobs_until(project, 1, "train")
    assert job is not None
    queue.mark_running(project, job.id)
    next_action.write_job_inputs(project, job.id)
    queue.mark_failed(project, job.id, "out of memory")
    set_setting(project, "bootstrap = 1000", "bootstrap = 50")
    assert next_action.enqueue_next(project, 1)[0] == job.id
    queue.cancel_queued(project, job.id)
    set_setting(project, "rank = 16", "rank = 8")
    replaced = next_action.enqueue_next(project, 1)[0]
    assert replaced != job.id
    assert queue.job(project, job.id).state == "cancelled"
    following = queue.next_queued(project)
    assert following is not None and following.id == replaced
    next_action.write_job_inputs(project, replaced)
    assert train_spec(project, "iter1/score").lora.rank == 8


def test_that_a_queued_job_keeps_its_settings_until_the_next_run_gives_it_new_ones(project: Project) -> None:
    next_action.enqueue_next(project, 1)
    set_setting(project, "learning_rate = 0.001", "learning_rate = 0.5")
    while (job := queue.next_queued(project)) is not None and job.stage != "train":
        run_fake_job(project, job)
    assert job is not None
    with project.reader() as session:
        assert session.get_one(Job, job.id).config["training"]["learning_rate"] == pytest.approx(1e-3)
    next_action.enqueue_next(project, 1)
    next_action.write_job_inputs(project, job.id)
    assert train_spec(project, "iter1/score").learning_rate == pytest.approx(0.5)


def test_that_another_base_model_is_refused_once_a_stage_is_done(project: Project, tmp_path: Path) -> None:
    next_action.enqueue_next(project, 1)
    set_setting(project, "some/model", "other/model")
    next_action.enqueue_next(project, 1)
    run_fake_jobs_until(project, 0, "judge")
    set_setting(project, "other/model", "some/model")
    with pytest.raises(StudioError, match=r"'some/model', but 'Predict with base' was done with 'other/model'"):
        next_action.enqueue_next(project, 1)
    set_setting(project, "some/model", str(tmp_path))
    with pytest.raises(StudioError, match="was done with 'other/model'"):
        next_action.enqueue_next(project, 1)
    shutil.rmtree(hub_cache.repository("other/model"))
    assert next_action.enqueue_next(project, 1), "a folder for a hub model that is not here any more may be that model"


def test_that_the_next_action_follows_what_happens(project: Project) -> None:
    assert next_action.next_action(project).kind == "run_base"
    job = run_fake_jobs_until(project, 0)
    assert job is None
    assert (next_action.next_action(project).kind, next_action.next_action(project).iteration) == ("run_iteration", 1)
    (first, *_) = next_action.enqueue_next(project, 1)
    assert next_action.next_action(project).kind == "resume"
    queue.mark_running(project, first)
    assert next_action.next_action(project).kind == "running"
    queue.mark_cancelled(project, first)
    assert next_action.next_action(project).kind == "resume"


def test_that_jobs_run_in_plan_order_after_one_was_replaced(project: Project) -> None:
    job = run_fake_jobs_until(project, 2, "generate")
    assert job is not None
    queue.cancel_queued(project, job.id)
    set_setting(project, "exclusion_radius = 2", "exclusion_radius = 1")
    next_action.enqueue_next(project, 2)
    planned = [stage for stage in next_action.plan(project, 2) if not stage.done]
    with project.reader() as session:
        queued = session.query(Job).filter_by(state="queued").order_by(Job.position, Job.id).all()
        assert [row.title for row in queued] == [stage.title for stage in planned]
        assert all(first.position < second.position for first, second in pairwise(queued))
