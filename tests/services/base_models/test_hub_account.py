"""What a hub model would bring, asked of a hub on this machine by a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.hubs.model_hub import TOKEN, Hub, serving

pytestmark = pytest.mark.child

REPO, COMMIT = "owner/tiny", "c0ffee" + "0" * 34
FILES = {"config.json": b"{}", "tokenizer.json": b"{}", "processor_config.json": b"{}", "model.safetensors": b"x" * 94}
ASK = """
import dataclasses, json, sys
from studio.services.base_models import hub_account
from studio.services.errors import StudioError
try:
    told = dataclasses.asdict(hub_account.availability(sys.argv[1], None, offline=sys.argv[2] == "offline"))
except StudioError as error:
    told = {"refused": str(error)}
print(json.dumps({**told, "torch": "torch" in sys.modules}))
"""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as served:
        served.add(REPO, dict(FILES))
        yield served


def ask(hub: Hub, home: Path, repo: str = REPO, mode: str = "", **more: str) -> dict[str, Any]:
    environment = {**os.environ, **hub.environment(home), **more}
    command = [sys.executable, "-c", ASK, repo, mode]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root, timeout=60, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    assert not told.pop("torch")
    return told


def test_that_a_model_is_told_with_its_commit_and_size_before_it_is_fetched(hub: Hub, tmp_path: Path) -> None:
    assert ask(hub, tmp_path) == {"here": False, "commit": COMMIT, "bytes": 100, "needs_token": False}
    assert not any("/resolve/" in path for _, path, _ in hub.asked)


def test_that_a_gated_model_needs_a_token_until_there_is_one(hub: Hub, tmp_path: Path) -> None:
    hub.repositories[REPO].gated = True
    assert ask(hub, tmp_path)["needs_token"]
    assert not ask(hub, tmp_path, HF_TOKEN=TOKEN)["needs_token"]


def test_that_what_cannot_be_fetched_is_refused_in_words(hub: Hub, tmp_path: Path) -> None:
    assert "no model owner/none" in ask(hub, tmp_path, "owner/none")["refused"]
    assert "offline mode" in ask(hub, tmp_path, mode="offline")["refused"]
    assert "cannot be reached" in ask(hub, tmp_path, HF_ENDPOINT="http://127.0.0.1:9")["refused"]
    del hub.repositories[REPO].files["model.safetensors"]
    hub.repositories[REPO].files["pytorch_model.bin"] = b"pickle"
    assert "only available as pytorch_model.bin" in ask(hub, tmp_path)["refused"]


def test_that_a_model_that_is_here_is_told_without_asking(hub: Hub, tmp_path: Path) -> None:
    snapshot = tmp_path / "hub/models--owner--tiny/snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    for name, data in FILES.items():
        (snapshot / name).write_bytes(data)
    (tmp_path / "hub/models--owner--tiny/refs").mkdir()
    (tmp_path / "hub/models--owner--tiny/refs/main").write_text(COMMIT)
    assert ask(hub, tmp_path) == {"here": True, "commit": COMMIT, "bytes": 100, "needs_token": False}
    assert hub.asked == []
