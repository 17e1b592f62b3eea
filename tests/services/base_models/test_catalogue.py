"""The models to choose from: presets, memory on several machines, what is here, and what the hub says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cached import place_model
from support.hubs.model_hub import Hub, serving

from studio.services.base_models.catalogue import catalogue, known_model, preset_for
from studio.services.base_models.listing import choices
from studio.services.base_models.memory_fit import Machine, MemoryFit, memory_fit
from studio.services.base_models.model_files import model_facts
from studio.services.settings.fields import check_texts, texts_of
from studio.services.settings.schema import Settings
from studio.services.settings.toml_file import load_preset, preset_names

FILES = {"config.json": b"{}", "tokenizer.json": b"{}", "processor_config.json": b"{}", "model.safetensors": b"x" * 94}


def settings_of(preset: str, **changes: str) -> Settings:
    texts = {**texts_of(load_preset(preset)), "project.name": "x", "images.root": ".", **changes}
    found = check_texts(texts).settings
    assert found is not None
    return found


def fit_of(name: str, machine: Machine, **changes: str) -> MemoryFit:
    model = known_model(name)
    assert model is not None
    return memory_fit(model, machine, settings_of(preset_for(name), **changes))


def gpu(gigabytes: float) -> Machine:
    return Machine("GPU", True, gigabytes * 1e9)


def test_that_every_model_has_a_preset_and_every_preset_a_model() -> None:
    bases = {load_preset(preset)["model"]["base"] for preset in preset_names()} - {"demo"}
    assert bases == {model.id for model in catalogue()}
    assert all(load_preset(preset_for(model.id))["model"]["base"] == model.id for model in catalogue())
    assert preset_for("llava-hf/llava-1.5-7b-hf") == "ava-llava-1.5-7b" and preset_for("no/such") == ""


def test_that_a_model_of_seven_billion_fits_a_large_gpu_and_not_a_small_one() -> None:
    name = "llava-hf/llava-1.5-7b-hf"
    large, middle, small, tiny = (fit_of(name, gpu(size)) for size in (80, 24, 12, 4))
    assert large.fits and large.pairs == 4 and not large.checkpointing and large.images == 32
    assert middle.fits and middle.checkpointing and middle.images == 4
    assert not small.fits and small.four_bit, "14 GB of weights alone are too many, a quarter of that is not"
    assert not tiny.fits and not tiny.four_bit and tiny.needed > 4e9
    assert fit_of(name, gpu(12), **{"model.quantization": "4bit"}).fits


def test_that_a_processor_computes_in_float32_and_a_fixed_batch_is_kept() -> None:
    name = "Qwen/Qwen2-VL-2B-Instruct"
    on_gpu, on_cpu = fit_of(name, gpu(12)), fit_of(name, Machine("CPU", False, 12e9))
    assert on_gpu.fits and on_cpu.fits and on_cpu.needed > on_gpu.needed * 0.9
    assert not fit_of(name, Machine("CPU", False, 8e9)).fits, "8.8 GB of weights"
    assert fit_of(name, gpu(80), **{"training.micro_batch": "4"}).pairs == 4
    assert fit_of(name, gpu(8), **{"training.gradient_checkpointing": "true"}).checkpointing


def test_that_the_list_knows_what_is_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    place_model("Qwen/Qwen2-VL-2B-Instruct")
    found = choices(settings_of("demo"), None)
    assert [choice.model.id for choice in found if choice.here] == ["Qwen/Qwen2-VL-2B-Instruct"]
    assert all(choice.fit is None for choice in found)
    assert [choice.model.id for choice in found if choice.gated] == ["google/gemma-3-4b-it", "google/gemma-3-12b-it"]


def test_that_the_facts_of_a_known_model_are_there_before_it_is_fetched(tmp_path: Path) -> None:
    facts = model_facts("google/gemma-3-4b-it", tmp_path)
    assert facts is not None and (facts.parameters, facts.layers, facts.image_tokens) == (4_300_079_472, 34, 256)
    assert len(facts.linears) == 7 * 34


ASK = """
import json, sys
from studio.services.base_models.listing import choices, confirmed
from studio.services.settings.fields import check_texts, texts_of
settings = check_texts({**texts_of({}), "project.name": "x", "images.root": ".", "model.base": "x"}).settings
found = confirmed(choices(settings, None), lambda: False)
print(json.dumps({c.model.id: [c.bytes, c.gated] for c in found if c.confirmed}))
"""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as served:
        yield served


def ask(hub: Hub, home: Path, **more: str) -> dict[str, list[object]]:
    environment = {**os.environ, **hub.environment(home), **more}
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, env=environment, cwd=root, timeout=120, check=True
    )
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


@pytest.mark.child
def test_that_the_hubs_own_sizes_take_the_place_of_the_catalogues(hub: Hub, tmp_path: Path) -> None:
    hub.add("Qwen/Qwen2-VL-2B-Instruct", dict(FILES))
    hub.add("google/gemma-3-4b-it", dict(FILES)).gated = True
    found = ask(hub, tmp_path)
    assert found == {"Qwen/Qwen2-VL-2B-Instruct": [100, False], "google/gemma-3-4b-it": [100, True]}
    assert not any("/resolve/" in path for _, path, _ in hub.asked), "nothing is downloaded"


@pytest.mark.child
def test_that_a_hub_that_cannot_be_reached_is_asked_once_and_offline_never(hub: Hub, tmp_path: Path) -> None:
    assert ask(hub, tmp_path, HF_ENDPOINT="http://127.0.0.1:9") == {}
    assert ask(hub, tmp_path, HF_HUB_OFFLINE="1") == {} and hub.asked == []
    hub.error = 503
    assert ask(hub, tmp_path) == {}
    assert len({path for _, path, _ in hub.asked}) == 1
