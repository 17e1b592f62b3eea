"""A stage's model tells how it was loaded, with and without an adapter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from peft import LoraConfig, get_peft_model
from support.families import internvl2
from support.tiny import make_tiny_llava

from engine.contract.context import ListContext
from engine.contract.events import Loaded, Note, Phase
from engine.contract.specs import ModelSpec, RunFolder
from engine.families import load
from engine.model_loading import load_model


def test_that_a_loaded_model_tells_commit_place_precision_and_attention(tmp_path: Path) -> None:
    folder = make_tiny_llava(tmp_path / "base")
    spec = ModelSpec(str(folder), revision="a" * 40, device="cpu", attention="eager", dtype="bfloat16")
    context = ListContext(RunFolder(tmp_path), [])
    load_model(spec, context)
    assert context.events == [
        Phase("loading"), Phase(""), Loaded(str(folder), "a" * 40, "cpu", "bfloat16", "eager", "none"),
    ]  # fmt: skip
    plain = load(spec)
    get_peft_model(plain.model, LoraConfig(r=2, target_modules=plain.lora_targets())).save_pretrained(tmp_path / "ada")
    context.events.clear()
    load_model(replace(spec, adapter=str(tmp_path / "ada"), attention="auto", revision=None), context)
    assert context.events[-1] == Loaded(str(folder), "", "cpu", "bfloat16", "sdpa", "none")


def test_that_a_conversion_is_told_the_first_time_a_model_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    spec = ModelSpec(str(internvl2.make(tmp_path / "model")), device="cpu", attention="eager", dtype="float32")
    context = ListContext(RunFolder(tmp_path), [])
    load_model(spec, context)
    first, *others = [event for event in context.events if isinstance(event, Phase | Note)]
    assert (first, others[0]) == (Phase("converting"), Phase(""))
    assert isinstance(others[1], Note)
    assert others[1].code == "model_converted"
    assert str(tmp_path / "cache") in others[1].text
    assert context.events[-1] == Loaded(spec.base, "", "cpu", "float32", "eager", "none")
    context.events.clear()
    load_model(spec, context)
    assert context.events[:2] == [Phase("loading"), Phase("")]
