"""The whole loop in two processes for each job, from the command line: the results of one process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from safetensors.torch import load_file
from support.projects import command, make_project, results, rows, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


def wait_for_step(root: Path, run: subprocess.Popen[str]) -> Path:
    """Wait until a training has made one more step than before; returns its run folder."""
    before = steps(root)
    until = time.monotonic() + 300
    while time.monotonic() < until and run.poll() is None:
        for folder, count in steps(root).items():
            if count > before.get(folder, 0):
                return folder
        time.sleep(0.01)
    run.kill()
    raise AssertionError(f"no training was seen: {run.communicate(timeout=60)[0]}")


def steps(root: Path) -> dict[Path, int]:
    """The optimiser steps that each job has reported."""
    files = (root / "runs").glob("*/events.jsonl")
    return {file.parent: file.read_text().count('"TrainStep"') for file in files}


def second_worker(run: subprocess.Popen[str]) -> psutil.Process:
    """The process of rank 1 of the job that is running."""
    workers = psutil.Process(run.pid).children(recursive=True)
    return next(worker for worker in workers if worker.environ().get("RANK") == "1")


def test_that_a_loop_in_two_processes_stopped_and_killed_ends_as_in_one(
    tmp_path: Path, tiny_model: Path, photos: Path
) -> None:
    one = make_project(tmp_path / "one", tiny_model, photos)
    ended = command("run", one, "--iterations", 2, timeout=900)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    two = make_project(tmp_path / "two", tiny_model, photos)
    settings = two / "studio.toml"
    text = settings.read_text().replace('launcher = "local"', 'launcher = "processes"')
    settings.write_text(text.replace("processes = 0", "processes = 2"))
    run = start("run", two, "--iterations", 2)
    stopped = wait_for_step(two, run)
    os.killpg(run.pid, signal.SIGINT)
    output = run.communicate(timeout=120)[0]
    assert run.returncode == 130, output
    assert rows(two, f"SELECT state FROM job WHERE id = {stopped.name}") == [("cancelled",)]
    run = start("run", two, "--iterations", 2)
    wait_for_step(two, run)
    second_worker(run).kill()
    output = run.communicate(timeout=120)[0]
    assert run.returncode == 1 and "Process 2 of 2 ended unexpectedly" in output, output
    ended = command("run", two, "--iterations", 2, timeout=900)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found, expected = results(two), results(one)
    assert found["pairs"] == expected["pairs"]
    for adapter in sorted(path.relative_to(one) for path in (one / "models").rglob("*.safetensors")):
        ours, theirs = load_file(two / adapter), load_file(one / adapter)
        assert max(float((ours[name] - theirs[name]).abs().max()) for name in theirs) < 1e-5, adapter
    assert command("check", two).returncode == 0
    for folder in (two / "runs").glob("*"):
        events = (folder / "events.jsonl").read_text().splitlines()
        kinds = [json.loads(line)["event"] for line in events]
        assert kinds[-1] in ("Finished", "Failed", "Cancelled")
