"""What the modules that know the systems promise on this one; the Windows branch of the timer runs here too."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.contract import locks
from engine.contract.operating_system import called_by_thread, called_often, sync_folder
from studio.jobs.pipe_reader import PipeReader
from studio.operating_system import describe_return, end_process_tree, has_argument, stand_still
from studio.services.errors import StudioError
from studio.services.projects.locks import ProjectLock, held_by_another_process, holder

OUTPUT = """
import os, subprocess, sys
from engine.contract.operating_system import take_standard_output
events = take_standard_output()
print("printed", flush=True)
os.system("echo from a shell")
os.write(events, b"an event\\n")
"""
TREE = "import os, subprocess, time; os.write(1, b'%d' % subprocess.Popen(['sleep', '60']).pid); time.sleep(60)"


def no_locks(fd: int, *, blocking: bool) -> bool:
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


@pytest.mark.child
def test_that_standard_output_holds_events_only() -> None:
    ended = subprocess.run([sys.executable, "-c", OUTPUT], capture_output=True, text=True, check=True)
    assert ended.stdout == "an event\n"
    assert ended.stderr.splitlines() == ["printed", "from a shell"]


def test_that_a_lock_has_one_holder_whose_id_can_be_read(tmp_path: Path) -> None:
    first, second = locks.LockFile(tmp_path / "lock"), locks.LockFile(tmp_path / "lock")
    assert first.take() and first.take() and first.held
    assert not second.take() and not second.held
    assert locks.holder(first.path) == os.getpid()
    first.release()
    assert locks.holder(first.path) is None and first.path.read_bytes() == b""
    assert second.take()
    second.release()


def test_that_a_folder_on_a_file_system_without_locks_is_refused_readably_and_can_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "lock_descriptor", no_locks)
    with pytest.raises(StudioError, match=r"\.lock cannot be locked: No locks available.*local disk"):
        ProjectLock(tmp_path).take()
    assert holder(tmp_path) is None and not held_by_another_process(tmp_path)


@pytest.mark.parametrize("timer", ["system", "thread"])
def test_that_a_timer_interrupts_the_main_thread_and_stops(timer: str) -> None:
    class Enough(Exception):  # noqa: N818
        pass

    calls: list[str] = []

    def call() -> None:
        calls.append(threading.current_thread().name)
        if len(calls) == 3:
            raise Enough

    before = signal.getsignal(signal.SIGUSR1), signal.getsignal(signal.SIGALRM)
    ticking = called_often(call, 0.02) if timer == "system" else called_by_thread(call, 0.02, signal.SIGUSR1)
    with pytest.raises(Enough), ticking:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            pass
    assert calls == [threading.main_thread().name] * 3
    time.sleep(0.1)
    assert len(calls) == 3
    assert before == (signal.getsignal(signal.SIGUSR1), signal.getsignal(signal.SIGALRM))


@pytest.fixture
def tree() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", TREE], bufsize=0, stdout=subprocess.PIPE, start_new_session=True)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.child
def test_that_the_end_of_a_process_is_the_end_of_what_it_started(tree: subprocess.Popen[bytes]) -> None:
    assert tree.stdout is not None
    reader = PipeReader(tree.stdout)
    grandchild = int(reader.read(20) or b"0")
    until(lambda: has_argument(grandchild, Path("60")))  # a process that has just begun has no arguments yet
    assert not has_argument(grandchild, Path("61"))
    stand_still(tree, still=True)
    until(lambda: psutil.Process(tree.pid).status() == psutil.STATUS_STOPPED)
    stand_still(tree, still=False)
    assert reader.read(0.05) is None
    end_process_tree(tree)
    assert tree.wait(10) == -signal.SIGKILL
    until(lambda: gone(grandchild))
    assert reader.read(10) == b"" == reader.read(10)
    reader.close()


@pytest.mark.child
def test_that_a_reader_that_is_left_keeps_nobody(tree: subprocess.Popen[bytes]) -> None:
    assert tree.stdout is not None
    reader = PipeReader(tree.stdout)
    began = time.monotonic()
    reader.close(0.2)
    assert time.monotonic() - began < 5
    end_process_tree(tree)
    tree.wait(10)
    until(lambda: not reader._thread.is_alive())


def test_that_a_crash_on_windows_is_put_in_words() -> None:
    assert describe_return(0xC0000005) == "ended with code 0xc0000005"


def test_that_a_folder_is_synced_or_left(tmp_path: Path) -> None:
    sync_folder(tmp_path)
    sync_folder(tmp_path / "nothing")
