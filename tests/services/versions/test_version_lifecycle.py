"""Keeping, pinning, deleting model versions, and putting them back."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path

import pytest
from support.fake_engine import run_fake_job, run_fake_jobs_until

from studio.services.errors import StudioError
from studio.services.loop import next_action, queue
from studio.services.projects import integrity
from studio.services.projects.project import Project
from studio.services.recipes import lines
from studio.services.versions import comparison, version_lifecycle
from studio.services.versions.types import ModelRow


def named(project: Project) -> dict[str, ModelRow]:
    return {row.version.name: row for row in version_lifecycle.list_models(project)}


def dump(project: Project) -> list[str]:
    """The whole database as text, its rows in order; how a search index lies on disk is its own affair."""
    with sqlite3.connect(project.root / "project.sqlite") as connection:
        return sorted(line for line in connection.iterdump() if "_words_" not in line)


def files(project: Project) -> dict[str, bytes]:
    roots = [project.root / name for name in ("models", "runs")]
    found = [file for root in roots for file in root.rglob("*") if file.is_file()]
    return {str(file.relative_to(project.root)): file.read_bytes() for file in found}


@pytest.fixture
def two(project: Project) -> Project:
    """Two iterations are done."""
    run_fake_jobs_until(project, 2)
    return project


def test_that_only_leaves_can_be_deleted_and_the_reason_is_told(two: Project) -> None:
    rows = named(two)
    assert "it is the base model" in rows["base"].holders
    assert "it generated the pairs of iteration 2" in rows["iter1/score"].holders
    assert rows["iter2/score"].holders == ("iter2/merged depends on it",)
    assert rows["iter2/merged"].holders == ()
    with pytest.raises(StudioError, match="iter2/merged depends on it"):
        version_lifecycle.delete(two, "iter2/score")
    version_lifecycle.delete(two, "iter2/merged")
    assert named(two)["iter2/score"].holders == ()


def test_that_a_pinned_version_is_kept(two: Project) -> None:
    version_lifecycle.set_pinned(two, "iter2/merged", True)
    assert named(two)["iter2/merged"].pinned
    with pytest.raises(StudioError, match="it is pinned"):
        version_lifecycle.delete(two, "iter2/merged")
    version_lifecycle.set_pinned(two, "iter2/merged", False)
    assert not named(two)["iter2/merged"].pinned
    version_lifecycle.delete(two, "iter2/merged")


def test_that_a_waiting_job_holds_the_version_it_needs(two: Project) -> None:
    next_action.enqueue_next(two, 3)
    holders = named(two)["iter2/merged"].holders
    assert holders == ("the job “Generate the pairs of iteration 3” (queued) needs it",)


def test_that_deleting_frees_what_was_said_and_undo_brings_every_row_and_byte_back(two: Project) -> None:
    rows_before, files_before = dump(two), files(two)
    row = named(two)["iter2/merged"]
    gone = version_lifecycle.delete(two, "iter2/merged")
    assert gone.bytes == row.bytes > 0
    assert "iter2/merged" not in named(two)
    assert not (two.root / "models/iter2/merged").exists()
    assert version_lifecycle.trashed(two) == [gone]
    assert integrity.check(two) == []
    assert version_lifecycle.restore(two, gone.number) == "iter2/merged"
    assert dump(two) == rows_before
    assert files(two) == files_before
    assert version_lifecycle.trashed(two) == []


class KilledError(BaseException):
    """The end of the process, in the middle of something."""


def kill_at_move(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The process ends when it is about to move something for the n-th time."""
    move, calls = Path.replace, itertools.count(1)

    def replace(self: Path, target: Path) -> Path:
        if next(calls) == number:
            raise KilledError
        return move(self, target)

    monkeypatch.setattr(Path, "replace", replace)


def test_that_a_deletion_that_was_killed_before_its_rows_were_saved_deletes_nothing(
    two: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_before, files_before = dump(two), files(two)
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        kill_at_move(patch, 1)
        version_lifecycle.delete(two, "iter2/merged")
    assert version_lifecycle.trashed(two) == []
    assert (dump(two), files(two)) == (rows_before, files_before)


@pytest.mark.parametrize("number", [2, 3])
def test_that_a_deletion_that_was_killed_can_be_undone(
    two: Project, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    rows_before, files_before = dump(two), files(two)
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        kill_at_move(patch, number)
        version_lifecycle.delete(two, "iter2/merged")
    (gone,) = version_lifecycle.trashed(two)
    assert version_lifecycle.restore(two, gone.number) == "iter2/merged"
    assert (dump(two), files(two)) == (rows_before, files_before)


@pytest.mark.parametrize("number", [1, 2])
def test_that_putting_back_that_was_killed_can_be_done_again_and_loses_no_file(
    two: Project, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    rows_before, files_before = dump(two), files(two)
    gone = version_lifecycle.delete(two, "iter2/merged")
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        kill_at_move(patch, number)
        version_lifecycle.restore(two, gone.number)
    assert "iter2/merged" not in named(two), "what is in the trash is no version: emptying it would take the files"
    assert version_lifecycle.restore(two, gone.number) == "iter2/merged"
    assert (dump(two), files(two)) == (rows_before, files_before)


def test_that_the_loop_makes_a_deleted_version_anew(two: Project) -> None:
    gone = version_lifecycle.delete(two, "iter2/merged")
    assert next_action.next_action(two, 2).kind == "resume"
    run_fake_jobs_until(two, 2)
    assert named(two)["iter2/merged"].version.metrics
    with pytest.raises(StudioError, match="already exists"):
        version_lifecycle.restore(two, gone.number)


def test_that_a_version_can_be_restored_after_another_one_took_its_number(two: Project) -> None:
    before = named(two)["iter2/merged"].version
    answers = comparison.contrast(two, ("iter2/merged",)).rows
    gone = version_lifecycle.delete(two, "iter2/merged")
    name = lines.start_line(two, "retrained", 2, "base")
    while (job := queue.next_queued(two)) is not None:
        run_fake_job(two, job)
    assert before.id in {row.version.id for row in named(two).values()}, "the number must be in use again"
    assert version_lifecycle.restore(two, gone.number) == "iter2/merged"
    after = named(two)["iter2/merged"].version
    assert (after.metrics, after.parents, after.adapter) == (before.metrics, before.parents, before.adapter)
    assert after.id != before.id and f"{name}/iter2/merged" in named(two)
    assert comparison.contrast(two, ("iter2/merged",)).rows == answers
    assert integrity.check(two) == []


def test_that_an_emptied_trash_cannot_be_undone(two: Project) -> None:
    gone = version_lifecycle.delete(two, "iter2/merged")
    version_lifecycle.empty_trash(two)
    assert not (two.root / version_lifecycle.TRASH).exists() and version_lifecycle.trashed(two) == []
    with pytest.raises(StudioError, match="deleted permanently"):
        version_lifecycle.restore(two, gone.number)


def test_that_a_file_with_two_names_counts_once(two: Project) -> None:
    weights = two.root / "models/iter2/merged/adapter_model.safetensors"
    assert weights.stat().st_nlink > 1
    adapter = two.root / "models/iter2/merged"
    runs = [Path(two.run_folder(job).path) for job in range(1, 30)]
    size = named(two)["iter2/merged"].bytes
    everything = sum(f.stat().st_size for folder in (adapter, *runs) for f in folder.rglob("*") if f.is_file())
    assert weights.stat().st_size < size < everything
