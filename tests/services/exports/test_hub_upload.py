"""Pushing to the hub: huggingface_hub's own client against a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.hubs.upload_hub import TOKEN, TakingHub, taking_hub

from studio.services.errors import OperationCancelled, StudioError
from studio.services.exports.hub_upload import check_repo, plan_push, push


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TakingHub]:
    with taking_hub() as found:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", found.url)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)  # this hub takes files by HTTP
        monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "exported"
    found.mkdir()
    (found / "README.md").write_text("---\nlicense: unknown\n---\n# A model\n")
    (found / "adapter_config.json").write_text("{}")
    (found / "adapter_model.safetensors").write_bytes(b"weights" * 1000)
    return found


def test_that_the_plan_tells_exactly_what_goes_and_sends_nothing(hub: TakingHub, folder: Path) -> None:
    plan = plan_push(folder, "ann/scorer")
    assert plan.private and plan.files == (
        ("README.md", 35),
        ("adapter_config.json", 2),
        ("adapter_model.safetensors", 7000),
    )
    assert plan.bytes == 7037 and hub.repositories == {}


def test_that_a_push_makes_a_private_repository_with_every_file(hub: TakingHub, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    address = push(plan_push(folder, "ann/scorer"), message="First", on_progress=lambda d, t: told.append((d, t)))
    assert address == f"{hub.url}/ann/scorer" and told[-1] == (7037, 7037)
    made = hub.repositories["ann/scorer"]
    assert made.get("private") is True or made.get("visibility") == "private"
    assert hub.files["ann/scorer"] == {file.name: file.read_bytes() for file in folder.iterdir()}
    assert hub.messages == ["First"]


def test_that_public_and_existing_are_asked_for_in_words(hub: TakingHub, folder: Path) -> None:
    push(plan_push(folder, "ann/scorer", public=True), message="First")
    made = hub.repositories["ann/scorer"]
    assert made.get("private") is False or made.get("visibility") == "public"
    with pytest.raises(StudioError, match="ann/scorer is taken"):
        push(plan_push(folder, "ann/scorer"), message="Second")
    push(plan_push(folder, "ann/scorer", existing=True), message="Second")
    assert hub.messages == ["First", "Second"]
    with pytest.raises(StudioError, match="repository ann/other does not exist"):
        push(plan_push(folder, "ann/other", existing=True), message="Third")


@pytest.mark.parametrize(
    ("part", "status", "said"),
    [
        ("repos/create", 403, "no write access to ann/scorer"),
        ("repos/create", 401, "rejected the token"),
        ("repos/create", 400, "error 400"),
        ("commit", 403, r"no write access.*empty repository ann/scorer was created: push again with --existing"),
    ],
)
def test_that_a_refusal_is_told_with_its_remedy(
    hub: TakingHub, folder: Path, part: str, status: int, said: str
) -> None:
    hub.refuse = (part, status)
    with pytest.raises(StudioError, match=said):
        push(plan_push(folder, "ann/scorer"), message="First")
    assert hub.files == {}


def test_that_no_token_and_no_network_are_told(hub: TakingHub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(StudioError, match="cannot be reached"):
        push(plan_push(folder, "ann/scorer"), message="First")
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(StudioError, match=r"not signed in.*score-studio login"):
        plan_push(folder, "ann/scorer")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(StudioError, match="Offline mode is on"):
        plan_push(folder, "ann/scorer")


def test_that_a_push_that_is_stopped_commits_nothing(hub: TakingHub, folder: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done:
            raise OperationCancelled

    with pytest.raises(OperationCancelled):
        push(plan_push(folder, "ann/scorer"), message="First", on_progress=stop)
    assert hub.files == {}


@pytest.mark.parametrize("name", ["", "scorer", "a/b/c", "a/b c", "../b", "a/.b", "a--b/c", "a/b.git", "a/" + "b" * 99])
def test_that_a_name_that_the_hub_would_not_take_is_refused(name: str) -> None:
    with pytest.raises(StudioError, match="not a repository name"):
        check_repo(name)
