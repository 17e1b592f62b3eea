"""LLaVA-1.5, LLaVA-interleave, LLaVA-NeXT and LLaVA-OneVision, tiny."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.families import templates
from support.families.saving import WIDTH, save, text_settings
from support.families.tokenizers import llama, qwen
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaNextConfig,
    LlavaNextImageProcessor,
    LlavaOnevisionConfig,
    LlavaOnevisionImageProcessor,
    Qwen2Config,
    SiglipImageProcessor,
    SiglipVisionConfig,
)

SIDE, PATCH = 24, 8
_QWEN_SPECIALS = ["<|im_start|>", "<|im_end|>", "<image>"]
_PINPOINTS = [[24, 48], [48, 24], [48, 48]]
_VISION: dict[str, Any] = {
    "hidden_size": WIDTH,
    "intermediate_size": WIDTH * 2,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "image_size": SIDE,
    "patch_size": PATCH,
}
_SQUARE = {"height": SIDE, "width": SIDE}


def llava_1_5(folder: Path) -> Path:
    """CLIP's last layer but one without its class token, Llama, a square crop."""
    tokenizer = llama(["<image>"])
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(**_VISION),
        text_config=LlamaConfig(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-2,
        vision_feature_select_strategy="default",
    )
    images = CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size=_SQUARE)
    return save(folder, config, tokenizer, images, _processor("LlavaProcessor"), templates.VICUNA)


def llava_next(folder: Path) -> Path:
    """As LLaVA-1.5, with the image in tiles of the best fitting resolution beside the whole."""
    tokenizer = llama(["<image>"])
    config = LlavaNextConfig(
        vision_config=CLIPVisionConfig(**_VISION),
        text_config=LlamaConfig(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-2,
        vision_feature_select_strategy="default",
        image_grid_pinpoints=_PINPOINTS,
    )
    images = LlavaNextImageProcessor(size={"shortest_edge": SIDE}, crop_size=_SQUARE, image_grid_pinpoints=_PINPOINTS)
    return save(folder, config, tokenizer, images, _processor("LlavaNextProcessor"), templates.VICUNA)


def llava_interleave(folder: Path) -> Path:
    """SigLIP and Qwen2 in LLaVA's frame."""
    tokenizer = qwen(_QWEN_SPECIALS)
    config = LlavaConfig(
        vision_config=SiglipVisionConfig(**_VISION, vision_use_head=False),
        text_config=Qwen2Config(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-2,
        vision_feature_select_strategy="full",
    )
    images = SiglipImageProcessor(size=_SQUARE)
    processor = {
        "processor_class": "LlavaProcessor",
        "patch_size": PATCH,
        "vision_feature_select_strategy": "full",
        "image_token": "<image>",
    }
    return save(folder, config, tokenizer, images, processor, templates.INTERLEAVE)


def llava_onevision(folder: Path) -> Path:
    """SigLIP's last layer, Qwen2, tiles of up to nine times the whole's tokens."""
    tokenizer = qwen([*_QWEN_SPECIALS, "<video>"])
    config = LlavaOnevisionConfig(
        vision_config=SiglipVisionConfig(**_VISION, vision_use_head=False),
        text_config=Qwen2Config(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_id=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=_PINPOINTS,
    )
    images = LlavaOnevisionImageProcessor(size=_SQUARE, image_grid_pinpoints=_PINPOINTS)
    processor = {
        "processor_class": "LlavaOnevisionProcessor",
        "num_image_tokens": (SIDE // PATCH) ** 2,
        "vision_feature_select_strategy": "full",
        "image_token": "<image>",
        "video_token": "<video>",
        "vision_aspect_ratio": "anyres_max_9",
    }
    return save(folder, config, tokenizer, images, processor, templates.ONEVISION)


def _processor(name: str) -> dict[str, Any]:
    return {
        "processor_class": name,
        "patch_size": PATCH,
        "vision_feature_select_strategy": "default",
        "image_token": "<image>",
        "num_additional_image_tokens": 1,
    }
