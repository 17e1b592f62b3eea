"""The child process: its events, its end, its death."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from engine.contract.events import Cancelled, Event, Failed, Finished, Note, Progress, Started, encode
from engine.contract.specs import RunFolder
from studio.jobs.orphans import live_worker, stop_orphan
from studio.jobs.process import ChildProcess, Crashed
from studio.operating_system import describe_return

PREAMBLE = """
import json, os, signal, sys, time
events = os.dup(1)
os.dup2(2, 1)
def emit(line): os.write(events, (line + "\\n").encode())
"""


def child(tmp_path: Path, code: str, grace: float = 10.0) -> ChildProcess:
    process = ChildProcess(RunFolder(tmp_path / "run"), [sys.executable, "-c", PREAMBLE + code], grace)
    process.start()
    return process


def all_events(process: ChildProcess) -> list[Event]:
    events = []
    while process.outcome is None:
        events += process.poll(0.1)
    return events


def lines(*events: Event) -> str:
    return "\n".join(f"emit({encode(event)!r})" for event in events)


def test_that_events_come_in_order_and_the_terminal_one_is_the_outcome(tmp_path: Path) -> None:
    sent = [Started("predict", 3, "images"), Progress(1, 3), Progress(3, 3), Finished({"n": 3})]
    process = child(tmp_path, lines(*sent))
    assert all_events(process) == sent
    assert process.outcome == Finished({"n": 3})


def test_that_events_after_the_terminal_one_are_dropped(tmp_path: Path) -> None:
    process = child(tmp_path, lines(Failed("no"), Progress(1, 1), Finished()))
    assert all_events(process) == [Failed("no")]
    assert process.outcome == Failed("no")


def test_that_an_event_longer_than_a_pipe_arrives_whole(tmp_path: Path) -> None:
    long = Note("info", "long", "ü" * 300_000)
    line = "json.dumps(dict(event='Note', level='info', code='long', text='ü' * 300000))"
    process = child(tmp_path, f"import json\nemit({line})\n{lines(Finished())}")
    assert all_events(process) == [long, Finished()]


def test_that_the_time_stamp_of_a_line_is_not_part_of_its_event(tmp_path: Path) -> None:
    process = child(
        tmp_path, """emit('{"event": "Progress", "done": 1, "total": 2, "at": 12.5}')\n""" + lines(Finished())
    )
    assert all_events(process) == [Progress(1, 2), Finished()]


def test_that_a_line_that_is_no_event_becomes_a_warning_and_the_job_goes_on(tmp_path: Path) -> None:
    process = child(tmp_path, "emit('garbage')\n" + lines(Finished()))
    note, last = all_events(process)
    assert isinstance(note, Note) and note.code == "unreadable_event" and "garbage" in note.text
    assert last == Finished()


def test_that_a_child_killed_by_sigsegv_is_a_crash_with_the_end_of_its_log(tmp_path: Path) -> None:
    process = child(tmp_path, "print('the last words', flush=True)\nos.kill(os.getpid(), signal.SIGSEGV)")
    outcome = process.wait()
    assert isinstance(outcome, Crashed)
    assert outcome.returncode == -signal.SIGSEGV
    assert outcome.reason == "was killed by SIGSEGV"
    assert "the last words" in outcome.log_tail


def test_that_a_child_that_ends_without_a_word_is_a_crash(tmp_path: Path) -> None:
    outcome = child(tmp_path, "raise SystemExit(3)").wait()
    assert isinstance(outcome, Crashed) and outcome.reason == "ended with code 3"


def test_that_stdout_and_stderr_go_to_the_log_and_are_appended(tmp_path: Path) -> None:
    for word in ("first", "second"):
        child(tmp_path, f"print({word!r})\nprint('err', file=sys.stderr)\n" + lines(Finished())).wait()
    text = (tmp_path / "run/log.txt").read_text()
    assert text.index("first") < text.index("second") and text.count("err") == 2


def test_that_a_child_asked_to_stop_may_end_by_itself(tmp_path: Path) -> None:
    code = f"""
def stop(*_):
    {lines(Cancelled())}
    os._exit(130)
signal.signal(signal.SIGTERM, stop)
{lines(Progress(1, 2))}
time.sleep(60)
"""
    process = child(tmp_path, code)
    assert process.poll(20) == [Progress(1, 2)]
    threading.Thread(target=process.cancel).start()
    assert all_events(process) == [Cancelled()]
    assert process.outcome == Cancelled()


def test_that_a_child_that_ignores_the_request_is_killed_after_the_grace_period(tmp_path: Path) -> None:
    code = f"signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{lines(Progress(0, 1))}\ntime.sleep(60)"
    process = child(tmp_path, code, grace=0.5)
    process.poll(20)
    began = time.monotonic()
    process.cancel()
    assert process.wait() == Cancelled()
    assert 0.4 < time.monotonic() - began < 10


def test_that_a_cancel_before_the_start_stops_the_child_at_once(tmp_path: Path) -> None:
    process = ChildProcess(RunFolder(tmp_path / "run"), [sys.executable, "-c", "import time; time.sleep(60)"])
    process.cancel()
    process.start()
    assert process.wait() == Cancelled()


def test_that_a_grandchild_that_holds_the_pipe_does_not_hide_the_childs_death(tmp_path: Path) -> None:
    code = """
grandchild = os.fork()
if grandchild == 0:
    time.sleep(60)
    os._exit(0)
open("grandchild", "w").write(str(grandchild))
os.kill(os.getpid(), signal.SIGKILL)
"""
    place = tmp_path / "grandchild"
    process = child(tmp_path, code.replace('"grandchild"', repr(str(place))))
    began = time.monotonic()
    outcome = process.wait()
    os.kill(int(place.read_text()), signal.SIGKILL)
    assert isinstance(outcome, Crashed) and "SIGKILL" in outcome.reason
    assert time.monotonic() - began < 10


def test_that_a_child_is_out_of_reach_of_the_terminals_ctrl_c(tmp_path: Path) -> None:
    process = child(tmp_path, f"{lines(Progress(0, 1))}\ntime.sleep(60)")
    process.poll(20)
    assert process.pid is not None and os.getpgid(process.pid) != os.getpgid(0)
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    ("code", "words"), [(0, "ended with code 0"), (-9, "was killed by SIGKILL"), (-99, "was killed by signal 99")]
)
def test_that_a_return_code_is_put_in_words(code: int, words: str) -> None:
    assert describe_return(code) == words


HOLD = """
import fcntl, os, signal, sys, time
if sys.argv[1] == "stubborn": signal.signal(signal.SIGTERM, signal.SIG_IGN)
lock = open(sys.argv[2] + "/.worker.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
lock.write(str(os.getpid())); lock.flush()
print("held", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("manner", ["obedient", "stubborn"])
def test_that_a_worker_left_over_is_stopped_before_its_job_runs_again(tmp_path: Path, manner: str) -> None:
    import subprocess

    worker = subprocess.Popen([sys.executable, "-c", HOLD, manner, str(tmp_path)], stdout=subprocess.PIPE)
    assert worker.stdout is not None and worker.stdout.readline() == b"held\n"
    assert live_worker(RunFolder(tmp_path)) == worker.pid
    assert stop_orphan(RunFolder(tmp_path), grace=0.5)
    assert worker.wait(5) in (-signal.SIGTERM, -signal.SIGKILL)
    assert live_worker(RunFolder(tmp_path)) is None
    worker.stdout.close()


def test_that_a_stale_process_id_in_the_lock_file_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / ".worker.lock").write_text(str(os.getpid()))
    assert not stop_orphan(RunFolder(tmp_path))
