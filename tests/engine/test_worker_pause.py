"""A real child process hears a pause and a cancel where it makes no steps: loading, reference, margins."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.tiny import make_images, make_tiny_llava
from support.training import pair_rows, run_folder, train_spec

from engine import worker
from engine.contract import artifacts
from engine.contract.context import read_jsonl
from engine.contract.events import Event, Phase, TrainStep, decode
from engine.contract.specs import RunFolder

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def run_until(folder: RunFolder, phase: str, ask: str) -> tuple[int, list[Event]]:
    """Starts the worker and asks it to stop (by "pause" or by "signal") as soon as it names that phase."""
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "engine.worker", str(folder.path), "--events"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    with folder.log.open("ab") as log:
        child = subprocess.Popen(command, cwd=ROOT, stdout=writer, stderr=log, env=environment)
    os.close(writer)
    seen: list[Event] = []
    asked = False
    with os.fdopen(reader, encoding="utf-8") as lines:
        for line in lines:
            event = decode(line)
            seen.append(event)
            if phase and isinstance(event, Phase) and event.name == phase and not asked:
                asked = True
                if ask == "pause":
                    folder.pause.touch()
                else:
                    child.send_signal(signal.SIGTERM)
    return child.wait(timeout=60), seen


def prepared(path: Path, base: Path, rows: list[dict[str, Any]]) -> RunFolder:
    folder = run_folder(path, rows)
    folder.spec.write_text(train_spec(base, epochs=1.0, batch_size=3, micro_batch=1).to_json(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("paused") / "base")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return pair_rows(make_images(tmp_path_factory.mktemp("images"), 12))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, base: Path, rows: list[dict[str, Any]]) -> RunFolder:
    """The same training, which nothing stopped."""
    folder = prepared(tmp_path_factory.mktemp("unstopped") / "run", base, rows)
    assert run_until(folder, "", "")[0] == worker.FINISHED
    return folder


@pytest.mark.parametrize(("phase", "ask"), [("loading", "pause"), ("reference", "signal"), ("margins", "pause")])
def test_that_a_stop_is_heard_in_every_phase_and_nothing_of_it_is_lost(
    base: Path, rows: list[dict[str, Any]], whole: RunFolder, tmp_path: Path, phase: str, ask: str
) -> None:
    folder = prepared(tmp_path / "stopped", base, rows)
    code, seen = run_until(folder, phase, ask)
    assert code == worker.CANCELLED and not folder.pause.exists()
    assert any(isinstance(event, TrainStep) for event in seen) is (phase == "margins")
    assert run_until(folder, "", "")[0] == worker.FINISHED
    assert artifacts.digest(folder.adapter) == artifacts.digest(whole.adapter)
    assert list(read_jsonl(folder.journal())) == list(read_jsonl(whole.journal())) and folder.journal().stat().st_size
