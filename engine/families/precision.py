"""The precision of the weights and the attention backend: dtype, 4-bit, attention. Every choice can be queried later.

4-bit follows QLoRA: the language model's frozen linears are nf4 with their scales quantised too, computed in the
model's dtype; vision tower, projector, embeddings and head keep that dtype. The adapters are the same as without it.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import AutoModelForImageTextToText, BitsAndBytesConfig
from transformers.utils.import_utils import is_flash_attn_2_available

from engine.contract.context import StageError
from engine.contract.specs import ModelSpec
from engine.devices import device_of
from engine.families.registry import family_of

FLASH = "flash_attention_2"
_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_HALVES = (torch.bfloat16, torch.float16)


@dataclass(frozen=True, slots=True)
class LoadedWeights:
    """The precision and backend of a loaded model, in transformers' terms."""

    dtype: str
    attention: str
    quantization: str


def dtype_of(model: ModelSpec) -> torch.dtype:
    """Return the dtype of the weights: bfloat16 on a GPU and float32 on a CPU unless the spec names one.

    Raises:
        StageError: an unknown name.
    """
    if model.dtype == "auto":
        return torch.bfloat16 if device_of(model).type == "cuda" else torch.float32
    if model.dtype not in _DTYPES:
        raise StageError(f"The dtype {model.dtype!r} is unknown.", f"Set dtype to auto or one of {sorted(_DTYPES)}.")
    return _DTYPES[model.dtype]


def attention_of(model: ModelSpec, config: Any) -> str | None:
    """Return the attention backend for transformers; None leaves the choice to transformers (sdpa, else eager).

    Raises:
        StageError: FlashAttention was requested and cannot be used here.
    """
    fits = device_of(model).type == "cuda" and dtype_of(model) in _HALVES
    if model.attention == FLASH and not (fits and is_flash_attn_2_available()):
        raise StageError(
            f"The attention {FLASH} needs a GPU, a model in bfloat16 or float16 and the package flash-attn.",
            'Install flash-attn, or set attention to "auto", which uses it if possible.',
        )
    if model.attention != "auto":
        return model.attention
    known = family_of(config.model_type).flash_attention and _architecture(config)._supports_flash_attn
    return FLASH if fits and known and is_flash_attn_2_available() else None


def quantization_of(model: ModelSpec, config: Any) -> BitsAndBytesConfig | None:
    """Return the quantisation config for transformers; None without quantisation.

    Raises:
        StageError: an unknown name, no GPU, or bitsandbytes is not installed.
    """
    if model.quantization == "none":
        return None
    if model.quantization != "4bit":
        raise StageError(
            f"The quantization {model.quantization!r} is unknown.", 'Set quantization to "none" or "4bit".'
        )
    if device_of(model).type != "cuda":
        raise StageError(
            f"4-bit weights need a GPU, but this model would be on the {device_of(model).type}.",
            'Set quantization to "none", or use a machine with an NVIDIA GPU.',
        )
    if importlib.util.find_spec("bitsandbytes") is None:
        raise StageError(
            "4-bit weights need the package bitsandbytes, which is not installed.",
            'Install it with: pip install "score-studio[4bit]", or set quantization to "none".',
        )
    return four_bit(config, dtype_of(model))


def four_bit(config: Any, dtype: torch.dtype) -> BitsAndBytesConfig:
    """Return nf4 with double quantisation for exactly the linears that carry adapters."""
    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        llm_int8_skip_modules=linears_outside_language_model(config),
    )


def linears_outside_language_model(config: Any) -> list[str]:
    """Return the names of the linear layers of vision tower, projector and head, from a model without weights."""
    with torch.device("meta"):
        empty = AutoModelForImageTextToText.from_config(config)  # type: ignore[no-untyped-call]
    inside = {id(module) for module in empty.get_decoder().modules()}
    return [
        name for name, module in empty.named_modules() if isinstance(module, nn.Linear) and id(module) not in inside
    ]


def loaded_as(weights: Any, model: ModelSpec) -> LoadedWeights:
    """Return the settings that the loaded language model, which carries the adapters, actually uses."""
    config = weights.get_decoder().config
    dtype = str(dtype_of(model)).removeprefix("torch.")
    return LoadedWeights(dtype, str(config._attn_implementation), model.quantization)


def _architecture(config: Any) -> Any:
    return AutoModelForImageTextToText._model_mapping[type(config)]
