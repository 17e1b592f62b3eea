"""A full disk, and a place without file locks, in real processes: said in words, and no fault of the input."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from support.disks.small_disk import enlarge, small_disk, without_locks
from support.projects import command, make_project, new_arguments, rows

FULL = "The disk is full"


@pytest.mark.parametrize("kilobytes", [8, 40, 200, 300])
def test_that_new_on_a_full_disk_says_so_and_leaves_nothing(tmp_path: Path, photos: Path, kilobytes: int) -> None:
    with small_disk(tmp_path / "disk", kilobytes) as disk:
        made = command(*new_arguments(disk / "project", photos, "demo"))
        assert made.returncode == 1, "nothing is wrong with the input"
        assert made.stderr.startswith(f"Error: {FULL}: {disk}/project cannot be written.\nFree some space")
        assert "Unexpected" not in made.stderr and not list(disk.iterdir())


def test_that_a_training_on_a_full_disk_says_so_and_continues_once_there_is_room(
    tmp_path: Path, photos: Path, tiny_model: Path
) -> None:
    with small_disk(tmp_path / "disk", 40_000) as disk:
        root = make_project(disk / "project", tiny_model, photos)
        done = command("run", root, "--iterations", 1, "--review")
        assert done.returncode == 0, done.stderr
        filler = disk / "filler"
        with filler.open("wb") as file:  # leave 200 KiB
            free = _free(disk) - 200 * 1024
            file.write(b"\0" * free)
        stopped = command("run", root, "--iterations", 1, "--no-review")
        assert stopped.returncode == 1 and f"Train iter1/score failed: {FULL}" in stopped.stderr
        assert "defect" not in stopped.stderr and "SafetensorError" not in stopped.stderr
        seen = json.loads(command("status", root, "--json").stdout)
        assert {job["state"] for job in seen["jobs"] if job["stage"] == "train"} <= {"failed", "interrupted"}
        enlarge(disk, 80_000)
        again = command("run", root, "--iterations", 1, "--no-review")
        assert again.returncode == 0, again.stderr
        assert rows(root, "SELECT count(*) FROM job WHERE state = 'done'")[0][0] == 8


def test_that_a_job_whose_end_could_not_be_written_is_not_shown_as_running(
    tmp_path: Path, photos: Path, tiny_model: Path
) -> None:
    with small_disk(tmp_path / "disk", 4_000) as disk:
        root = make_project(disk / "project", tiny_model, photos)
        with (disk / "filler").open("wb") as file:
            file.write(b"\0" * (_free(disk) - 24 * 1024))
        stopped = command("run", root, "--iterations", 1)
        assert stopped.returncode == 1 and FULL in stopped.stderr
        shown = command("status", root).stdout
        assert "running" not in shown
        enlarge(disk, 80_000)
        assert command("run", root, "--iterations", 1, "--review").returncode == 0


def test_that_a_place_without_locks_is_named_at_once(tmp_path: Path, photos: Path, tiny_model: Path) -> None:
    root = make_project(tmp_path / "project", tiny_model, photos)
    environment = without_locks(tmp_path)
    for arguments in (
        new_arguments(tmp_path / "new", photos, "demo"),
        ["status", root],
        ["run", root],
        ["check", root],
    ):
        began = time.monotonic()
        done = command(*arguments, **environment)
        assert done.returncode == 1 and done.stderr.startswith("Error: This place cannot lock files: "), done.stderr
        assert "Move it to a local disk" in done.stderr and time.monotonic() - began < 20
    assert not (tmp_path / "new").exists()


def _free(disk: Path) -> int:
    import shutil

    return shutil.disk_usage(disk).free
