"""Killed at any stage, a run is finished by the next one, with the results of a run that was never disturbed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from support.projects import command, make_project, results, rows, start

from studio.services.stages import registry

STAGES = [stage.kind for stage in registry.STAGES if stage.kind not in ("download", "probe", "reread")]
"""The model is on this machine; a probe is no part of a run, see ``test_probe``."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, photos: Path) -> Path:
    root = make_project(tmp_path_factory.mktemp("undisturbed") / "project", tiny_model, photos)
    ran = command("run", root, "--iterations", 2, timeout=900)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return root


def test_that_a_run_killed_in_every_stage_ends_with_the_results_of_an_undisturbed_one(
    tmp_path: Path, tiny_model: Path, photos: Path, undisturbed: Path
) -> None:
    root = make_project(tmp_path / "project", tiny_model, photos)
    for stage in STAGES:
        kill_during(root, stage, parent_only=stage in ("train", "judge"))
        (state,) = {row[0] for row in rows(root, "SELECT state FROM job WHERE state NOT IN ('queued', 'done')")}
        assert state == "running", "nobody was left to write another state"
    ended = command("run", root, "--iterations", 2, timeout=900)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert_same(root, undisturbed)
    checked = command("check", root)
    assert checked.returncode == 0, checked.stdout


def assert_same(root: Path, other: Path) -> None:
    found, expected = results(root), results(other)
    for name, table in expected.items():
        assert table, f"no {name}"
        assert found[name] == table, name
    adapters = sorted(path.relative_to(other) for path in (other / "models").rglob("*.safetensors"))
    assert len(adapters) == 4
    for adapter in adapters:
        assert (root / adapter).read_bytes() == (other / adapter).read_bytes(), adapter


def kill_during(root: Path, stage: str, *, parent_only: bool) -> None:
    """Start ``run`` and kill it with SIGKILL in the first job of this stage that is caught at work."""
    run = start("run", root, "--iterations", 2)
    try:
        folder = wait_for(lambda: _at_work(root, stage), run, f"a job of stage {stage}")
    finally:
        os.kill(run.pid, signal.SIGKILL)
        output = run.communicate()[0]
    if not parent_only:
        with suppress(ProcessLookupError):
            os.kill(int((folder / ".worker.lock").read_text()), signal.SIGKILL)
    assert rows(root, f"SELECT state FROM job WHERE id = {int(folder.name)}") == [("running",)], output


def wait_for(look: Callable[[], Path | None], run: subprocess.Popen[str], what: str, seconds: float = 240) -> Path:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        if run.poll() is not None:
            break
        time.sleep(0.002)
    raise AssertionError(f"{what} was not seen; run ended with {run.poll()}: {_rest(run)}")


def _rest(run: subprocess.Popen[str]) -> str:
    run.kill()
    return run.communicate()[0]


def _at_work(root: Path, stage: str) -> Path | None:
    """The run folder of a job of this stage that is at work: some rows or steps done, or begun where there are none."""
    for folder in sorted((root / "runs").glob("*"), key=lambda path: int(path.name), reverse=True)[:1]:
        spec = folder / "spec.json"
        if spec.exists() and json.loads(spec.read_text())["kind"] == stage and _has_begun(folder, stage):
            return folder
    return None


def _has_begun(folder: Path, stage: str) -> bool:
    wanted = {"generate": '"Rows"', "predict": '"Rows"', "train": '"TrainStep"'}.get(stage, '"Started"')
    events = folder / "events.jsonl"
    text = events.read_text() if events.exists() else ""
    if stage == "train" and text.count('"TrainStep"') < 3:
        return False
    return wanted in text and '"Finished"' not in text
