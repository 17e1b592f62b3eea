"""InternVL3, InternVL3.5, SmolVLM2 and Gemma 3, tiny."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.families import templates
from support.families.saving import WIDTH, Geometry, save, text_settings
from support.families.tiny_family import Tiny
from support.families.tokenizers import gemma, qwen, smol
from transformers import (
    Gemma3Config,
    Gemma3ImageProcessor,
    Gemma3TextConfig,
    GotOcr2ImageProcessor,
    InternVLConfig,
    InternVLVisionConfig,
    LlamaConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen3Config,
    SiglipVisionConfig,
    SmolVLMConfig,
    SmolVLMImageProcessor,
)

_INTERN_NAMES = {
    "start_image_token": "<img>",
    "end_image_token": "</img>",
    "context_image_token": "<IMG_CONTEXT>",
    "video_token": "<video>",
}
INTERN = Geometry(16, 4, 2, 6)
SMOL = Geometry(16, 4, 2, 2)
GEMMA = Geometry(16, 4, 2)


def _vision(geometry: Geometry) -> dict[str, Any]:
    return {
        "hidden_size": WIDTH,
        "intermediate_size": WIDTH * 2,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "patch_size": geometry.patch,
    }


def internvl3(folder: Path, geometry: Geometry = INTERN) -> Path:
    """InternViT and Qwen2."""
    tokenizer = intern_tokenizer()
    return _internvl(folder, tokenizer, Qwen2Config(**text_settings(tokenizer)), geometry)


def internvl3_5(folder: Path, geometry: Geometry = INTERN) -> Path:
    """InternViT and Qwen3."""
    tokenizer = intern_tokenizer()
    return _internvl(folder, tokenizer, Qwen3Config(**text_settings(tokenizer, head_dim=8)), geometry)


def intern_tokenizer() -> PreTrainedTokenizerFast:
    """Qwen's with InternVL's image tokens."""
    specials = ["<|im_start|>", "<|im_end|>", *_INTERN_NAMES.values()]
    return qwen(specials, _INTERN_NAMES)


def _internvl(folder: Path, tokenizer: PreTrainedTokenizerFast, text: PreTrainedConfig, geometry: Geometry) -> Path:
    square = {"image_size": [geometry.side] * 2, "patch_size": [geometry.patch] * 2}
    config = InternVLConfig(
        vision_config=InternVLVisionConfig(**_vision(geometry) | square),
        text_config=text,
        image_token_id=tokenizer.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=geometry.tokens,
        downsample_ratio=1 / geometry.pool,
    )
    images = GotOcr2ImageProcessor(
        size=geometry.square, crop_to_patches=True, min_patches=1, max_patches=geometry.tiles
    )
    processor = {"processor_class": "InternVLProcessor", "image_seq_length": geometry.tokens}
    return save(folder, config, tokenizer, images, processor, templates.INTERNVL)


def smolvlm2(folder: Path, geometry: Geometry = SMOL) -> Path:
    """SigLIP with shuffled pixels and Llama; the image in rows and columns of tiles."""
    specials = ["<|im_end|>", "<fake_token_around_image>", "<image>", "<global-img>"]
    tiles = [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    names = {
        "image_token": "<image>",
        "fake_image_token": "<fake_token_around_image>",
        "end_of_utterance_token": "<end_of_utterance>",
        "global_image_token": "<global-img>",
    }
    tokenizer = smol([*specials, *tiles], end="<end_of_utterance>", named=names)
    config = SmolVLMConfig(
        vision_config=_vision(geometry) | {"image_size": geometry.side},
        text_config=LlamaConfig(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=tokenizer.pad_token_id,
        scale_factor=geometry.pool,
    )
    assert isinstance(geometry.tiles, int)
    longest = {"longest_edge": geometry.tiles * geometry.side}
    images = SmolVLMImageProcessor(size=longest, max_image_size={"longest_edge": geometry.side})
    processor = {"processor_class": "SmolVLMProcessor", "image_seq_len": geometry.tokens}
    return save(folder, config, tokenizer, images, processor, templates.SMOLVLM)


def gemma3(folder: Path, geometry: Geometry = GEMMA) -> Path:
    """SigLIP pooled to a few tokens; the language model with one layer of local attention."""
    names = {"image_token": "<image_soft_token>", "boi_token": "<start_of_image>", "eoi_token": "<end_of_image>"}
    tokenizer = gemma(["<start_of_turn>", "<end_of_turn>", *names.values()], names)
    end = tokenizer.convert_tokens_to_ids("<end_of_turn>")
    text = text_settings(
        tokenizer,
        head_dim=8,
        query_pre_attn_scalar=8,
        sliding_window=64,
        layer_types=["sliding_attention", "full_attention"],
        eos_token_id=[tokenizer.eos_token_id, end],
    )
    config = Gemma3Config(
        vision_config=SiglipVisionConfig(**_vision(geometry), image_size=geometry.side, vision_use_head=False),
        text_config=Gemma3TextConfig(**text),
        mm_tokens_per_image=geometry.tokens,
        boi_token_index=tokenizer.convert_tokens_to_ids("<start_of_image>"),
        eoi_token_index=tokenizer.convert_tokens_to_ids("<end_of_image>"),
        image_token_index=tokenizer.convert_tokens_to_ids("<image_soft_token>"),
    )
    images = Gemma3ImageProcessor(size=geometry.square)
    processor = {"processor_class": "Gemma3Processor", "image_seq_length": geometry.tokens}
    return save(folder, config, tokenizer, images, processor, templates.GEMMA3, ends=[tokenizer.eos_token_id, end])


_INTERN = ("<|im_start|>user\n<IMG_CONTEXT>\n", "<|im_end|>\n<|im_start|>assistant\n", "", "<IMG_CONTEXT>")
TINY = {
    # 3 x 2 tiles and the whole, 4 tokens each.
    "internvl3": Tiny(internvl3, *_INTERN, 28),
    "internvl3.5": Tiny(internvl3_5, *_INTERN, 28),
    # 2 x 2 tiles and the whole, 4 tokens each.
    "smolvlm2": Tiny(smolvlm2, "<|im_start|>User:<image>", "<end_of_utterance>\nAssistant:", " ", "<image>", 20),
    "gemma-3": Tiny(
        gemma3,
        "<bos><start_of_turn>user\n<start_of_image>",
        "<end_of_turn>\n<start_of_turn>model\n",
        "",
        "<image_soft_token>",
        4,
    ),
}
