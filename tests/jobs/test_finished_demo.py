"""The finished demo: what is shipped, its copy, and the command that makes it."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from studio.cli.run import run_project
from studio.jobs.another_window import open_window_on
from studio.jobs.demos import finished_demo as demo
from studio.services.projects import create_and_open
from studio.services.projects.integrity import check
from studio.services.projects.locks import holder

SIZE_LIMIT = 6_000_000
MADE_HERE = (b"/home/", b"/tmp/", b"/root/", b"/work/", b"/Users/", b"/dev/shm")
BY_TIME = ("job", "job_event", "meta")
"""Tables whose rows tell when something was done, and how long it took."""


def stored(root: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(root / "project.sqlite")) as rows:
        return rows.execute(statement).fetchall()


def test_that_the_shipped_demo_is_small_and_names_no_place_of_the_machine_that_made_it() -> None:
    assert demo.archive_path().stat().st_size <= SIZE_LIMIT
    with zipfile.ZipFile(demo.archive_path()) as archive:
        told = [name for name in archive.namelist() if any(place in archive.read(name) for place in MADE_HERE)]
    assert told == []


def test_that_it_is_a_whole_project_with_three_measured_iterations_within_two_seconds(tmp_path: Path) -> None:
    began = time.monotonic()
    root = demo.finished_demo(tmp_path)
    project = create_and_open.open_project(root)
    try:
        assert time.monotonic() - began < 2
        names = [name for (name,) in stored(root, "SELECT name FROM model_version ORDER BY id")]
        assert [name for name in names if name.endswith("merged")] == ["iter2/merged", "iter3/merged"]
        assert stored(root, "SELECT count(*) FROM job WHERE state != 'done'") == [(0,)]
        scores = dict(
            stored(
                root,
                "SELECT v.name, m.value FROM metric m JOIN model_version v ON v.id = m.model_version_id "
                "WHERE m.name = 'srcc' AND m.split = 'test'",
            )
        )
        assert scores["iter3/merged"] > scores["base"] + 0.2, "the demo shows a model that became better"
        assert len(stored(root, "SELECT id FROM pair")) >= demo.COUNTS[0]
        assert all((project.images_root() / path).is_file() for (path,) in stored(root, "SELECT path FROM image"))
        assert check(project) == []
    finally:
        project.close()


def test_that_what_is_changed_stays_and_a_new_archive_has_a_folder_of_its_own(tmp_path: Path) -> None:
    root = demo.finished_demo(tmp_path)
    (root / "note.txt").write_text("mine")
    assert demo.finished_demo(tmp_path) == root and (root / "note.txt").read_text() == "mine"
    other = tmp_path / "other.zip"
    other.write_bytes(demo.archive_path().read_bytes())
    with zipfile.ZipFile(other, "a") as archive:
        archive.comment = b"newer"
    assert demo.finished_demo(tmp_path, other) != root and (root / "note.txt").exists()


def test_that_another_window_is_a_process_that_holds_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    root = demo.finished_demo(tmp_path)
    process = open_window_on(root)
    try:
        end = time.monotonic() + 60
        while holder(root) != process:
            assert time.monotonic() < end, "the window does not open the project"
            time.sleep(0.1)
    finally:
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_that_the_command_makes_the_same_project_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "COUNTS", (12, 8, 8))
    monkeypatch.setattr(demo, "ITERATIONS", 2)
    first, second = (made(tmp_path / name) for name in ("a", "b"))
    assert first == second and any(name.endswith(".safetensors") for name in first) and "table prediction" in first


def made(folder: Path) -> dict[str, str]:
    """Build into a folder; returns what is in the archive, by name: hashes of files, and of tables without times."""
    folder.mkdir()
    loop: Callable[[Path, int], int] = lambda root, iterations: run_project(root, iterations, review=False)  # noqa: E731
    file = demo.build_finished_demo(folder / "demo.zip", loop, on_line=lambda _line: None)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
        names = [name for name in archive.namelist() if name.startswith(("images/", "models/", "studio.toml"))]
        found = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names}
    with closing(sqlite3.connect(folder / "project.sqlite")) as rows:
        tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table not in BY_TIME and not table.startswith("sqlite_"):
                columns = [row[1] for row in rows.execute(f"PRAGMA table_info({table})") if not row[1].endswith("_at")]
                found[f"table {table}"] = repr(rows.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall())
    return found
