"""The command ``probe``: what it refuses, before anything is queued. What it does: tests/integration/test_probe.py."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.projects import command, rows
from support.reviewed import make_reviewed_project

from studio.services.projects import create_and_open

pytestmark = pytest.mark.child


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_reviewed_project(tmp_path / "project", tmp_path / "data")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--versions", "iter9/score"), "no version 'iter9/score'"),
        ((), "no calibrated scores of any version"),
        (("--strengths", "0.5,much"), "probe.strengths"),
        (("--strengths", "2"), "probe.strengths"),
        (("--degradations", "fog"), "probe.degradations"),
    ],
)
def test_that_what_cannot_be_probed_is_named(root: Path, options: tuple[str, ...], reason: str) -> None:
    done = command("probe", root, *options)
    assert done.returncode == 2 and reason in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(root, "SELECT count(*) FROM job WHERE stage = 'probe'") == [(0,)]


def test_that_a_failed_probe_is_told_and_leaves_nothing_in_the_queue(root: Path) -> None:
    with closing(sqlite3.connect(root / "project.sqlite")) as database, database:
        values = json.dumps({"reference": list(range(10))})
        database.execute("UPDATE model_version SET calibration = ?", (values,))
    done = command("probe", root, "--sample", "3", "--degradations", "tilt", "--strengths", "1")
    assert done.returncode == 1, "this project has no model"
    assert done.stdout.startswith("12 answers of base, iter1/score: 3 images, each untouched and in 1 degraded")
    assert "Probe base failed" in done.stderr and f"score-studio probe {root} ..." in done.stderr
    assert rows(root, "SELECT count(*) FROM job WHERE state = 'queued'") == [(0,)]


def test_that_a_probe_that_waits_for_a_stopped_job_says_so(root: Path) -> None:
    with closing(sqlite3.connect(root / "project.sqlite")) as database, database:
        database.execute("UPDATE model_version SET calibration = ?", (json.dumps({"reference": list(range(10))}),))
    project = create_and_open.open_project(root)
    config = project.settings.to_json()
    project.close()
    with closing(sqlite3.connect(root / "project.sqlite")) as database, database:
        database.execute(
            "INSERT INTO job (stage, iteration, version_name, title, state, config, position, done, total, unit,"
            " created_at, options, worked_seconds, worked_units) VALUES ('measure', 0, 'base', 'Measure base',"
            " 'failed', ?, 1, 0, 1, 'versions', '2026-01-01T00:00:00+00:00', '{}', 0, 0)",
            (config,),
        )
    done = command("probe", root, "--versions", "base", "--sample", "3")
    assert done.returncode == 1 and "Measure base" in done.stderr, done.stderr
    assert rows(root, "SELECT count(*) FROM job WHERE state = 'queued'") == [(0,)]
