"""Writing a tiny model with its processor's files as a hub folder of that family has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForImageTextToText, PreTrainedTokenizerFast

WIDTH, LAYERS = 32, 2
POSITIONS = 2048


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a vision part cuts images: its square input's side and its patches, in pixels; what else a family has.

    Attributes:
        side, patch: of the vision tower.
        pool: patches that make one token of the language model, along a side.
        tiles: the most tiles; for the LLaVA family the sizes (height, width) that an image may be cut to.
        least: for the Qwen family, the side of the smallest square that an image is enlarged to.
    """

    side: int
    patch: int
    pool: int = 1
    tiles: int | Sequence[tuple[int, int]] = 1
    least: int = 0

    @property
    def square(self) -> dict[str, int]:
        """The side as image processors want it."""
        return {"height": self.side, "width": self.side}

    @property
    def tokens(self) -> int:
        """Tokens of one square input."""
        return (self.side // self.patch // self.pool) ** 2


def text_settings(tokenizer: PreTrainedTokenizerFast, **more: Any) -> dict[str, Any]:
    """What the configurations of all language models here have in common: two narrow layers, grouped heads."""
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": WIDTH,
        "intermediate_size": WIDTH * 2,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": POSITIONS,
        "initializer_range": 0.3,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    } | more


def save(
    folder: Path,
    config: Any,
    tokenizer: PreTrainedTokenizerFast,
    image_processor: Any,
    processor: dict[str, Any],
    template: str,
    ends: Sequence[int] = (),
) -> Path:
    """Draw the weights and write every file.

    Args:
        folder: made if missing.
        config: of the whole model.
        tokenizer: its tokenizer.
        image_processor: its image processor.
        processor: what processor_config.json holds, the class's name included.
        template: the chat template.
        ends: the tokens that end an answer, where there are more than the tokenizer's own.
    """
    torch.manual_seed(0)
    model = AutoModelForImageTextToText.from_config(config)
    for weights in model.parameters():
        if weights.ndim >= 2 and not weights.any():
            torch.nn.init.normal_(weights, std=0.3)  # Gemma 3's projector begins at zero: no image would be seen.
    model.generation_config.eos_token_id = list(ends) or tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    image_processor.save_pretrained(folder)
    (folder / "processor_config.json").write_text(json.dumps(processor), encoding="utf-8")
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    return folder
