"""A stage's model tells how it was loaded, with and without an adapter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from peft import LoraConfig, get_peft_model
from support.tiny import make_tiny_llava

from engine.context import ListContext
from engine.events import Loaded, Phase
from engine.families import load
from engine.model_loading import load_model
from engine.specs import ModelSpec, RunFolder


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
