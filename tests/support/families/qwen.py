"""Qwen2-VL, Qwen2.5-VL and Qwen3-VL, tiny: images of any size in patches, positions in three dimensions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.families import templates, tokenizers
from support.families.saving import WIDTH, Geometry, save, text_settings
from support.families.tiny_family import Tiny
from transformers import PreTrainedTokenizerFast, Qwen2_5_VLConfig, Qwen2VLConfig, Qwen2VLImageProcessor, Qwen3VLConfig

_SPECIALS = ["<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
SMALL = Geometry(48, 4, 2, least=16)


def qwen2_vl(folder: Path, geometry: Geometry = SMALL) -> Path:
    """The vision tower has the language model's width at its end."""
    vision = {"depth": 2, "embed_dim": WIDTH, "hidden_size": WIDTH, "num_heads": 2, "patch_size": geometry.patch}
    tokenizer = _tokenizer()
    config = Qwen2VLConfig(vision_config=vision, text_config=_text(tokenizer, [2, 1, 1]), **_ids(tokenizer))
    return _save(folder, config, tokenizer, "Qwen2VLProcessor", templates.QWEN2_VL, geometry)


def qwen2_5_vl(folder: Path, geometry: Geometry = SMALL) -> Path:
    """Attention in windows in all but one layer of the vision tower."""
    vision = {
        "depth": 2,
        "hidden_size": WIDTH,
        "intermediate_size": WIDTH * 2,
        "out_hidden_size": WIDTH,
        "num_heads": 2,
        "patch_size": geometry.patch,
        "window_size": 4 * geometry.patch,
        "fullatt_block_indexes": [1],
    }
    tokenizer = _tokenizer()
    config = Qwen2_5_VLConfig(vision_config=vision, text_config=_text(tokenizer, [2, 1, 1]), **_ids(tokenizer))
    return _save(folder, config, tokenizer, "Qwen2_5_VLProcessor", templates.QWEN2_VL, geometry)


def qwen3_vl(folder: Path, geometry: Geometry = SMALL) -> Path:
    """Features of a middle layer of the vision tower are added in the language model's first layers."""
    vision = {
        "depth": 2,
        "hidden_size": WIDTH,
        "intermediate_size": WIDTH * 2,
        "out_hidden_size": WIDTH,
        "num_heads": 2,
        "patch_size": geometry.patch,
        "num_position_embeddings": 64,
        "deepstack_visual_indexes": [0],
    }
    tokenizer = _tokenizer()
    rope = {"rope_type": "default", "mrope_section": [2, 1, 1], "mrope_interleaved": True, "rope_theta": 10000.0}
    text = text_settings(tokenizer, head_dim=8, rope_parameters=rope)
    config = Qwen3VLConfig(vision_config=vision, text_config=text, **_ids(tokenizer))
    return _save(folder, config, tokenizer, "Qwen3VLProcessor", templates.QWEN3_VL, geometry)


def _tokenizer() -> PreTrainedTokenizerFast:
    return tokenizers.qwen(_SPECIALS)


def _text(tokenizer: PreTrainedTokenizerFast, sections: list[int]) -> dict[str, Any]:
    rope = {"rope_type": "default", "mrope_section": sections, "rope_theta": 10000.0}
    return text_settings(tokenizer, rope_parameters=rope)


def _ids(tokenizer: PreTrainedTokenizerFast) -> dict[str, int]:
    names = {"image": "image_pad", "video": "video_pad", "vision_start": "vision_start", "vision_end": "vision_end"}
    return {f"{key}_token_id": tokenizer.convert_tokens_to_ids(f"<|{token}|>") for key, token in names.items()}


def _save(
    folder: Path,
    config: Any,
    tokenizer: PreTrainedTokenizerFast,
    processor: str,
    template: str,
    geometry: Geometry,
) -> Path:
    images = Qwen2VLImageProcessor(
        patch_size=geometry.patch,
        merge_size=geometry.pool,
        size={"shortest_edge": geometry.least**2, "longest_edge": geometry.side**2},
    )
    return save(folder, config, tokenizer, images, {"processor_class": processor}, template)


_SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
_IMAGE = "<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>"
_AFTER = "<|im_end|>\n<|im_start|>assistant\n"
TINY = {
    # 56 x 32 pixels, 8 x 8 a token.
    "qwen2-vl": Tiny(qwen2_vl, _SYSTEM + _IMAGE, _AFTER, "", "<|image_pad|>", 28),
    "qwen2.5-vl": Tiny(qwen2_5_vl, _SYSTEM + _IMAGE, _AFTER, "", "<|image_pad|>", 28),
    "qwen3-vl": Tiny(qwen3_vl, _IMAGE, _AFTER, "", "<|image_pad|>", 28),
}
