"""A worker that is started before its job is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.contract.context import write_jsonl
from engine.contract.events import Cancelled, Failed
from engine.contract.specs import GenerateSpec, JudgeSpec, ModelSpec, PromptSpec, RunFolder
from studio.jobs.orphans import live_worker, stop_orphan
from studio.jobs.process import ChildProcess
from studio.jobs.spare import SpareWorker

pytestmark = pytest.mark.child


@pytest.fixture
def spare() -> Iterator[SpareWorker]:
    found = SpareWorker()
    yield found
    found.end()


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A job whose model does not exist."""
    found = RunFolder(tmp_path / "the run \u00fc")
    found.path.mkdir()
    spec = GenerateSpec(ModelSpec("/no/such/model", device="cpu"), PromptSpec("Rate it."), 1, 0)
    found.spec.write_text(spec.to_json(), "utf-8")
    write_jsonl(found.input, [{"image_id": 1, "draw": 0, "bin": 3, "path": "/no/such.png"}])
    return found


def has_loaded(process: psutil.Process) -> bool:
    return any("torch" in mapped.path for mapped in process.memory_maps())


def test_that_a_job_goes_on_with_the_process_that_waits(spare: SpareWorker, folder: RunFolder) -> None:
    spare.start()
    assert spare.ready
    process = spare.take(folder.path)
    assert process is not None and not spare.ready
    child = ChildProcess(folder)
    child.start(process)
    outcome = child.wait()
    assert isinstance(outcome, Failed) and "/no/such" in outcome.message
    assert child.pid == process.pid and process.returncode == 2
    assert '"Failed"' in folder.events.read_text("utf-8")


def test_that_it_loads_the_libraries_and_waits(spare: SpareWorker) -> None:
    spare.start()
    assert spare._process is not None
    process = psutil.Process(spare._process.pid)
    until = time.monotonic() + 60
    while not has_loaded(process) and time.monotonic() < until:
        time.sleep(0.1)
    assert has_loaded(process) and spare.ready
    spare.end()
    assert not process.is_running()


def test_that_it_ends_by_itself_when_nobody_is_left_to_give_it_work(spare: SpareWorker) -> None:
    spare.start()
    process = spare._process
    assert process is not None and process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0


def test_that_a_stop_ends_a_job_that_is_still_loading(spare: SpareWorker, folder: RunFolder) -> None:
    spare.start()
    child = ChildProcess(folder, grace=20)
    child.start(spare.take(folder.path))
    child.cancel()
    assert child.wait() == Cancelled()


def test_that_one_that_outlived_its_studio_is_found_and_ended(
    spare: SpareWorker, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its command does not name the run folder. Detached, it does not mind that nobody listens."""
    monkeypatch.setenv("SCORE_STUDIO_DETACHED", "1")
    spec = JudgeSpec()
    folder.spec.write_text(spec.to_json(), "utf-8")
    row = {"label": 1, "text": "The light is soft. " * 50, "parse_ok": True}
    write_jsonl(folder.input, [{"prediction_id": n, **row} for n in range(200_000)])
    spare.start()
    process = spare.take(folder.path)
    assert process is not None
    until = time.monotonic() + 60
    while live_worker(folder) != process.pid and time.monotonic() < until:
        time.sleep(0.05)
    assert str(folder.path) not in psutil.Process(process.pid).cmdline()
    assert stop_orphan(folder, grace=10)
    assert process.wait(10) is not None and live_worker(folder) is None
    assert process.stdout is not None
    process.stdout.close()


def test_that_none_is_started_that_nobody_wants(spare: SpareWorker, folder: RunFolder) -> None:
    spare.wanted = False
    spare.start()
    assert not spare.ready and spare.take(folder.path) is None


def test_that_a_dead_one_is_not_handed_over(spare: SpareWorker, folder: RunFolder) -> None:
    spare.start()
    assert spare._process is not None
    spare._process.kill()
    spare._process.wait()
    assert not spare.ready and spare.take(folder.path) is None
