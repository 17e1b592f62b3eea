"""Pairs written by a server: the same as by this program, and only by a server that is the project's model."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from PIL import Image
from support.servers.model_server import ModelServer, read_messages, running
from support.tiny import CHAT_TEMPLATE, PROMPT, make_images, make_tiny_llava
from support.training import model_spec, run_folder

from engine import families
from engine.contract import artifacts
from engine.contract.context import CancelledError, ListContext, StageError, read_jsonl
from engine.contract.events import Note
from engine.contract.specs import GenerateSpec
from engine.generation import server_answers
from engine.stages import generate
from engine.training.adapter import save_adapter

COUNT = 5
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With random weights: every text is another one."""
    return make_tiny_llava(tmp_path_factory.mktemp("model") / "tiny-llava")


@pytest.fixture(scope="module")
def adapter(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter with random weights."""
    vlm = families.load(model_spec(base))
    torch.manual_seed(3)
    config = LoraConfig(r=4, target_modules=vlm.lora_targets(), init_lora_weights=False)
    folder = tmp_path_factory.mktemp("adapter") / "adapter"
    save_adapter(get_peft_model(vlm.model, config), model_spec(base), folder)
    return folder


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    return make_images(tmp_path / "pictures", COUNT)


@pytest.fixture
def server(base: Path) -> Iterator[ModelServer]:
    with running(ModelServer(base)) as found:
        yield found


def pairs(base: Path, pictures: list[Path], folder: Path, **changes: Any) -> list[dict[str, Any]]:
    """Run the stage; returns its journal."""
    rows = [{"image_id": n, "path": str(path), "bin": n, "draw": 0} for n, path in enumerate(pictures)]
    context = ListContext(run_folder(folder, rows), [])
    spec = GenerateSpec(model_spec(base), PROMPT, seed=1, iteration=1, max_new_tokens=12, batch_size=3)
    adapter = changes.pop("adapter", None)
    spec = dataclasses.replace(spec, model=dataclasses.replace(spec.model, adapter=adapter), **changes)
    generate.run(spec, context)
    if spec.server:
        (note,) = [event for event in context.events if isinstance(event, Note)]
        assert note.text == f"The texts are written by the server {spec.server}; the images are sent there."
    return list(read_jsonl(context.folder.journal()))


@pytest.mark.parametrize("adapted", [False, True])
def test_that_a_server_writes_the_same_pairs_as_this_program(
    base: Path, adapter: Path, pictures: list[Path], server: ModelServer, tmp_path: Path, adapted: bool
) -> None:
    used = str(adapter) if adapted else None
    here = pairs(base, pictures, tmp_path / "here", adapter=used)
    there = pairs(base, pictures, tmp_path / "there", adapter=used, server=server.address)
    assert there == here
    assert len({row[side] for row in here for side in ("chosen_text", "rejected_text")}) > COUNT
    chats = [body for path, body in server.requests if path == "/v1/chat/completions"]
    checks = 2 if adapted else 1
    assert len(chats) == 2 * COUNT + checks, "two texts an image, and the checks once"
    loaded = [body for path, body in server.requests if path == "/v1/load_lora_adapter"]
    if adapted:
        name = f"score-studio-{artifacts.digest(adapter)[:16]}"
        assert loaded == [{"lora_name": name, "lora_path": str(adapter)}]
        assert {body["model"] for body in chats} == {"base-model", name}
        pairs(base, pictures, tmp_path / "again", adapter=used, server=server.address)
        assert sum(path == "/v1/load_lora_adapter" for path, _ in server.requests) == 1
    else:
        assert not loaded


def test_that_sampled_texts_have_their_own_seeds(
    base: Path, pictures: list[Path], server: ModelServer, tmp_path: Path
) -> None:
    pairs(base, pictures, tmp_path / "run", server=server.address, temperature=0.7)
    asked = [body for path, body in server.requests if path == "/v1/chat/completions"][1:]
    assert len({body["seed"] for body in asked}) == 2 * COUNT and {body["temperature"] for body in asked} == {0.7}


def test_that_an_adapter_that_changes_nothing_is_noticed(
    base: Path, adapter: Path, pictures: list[Path], server: ModelServer, tmp_path: Path
) -> None:
    server.ignores_adapters = True
    with pytest.raises(StageError, match="answers the same with and without the adapter"):
        pairs(base, pictures, tmp_path / "run", adapter=str(adapter), server=server.address)


def test_that_another_prompt_is_noticed(base: Path, pictures: list[Path], server: ModelServer, tmp_path: Path) -> None:
    server.template = CHAT_TEMPLATE.replace("upper()", "title()")
    with pytest.raises(StageError, match=r"does not see the prompt .*, and from token 0 'User: "):
        pairs(base, pictures, tmp_path / "run", server=server.address)


def test_that_another_model_is_refused(base: Path, pictures: list[Path], server: ModelServer, tmp_path: Path) -> None:
    other = make_tiny_llava(tmp_path / "other-llava")
    with pytest.raises(StageError, match=r"has base-model, not .*other-llava"):
        pairs(other, pictures, tmp_path / "run", server=server.address)


def test_that_a_refusal_and_a_silent_address_are_explained(
    base: Path, pictures: list[Path], server: ModelServer, tmp_path: Path
) -> None:
    server.fails = (400, "the server is tired")
    with pytest.raises(StageError, match=r"refuses a request \(400\).*the server is tired"):
        pairs(base, pictures, tmp_path / "run", server=server.address)
    with pytest.raises(StageError, match="cannot be reached") as caught:
        pairs(base, pictures, tmp_path / "silent", server="http://127.0.0.1:9/v1")
    assert "vllm serve" in caught.value.remedy


def test_that_a_stop_is_heard_before_each_request(
    base: Path, pictures: list[Path], server: ModelServer, tmp_path: Path
) -> None:
    rows = [{"image_id": n, "path": str(path), "bin": n, "draw": 0} for n, path in enumerate(pictures)]
    context = ListContext(run_folder(tmp_path / "run", rows), [], cancel_after=3)
    spec = GenerateSpec(model_spec(base), PROMPT, seed=1, iteration=1, max_new_tokens=4, server=server.address)
    with pytest.raises(CancelledError):
        generate.run(spec, context)
    assert sum(path == "/v1/chat/completions" for path, _ in server.requests) < 1 + 2 * COUNT


def test_that_an_image_that_is_too_long_for_the_server_is_skipped_with_the_reason(
    base: Path, pictures: list[Path], server: ModelServer, tmp_path: Path
) -> None:
    server.limit = 20
    with pytest.raises(StageError, match=r"None of the 5 images can be used.*the server has 20"):
        pairs(base, pictures, tmp_path / "run", server=server.address)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("http://localhost:8000/v1", "secret"),
        ("http://127.0.0.1:1/v1", "secret"),
        ("https://[::1]/v1", "secret"),
        ("http://example.org/v1", "none"),
        ("http://127.0.0.1.example.org/v1", "none"),
        ("http://localhost@example.org/v1", "none"),
    ],
)
def test_that_a_key_is_sent_to_this_machine_alone(monkeypatch: pytest.MonkeyPatch, address: str, key: str) -> None:
    monkeypatch.setenv(server_answers.KEY_VARIABLE, "secret")
    assert server_answers._key_for(address) == key


def test_that_the_server_sees_the_pixels_that_the_model_would(tmp_path: Path) -> None:
    image = Image.effect_noise((37, 21), 90).convert("RGB")
    address = server_answers._data_address(image)
    _, (seen,) = read_messages([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": address}}]}])
    assert seen.tobytes() == image.tobytes() and seen.size == image.size
