"""LLaVA-1.5, LLaVA-interleave, LLaVA-NeXT and LLaVA-OneVision, tiny."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.families import templates
from support.families.saving import WIDTH, Geometry, save, text_settings
from support.families.tiny_family import Tiny
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

_QWEN_SPECIALS = ["<|im_start|>", "<|im_end|>", "<image>"]
SMALL = Geometry(24, 8, tiles=[(24, 48), (48, 24), (48, 48)])


def _vision(geometry: Geometry) -> dict[str, Any]:
    return {
        "hidden_size": WIDTH,
        "intermediate_size": WIDTH * 2,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "image_size": geometry.side,
        "patch_size": geometry.patch,
    }


def llava_1_5(folder: Path, geometry: Geometry = SMALL) -> Path:
    """CLIP's last layer but one without its class token, Llama, a square crop."""
    tokenizer = llama(["<image>"])
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(**_vision(geometry)),
        text_config=LlamaConfig(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-2,
        vision_feature_select_strategy="default",
    )
    images = CLIPImageProcessor(size={"shortest_edge": geometry.side}, crop_size=geometry.square)
    return save(folder, config, tokenizer, images, _processor("LlavaProcessor", geometry), templates.VICUNA)


def llava_next(folder: Path, geometry: Geometry = SMALL) -> Path:
    """As LLaVA-1.5, with the image in tiles of the best fitting resolution beside the whole."""
    tokenizer = llama(["<image>"])
    config = LlavaNextConfig(
        vision_config=CLIPVisionConfig(**_vision(geometry)),
        text_config=LlamaConfig(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-2,
        vision_feature_select_strategy="default",
        image_grid_pinpoints=_sizes(geometry),
    )
    images = LlavaNextImageProcessor(
        size={"shortest_edge": geometry.side}, crop_size=geometry.square, image_grid_pinpoints=_sizes(geometry)
    )
    return save(folder, config, tokenizer, images, _processor("LlavaNextProcessor", geometry), templates.VICUNA)


def llava_interleave(folder: Path, geometry: Geometry = SMALL) -> Path:
    """SigLIP and Qwen2 in LLaVA's frame."""
    tokenizer = qwen(_QWEN_SPECIALS)
    config = LlavaConfig(
        vision_config=SiglipVisionConfig(**_vision(geometry), vision_use_head=False),
        text_config=Qwen2Config(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-2,
        vision_feature_select_strategy="full",
    )
    images = SiglipImageProcessor(size=geometry.square)
    processor = {
        "processor_class": "LlavaProcessor",
        "patch_size": geometry.patch,
        "vision_feature_select_strategy": "full",
        "image_token": "<image>",
    }
    return save(folder, config, tokenizer, images, processor, templates.INTERLEAVE)


def llava_onevision(folder: Path, geometry: Geometry = SMALL) -> Path:
    """SigLIP's last layer, Qwen2, tiles of up to nine times the whole's tokens."""
    tokenizer = qwen([*_QWEN_SPECIALS, "<video>"])
    config = LlavaOnevisionConfig(
        vision_config=SiglipVisionConfig(**_vision(geometry), vision_use_head=False),
        text_config=Qwen2Config(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_id=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=_sizes(geometry),
    )
    images = LlavaOnevisionImageProcessor(size=geometry.square, image_grid_pinpoints=_sizes(geometry))
    processor = {
        "processor_class": "LlavaOnevisionProcessor",
        "num_image_tokens": geometry.tokens,
        "vision_feature_select_strategy": "full",
        "image_token": "<image>",
        "video_token": "<video>",
        "vision_aspect_ratio": "anyres_max_9",
    }
    return save(folder, config, tokenizer, images, processor, templates.ONEVISION)


def _sizes(geometry: Geometry) -> list[list[int]]:
    assert not isinstance(geometry.tiles, int)
    return [list(size) for size in geometry.tiles]


def _processor(name: str, geometry: Geometry) -> dict[str, Any]:
    return {
        "processor_class": name,
        "patch_size": geometry.patch,
        "vision_feature_select_strategy": "default",
        "image_token": "<image>",
        "num_additional_image_tokens": 1,
    }


TINY = {
    # 3 x 3 patches of the crop.
    "llava-1.5": Tiny(llava_1_5, "USER: <image>\n", " ASSISTANT:", " ", "<image>", 9),
    # As a whole 9; of its four tiles the 6 x 4 patches that are no padding, and a token at the end of each line.
    "llava-next": Tiny(llava_next, "USER: <image>\n", " ASSISTANT:", " ", "<image>", 37),
    "llava-interleave": Tiny(
        llava_interleave,
        "<|im_start|>user\n<image>\n",
        "<|im_end|>\n<|im_start|>assistant",
        "\n\n",
        "<image>",
        9,
        "\n",
        opens_turn=True,
    ),
    "llava-onevision": Tiny(
        llava_onevision,
        "<|im_start|>user <image>\n",
        "<|im_end|><|im_start|>assistant",
        " \n",
        "<image>",
        37,
        "\n",
        opens_turn=True,
    ),
}
