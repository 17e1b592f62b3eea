"""Tiny models of types that the engine's table of families does not know: they go the generic path, or are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.families import templates
from support.families.saving import WIDTH, save, text_settings
from support.families.tiny_family import Tiny
from support.families.tokenizers import llama, smol
from transformers import (
    Idefics3Config,
    Idefics3ImageProcessor,
    LlamaConfig,
    MllamaConfig,
    MllamaImageProcessor,
)
from transformers.models.mllama.configuration_mllama import MllamaTextConfig, MllamaVisionConfig

_SIDE, _PATCH = 16, 4
_VISION: dict[str, Any] = {
    "hidden_size": WIDTH,
    "intermediate_size": WIDTH * 2,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "patch_size": _PATCH,
    "image_size": _SIDE,
}


def idefics3(folder: Path) -> Path:
    """SigLIP with shuffled pixels and Llama, as SmolVLM2 but for its tokens."""
    tiles = [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    specials = ["<|begin_of_text|>", "<fake_token_around_image>", "<image>", "<global-img>"]
    tokenizer = smol([*specials, *tiles], end="<end_of_utterance>", named={})
    tokenizer.bos_token = "<|begin_of_text|>"
    config = Idefics3Config(
        vision_config=_VISION,
        text_config=LlamaConfig(**text_settings(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=tokenizer.pad_token_id,
        scale_factor=2,
    )
    images = Idefics3ImageProcessor(size={"longest_edge": 2 * _SIDE}, max_image_size={"longest_edge": _SIDE})
    processor = {"processor_class": "Idefics3Processor", "image_seq_len": (_SIDE // _PATCH) ** 2 // 4}
    return save(folder, config, tokenizer, images, processor, templates.IDEFICS3)


def mllama(folder: Path) -> Path:
    """The image goes into layers of cross attention, with a mask of its own for each token."""
    tokenizer = llama(["<|image|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"])
    vision = MllamaVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=WIDTH * 2,
        num_hidden_layers=2,
        num_global_layers=1,
        attention_heads=2,
        vision_output_dim=WIDTH * 2,
        image_size=_SIDE,
        patch_size=_PATCH,
        max_num_tiles=2,
        intermediate_layers_indices=[1],
        supported_aspect_ratios=[[1, 1], [1, 2], [2, 1]],
    )
    text = MllamaTextConfig(**text_settings(tokenizer, cross_attention_layers=[1], vocab_size=len(tokenizer)))
    token = tokenizer.convert_tokens_to_ids("<|image|>")
    images = MllamaImageProcessor(size={"height": _SIDE, "width": _SIDE}, max_image_tiles=2)
    config = MllamaConfig(vision_config=vision, text_config=text, image_token_index=token)
    return save(folder, config, tokenizer, images, {"processor_class": "MllamaProcessor"}, templates.LLAMA3)


TINY = {
    # 2 x 2 tiles and the whole, 4 tokens each.
    "idefics3": Tiny(idefics3, "<|begin_of_text|>User:<image>", "<end_of_utterance>\nAssistant:", " ", "<image>", 20),
}
