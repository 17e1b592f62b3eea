"""Create models with random weights at the true shapes of three of the paper's four; nothing is downloaded.

Tokenizer and processor come from the tests' tiny families, adapted to the published geometry; the widths below are
those of the published configurations. InternVL2-2B's language model is InternLM2, which has Llama's shape.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForImageTextToText, LlamaConfig

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.families import llava, others
from support.families.saving import Geometry


@dataclass(frozen=True, slots=True)
class Shape:
    """One model: its family's factory, its image geometry, and its widths in transformers' own names."""

    make: Callable[..., Path]
    geometry: Geometry
    text: dict[str, Any]
    vision: dict[str, Any]


_VICUNA = {
    "vocab_size": 32064, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
    "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim": 128, "max_position_embeddings": 4096,
}  # fmt: skip
_INTERNLM2 = {
    "vocab_size": 92553, "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 24,
    "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128, "max_position_embeddings": 32768,
}  # fmt: skip
_VIT_L = {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16}
_ANYRES = [(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]

SHAPES = {
    "llava-1.5-7b": Shape(llava.llava_1_5, Geometry(336, 14), _VICUNA, _VIT_L),
    "llava-next-7b": Shape(llava.llava_next, Geometry(336, 14, tiles=_ANYRES), _VICUNA, _VIT_L),
    "internvl2-2b": Shape(others.internvl3, Geometry(448, 14, 2, 12), _INTERNLM2, _VIT_L),
}
_SPREAD = 0.02


def make(name: str, folder: Path, device: str, *, tiny: bool) -> Path:
    """Save a model in ``folder``; ``tiny`` keeps the family's structure at the widths of its test."""
    shape = SHAPES[name]
    if tiny:
        return shape.make(folder)
    config = true_config(name, folder)
    for old in folder.glob("*.safetensors*"):
        old.unlink()
    torch.manual_seed(0)
    with torch.device(device):
        model = AutoModelForImageTextToText.from_config(config, dtype=torch.bfloat16)  # type: ignore[no-untyped-call]
    model.generation_config.eos_token_id = config.text_config.eos_token_id
    model.generation_config.pad_token_id = config.text_config.pad_token_id
    model.save_pretrained(folder)
    del model
    if device == "cuda":
        torch.cuda.empty_cache()
    return folder


def true_config(name: str, folder: Path) -> Any:
    """Return the published configuration; ``folder`` gets tokenizer and processor at the published geometry."""
    shape = SHAPES[name]
    config = AutoConfig.from_pretrained(shape.make(folder, shape.geometry))
    own = config.text_config.to_dict()
    ends = {key: own[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id")}
    config.text_config = LlamaConfig(**shape.text, **ends, initializer_range=_SPREAD)
    config.tie_word_embeddings = config.text_config.tie_word_embeddings = False
    for key, value in shape.vision.items():
        setattr(config.vision_config, key, value)
    return config
