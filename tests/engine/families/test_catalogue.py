"""The catalogue's numbers of parameters, counted by building each model from its own numbers, without weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import transformers

from engine.families.registry import FAMILIES
from studio.services.base_models.catalogue import CatalogueModel, catalogue

BY_ID = {model.id: model for model in catalogue()}
UNTIED = ("llava-1.5", "llava-v1.6", "qwen2-7b-ov", "InternVL", "Qwen2-VL-7B", "Qwen2.5-VL-7B", "Qwen3-VL-8B")
"""Models whose output layer has weights of its own."""


def test_that_the_catalogue_lists_every_example_of_every_family() -> None:
    assert {model.id for model in catalogue()} == {example for family in FAMILIES for example in family.examples}
    families = {example: family.name for family in FAMILIES for example in family.examples}
    assert all(families[model.id] == model.family for model in catalogue())


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_that_the_parameters_are_those_of_the_architecture(name: str) -> None:
    model = BY_ID[name]
    with torch.device("meta"):
        built = transformers.AutoModelForImageTextToText.from_config(_config(model))
    assert sum(weight.numel() for weight in built.parameters()) == model.shapes.parameters
    wanted = {(linear.in_features, linear.out_features) for linear in _linears(built)}
    assert set(model.shapes.linears) == wanted
    assert model.bytes in (2 * model.shapes.parameters, 4 * model.shapes.parameters)


def _linears(built: Any) -> list[torch.nn.Linear]:
    text = built.model.text_model if hasattr(built.model, "text_model") else built.model.language_model
    return [module for module in text.layers.modules() if isinstance(module, torch.nn.Linear)]


def _config(model: CatalogueModel) -> Any:
    tied = not any(part in model.id for part in UNTIED)
    text, vision = _text(model, tied=tied), _vision(model)
    match model.family:
        case "LLaVA-1.5 and LLaVA-interleave":
            return transformers.LlavaConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied)
        case "LLaVA-NeXT":
            return transformers.LlavaNextConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied)
        case "LLaVA-OneVision":
            return transformers.LlavaOnevisionConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied)
        case "InternVL":
            return transformers.InternVLConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied)
        case "Qwen2-VL":
            vision |= {"embed_dim": vision["hidden_size"], "hidden_size": text["hidden_size"]}
            return transformers.Qwen2VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied)
        case "Qwen2.5-VL":
            return transformers.Qwen2_5_VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied)
        case "Qwen3-VL":
            return transformers.Qwen3VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied)
        case "SmolVLM2":
            factor = 4 if vision["patch_size"] == 16 else 3
            return transformers.SmolVLMConfig(text_config=text, vision_config=vision, scale_factor=factor)
        case _:
            return transformers.Gemma3Config(text_config=text, vision_config=vision)


def _text(model: CatalogueModel, *, tied: bool) -> dict[str, Any]:
    shapes = model.shapes
    kinds = {
        "LLaVA-1.5 and LLaVA-interleave": "qwen2" if "qwen" in model.id else "llama",
        "LLaVA-NeXT": "llama",
        "LLaVA-OneVision": "qwen2",
        "InternVL": "llama" if "InternVL2" in model.id else "qwen3" if "3_5" in model.id else "qwen2",
        "Qwen2-VL": "qwen2_vl_text",
        "Qwen2.5-VL": "qwen2_5_vl_text",
        "Qwen3-VL": "qwen3_vl_text",
        "SmolVLM2": "llama",
        "Gemma 3": "gemma3_text",
    }
    return {
        "model_type": kinds[model.family],
        "num_hidden_layers": shapes.layers,
        "hidden_size": shapes.hidden,
        "intermediate_size": shapes.inner,
        "num_attention_heads": shapes.heads,
        "num_key_value_heads": shapes.kv_heads,
        "head_dim": shapes.head_size,
        "vocab_size": shapes.vocabulary,
        "tie_word_embeddings": tied,
    }


def _vision(model: CatalogueModel) -> dict[str, Any]:
    shapes = model.shapes
    common: dict[str, Any] = {
        "num_hidden_layers": shapes.vision_layers,
        "hidden_size": shapes.vision_hidden,
        "intermediate_size": shapes.vision_inner,
    }
    if model.family.startswith("Qwen"):
        deep = [5, 11, 17] if shapes.vision_layers == 24 else [8, 16, 24]
        more = {"deepstack_visual_indexes": deep} if model.family == "Qwen3-VL" else {}
        return {
            "depth": shapes.vision_layers, "hidden_size": shapes.vision_hidden, "num_heads": 16,
            "intermediate_size": shapes.vision_inner, "out_hidden_size": shapes.hidden, "mlp_ratio": 4, **more,
        }  # fmt: skip
    if model.family == "InternVL":
        kind = {"model_type": "internvl_vision", "image_size": [448, 448], "patch_size": [14, 14]}
        return {**common, **kind, "attention_bias": True, "num_attention_heads": 16}
    if model.family == "SmolVLM2":
        small = shapes.vision_hidden == 768
        sides = {"image_size": 512, "patch_size": 16} if small else {"image_size": 384, "patch_size": 14}
        return {**common, **sides, "num_attention_heads": 12 if small else 16}
    if "7b" in model.id and "qwen" not in model.id:
        clip = {"model_type": "clip_vision_model", "image_size": 336, "patch_size": 14, "projection_dim": 768}
        return {**common, **clip, "num_attention_heads": 16}
    side = 896 if model.family == "Gemma 3" else 384
    siglip = {"model_type": "siglip_vision_model", "image_size": side, "patch_size": 14, "vision_use_head": False}
    return {**common, **siglip, "num_attention_heads": 16}
