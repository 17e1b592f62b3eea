"""A project on a model of the hub, the whole way: new, download, base, iteration; stopped, resumed, cut off."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.hubs.model_hub import Hub, serving
from support.projects import COMMAND, ENVIRONMENT, SETTINGS, new_arguments, rows

REPO, COMMIT = "owner/tiny", "c0ffee" + "0" * 34
JOBS = "SELECT stage, state FROM job ORDER BY position, id"


@pytest.fixture
def hub(tiny_model: Path) -> Iterator[Hub]:
    with serving() as served:
        served.add(REPO, tiny_model)
        served.repositories[REPO].files["modeling_tiny.py"] = b"raise SystemExit"
        yield served


class Person:
    """Runs commands with a home of the hub's client of its own."""

    def __init__(self, hub: Hub, place: Path) -> None:
        self.environment = {**ENVIRONMENT, **hub.environment(place / "home")}
        self.root = place / "project"
        self.blobs = place / "home/hub/models--owner--tiny/blobs"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen([*COMMAND, *arguments], stdout=pipe, stderr=pipe, text=True, env=self.environment)

    def run(self, *arguments: str, code: int = 0) -> str:
        child = self.start(*arguments)
        out, errors = child.communicate(timeout=200)
        assert child.returncode == code, out + errors
        assert "Traceback" not in errors
        return out + errors

    def make(self, photos: Path) -> None:
        config = self.root.with_suffix(".toml")
        config.write_text(SETTINGS, encoding="utf-8")
        self.run(*new_arguments(self.root, photos, REPO, config))

    def spec(self, stage: str) -> dict[str, object]:
        [(number,)] = rows(self.root, f"SELECT min(id) FROM job WHERE stage = '{stage}'")
        found: dict[str, object] = json.loads((self.root / "runs" / str(number) / "spec.json").read_text())["model"]
        return found


@pytest.fixture
def person(hub: Hub, tmp_path: Path, photos: Path) -> Person:
    made = Person(hub, tmp_path)
    made.make(photos)
    return made


def test_that_a_hub_model_is_downloaded_and_measured_at_its_commit(hub: Hub, person: Person) -> None:
    child = person.start("run", str(person.root), "--iterations", "1", "--review")
    measured = [(stage, "done") for stage in ("download", "predict", "judge", "measure")]
    deadline = time.monotonic() + 120
    while rows(person.root, JOBS)[:4] != measured:
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)  # the first iteration is that of the slow test
    out, errors = child.communicate(timeout=60)
    assert child.returncode == 130 and "Download the base model: done" in out, errors
    assert person.spec("predict")["revision"] == COMMIT and person.spec("predict")["base"] == REPO
    [(kept,)] = rows(person.root, "SELECT hyperparameters FROM model_version WHERE name = 'base'")
    assert json.loads(kept)["revision"] == COMMIT
    assert not any(path.endswith(".py") for _, path, _ in hub.asked)


@pytest.mark.slow
def test_that_a_project_runs_on_a_hub_model_and_stays_at_its_commit(hub: Hub, person: Person) -> None:
    out = person.run("run", str(person.root), "--iterations", "1", "--review")
    assert "Download the base model: done" in out
    assert rows(person.root, JOBS)[:4] == [
        ("download", "done"),
        ("predict", "done"),
        ("judge", "done"),
        ("measure", "done"),
    ]
    assert person.spec("predict")["revision"] == COMMIT and person.spec("predict")["base"] == REPO
    [(kept,)] = rows(person.root, "SELECT hyperparameters FROM model_version WHERE name = 'base'")
    assert json.loads(kept)["revision"] == COMMIT
    hub.error = 503  # from here on the model on this machine has to do
    hub.repositories[REPO].branches["main"] = "b" * 40
    person.run("run", str(person.root), "--iterations", "1", "--no-review")
    assert person.spec("train")["revision"] == COMMIT
    adapter = json.loads((person.root / "models/iter1/score/adapter_config.json").read_text())
    assert (adapter["base_model_name_or_path"], adapter["revision"]) == (REPO, COMMIT)
    [(made,)] = rows(person.root, "SELECT hyperparameters FROM model_version WHERE name = 'iter1/score'")
    assert json.loads(made)["revision"] == COMMIT
    assert not any(path.endswith(".py") for _, path, _ in hub.asked)


def test_that_a_stopped_download_is_resumed_by_the_next_run(hub: Hub, person: Person) -> None:
    hub.repositories[REPO].files["model.safetensors"] += bytes(4 << 20)  # room to be stopped in; refused when loaded
    hub.seconds_a_piece = 0.03
    child = person.start("run", str(person.root), "--iterations", "1")
    deadline = time.monotonic() + 60
    while sum(part.stat().st_size for part in person.blobs.glob("*.score-studio.incomplete")) < 1 << 20:
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=60)
    assert child.returncode == 130 and "of Download the base model" in errors
    assert rows(person.root, JOBS)[:2] == [("download", "cancelled"), ("predict", "queued")]
    hub.seconds_a_piece = 0.0
    out = person.run("run", str(person.root), "--iterations", "1", code=1)
    assert "Download the base model: done" in out and "cannot be loaded" in out
    first, second = hub.fetched("/storage/owner/tiny/model.safetensors")
    assert first is None and second is not None and int(second[6:-1]) >= 1 << 20


def test_that_without_network_the_download_fails_soon_and_says_what_to_do(hub: Hub, person: Person) -> None:
    person.environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
    began = time.monotonic()
    out = person.run("run", str(person.root), "--iterations", "1", code=1)
    assert time.monotonic() - began < 12
    assert "Download the base model failed" in out and "cannot be reached" in out and "Check the network" in out
