"""A project whose scores are errors is the mirror image of one with scores: same labels, same metrics, own scale."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import fake_engine
from support.fake_engine import run_fake_jobs_until, write_table

from db.models import Image, ModelVersion
from engine.contract.context import ListContext, read_jsonl
from engine.contract.specs import MeasureSpec, ProbeSpec, TrainSpec, spec_from_json
from engine.stages import measure
from studio.services.experiments import searching
from studio.services.experiments.types import SearchSpace
from studio.services.exports.model_card import model_card
from studio.services.exports.model_card_facts import card_facts
from studio.services.exports.scoring_recipe import read_recipe, write_recipe
from studio.services.images.browsing import load_index, select
from studio.services.images.types import ImageFilter, ImageSort
from studio.services.loop import next_action, queue
from studio.services.probing import probe_runs
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.projects.status import status
from studio.services.reports.data_part import data_section
from studio.services.reports.types import ReportTable
from studio.services.versions.prediction import predictor

SPLITS = {"train": 40, "val": 60, "test": 30}
TOP = 100.0


@pytest.fixture(scope="module", autouse=True)
def really_measured() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fake_engine, "_ACTED", ("generate", "predict", "judge"))
        yield


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Project]]:
    """Two projects with the same images and answers: one with scores, one with their distance from the best."""
    folder = tmp_path_factory.mktemp("mirrored")
    opened = []
    for column, sign, offset in (("score", 1.0, 0.0), ("dmos", -1.0, TOP)):
        names = [(f"{split}/{index}.png", split) for split, count in SPLITS.items() for index in range(count)]
        values = [offset + sign * ((number * 7) % 10 + (number % 13) / 8) for number in range(len(names))]
        rows = [f"{name},{value!r},{split}" for (name, split), value in zip(names, values, strict=True)]
        images, table = write_table(folder / column, [f"image,{column},split", *rows], [name for name, _ in names])
        root = folder / column / "project"
        create_and_open.create_project(root, images=images, scores=table, model="some/model", preset="demo")
        opened.append(create_and_open.open_project(root, exclusive=True))
        run_fake_jobs_until(opened[-1], 1)
    yield opened[0], opened[1]
    for project in opened:
        project.close()


def spec_of(project: Project, stage: str, version: str) -> object:
    job = next(job for job in queue.list_jobs(project) if (job.stage, job.version_name) == (stage, version))
    return spec_from_json(project.run_folder(job.id).spec.read_text("utf-8"))


def reference(project: Project, version: str) -> list[float]:
    with project.reader() as session:
        calibration = session.query(ModelVersion).filter_by(name=version).one().calibration
    assert calibration is not None
    return [float(value) for value in calibration["reference"]]


def test_that_labels_are_the_same_and_scores_keep_their_scale(mirrored: tuple[Project, Project]) -> None:
    found = []
    for project in mirrored:
        with project.reader() as session:
            found.append({image.path: (image.bin, image.mean_score) for image in session.query(Image)})
    higher, lower = found
    assert [bin for bin, _ in lower.values()] == [bin for bin, _ in higher.values()]
    assert all(lower[path][1] == pytest.approx(TOP - score) for path, (_, score) in higher.items())
    best = min(lower.values(), key=lambda one: one[1])
    assert best[0] == 9


def test_that_metrics_are_the_same_and_predicted_scores_are_on_the_projects_scale(
    mirrored: tuple[Project, Project],
) -> None:
    higher, lower = mirrored
    told = [status(project) for project in mirrored]
    assert [one["lower_is_better"] for one in told] == [False, True]
    for first, second in zip(told[0]["versions"], told[1]["versions"], strict=True):
        for name in ("srcc", "plcc", "rmse"):
            # Equal answers get scores that differ in their last bits, which breaks ties of ranks by chance.
            assert second["metrics"][name] == pytest.approx(first["metrics"][name], abs=5e-3), name
            assert second["validation"][name] == pytest.approx(first["validation"][name], abs=5e-3), name
            assert first["metrics"]["srcc"] > 0.9
    for version in ("base", "iter1/score"):
        assert reference(lower, version) == pytest.approx([TOP - value for value in reference(higher, version)])
    logprobs = [0.0 if label == 9 else -40.0 for label in range(10)]
    assert predictor(lower, None).score(logprobs) == pytest.approx(TOP - predictor(higher, None).score(logprobs))
    assert predictor(lower, None).lower_is_better and not predictor(higher, None).lower_is_better


def test_that_the_read_out_warns_alike_on_both_scales(mirrored: tuple[Project, Project]) -> None:
    warnings = []
    for project in mirrored:
        job = next(job for job in queue.list_jobs(project) if (job.stage, job.version_name) == ("measure", "base"))
        folder = project.run_folder(job.id)
        spec = spec_from_json(folder.spec.read_text("utf-8"))
        assert isinstance(spec, MeasureSpec) and spec.lower_is_better is (project is mirrored[1])
        (row,) = read_jsonl(folder.journal())
        warnings.append(row["calibration"]["warning"])
        assert measure.run(spec, ListContext(folder, [])) is not None
    higher, lower = warnings
    pairs = [text.partition("label: ")[2].count(";") for text in warnings]
    assert bool(higher) == bool(lower) and pairs[0] == pairs[1]
    assert not lower or "do not fall with the label" in lower


def test_that_a_search_and_a_probe_know_which_scores_are_better(mirrored: tuple[Project, Project]) -> None:
    watched = []
    for project in mirrored:
        name = searching.begin(project, SearchSpace((1e-4,), (0.1,), (8,)), 1)
        searching.advance(project, name)
        job = next(job for job in queue.list_jobs(project) if job.line == name and job.stage == "train")
        queue.mark_running(project, job.id)
        spec = spec_from_json(next_action.write_job_inputs(project, job.id).spec.read_text("utf-8"))
        queue.mark_interrupted(project, job.id)
        assert isinstance(spec, TrainSpec)
        watched.append([score for _, score in spec.watched])
    assert watched[1] == pytest.approx([score - TOP for score in watched[0]]), "more is better in both"
    for project in mirrored:
        for job_id in probe_runs.enqueue(project, ["base"], project.settings):
            queue.mark_running(project, job_id)
            spec = spec_from_json(next_action.write_job_inputs(project, job_id).spec.read_text("utf-8"))
            queue.mark_interrupted(project, job_id)
            assert isinstance(spec, ProbeSpec) and spec.lower_is_better is (project is mirrored[1])


@pytest.mark.child  # matplotlib asks for the fonts
def test_that_an_export_and_a_report_say_which_scores_are_better(
    mirrored: tuple[Project, Project], tmp_path: Path
) -> None:
    for project in mirrored:
        facts = card_facts(project, "iter1/score", "adapter", None)
        lower = project is mirrored[1]
        assert facts.recipe.lower_is_better is lower
        assert ("Lower scores are better: label 9 is for the lowest ones." in model_card(facts)) is lower
        write_recipe(tmp_path, facts.recipe)
        assert read_recipe(tmp_path) == facts.recipe
        body = json.loads((tmp_path / "score_studio.json").read_text("utf-8"))
        del body["lower_is_better"]
        (tmp_path / "score_studio.json").write_text(json.dumps(body), "utf-8")
        assert not read_recipe(tmp_path).lower_is_better, "of an export before this was known"
        section = data_section(project)
        (table,) = (part for part in section.blocks if isinstance(part, ReportTable) and part.file == "labels")
        (_, worst_from, worst_below, worst_mean, *_), (_, best_from, best_below, best_mean, *_) = (
            table.rows[0],
            table.rows[9],
        )
        assert [worst_from == "", worst_below == "", best_from == "", best_below == ""] == [
            not lower, lower, lower, not lower,
        ]  # fmt: skip
        assert isinstance(best_mean, float) and isinstance(worst_mean, float) and (best_mean < worst_mean) is lower
        assert ("Lower scores are better" in str(section.blocks[0])) is lower


def test_that_the_images_page_knows_on_which_side_the_best_are(mirrored: tuple[Project, Project]) -> None:
    for project in mirrored:
        histogram = select(project, load_index(project), ImageFilter(), ImageSort()).histogram
        assert histogram.lower_is_better is (project is mirrored[1])
        assert list(histogram.bin_edges) == sorted(histogram.bin_edges)
