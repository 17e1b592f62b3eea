"""``download``, ``login`` and ``logout`` against a hub on this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.hubs.model_hub import TOKEN, Hub, serving
from support.projects import COMMAND, ENVIRONMENT

pytestmark = pytest.mark.child

REPO, COMMIT = "owner/tiny", "c0ffee" + "0" * 34
FILES = {
    "config.json": b'{"vision_config": {}}',
    "tokenizer.json": b"{}",
    "processor_config.json": b"{}",
    "model.safetensors": b"weights" * 400_000,
}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as served:
        served.add(REPO, dict(FILES))
        yield served


def run(hub: Hub, home: Path, *arguments: str, text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**ENVIRONMENT, **hub.environment(home), **more}
    command = [*COMMAND, *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, env=environment, check=False)


def test_that_download_brings_a_model_and_says_where_it_is(hub: Hub, tmp_path: Path) -> None:
    done = run(hub, tmp_path, "download", REPO)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "hub" / "models--owner--tiny" / "snapshots" / COMMIT
    assert f"commit {COMMIT}" in done.stdout and str(folder) in done.stdout and "100% (3 of 3 MB)" in done.stdout
    assert {file.name for file in folder.iterdir()} == set(FILES)
    hub.asked.clear()
    assert run(hub, tmp_path, "download", REPO, "--revision", COMMIT).returncode == 0 and not hub.asked


def test_that_download_refuses_in_words(hub: Hub, tmp_path: Path) -> None:
    unknown = run(hub, tmp_path, "download", "owner/none")
    assert unknown.returncode == 2 and "no model owner/none" in unknown.stderr and "Traceback" not in unknown.stderr
    assert "not a hub model id" in run(hub, tmp_path, "download", "demo").stderr
    cut_off = run(hub, tmp_path, "download", REPO, HF_ENDPOINT="http://127.0.0.1:9")
    assert cut_off.returncode == 2 and "cannot be reached" in cut_off.stderr
    assert "offline mode" in run(hub, tmp_path, "download", REPO, HF_HUB_OFFLINE="1").stderr


def test_that_a_token_is_kept_by_the_client_alone_and_forgotten(hub: Hub, tmp_path: Path) -> None:
    hub.repositories[REPO].gated = True
    assert "gated" in run(hub, tmp_path, "download", REPO).stderr
    signed_in = run(hub, tmp_path, "login", text=TOKEN + "\n")
    assert signed_in.returncode == 0 and "Signed in as somebody" in signed_in.stdout, signed_in.stderr
    assert TOKEN not in signed_in.stdout + signed_in.stderr
    assert (tmp_path / "token").read_text() == TOKEN
    assert run(hub, tmp_path, "download", REPO).returncode == 0
    assert run(hub, tmp_path, "logout").returncode == 0 and not (tmp_path / "token").exists()


def test_that_a_wrong_token_is_refused_and_not_kept(hub: Hub, tmp_path: Path) -> None:
    refused = run(hub, tmp_path, "login", text="hf_wrong\n")
    assert refused.returncode == 2 and "rejected this token" in refused.stderr
    assert "hf_wrong" not in refused.stdout + refused.stderr and not (tmp_path / "token").exists()
    assert "No token" in run(hub, tmp_path, "login", text="\n").stderr
    cut_off = run(hub, tmp_path, "login", text=TOKEN + "\n", HF_ENDPOINT="http://127.0.0.1:9")
    assert cut_off.returncode == 2 and "cannot be reached" in cut_off.stderr
