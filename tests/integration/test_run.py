"""``run`` on a tiny project, from the terminal's side: the end, Ctrl-C, crashes, a second run, a second process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.projects import ENVIRONMENT, SPLITS, command, make_project, rows, start

WITHOUT_TORCH = """
import sys
from studio.cli.app import run_command
code = run_command(sys.argv[1:])
heavy = {"torch", "transformers", "PySide6"} & set(sys.modules)
assert not heavy, heavy
sys.exit(code)
"""


def wait_until_at_work(root: Path, run: subprocess.Popen[str]) -> int:
    """Wait for the first journal rows; returns the child's process id."""
    journal = root / "runs/1/journal.0.jsonl"
    end = time.monotonic() + 120
    while not (journal.exists() and journal.stat().st_size):
        assert run.poll() is None and time.monotonic() < end, run.communicate()[0]
        time.sleep(0.01)
    return int((root / "runs/1/.worker.lock").read_text())


def test_that_ctrl_c_ends_with_130_and_says_what_is_kept_and_how_to_go_on(project: Path) -> None:
    run = start("run", project, "--iterations", 1)
    child = wait_until_at_work(project, run)
    os.killpg(run.pid, signal.SIGINT)
    output = run.communicate(timeout=60)[0]
    assert run.returncode == 130, output
    assert "Traceback" not in output
    assert "Kept: 0 of" in output and f"score-studio run {project}" in output
    assert rows(project, "SELECT state FROM job WHERE id = 1") == [("cancelled",)]
    assert not Path(f"/proc/{child}").exists(), "the child outlived its parent"


def test_that_a_child_killed_by_sigsegv_is_a_failed_job_and_a_clear_message(project: Path) -> None:
    run = start("run", project, "--iterations", 1)
    os.kill(wait_until_at_work(project, run), signal.SIGSEGV)
    output = run.communicate(timeout=60)[0]
    assert run.returncode == 1, output
    assert "SIGSEGV" in output and "log.txt" in output and f"score-studio run {project}" in output
    assert "Traceback (most recent call last)" not in output
    ((state, error),) = rows(project, "SELECT state, error FROM job WHERE id = 1")
    assert state == "failed" and "SIGSEGV" in error
    assert {row[0] for row in rows(project, "SELECT state FROM job WHERE id > 1")} == {"queued"}


def test_that_a_second_run_at_the_same_time_is_refused_and_the_first_goes_on(project: Path) -> None:
    run = start("run", project, "--iterations", 1)
    try:
        wait_until_at_work(project, run)
        second = command("run", project)
        assert second.returncode == 2 and str(run.pid) in second.stderr and "Traceback" not in second.stderr
        assert run.poll() is None
    finally:
        os.killpg(run.pid, signal.SIGTERM)
        run.communicate(timeout=60)
    assert run.returncode == 130


def test_that_status_answers_without_torch_and_without_qt(project: Path) -> None:
    arguments = [sys.executable, "-c", WITHOUT_TORCH, "status", str(project), "--json"]
    ran = subprocess.run(arguments, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert ran.returncode == 0, ran.stderr
    assert set(json.loads(ran.stdout)) == {
        "versions",
        "verdict",
        "advice",
        "pairs",
        "jobs",
        "lower_is_better",
        "time_left",
    }


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_that_a_run_stops_for_review_ends_measured_and_does_nothing_when_run_again(
    tmp_path: Path, tiny_model: Path, photos: Path
) -> None:
    data = Path(shutil.copytree(photos, tmp_path / "data"))
    (data / "images/train_07.png").write_bytes(b"no image")
    project = make_project(tmp_path / "project", tiny_model, data)

    reviewed = command("run", project, "--iterations", 1, "--review", timeout=400)
    assert reviewed.returncode == 0, reviewed.stdout + reviewed.stderr
    assert "Review the pairs" in reviewed.stdout and "--no-review" in reviewed.stdout
    assert "train_07.png" in reviewed.stdout, "an image that cannot be read is told"
    assert rows(project, "SELECT count(*) FROM pair") == [(SPLITS["train"] - 1,)]
    assert rows(project, "SELECT count(*) FROM job WHERE stage = 'train'") == [(0,)]

    ran = command("run", project, "--iterations", 1, "--no-review", timeout=600)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "\x1b" not in ran.stdout and "iter1/score" in ran.stdout and "word tone" in ran.stdout

    before = (project / "project.sqlite").read_bytes()
    again = command("run", project, "--iterations", 1)
    assert again.returncode == 0 and "Nothing to do: 1 iteration is finished." in again.stdout
    assert (project / "project.sqlite").read_bytes() == before

    status = json.loads(command("status", project, "--json").stdout)
    assert [version["name"] for version in status["versions"]] == ["base", "iter1/score"]
    assert {"plcc", "srcc", "srcc_ci", "rmse", "format_failures", "n", "consistency", "consistency_judge"} <= set(
        status["versions"][1]["metrics"]
    )
    check_prediction(project, data)
    check_export(project, tmp_path)


def check_prediction(project: Path, photos: Path) -> None:
    """The command ``predict`` gives the score that the project has for the same image."""
    image = photos / "images/test_03.png"
    told = command("predict", project, image, photos / "missing.png", "--json")
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["version"] == "iter1/score"
    query = """SELECT prediction.score FROM prediction JOIN image ON image.id = image_id
        JOIN model_version ON model_version.id = model_version_id
        WHERE image.path = 'test_03.png' AND model_version.name = 'iter1/score'"""
    ((expected,),) = rows(project, query)
    scored, missing = answer["predictions"]
    assert scored["score"] == pytest.approx(expected, abs=1e-4)
    assert "problem" in missing and "missing.png" in missing["image"]


def check_export(project: Path, folder: Path) -> None:
    """Pairs and adapter leave the project; a folder that is not empty is left alone."""
    pairs = command("pairs", project, "--export", folder / "pairs.jsonl")
    assert pairs.returncode == 0 and len((folder / "pairs.jsonl").read_text().splitlines()) == SPLITS["train"] - 1
    to = ("--to", folder / "adapter")
    assert command("export", project, "--version", "iter1/score", *to).returncode == 0
    assert (folder / "adapter/adapter_model.safetensors").exists()
    again = command("export", project, "--version", "iter1/score", *to)
    assert again.returncode == 2 and str(folder / "adapter") in again.stderr
