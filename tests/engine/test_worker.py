"""The child process: real processes for exits, signals and crashes; the context alone for the finer points."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from support.tiny import make_images, make_tiny_llava
from support.training import model_spec, pair_rows, run_folder, train_spec

from engine import worker
from engine.contract import artifacts
from engine.contract.context import CancelledError, Journal, ListContext
from engine.contract.events import (
    TERMINAL,
    Cancelled,
    Event,
    Failed,
    Finished,
    Note,
    Progress,
    Started,
    TrainStep,
    decode,
)
from engine.contract.specs import MergeSpec, RunFolder, StageSpec
from engine.stages import merge, train
from engine.training import checkpoints

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("worker") / "base")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return pair_rows(make_images(tmp_path_factory.mktemp("images"), 12))


def write_spec(folder: RunFolder, spec: StageSpec) -> None:
    folder.spec.write_text(spec.to_json(), encoding="utf-8")


def parse(line: str) -> Event:
    body = json.loads(line)
    assert abs(body.pop("at") - time.time()) < 600
    return decode(json.dumps(body))


def recorded(folder: RunFolder) -> list[Event]:
    return [parse(line) for line in folder.events.read_text(encoding="utf-8").splitlines()]


@dataclass
class Child:
    """A worker process; its events come one by one."""

    process: subprocess.Popen[bytes]
    pipe: int

    def events(self) -> Iterator[Event]:
        with os.fdopen(self.pipe, encoding="utf-8") as lines:
            yield from map(parse, lines)

    def run(self, on_event: Callable[[Event], None] = lambda event: None) -> tuple[int, list[Event]]:
        seen = []
        for event in self.events():
            seen.append(event)
            on_event(event)
        return self.process.wait(timeout=60), seen


@contextmanager
def child(folder: RunFolder, **environment: str) -> Iterator[Child]:
    reader, writer = os.pipe()
    settings = {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **environment}
    command = [sys.executable, "-m", "engine.worker", str(folder.path), "--events"]
    with folder.log.open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=writer, stderr=log, env={**os.environ, **settings})
    os.close(writer)
    try:
        yield Child(process, reader)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def at_step(number: int, act: Callable[[], None]) -> Callable[[Event], None]:
    """Do something as soon as that optimiser step was reported."""

    def on_event(event: Event) -> None:
        if isinstance(event, TrainStep) and event.step == number:
            act()

    return on_event


def test_that_a_training_killed_stopped_and_resumed_ends_with_the_bits_of_an_uninterrupted_one(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    spec = train_spec(base, epochs=4.0)
    whole, broken = run_folder(tmp_path / "whole", rows), run_folder(tmp_path / "broken", rows)
    train.run(spec, ListContext(whole, []))
    write_spec(broken, spec)

    with child(broken) as first:
        code, killed = first.run(at_step(3, first.process.kill))
    assert code == -signal.SIGKILL
    assert not any(isinstance(event, TERMINAL) for event in killed)
    assert checkpoints.newest_complete(broken.path / "checkpoints") is not None

    with child(broken) as second:
        code, stopped = second.run(at_step(5, second.process.terminate))
    assert code == 130
    assert stopped[-1] == Cancelled() == recorded(broken)[-1]
    assert sum(isinstance(event, TERMINAL) for event in stopped) == 1

    with child(broken) as third:
        code, finished = third.run()
    assert code == 0
    assert sum(isinstance(event, TERMINAL) for event in finished) == 1
    assert finished[-1] == Finished({**finished[-1].result, "adapter_digest": artifacts.digest(whole.adapter)})
    started = [event for event in (*killed, *stopped, *finished) if isinstance(event, Started)]
    assert [event.pid for event in started] == [first.process.pid, second.process.pid, third.process.pid]
    assert started[0].done == 0 < started[1].done <= started[2].done
    assert {"python", "torch", "transformers", "peft", "trl"} <= set(started[0].versions)
    assert recorded(broken)[-len(finished) :] == finished
    assert artifacts.digest(broken.adapter) == artifacts.digest(whole.adapter)
    assert broken.log.read_text(encoding="utf-8") == "", "the log of a training without trouble is not empty"


def test_that_a_paused_training_goes_on_at_the_very_next_step(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    folder = run_folder(tmp_path / "run", rows)
    write_spec(folder, train_spec(base, epochs=4.0, checkpoint_steps=100))
    with child(folder) as first:
        code, paused = first.run(at_step(3, folder.pause.touch))
    assert code == 130 and paused[-1] == Cancelled()
    assert not folder.pause.exists()
    last = max(event.step for event in paused if isinstance(event, TrainStep))
    with child(folder) as second:
        code, finished = second.run()
    assert code == 0
    assert next(event for event in finished if isinstance(event, Started)).done == last
    assert next(event for event in finished if isinstance(event, TrainStep)).step == last + 1


def test_that_a_crash_leaves_no_terminal_event_and_a_trace_in_the_log(
    base: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    folder = run_folder(tmp_path / "run", rows)
    write_spec(folder, train_spec(base, epochs=500.0))
    with child(folder) as process:
        code, events = process.run(at_step(1, lambda: process.process.send_signal(signal.SIGSEGV)))
    assert code == -signal.SIGSEGV
    assert events
    assert not any(isinstance(event, TERMINAL) for event in events)
    assert "Segmentation fault" in folder.log.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def own_signals() -> Iterator[None]:
    """For tests that run a worker in this process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
