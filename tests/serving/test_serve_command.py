"""Starting and stopping ``score-studio serve``: what is refused, what is printed, and that Ctrl-C ends everything."""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

import psutil
import pytest
from support.serving.exported import make_export
from support.serving.served import Served

from studio.cli.app import run_command
from studio.services.exports.scoring_recipe import FILE_NAME
from studio.serving.access import is_loopback, new_token


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_export(tmp_path_factory.mktemp("export") / "model")


@pytest.mark.child
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_that_a_request_to_stop_ends_server_and_model_and_leaves_nothing(
    number: signal.Signals, export: Path, tmp_path: Path
) -> None:
    left = tmp_path / "score-studio-serve-killed"
    left.mkdir()
    (left / ".owner.lock").touch()
    (left / "upload").write_bytes(b"a picture")
    served = Served("--model", str(export), scratch=tmp_path)
    end = time.monotonic() + 30
    while not served.children() and time.monotonic() < end:
        time.sleep(0.02)
    children = served.children()
    assert children
    assert not left.exists(), "what a killed server left behind is removed by the next"
    served.process.send_signal(number)
    assert served.ended() == 0
    assert psutil.wait_procs(children, timeout=5)[1] == []
    assert list(tmp_path.iterdir()) == []
    assert not any("Traceback" in line for line in served.lines)


@pytest.mark.slow
@pytest.mark.child
def test_that_a_killed_server_takes_its_model_with_it(export: Path, tmp_path: Path) -> None:
    served = Served("--model", str(export), scratch=tmp_path)
    end = time.monotonic() + 30
    while not served.children() and time.monotonic() < end:
        time.sleep(0.02)
    children = served.children()
    served.process.kill()
    served.ended()
    assert children and psutil.wait_procs(children, timeout=60)[1] == []


@pytest.mark.slow
@pytest.mark.child
def test_that_a_model_that_cannot_be_loaded_ends_the_server_with_the_reason(export: Path, tmp_path: Path) -> None:
    broken = make_export(tmp_path / "broken")
    (broken / "config.json").write_text("{}")
    served = Served("--model", str(broken), scratch=tmp_path)
    assert served.ended(120) == 2
    text = "\n".join(served.lines)
    assert "Traceback" not in text
    assert str(broken) in text.partition("Loading the model…")[2]


def test_that_damaged_weights_are_refused_before_anything_is_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = make_export(tmp_path / "model")
    (export / "README.md").write_text("A file that was added.")
    weights = export / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000] + b"\0" * 1000)
    assert run_command(["serve", "--model", str(export)]) == 2
    assert "is damaged: model.safetensors has changed since it was written." in capsys.readouterr().err


@pytest.mark.child
def test_that_everything_is_open_without_a_token_and_the_user_is_warned(export: Path, tmp_path: Path) -> None:
    served = Served("--model", str(export), "--no-token", "--host", "0.0.0.0", scratch=tmp_path)
    assert served.token is None
    assert any("everybody on this network" in line for line in served.lines)
    assert any("there is no token" in line for line in served.lines)
    status, found = served.get("/v1/model", host="a.name.of.this.computer")
    assert (status, found["model"]["version"]) == (200, "demo/base")
    status, found = served.get("/health")
    assert (status, found["status"]) == (503, "loading")
    assert served.stop() == 0


REFUSED = {
    "nothing": ([], "Name one model to serve"),
    "two": (["--model", "{}", "--project", "{}"], "Name one model to serve"),
    "version": (["--model", "{}", "--version", "base"], "only one version"),
    "base": (["--project", "{}", "--base", "x"], "own base model"),
    "no export": (["--model", "{}/no"], "not an exported model"),
    "short token": (["--model", "{}", "--token", "secret"], "6 characters"),
    "token and none": (["--model", "{}", "--token", "a" * 20, "--no-token"], "exclude one another"),
    "no address": (["--model", "{}", "--host", "no.such.host.invalid"], "cannot be used"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_that_what_cannot_be_served_is_refused(name: str, export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, part = REFUSED[name]
    assert run_command(["serve", *(one.format(export) for one in arguments)]) == 2
    error = capsys.readouterr().err
    assert part in error
    assert "Traceback" not in error


def test_that_a_port_in_use_is_told(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run_command(["serve", "--model", str(export), "--port", str(port)]) == 2
    assert f"port {port}, cannot be used: Address already in use" in capsys.readouterr().err


def test_that_an_incomplete_export_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = make_export(tmp_path / "model")
    next(export.glob("manifest*")).unlink()
    assert (export / FILE_NAME).exists()
    assert run_command(["serve", "--model", str(export)]) == 2
    assert "incomplete" in capsys.readouterr().err


def test_that_loopback_names_and_tokens_are_what_they_should_be() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST")))
    assert not any(map(is_loopback, ("0.0.0.0", "192.168.1.2", "localhost.evil.example", "", "::")))
    assert len({new_token() for _ in range(100)}) == 100
    assert min(len(new_token()) for _ in range(100)) >= 32
