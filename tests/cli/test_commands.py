"""The command line's frame: what it loads, what it does with defects, tools in children, and the doctor."""

from __future__ import annotations

import ctypes
import importlib.metadata
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.projects import COMMAND, ENVIRONMENT

from studio.cli import app, doctor
from studio.cli._stopping import stopping
from studio.cli.doctor import Finding, run_doctor
from studio.cli.window import has_display, headless_wanted
from studio.jobs.engine_commands import ToolError, run_tool

LOADED = """
import sys
from studio.cli.app import run_command
code = run_command(["--help"])
heavy = {"torch", "transformers", "PySide6", "sqlalchemy", "pydantic", "pandas"} & set(sys.modules)
assert not heavy, heavy
sys.exit(code)
"""


@pytest.mark.child
def test_that_help_loads_nothing_heavy_and_names_every_command() -> None:
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert ran.returncode == 0, ran.stderr
    own = ("demo", "new", "run", "status", "check", "doctor", "build-demo-model")
    for name in (*own, "pairs", "predict", "export", "push", "archive", "unarchive"):
        assert f"\n  {name} " in ran.stdout


@pytest.mark.child
def test_that_the_version_is_that_of_the_package() -> None:
    ran = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert (ran.returncode, ran.stdout) == (0, f"score-studio {importlib.metadata.version('score-studio')}\n")


def test_that_a_defect_ends_with_1_and_one_line_that_names_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> int:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("platformdirs.user_log_dir", lambda name: str(tmp_path / name))
    monkeypatch.setattr(doctor, "run_doctor", broken)
    assert app.run_command(["doctor"]) == 1
    told = capsys.readouterr()
    assert told.err.count("\n") == 1 and "ZeroDivisionError: ours" in told.err and "Traceback" not in told.err
    (log,) = (tmp_path / "score-studio").iterdir()
    assert str(log) in told.err


INTERRUPTED_WHILE_LOADING = """
import builtins, os, signal, sys
load = builtins.__import__
def interrupted(name, *rest, **more):
    if name == "typer":
        os.kill(os.getpid(), signal.SIGINT)
    return load(name, *rest, **more)
builtins.__import__ = interrupted
from studio.__main__ import main
main()
"""


@pytest.mark.child
def test_that_ctrl_c_while_the_program_loads_leaves_no_traceback() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_LOADING], capture_output=True, text=True, env=ENVIRONMENT, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


@pytest.mark.child
def test_that_a_tools_lines_are_shown_as_they_come_and_made_plain(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend_tool(monkeypatch, "print('one'); print('\\x1b[31mtwo')")
    assert app.run_command(["build-demo-model", "--out", "nowhere"]) == 0
    assert capsys.readouterr().out.splitlines() == ["one", "\\x1b[31mtwo"]


@pytest.mark.child
def test_that_a_failed_tool_is_told_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_tool(monkeypatch, "import sys; sys.exit('no room left')")
    with pytest.raises(ToolError, match=r"engine.demo ended with code 1:\nno room left"):
        run_tool("engine.demo", on_line=print)


@pytest.mark.child
def test_that_a_tool_is_stopped_when_its_caller_is(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_tool(monkeypatch, "import os, time; print(os.getpid()); time.sleep(60)")
    pids: list[int] = []

    def interrupted(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_tool("engine.demo", on_line=interrupted)
    assert not Path(f"/proc/{pids[0]}").exists()


def pretend_tool(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(
        "studio.jobs.engine_commands.python_command", lambda _module, *_arguments: [sys.executable, "-c", code]
    )


def torch_says(text: str) -> Callable[..., None]:
    return lambda _module, *, on_line: on_line(text)


def test_that_the_doctor_names_a_missing_library_and_the_package_that_has_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = ctypes.CDLL

    def load(name: str) -> ctypes.CDLL:
        if name == "libEGL.so.1":
            raise OSError("libEGL.so.1: cannot open shared object file")
        return real(None)

    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setattr(
        doctor, "run_tool", torch_says('{"error": "", "torch": "9.9", "cuda": null, "threads": 2, "devices": []}')
    )
    assert run_doctor() == 1
    told = capsys.readouterr().out
    assert "WRONG libEGL.so.1" in told and "apt-get install libegl1" in told
    assert "torch import: 9.9, CUDA not built in, 2 threads" in told


def test_that_a_torch_that_does_not_load_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "run_tool", torch_says('{"error": "ImportError: libc10", "devices": []}'))
    found = [finding for finding in doctor.findings() if finding.name == "torch import"]
    assert found == [Finding("torch import", "ImportError: libc10", "Reinstall torch; see the README.")]


@pytest.mark.parametrize(("value", "wanted"), [("", False), ("0", False), ("1", True)])
def test_that_headless_1_means_no_window(monkeypatch: pytest.MonkeyPatch, value: str, wanted: bool) -> None:
    monkeypatch.setenv("HEADLESS", value)
    assert headless_wanted() is wanted


def test_that_an_explicit_qt_platform_counts_as_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert not has_display()
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert has_display()


def test_that_the_handlers_of_signals_are_as_before_after_a_run() -> None:
    before = signal.getsignal(signal.SIGINT)
    cancel = threading.Event()
    with stopping(cancel):
        signal.raise_signal(signal.SIGINT)
        assert cancel.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
