"""Another package with the name of one of ours comes first on Python's path: the program says it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from engine.contract.specs import RunFolder
from score_studio import PACKAGES, foreign_packages
from studio.cli.app import run_command
from studio.jobs.process import ChildProcess, Crashed, python_command

ROOT = Path(__file__).parents[1]
PROGRAM = (
    "import sys; sys.path[:0] = sys.argv[1:3]; sys.argv[1:] = ['--version']; import score_studio; score_studio.main()"
)


def plant(folder: Path, name: str) -> Path:
    package = folder / name
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    return package


def test_that_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--version"]) == 0
    assert capsys.readouterr().out == f"score-studio {version('score-studio')}\n"


def test_that_our_own_packages_are_found() -> None:
    assert foreign_packages() == {}


@pytest.mark.child
@pytest.mark.parametrize("name", PACKAGES)
def test_that_the_command_names_a_foreign_package_that_comes_first(name: str, tmp_path: Path) -> None:
    package = plant(tmp_path, name)
    ended = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, str(tmp_path), str(ROOT)], cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 2 and ended.stdout == ""
    first, remedy = ended.stderr.splitlines()
    assert first == f"Score Studio needs its own package {name!r}, but Python finds {package}."
    assert "pipx" in remedy and "PYTHONPATH" in remedy


def test_that_a_package_that_is_found_nowhere_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("score_studio._place", lambda name: None if name == "db" else ROOT / name)
    assert foreign_packages() == {"db": "nowhere"}


@pytest.mark.child
def test_that_a_child_that_finds_a_foreign_engine_ends_with_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = plant(tmp_path, "engine")
    monkeypatch.setattr(
        "studio.jobs.process.child_environment",
        lambda: {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
    )
    folder = RunFolder(tmp_path / "run")
    child = ChildProcess(folder, python_command("engine.worker", str(folder.path), "--events"))
    child.start()
    outcome = child.wait()
    assert isinstance(outcome, Crashed) and outcome.returncode == 2
    assert f"needs its own package 'engine', but Python finds {package}." in outcome.log_tail
