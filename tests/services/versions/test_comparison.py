"""Versions side by side and what the Overview tells of them."""

from __future__ import annotations

import json
import math

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until, set_setting

from db.models import Metric, ModelVersion, Prediction
from studio.services.errors import StudioError
from studio.services.experiments import merging
from studio.services.loop import queue
from studio.services.projects.project import Project
from studio.services.versions import version_list
from studio.services.versions.comparison import contrast, texts
from studio.services.versions.overview import OverviewReader, distribution
from studio.services.versions.types import ColumnOrder

THREE = ["base", "iter1/score", "iter2/merged"]


@pytest.fixture
def twice(project: Project) -> Project:
    """Two finished iterations."""
    run_fake_jobs_until(project, 2)
    return project


def set_scores(project: Project, image_id: int, **scores: float | None) -> None:
    with project.session() as session:
        for version, score in zip(THREE, scores.values(), strict=True):
            row = (
                session.query(Prediction)
                .join(ModelVersion)
                .filter(ModelVersion.name == version, Prediction.image_id == image_id)
            ).one()
            row.score = score


def test_that_rows_come_in_the_order_asked_for(twice: Project) -> None:
    every = contrast(twice, THREE).rows
    assert len(every) == 10 and all(len(row.scored) == 3 for row in every)
    changed, apart, wrong, unknown = (every[place].image_id for place in (3, 4, 5, 6))
    set_scores(twice, changed, a=10.0, b=10.0, c=60.0)
    set_scores(twice, apart, a=10.0, b=-30.0, c=50.0)
    set_scores(twice, wrong, a=100.0, b=100.0, c=100.0)
    set_scores(twice, unknown, a=None, b=None, c=None)
    assert [row.image_id for row in contrast(twice, THREE, "change").rows[:2]] == [changed, apart]
    assert contrast(twice, THREE, "disagreement").rows[0].image_id == apart
    assert contrast(twice, THREE, "error").rows[0].image_id == wrong
    assert contrast(twice, THREE, "change").rows[-1].image_id == unknown
    names = [row.image_name for row in contrast(twice, THREE, "name").rows]
    assert names == sorted(names)
    assert (contrast(twice, THREE).lowest, contrast(twice, THREE).highest) == (-30.0, 100.0)


def test_that_rows_are_sorted_by_signed_change_of_the_error_and_by_any_column(twice: Project) -> None:
    every = contrast(twice, THREE).rows
    truth = {row.image_id: row.truth for row in every}
    better, worse, overshot, unknown = (every[place].image_id for place in (2, 3, 4, 5))
    set_scores(twice, better, a=truth[better] + 8, b=0.0, c=truth[better] - 1)
    set_scores(twice, worse, a=truth[worse] - 1, b=99.0, c=truth[worse] + 9)
    set_scores(twice, overshot, a=truth[overshot] - 5, b=0.0, c=truth[overshot] + 5)
    set_scores(twice, unknown, a=None, b=None, c=3.0)
    improved = contrast(twice, THREE, "improved")
    ids = [row.image_id for row in improved.rows]
    assert ids[0] == better and ids[-2:] == [worse, unknown]
    assert [row.image_id for row in contrast(twice, THREE, "worsened").rows][:1] == [worse]
    assert contrast(twice, THREE, "worsened").rows[-1].image_id == unknown, "what is not known comes last both ways"
    assert contrast(twice, THREE, ColumnOrder("gain")).image_ids == improved.image_ids
    assert (improved.better, improved.worse) == (1, 1), "as far on the other side of the truth is no change"
    by_truth = contrast(twice, THREE, ColumnOrder("truth", descending=False)).truths
    assert list(by_truth) == sorted(truth.values())
    by_version = contrast(twice, THREE, ColumnOrder("iter1/score"))
    assert by_version.image_ids[0] == worse and by_version.image_ids[-1] == unknown
    names = contrast(twice, THREE, ColumnOrder("name")).names
    assert list(names) == sorted(names, reverse=True)


def test_that_columns_stand_in_the_order_asked_for_and_the_first_is_the_reference(twice: Project) -> None:
    there, back = contrast(twice, THREE), contrast(twice, THREE[::-1])
    assert back.versions == tuple(THREE[::-1])
    by_image = {row.image_id: row for row in back.rows}
    assert all(row.scored == by_image[row.image_id].scored[::-1] for row in there.rows)


def test_that_without_names_the_first_and_the_latest_version_are_taken(twice: Project) -> None:
    assert contrast(twice).versions == ("base", "iter2/merged")
    assert contrast(twice, ["iter9", "base"]).versions == ("base", "iter2/merged")


def test_that_one_version_makes_no_comparison_and_five_are_refused(project: Project, twice: Project) -> None:
    with pytest.raises(StudioError, match="too many"):
        contrast(twice, ["base", "iter1/score", "iter2/score", "iter2/consistency", "iter2/merged"])