def test_that_a_users_mistake_ends_with_code_2_and_its_remedy(base: Path, tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", [])
    write_spec(folder, MergeSpec(model_spec(base), ("/no/such/a", "/no/such/b"), method="tie"))
    assert worker.main([str(folder.path)]) == 2
    (failed,) = recorded(folder)
    assert isinstance(failed, Failed)
    assert failed.user_error
    assert "'tie' is unknown" in failed.message
    assert "ties_svd" in failed.remedy


@pytest.mark.parametrize(
    "text", [None, "{", '{"kind": "bake", "spec_version": 1}', '{"kind": "merge", "spec_version": 7}']
)
def test_that_an_unusable_spec_is_a_failure_and_no_traceback(tmp_path: Path, text: str | None) -> None:
    folder = run_folder(tmp_path / "run", [])
    if text is not None:
        folder.spec.write_text(text, encoding="utf-8")
    with child(folder) as process:
        code, events = process.run()
    assert code == 2
    assert isinstance(events[0], Failed)
    assert "spec cannot be used" in events[0].message.replace(str(folder.spec) + " ", "")
    assert "Traceback" not in folder.log.read_text(encoding="utf-8")


def test_that_the_cancel_file_stops_and_is_taken_away(base: Path, tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", [])
    write_spec(folder, train_spec(base))
    (folder.path / "cancel").touch()
    with child(folder) as process:
        code, events = process.run()
    assert (code, events) == (130, [Cancelled()])
    assert not (folder.path / "cancel").exists()


@pytest.mark.usefixtures("own_signals")
def test_that_a_defect_ends_with_code_1_and_its_traceback(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*args: object) -> None:
        raise ZeroDivisionError("seven")

    monkeypatch.setattr(merge, "run", break_down)
    folder = run_folder(tmp_path / "run", [])
    write_spec(folder, MergeSpec(model_spec(base), ("a", "b")))
    assert worker.main([str(folder.path)]) == 1
    (failed,) = recorded(folder)
    assert isinstance(failed, Failed)
    assert not failed.user_error
    assert failed.message == "ZeroDivisionError: seven"
    assert "break_down" in failed.detail


@pytest.fixture
def events_file(tmp_path: Path) -> Iterator[IO[bytes]]:
    with (tmp_path / "events.jsonl").open("ab") as file:
        yield file


@pytest.mark.parametrize("detached", [False, True])
def test_that_a_dead_parent_is_a_cancel_unless_detached(tmp_path: Path, events_file: IO[bytes], detached: bool) -> None:
    reader, writer = os.pipe()
    context = worker.WorkerContext(RunFolder(tmp_path), worker.EventWriter(events_file, writer), detached=detached)
    context.emit(Progress(1, 3))
    context.check_cancelled()
    os.close(reader)
    context.emit(Progress(2, 3))
    context.emit(Progress(3, 3))
    os.close(writer)
    if detached:
        context.check_cancelled()
    else:
        with pytest.raises(CancelledError):
            context.check_cancelled()
    assert recorded(context.folder) == [Progress(1, 3), Progress(2, 3), Progress(3, 3)]


def test_that_other_ranks_send_notes_and_failures_only(tmp_path: Path, events_file: IO[bytes]) -> None:
    writer = worker.EventWriter(events_file, None)
    context = worker.WorkerContext(RunFolder(tmp_path), writer, rank=1, world_size=2)
    note, failed = Note("warning", "skipped", "one image"), Failed("no")
    for event in (Started("train", 3, "steps"), Progress(1, 3), note, Finished(), failed):
        context.emit(event)
    assert recorded(context.folder) == [note, failed]


def test_that_a_line_torn_by_a_kill_is_cut_off_before_new_events(base: Path, tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", [])
    whole = json.dumps({"at": time.time(), "event": "Progress", "done": 1, "total": 2}) + "\n"
    folder.events.write_text(whole + '{"at": 12, "eve', encoding="utf-8")
    write_spec(folder, train_spec(base))
    (folder.path / "cancel").touch()
    with child(folder) as process:
        process.run()
    assert recorded(folder) == [Progress(1, 2), Cancelled()]


def test_that_a_second_worker_waits_for_the_first_and_then_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOCK_SECONDS", 0.3)
    folder = RunFolder(tmp_path)
    with worker.locked(folder, ".worker.lock"):
        assert (tmp_path / ".worker.lock").read_text(encoding="utf-8") == f"{os.getpid()}\n"
        with (
            pytest.raises(worker.LockedError, match=f"Process {os.getpid()} is already working"),
            worker.locked(folder, ".worker.lock"),
        ):
            pytest.fail("both hold the lock")
    with worker.locked(folder, ".worker.lock"):
        pass


def test_that_a_journal_cuts_off_its_torn_last_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.0.jsonl"
    journal = Journal(path)
    journal.append([{"image_id": 1}, {"image_id": 2, "text": "ä\ud800"}])
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"image_id": 3, "te')
    again = Journal(path)
    assert [row["image_id"] for row in again.rows] == [1, 2]
    again.append([{"image_id": 4}])
    again.close()
    assert [json.loads(line)["image_id"] for line in path.read_bytes().splitlines()] == [1, 2, 4]
