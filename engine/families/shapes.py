"""Read a model's shapes for the memory estimate from its modules, loaded or on torch's meta device."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

import torch
from torch import nn
from transformers import AutoModelForImageTextToText, PreTrainedConfig

from engine.contract.memory import Shapes

_ADAPTER = "lora_"


def shapes_of_config(config: PreTrainedConfig) -> Shapes:
    """Return the shapes of a model that is not loaded: built without allocating its weights."""
    with torch.device("meta"):
        return shapes_of(AutoModelForImageTextToText.from_config(config))  # type: ignore[no-untyped-call]


def shapes_of(model: Any) -> Shapes:
    """Return the shapes of ``model``, a PreTrainedModel or a PeftModel around one, without the adapter."""
    decoder = model.get_decoder()
    text = model.config.get_text_config()
    own, heads, hidden = text.to_dict(), int(text.num_attention_heads), int(text.hidden_size)
    norms = [int(part.weight.shape[0]) for part in decoder.layers[0].modules() if _is_norm(part)]
    vision = _vision(model, decoder)
    return Shapes(
        parameters=sum(weights.numel() for name, weights in model.named_parameters() if _ADAPTER not in name),
        linears=tuple(_linears(decoder)),
        layers=int(text.num_hidden_layers),
        hidden=hidden,
        heads=heads,
        kv_heads=int(own.get("num_key_value_heads") or heads),
        head_size=int(own.get("head_dim") or hidden // heads),
        vocabulary=int(text.vocab_size),
        norms=norms.count(hidden),
        head_norms=any(width != hidden for width in norms),
        vision_layers=vision[0],
        vision_hidden=vision[1],
        vision_inner=vision[2],
    )


def _linears(module: nn.Module, without: Collection[nn.Module] = ()) -> list[tuple[int, int]]:
    return [
        (part.in_features, part.out_features)
        for name, part in module.named_modules()
        if isinstance(part, nn.Linear) and part not in without and _ADAPTER not in name
    ]


def _is_norm(module: nn.Module) -> bool:
    return type(module).__name__.lower().endswith(("norm", "layernorm"))


def _vision(model: Any, decoder: nn.Module) -> tuple[int, int, int]:
    """Return depth, hidden size and inner width of the tower, from its linear layers (possibly plus the projector).

    Most of them take its hidden size as input; of those, the widening ones are the inner layers of its blocks.
    """
    found = _linears(model, {*decoder.modules(), model.get_output_embeddings()})
    if not found:
        return 0, 0, 0
    hidden = Counter(inner for inner, _ in found).most_common(1)[0][0]
    widening = Counter(outer for inner, outer in found if inner == hidden and outer > hidden)
    inner, count = widening.most_common(1)[0] if widening else (hidden, 1)
    return count, hidden, inner
