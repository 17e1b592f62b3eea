"""Where a job runs: here in one process, here in several, or by a command of the user's on another machine."""

from __future__ import annotations

import shlex
import sys
import textwrap
import time
from pathlib import Path

import pytest

from engine.contract.context import complete_rows, write_jsonl
from engine.contract.events import Cancelled, Event, Finished, Progress
from engine.contract.specs import JudgeSpec, RunFolder
from studio.jobs.launching import RemoteProcess, expanded, launched
from studio.jobs.process import ChildProcess, Crashed
from studio.services.errors import StudioError
from studio.services.settings.schema import ComputeSettings

WORKER = ["python", "-m", "engine.launcher", "/runs/my job"]
ROWS = 250


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A job that needs no model: explanations to grade."""
    found = RunFolder(tmp_path / "the run")
    found.path.mkdir()
    found.spec.write_text(JudgeSpec().to_json(), "utf-8")
    write_jsonl(
        found.input,
        [{"prediction_id": n, "label": n % 10, "text": "The light is soft.", "parse_ok": True} for n in range(ROWS)],
    )
    return found


@pytest.fixture
def remote_shell(tmp_path: Path) -> str:
    """Stands for ssh: a session of its own, an empty environment, another folder, and a standard output with a banner.

    A signal to it ends it and leaves the job running, as with ssh.
    """
    script = tmp_path / "bin" / "ssh"
    script.parent.mkdir()
    code = f"""\
        #!{sys.executable}
        import os, subprocess, sys
        print("Welcome to the GPU server", flush=True)
        job = subprocess.Popen(["/bin/sh", "-c", " ".join(sys.argv[2:])], cwd="/", start_new_session=True,
                               env={{"PATH": os.environ["PATH"]}}, stdout=subprocess.DEVNULL)
        sys.exit(job.wait())
        """
    script.write_text(textwrap.dedent(code))
    script.chmod(0o755)
    return shlex.quote(str(script))


def events_of(child: ChildProcess, watch: object = None) -> list[Event]:
    child.start()
    seen: list[Event] = []
    until = time.monotonic() + 60
    while child.outcome is None and time.monotonic() < until:
        for event in child.poll(0.1):
            seen.append(event)
            if watch is not None:
                watch(event)  # type: ignore[operator]
    return seen


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("{worker}", ["W"]),
        ("srun --gpus=2 {worker}", ["srun", "--gpus=2", "W"]),
        ("/usr/bin/ssh -T gpu {worker}", ["/usr/bin/ssh", "-T", "gpu", "Q"]),
        ("ssh gpu 'cd /tmp && {worker}'", ["ssh", "gpu", "cd /tmp && Q"]),
        ("srun python -m engine.launcher {run_folder}", ["srun", "python", "-m", "engine.launcher", "/runs/my job"]),
        ("ssh gpu score {run_folder}", ["ssh", "gpu", "score", "'/runs/my job'"]),
    ],
)
def test_that_the_worker_takes_its_place_in_the_command(
    command: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.jobs.launching.child_environment", dict)
    found = expanded(command, WORKER, Path("/runs/my job"))
    quoted = "python -m engine.launcher '/runs/my job'"
    assert found == [each for word in words for each in (WORKER if word == "W" else [word.replace("Q", quoted)])]


def test_that_a_command_with_an_open_quote_is_refused() -> None:
    with pytest.raises(StudioError, match=r"compute.command cannot be read"):
        expanded("ssh 'gpu {worker}", WORKER, Path("/runs/1"))


def test_that_a_setting_without_a_worker_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no \{worker\}"):
        ComputeSettings(launcher="command", command="srun true")


def test_that_one_process_here_is_the_default(folder: RunFolder) -> None:
    made: list[RunFolder] = []
    launched(lambda given: made.append(given) or ChildProcess(given), folder, ComputeSettings())  # type: ignore[func-returns-value]
    assert made == [folder]


@pytest.mark.child
def test_that_a_job_on_another_machine_is_followed_by_its_file(folder: RunFolder, remote_shell: str) -> None:
    compute = ComputeSettings(launcher="command", command=f"{remote_shell} gpu {{worker}}", processes=2)
    child = launched(ChildProcess, folder, compute)
    seen = events_of(child)
    assert isinstance(child.outcome, Finished) and child.outcome.result["graded"] == ROWS
    assert seen[-1] == child.outcome and Progress(ROWS, ROWS) in seen
    assert len(folder.journals()) == 2
    assert sum(len(complete_rows(path)) for path in folder.journals()) == ROWS
    assert "Welcome to the GPU server" in folder.log.read_text("utf-8")
    again = launched(ChildProcess, folder, compute)
    assert isinstance(events_of(again)[-1], Finished), "a second run does not read the first one's end"


@pytest.mark.child
def test_that_a_stop_reaches_a_job_on_another_machine(folder: RunFolder, remote_shell: str) -> None:
    row = {"label": 1, "text": "The light is soft. " * 50, "parse_ok": True}
    write_jsonl(folder.input, [{"prediction_id": n, **row} for n in range(100_000)])
    compute = ComputeSettings(launcher="command", command=f"{remote_shell} gpu {{worker}}", processes=1)
    child = launched(ChildProcess, folder, compute)
    events_of(child, lambda event: child.cancel() if isinstance(event, Progress) else None)
    assert child.outcome == Cancelled()
    assert not folder.cancel.exists()
    assert 0 < sum(len(complete_rows(path)) for path in folder.journals()) < 100_000


@pytest.mark.child
def test_that_a_command_that_fails_is_a_crash_with_its_words(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.jobs.launching.FILE_SECONDS", 0.5)
    child = RemoteProcess(folder, ["/bin/sh", "-c", "echo no such host >&2; exit 255"])
    events_of(child)
    assert isinstance(child.outcome, Crashed) and child.outcome.returncode == 255
    assert "no such host" in child.outcome.log_tail
    assert folder.cancel.exists(), "whatever the command has left running stops"


def test_that_a_command_that_does_not_exist_is_told(folder: RunFolder) -> None:
    with pytest.raises(StudioError, match=r"no-such-program of the setting compute\.command cannot be started"):
        RemoteProcess(folder, ["no-such-program"]).start()