def test_that_nothing_measured_gives_no_rows(project: Project) -> None:
    found = contrast(project)
    assert (found.rows, found.versions, found.known) == ((), (), ())


def test_that_texts_are_read_for_one_image_in_order(twice: Project) -> None:
    image = contrast(twice, THREE).rows[0].image_id
    with twice.session() as session:
        ids = {row.name: row.id for row in session.query(ModelVersion)}
        for name in THREE:
            row = session.query(Prediction).filter_by(model_version_id=ids[name], image_id=image).one()
            row.text = f"{name} wrote"
    assert texts(twice, image, ["iter2/merged", "base", "gone"]) == ("iter2/merged wrote", "base wrote", "")


def set_delta(project: Project, version: str, other: str, values: tuple[float, float, float, float]) -> None:
    with project.session() as session:
        owner = session.query(ModelVersion).filter_by(name=version).one()
        delta, lo, hi, p = values
        for name, value, low, high in (("srcc_delta", delta, lo, hi), ("srcc_p", p, None, None)):
            session.add(
                Metric(
                    model_version_id=owner.id, split="test", name=f"{name}:{other}", value=value, lo=low, hi=high, n=10
                )
            )


def test_that_each_version_is_held_against_the_main_version_before_it(twice: Project) -> None:
    set_delta(twice, "iter1/score", "base", (0.4, 0.3, 0.5, 0.002))
    set_delta(twice, "iter2/score", "iter1/score", (-0.2, -0.3, -0.1, 0.002))
    set_delta(twice, "iter2/merged", "iter1/score", (0.01, -0.1, 0.1, 0.8))
    set_delta(twice, "iter2/merged", "iter2/score", (0.9, 0.8, 1.0, 0.002))
    set_delta(twice, "iter2/consistency", "iter1/score", (0.1, 0.001, 0.2, 0.06))
    rows = OverviewReader(twice).read()
    assert rows.main == ("base", "iter1/score", "iter2/merged")
    told = {name: (verdict.other, verdict.word) for name, verdict in rows.verdicts.items()}
    assert told == {
        "iter1/score": ("base", "better"),
        "iter2/score": ("iter1/score", "worse"),
        "iter2/merged": ("iter1/score", "unclear"),
        "iter2/consistency": ("iter1/score", "unclear"),
    }


def test_that_a_model_stuck_on_one_label_is_found() -> None:
    flat = json.dumps([math.log(0.1)] * 10)
    sure = json.dumps([0.0 if label == 5 else -50.0 for label in range(10)])
    stuck = distribution("v", [(5, sure)] * 9 + [(2, flat)])
    assert (stuck.stuck, stuck.greedy[5], stuck.n) == (5, 9, 10)
    assert stuck.expected[5] == 9 and stuck.expected[4] == 1  # the mean of a flat distribution is 4.5
    spread = distribution("v", [(label, sure) for label in range(10)] + [(None, sure)])
    assert (spread.stuck, spread.unlabelled, sum(spread.greedy)) == (None, 1, 10)
    assert distribution("v", []).n == 0


def test_that_distributions_are_counted_again_only_when_predictions_are_added(twice: Project) -> None:
    reader = OverviewReader(twice)
    first, second = reader.read(), reader.read()
    assert all(a is b for a, b in zip(first.distributions, second.distributions, strict=True))
    assert [row.version for row in first.distributions] == [row.name for row in version_list.versions(twice)]
    assert sum(first.truth) == 10 and all(row.n == 10 for row in first.distributions)


def test_that_changed_settings_are_told_with_before_and_now(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    set_setting(project, "beta = 0.1", "beta = 0.25")
    run_fake_jobs_until(project, 2)
    changed = {
        (row.where, row.setting): (row.iteration, row.before, row.now) for row in OverviewReader(project).read().changes
    }
    assert changed["settings", "training.beta"] == (2, "0.1", "0.25")
    assert changed["score", "learning_rate"][0] == 2
    assert not any("root" in setting for _, setting in changed)


def test_that_a_finished_project_offers_one_more_iteration_in_a_sentence_that_fits(project: Project) -> None:
    assert OverviewReader(project).read().finished is None
    run_fake_jobs_until(project, 2)
    rows = OverviewReader(project).read()
    assert (rows.finished, rows.action.kind, rows.action.iteration) == (2, "run_iteration", 3)


def test_that_the_newest_main_version_is_compared_even_after_experiments(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    merging.start(project, 2, merging.variants(["ties"], [0.3]))
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
    found = contrast(project)
    assert found.known[-1] == "merges-iter2/iter2/merged-ties-0.3"
    assert found.versions == ("base", "iter2/merged")
