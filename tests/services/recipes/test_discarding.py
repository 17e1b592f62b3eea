"""Discarding a line or the latest iteration, with what it frees, and putting it back as it was (review B14)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until
from support.pair_rows import list_pairs

from studio.services.errors import StudioError
from studio.services.loop import next_action, queue
from studio.services.projects import integrity
from studio.services.projects.project import Project
from studio.services.recipes import discarding, lines
from studio.services.recipes.self_training import EXAMINE
from studio.services.review import pair_list, review_steps
from studio.services.review.types import PairFilter
from studio.services.versions import version_lifecycle, version_list

A_LINE = ["train", *EXAMINE]
"""The stages of a line of one iteration without pairs of its own."""


def run_queue(project: Project) -> None:
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)


def with_line(project: Project) -> str:
    """One iteration with three vetoes, and the line without them, both finished; the line's name."""
    run_fake_jobs_until(project, 1, "train")
    ids = [row.id for row in list_pairs(project, PairFilter())][:3]
    review_steps.decide_all(project, ids, "veto")
    run_queue(project)
    name = lines.start_without_vetoes(project, 1)
    run_queue(project)
    return name


def contents(project: Project) -> tuple[dict[str, list[Any]], set[str]]:
    """All rows of all tables, and all files of models and runs."""
    with closing(sqlite3.connect(project.root / "project.sqlite")) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [name for name in names if "_words" not in name]
        rows = {name: file.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in tables}
    files = {str(path.relative_to(project.root)) for kind in ("models", "runs") for path in _files(project.root / kind)}
    return rows, files


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_that_a_discarded_line_leaves_nothing_and_comes_back_as_it_was(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    without = contents(project)
    ids = [row.id for row in list_pairs(project, PairFilter())][:3]
    review_steps.decide_all(project, ids, "veto")
    name = lines.retrain_with_decisions(project, 1)
    run_queue(project)
    before = contents(project)
    seen = discarding.preview(project, name)
    assert (seen.versions, seen.jobs, seen.pairs, seen.holders) == ((f"{name}/iter1/score",), len(A_LINE), 0, ())
    assert seen.bytes > 0
    assert discarding.discard_line(project, name) == seen
    rows, files = contents(project)
    assert files == without[1] and lines.list_lines(project) == []
    for table in ("job", "model_version", "prediction", "judgement", "metric", "line", "job_event", "pair"):
        assert rows[table] == without[0][table], table
    assert [(item.name, item.bytes) for item in version_lifecycle.trashed(project)] == [(name, seen.bytes)]
    discarding.restore_line(project, name)
    assert contents(project) == before
    assert integrity.check(project) == [] and version_lifecycle.trashed(project) == []


def test_that_a_line_is_put_back_though_its_numbers_were_given_to_another_one(project: Project) -> None:
    name = with_line(project)
    version = version_list.version(project, f"{name}/iter1/score")
    texts = {row.name: row.digest for row in version_list.versions(project)}
    discarding.discard_line(project, name)
    pair = list_pairs(project, PairFilter())[5]
    review_steps.edit(project, pair.id, "Another text.", pair.rejected_text)
    other = lines.retrain_with_decisions(project, 1)
    run_queue(project)
    assert version_list.version(project, f"{other}/iter1/score").id == version.id, "the test's premise"
    discarding.restore_line(project, name)
    assert integrity.check(project) == []
    assert [line.name for line in lines.list_lines(project)] == [other, name]
    back = version_list.version(project, f"{name}/iter1/score")
    assert (back.digest, back.metrics) == (texts[back.name], version.metrics)
    assert all(line.state == "done" for line in lines.list_lines(project))
    for job in queue.list_jobs(project):
        assert project.run_folder(job.id).spec.is_file(), job.title
    discarding.discard_line(project, name)
    assert integrity.check(project) == []


def test_that_an_unfinished_line_that_gets_other_numbers_begins_anew(project: Project) -> None:
    run_fake_jobs_until(project, 1)
    ids = [row.id for row in list_pairs(project, PairFilter())][:3]
    review_steps.decide_all(project, ids, "veto")
    name = lines.retrain_with_decisions(project, 1)
    job = queue.next_queued(project)
    assert job is not None
    queue.mark_running(project, job.id)
    next_action.write_job_inputs(project, job.id)
    queue.mark_cancelled(project, job.id)
    discarding.discard_line(project, name)
    lines.retrain_with_decisions(project, 1)
    run_queue(project)
    discarding.restore_line(project, name)
    assert len(lines.resume_line(project, name)) == len(A_LINE)
    run_queue(project)
    assert {line.state for line in lines.list_lines(project)} == {"done"}
    assert integrity.check(project) == []


def test_that_a_cancelled_iteration_is_discarded_with_its_pairs_and_comes_back_with_its_decisions(
    project: Project,
) -> None:
    run_fake_jobs_until(project, 1)
    without = contents(project)
    next_action.enqueue_next(project, 2, review=True)
    run_queue(project)
    ids = [row.id for row in list_pairs(project, PairFilter(iteration=2))][:4]
    review_steps.decide_all(project, ids, "veto")
    review_steps.undo(project)
    review_steps.decide(project, ids[0], "keep")
    before = contents(project)
    seen = discarding.discard_iteration(project, 2)
    assert (seen.name, seen.versions, seen.jobs, seen.pairs) == ("iter2", (), 1, 20)
    rows, files = contents(project)
    assert files == without[1] and rows["pair"] == without[0]["pair"] and rows["meta"] == without[0]["meta"]
    assert (next_action.next_action(project, 2).kind, next_action.next_action(project, 2).iteration) == (
        "run_iteration",
        2,
    )
    assert review_steps.undo(project) is None, "what was said about pairs that are gone is no step to undo"
    version_lifecycle.restore(project, version_lifecycle.trashed(project)[0].number)
    assert contents(project) == before
    assert next_action.review_pending(project, 2) and pair_list.counts(project, 2).kept == 1


def test_that_an_iteration_that_was_cancelled_in_its_training_can_be_run_anew(project: Project) -> None:
    job = run_fake_jobs_until(project, 2, "train", "iter2/consistency")
    assert job is not None
    queue.mark_running(project, job.id)
    queue.mark_cancelled(project, job.id)
    assert discarding.discard_iteration(project, 2).versions == ("iter2/score",)
    assert run_fake_jobs_until(project, 2) is None
    with pytest.raises(StudioError, match=r"iter2/score was created again"):
        discarding.restore_line(project, "iter2")
    discarding.discard_iteration(project, 2)
    discarding.restore_line(project, "iter2")
    assert integrity.check(project) == [] and next_action.next_action(project, 2).kind == "done"


def test_that_what_holds_a_line_or_an_iteration_is_named(project: Project) -> None:
    name = with_line(project)
    with pytest.raises(StudioError, match="the line without-vetoes depends on it"):
        discarding.discard_iteration(project, 1)
    version_lifecycle.set_pinned(project, f"{name}/iter1/score", True)
    with pytest.raises(StudioError, match="without-vetoes/iter1/score is pinned"):
        discarding.discard_line(project, name)
    version_lifecycle.set_pinned(project, f"{name}/iter1/score", False)
    run_fake_jobs_until(project, 2, "train")
    with pytest.raises(StudioError, match="iteration 2 follows it"):
        discarding.discard_iteration(project, 1)
    job = queue.next_queued(project)
    assert job is not None
    queue.mark_running(project, job.id)
    with pytest.raises(StudioError, match="Train iter2/score is running"):
        discarding.discard_iteration(project, 2)
    for wrong in ("main", "nothing", "iter9"):
        with pytest.raises(StudioError, match=f"no line or iteration '{wrong}'"):
            discarding.preview(project, wrong)


def test_that_nothing_comes_back_once_the_trash_is_empty(project: Project) -> None:
    name = with_line(project)
    discarding.discard_line(project, name)
    assert lines.start_without_vetoes(project, 1) == "without-vetoes-2", "the first name can still come back"
    version_lifecycle.empty_trash(project)
    with pytest.raises(StudioError, match="can no longer be restored"):
        discarding.restore_line(project, name)
