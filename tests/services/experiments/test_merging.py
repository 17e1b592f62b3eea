"""Merges of finished adapters: the combinations, one line that grows, and the best by validation."""

from __future__ import annotations

import tomllib

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until

from engine.contract.specs import MergeSpec, spec_from_json
from studio.services.errors import StudioError
from studio.services.experiments import merging
from studio.services.experiments.applying import apply_values
from studio.services.experiments.results import experiments
from studio.services.loop import queue
from studio.services.projects.project import Project
from studio.services.recipes import lines
from studio.services.versions import version_list
from studio.services.versions.overview import OverviewReader
from studio.services.versions.types import MetricValue


def run_queue(project: Project) -> None:
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)


def test_that_a_method_without_a_density_is_merged_once() -> None:
    found = merging.variants(["ties", "linear"], [0.3, 0.7], [None, (1.0, 0.5)])
    assert [one.label for one in found] == [
        *("ties-0.3", "ties-0.3-w1-0.5", "ties-0.7", "ties-0.7-w1-0.5"),
        *("linear", "linear-w1-0.5"),
    ]


@pytest.mark.parametrize(
    ("methods", "densities", "weights", "reason"),
    [
        (["tie"], [0.5], [None], "no merge method 'tie'"),
        (["ties"], [1.5], [None], "density 1.5"),
        (["ties"], [0.5], [(0.0, 0.0)], "weights"),
    ],
)
def test_that_impossible_merges_are_refused(
    methods: list[str], densities: list[float], weights: list[tuple[float, float] | None], reason: str
) -> None:
    with pytest.raises(StudioError, match=reason):
        merging.variants(methods, densities, weights)


def test_that_merges_are_versions_of_one_line_with_their_own_settings(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    line = merging.start(project, 2, merging.variants(["dare_ties", "linear"], [0.3, 0.5]))
    run_queue(project)
    made = [row for row in version_list.versions(project) if row.line == line]
    assert [row.name for row in made] == [
        f"merges-iter2/iter2/merged-{label}" for label in ("dare_ties-0.3", "dare_ties-0.5", "linear")
    ]
    assert {row.kind for row in made} == {"merged"} and {row.parents for row in made} == {
        ("iter2/score", "iter2/consistency")
    }
    jobs = [job for job in queue.list_jobs(project) if (job.line, job.stage) == (line, "merge")]
    specs = [spec_from_json(project.run_folder(job.id).spec.read_text("utf-8")) for job in jobs]
    assert [(spec.method, spec.density, spec.force) for spec in specs if isinstance(spec, MergeSpec)] == [
        ("dare_ties", 0.3, True),
        ("dare_ties", 0.5, True),
        ("linear", 1.0, True),
    ]
    assert not [job for job in queue.list_jobs(project) if job.line == line and job.stage in ("train", "generate")]
    rows = [row for row in experiments(project) if row.group == "merge"]
    assert [row.name for row in rows] == ["dare_ties-0.3", "dare_ties-0.5", "linear"]
    assert all(row.state == "done" and row.verdict is not None and row.verdict.other == "iter2/merged" for row in rows)
    assert all(row.test["srcc"].value is not None for row in rows)
    deltas = {name for row in rows for name in row.test if name.startswith("srcc_delta:merges")}
    assert deltas == set(), "merges are compared with the main line, not each with all others"
    overview = OverviewReader(project).read()
    assert not [row.name for row in overview.versions if row.line == line] and overview.lines == ()


def test_that_a_second_call_adds_what_is_missing_and_repeats_nothing(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    line = merging.start(project, 2, merging.variants(["ties"], [0.3]))
    run_queue(project)
    assert merging.start(project, 2, merging.variants(["ties"], [0.3, 0.7])) == line
    waiting = [job.version_name for job in queue.list_jobs(project) if job.state == "queued"]
    assert set(waiting) == {f"{line}/iter2/merged-ties-0.7"}
    run_queue(project)
    assert lines.list_lines(project)[0].state == "done"


def test_that_merges_need_two_adapters(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    with pytest.raises(StudioError, match="iter2/score does not exist yet"):
        merging.start(project, 2, merging.variants(["ties"]))


def test_that_the_best_merge_is_chosen_on_validation_and_can_be_applied(project: Project) -> None:
    from dataclasses import replace

    run_fake_jobs_until(project, 2)
    merging.start(project, 2, merging.variants(["ties", "linear"], [0.3]))
    run_queue(project)
    values = {"merged-ties-0.3": (0.7, 0.1), "merged-linear": (0.8, 0.9)}  # on validation, on test
    rows = []
    for row in experiments(project):
        val, test = values.get(row.version.rpartition("/")[2], (0.5, 0.5))
        metrics = {"validation": {"srcc": MetricValue(val, 0, 1, 9)}, "test": {"srcc": MetricValue(test, 0, 1, 9)}}
        rows.append(replace(row, **metrics, outsized=row.name == "linear"))
    best = merging.best(rows, 2)
    assert best is not None and best.name == "ties-0.3"
    assert sorted(apply_values(project, dict(best.changes))) == ["merge.density"]  # the method is the demo's own
    written = tomllib.loads((project.root / "studio.toml").read_text("utf-8"))["merge"]
    assert (written["method"], written["density"]) == ("ties", 0.3)
    apply_values(project, {"merge.method": "linear"})
    assert "density" not in tomllib.loads((project.root / "studio.toml").read_text("utf-8"))["merge"]
