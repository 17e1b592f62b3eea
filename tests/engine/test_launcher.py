"""One job in two real processes, which find one another through gloo: the results of one, and one terminal event."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from safetensors.torch import load_file
from support.tiny import PROMPT, make_images, make_tiny_llava
from support.training import model_spec, pair_rows, run_folder, train_spec

from engine.contract import artifacts
from engine.contract.context import ListContext, complete_rows
from engine.contract.events import (
    TERMINAL,
    AnswerSamples,
    Cancelled,
    Event,
    Failed,
    Finished,
    Progress,
    TrainStep,
    decode,
)  # fmt: skip
from engine.contract.specs import GenerateSpec, MergeSpec, PredictSpec, RunFolder, StageSpec, TrainSpec, VisionCache
from engine.stages import generate, merge, predict, train

pytestmark = pytest.mark.child
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("launcher") / "base")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_images(tmp_path_factory.mktemp("images"), 12)


Watch = Callable[[Event, psutil.Process], None]


def launch(folder: RunFolder, spec: StageSpec, watch: Watch | None = None) -> tuple[int, list[Event]]:
    """Run a job in two processes; returns the exit code and the events."""
    folder.spec.write_text(spec.to_json(), encoding="utf-8")
    command = [sys.executable, "-m", "engine.launcher", str(folder.path), "--processes", "2", "--events"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    seen: list[Event] = []
    with (
        folder.log.open("ab") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            body = json.loads(line)
            body.pop("at")
            seen.append(decode(json.dumps(body)))
            if watch is not None:
                watch(seen[-1], psutil.Process(process.pid))
    assert [type(event) in TERMINAL for event in seen] == [False] * (len(seen) - 1) + [True], seen
    recorded = [json.loads(line)["event"] for line in folder.events.read_text("utf-8").splitlines()]
    assert recorded[-1] == type(seen[-1]).__name__
    assert not left_over(folder)
    return process.returncode, seen


def left_over(folder: RunFolder) -> list[psutil.Process]:
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if str(folder.path) in (process.info["cmdline"] or [])]


def journal(folder: RunFolder) -> list[dict[str, Any]]:
    rows = [row for path in folder.journals() for row in complete_rows(path)]
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def alone(path: Path, spec: StageSpec, rows: list[dict[str, Any]]) -> ListContext:
    """The same job in this process."""
    context = ListContext(run_folder(path, rows), [])
    module = {"generate": generate, "train": train, "predict": predict, "merge": merge}[spec.kind]
    module.run(spec, context)  # type: ignore[attr-defined]
    return context


def apart(one: Path, other: Path) -> float:
    first, second = (load_file(folder / "adapter_model.safetensors") for folder in (one, other))
    assert set(first) == set(second)
    return max(float((first[name] - second[name]).abs().max()) for name in first)


def training(base: Path, **changes: Any) -> TrainSpec:
    """Twelve pairs in three steps of four, two at a time: one for each process, or two for one."""
    return train_spec(base, batch_size=4, micro_batch=1, epochs=1.0, checkpoint_steps=1, **changes)


def test_that_pairs_and_predictions_of_two_processes_are_those_of_one(
    base: Path, images: list[Path], tmp_path: Path
) -> None:
    rows = [{"image_id": n, "path": str(path), "bin": n % 10, "draw": 0} for n, path in enumerate(images)]
    spec = GenerateSpec(model_spec(base), PROMPT, 1, 1, max_new_tokens=6, batch_size=2)
    folder = run_folder(tmp_path / "generate", rows)
    code, events = launch(folder, spec)
    assert code == 0
    (last,) = [event for event in events if isinstance(event, Finished)]
    assert last.result["rows"] == last.result["pairs"] == len(rows)
    assert len(folder.journals()) == 2
    assert journal(folder) == journal(alone(tmp_path / "alone", spec, rows).folder)


@pytest.mark.slow
def test_that_a_merge_is_made_by_one_process(base: Path, images: list[Path], tmp_path: Path) -> None:
    adapter = alone(tmp_path / "train", training(base), pair_rows(images)).folder.adapter
    spec = MergeSpec(model_spec(base), (str(adapter),) * 2)
    folder = run_folder(tmp_path / "merge", [])
    code, _ = launch(folder, spec)
    assert code == 0
    assert artifacts.digest(folder.adapter) == artifacts.digest(alone(tmp_path / "m", spec, []).folder.adapter)


@pytest.mark.slow
def test_that_a_training_paused_killed_and_resumed_in_two_processes_ends_as_in_one(
    base: Path, images: list[Path], tmp_path: Path
) -> None:
    cache = VisionCache(str(tmp_path / "vision"), 10**8, len(images))
    rows, spec = pair_rows(images), training(base, learning_rate=2e-2, vision=cache)
    folder = run_folder(tmp_path / "run", rows)

    def pause(event: Event, _launcher: psutil.Process) -> None:
        if isinstance(event, TrainStep) and event.step == 1:
            folder.pause.touch()

    code, events = launch(folder, spec, pause)
    assert code == 130 and isinstance(events[-1], Cancelled) and not folder.pause.exists()
    sampled = [event.step for event in events if isinstance(event, AnswerSamples)]
    assert sampled in ([0, 1], [0, 1, 2]), "by one process, until the pause arrives"
    assert len(list((tmp_path / "vision").rglob("*.safetensors"))) == len(images)

    def kill_one(event: Event, launcher: psutil.Process) -> None:
        if isinstance(event, Progress) and event.done >= 1:
            for worker in launcher.children():
                if worker.environ().get("RANK") == "1":
                    worker.kill()

    code, events = launch(folder, spec, kill_one)
    assert code == 2 and isinstance(events[-1], Failed) and "Process 2 of 2 ended unexpectedly" in events[-1].message
    code, events = launch(folder, spec)
    assert code == 0
    assert isinstance(events[-1], Finished) and events[-1].result["vision_passes"] == 0
    one = alone(tmp_path / "one", dataclasses.replace(spec, vision=VisionCache()), rows)
    assert apart(folder.adapter, one.folder.adapter) < 1e-5
    margins = {row["pair_id"]: row["margin"] for row in journal(folder)}
    expected = {row["pair_id"]: row["margin"] for row in journal(one.folder)}
    assert margins.keys() == expected.keys()
    assert all(margins[pair] == pytest.approx(expected[pair], abs=1e-3) for pair in margins)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["train", "predict"])
def test_that_a_signal_ends_both_with_one_cancelled(base: Path, images: list[Path], tmp_path: Path, stage: str) -> None:
    if stage == "train":
        rows, spec = pair_rows(images), training(base)
    else:
        rows = [{"image_id": n, "path": str(path), "explain": True} for n, path in enumerate(images)]
        spec = PredictSpec(model_spec(base), PROMPT, max_new_tokens=200, batch_size=1)  # type: ignore[assignment]
    folder = run_folder(tmp_path / "run", rows)

    def stop(event: Event, launcher: psutil.Process) -> None:
        if isinstance(event, Progress) and event.done >= 1:
            launcher.send_signal(signal.SIGTERM)

    since = time.monotonic()
    code, events = launch(folder, spec, stop)
    assert code == 130 and isinstance(events[-1], Cancelled) and time.monotonic() - since < 100
    assert not folder.cancel.exists()


def test_that_the_error_of_one_process_ends_all(base: Path, images: list[Path], tmp_path: Path) -> None:
    rows = pair_rows(images)
    folder = run_folder(tmp_path / "run", rows)
    code, events = launch(folder, train_spec(base, batch_size=3))
    assert code == 2 and isinstance(events[-1], Failed)
    assert "cannot be divided among 2 processes" in events[-1].message


def test_that_a_stop_is_a_stop_even_if_the_workers_die_of_it(base: Path, images: list[Path], tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", pair_rows(images))
    folder.spec.write_text(training(base).to_json(), encoding="utf-8")
    folder.events.write_bytes(b'{"event": "Cancelled"}\n{"event": "Prog')  # torn by a kill
    command = [sys.executable, "-m", "engine.launcher", str(folder.path), "--processes", "2"]
    with folder.log.open("ab") as log, subprocess.Popen(command, cwd=ROOT, stderr=log) as process:
        until = time.monotonic() + 60
        while len(psutil.Process(process.pid).children()) < 2 and time.monotonic() < until:
            time.sleep(0.005)
        workers = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.kill()  # as a signal does before they listen
    assert process.returncode == 130
    events = [json.loads(line)["event"] for line in folder.events.read_text("utf-8").splitlines()]
    assert (events[0], events[-1], events.count("Cancelled")) == ("Cancelled", "Cancelled", 2)
    assert not left_over(folder) and not folder.cancel.exists()
