"""A report of a project that was truly trained and measured, and its reproduction on copies."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file, save_file
from support.fake_engine import run_really
from support.fake_engine import work as act
from support.projects import command, make_project

from engine.contract import artifacts
from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open

REAL = ("train", "predict", "measure", "generate")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, photos: Path) -> Path:
    """Base and iter1/score, with a true model; the judge alone is acted. With its report beside it."""
    root = make_project(tmp_path_factory.mktemp("trained") / "project", tiny_model, photos)
    project = create_and_open.open_project(root)
    next_action.enqueue_next(project, 1)
    while (job := queue.next_queued(project)) is not None:
        queue.mark_running(project, job.id)
        folder = next_action.write_job_inputs(project, job.id)
        result = run_really(folder, job.stage) if job.stage in REAL else act(folder, job)
        next_action.complete(project, job.id, result)
    project.close()
    made = command("report", root, "--out", root / "report.html", "--tables", root / "tables")
    assert made.returncode == 0, made.stderr
    assert "Report saved to" in made.stdout and "and the manifest saved to" in made.stdout
    return root


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Path:
    """The project and its report, elsewhere."""
    shutil.copytree(trained, tmp_path / "elsewhere")
    return tmp_path / "elsewhere"


def reproduced(report: Path, *options: object) -> tuple[int, dict[str, Any]]:
    done = command("reproduce", report, "--json", *options)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


def test_that_a_copy_agrees_and_is_left_as_it_is(copy: Path) -> None:
    before = (copy / "project.sqlite").read_bytes()
    code, found = reproduced(copy / "report.html")
    assert (code, found["agrees"]) == (0, True)
    assert [(one["name"], one["identical"]) for one in found["versions"]] == [("base", True), ("iter1/score", True)]
    numbers = {one["name"]: one for one in found["versions"][1]["numbers"]}
    assert numbers["srcc"]["reported"] == numbers["srcc"]["here"] and numbers["n"]["here"] == 12
    assert (copy / "project.sqlite").read_bytes() == before


@pytest.mark.parametrize("sealed", [False, True], ids=["damaged", "another adapter"])
def test_that_one_changed_weight_disagrees(copy: Path, sealed: bool) -> None:
    (file,) = (copy / "models").rglob("adapter_model.safetensors")
    weights = load_file(file)
    name = sorted(weights)[0]
    weights[name] = weights[name].copy()
    weights[name].flat[0] += 1.0
    save_file(weights, file)
    if sealed:
        artifacts.seal(file.parent)
    done = command("reproduce", copy / "tables/manifest.json", "--project", copy, "--versions", "iter1/score")
    assert done.returncode == 1, done.stderr
    assert "adapter: DIFFERENT" in done.stdout
    assert "This does not agree with the report: iter1/score." in done.stdout
    assert ("not predicted again" in done.stdout, "compared answers" in done.stdout) == (not sealed, sealed)


def test_that_another_score_of_one_image_disagrees(copy: Path) -> None:
    with closing(sqlite3.connect(copy / "project.sqlite")) as database, database:
        database.execute("UPDATE image SET mean_score = mean_score + 0.1 WHERE path = 'test_03.png'")
    code, found = reproduced(copy / "report.html", "--versions", "base")
    checks = {check["name"]: check["agrees"] for check in found["checks"]}
    assert code == 1 and checks == {"val images and scores": True, "test images and scores": False, "parser": True}


def test_that_what_cannot_be_reproduced_is_named(copy: Path, tmp_path: Path) -> None:
    wrong = command("reproduce", copy / "report.html", "--versions", "iter9/score")
    assert wrong.returncode == 2 and "does not contain 'iter9/score'" in wrong.stderr
    shutil.move(copy / "report.html", tmp_path / "report.html")
    lost = command("reproduce", tmp_path / "report.html")
    assert lost.returncode == 2 and "--project DIR" in lost.stderr
    none = command("report", copy, "--out", tmp_path / "report.docx")
    assert none.returncode == 2 and "HTML or a PDF file" in none.stderr
