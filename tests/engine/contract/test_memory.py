"""The estimate against what torch itself keeps, on decoders of the families' true architectures."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    CLIPVisionConfig,
    Gemma3TextConfig,
    LlamaConfig,
    LlavaConfig,
    Qwen2Config,
    Qwen3Config,
)

from engine.contract import memory
from engine.contract.memory import Lengths, Numbers, answering, layer_bytes, training
from engine.families.shapes import shapes_of, shapes_of_config
from engine.training import shared_prefix

RANK, ROWS = 8, 2
_COMMON: dict[str, Any] = {
    "vocab_size": 500, "hidden_size": 256, "intermediate_size": 688, "num_hidden_layers": 3, "num_attention_heads": 8,
    "num_key_value_heads": 4, "max_position_embeddings": 4096,
}  # fmt: skip
CONFIGS = {
    "llama": LlamaConfig(**_COMMON),
    "qwen2": Qwen2Config(**_COMMON),
    "qwen3": Qwen3Config(**_COMMON, head_dim=32),
    "gemma3": Gemma3TextConfig(**_COMMON, head_dim=32, query_pre_attn_scalar=32, sliding_window=4096),
}
VICUNA = LlamaConfig(
    vocab_size=32064, hidden_size=4096, intermediate_size=11008, num_hidden_layers=32, num_attention_heads=32
)
CLIP = CLIPVisionConfig(
    hidden_size=1024,
    intermediate_size=4096,
    num_hidden_layers=24,
    num_attention_heads=16,
    image_size=336,
    patch_size=14,
)


def kept(model: Any, length: int, dtype: torch.dtype, own: set[int]) -> int:
    """Bytes that the forward pass keeps for the backward pass, the weights' own apart; each storage once."""
    storages: dict[int, Any] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            storages[storage.data_ptr()] = storage  # held, so that no address is used twice
        return tensor

    ids, mask = torch.ones(ROWS, length, dtype=torch.long), torch.ones(ROWS, length, dtype=torch.long)
    mask[0, -3:] = 0
    half = torch.autocast("cpu", dtype) if dtype == torch.bfloat16 else contextlib.nullcontext()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor), half:
        result = model(input_ids=ids, attention_mask=mask, use_cache=False)
    assert result is not None
    return sum(storage.nbytes() for storage in storages.values())


@pytest.mark.parametrize("length", [96, 384])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("family", CONFIGS)
def test_that_the_activations_of_all_layers_are_within_a_few_percent(
    family: str, dtype: torch.dtype, length: int
) -> None:
    torch.manual_seed(0)
    make: Any = AutoModelForCausalLM.from_config
    base: Any = make(CONFIGS[family], attn_implementation="sdpa").to(dtype)
    shapes = shapes_of(base)
    model: Any = get_peft_model(base, LoraConfig(r=RANK, target_modules="all-linear")).train()
    own = {weights.untyped_storage().data_ptr() for weights in model.parameters()}
    measured = kept(model.get_base_model().model, length, dtype, own)
    numbers = Numbers(dtype.itemsize, gpu=False)
    cast = shapes.adapter(RANK) * numbers.width if dtype == torch.bfloat16 else 0
    estimated = layer_bytes(shapes, numbers, RANK, length) * ROWS * length * shapes.layers + cast
    assert estimated == pytest.approx(measured, rel=0.04)


@pytest.mark.parametrize(("prefix", "side"), [(320, 32), (96, 96), (384, 160)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("family", ["llama", "qwen3"])
def test_that_the_activations_of_a_shared_prefix_are_not_underestimated(
    family: str, dtype: torch.dtype, prefix: int, side: int
) -> None:
    torch.manual_seed(0)
    make: Any = AutoModelForCausalLM.from_config
    base: Any = make(CONFIGS[family], attn_implementation="sdpa").to(dtype)
    shapes = shapes_of(base)
    shared_prefix.use_in(base)
    model: Any = get_peft_model(base, LoraConfig(r=RANK, target_modules="all-linear")).train()
    own = {weights.untyped_storage().data_ptr() for weights in model.parameters()}
    places = torch.cat([torch.arange(prefix), *[prefix + torch.arange(side)] * 2]).expand(ROWS, -1)

    def one_row_a_pair(input_ids: torch.Tensor, attention_mask: torch.Tensor, use_cache: bool) -> Any:
        return model.get_base_model().model(input_ids=input_ids, position_ids=places, use_cache=use_cache)

    shared_prefix._pass.begin(shared_prefix.Layout(prefix, side, 2, None), torch.device("cpu"))
    try:
        measured = kept(one_row_a_pair, prefix + 2 * side, dtype, own)
    finally:
        shared_prefix.end_pass()
    numbers = Numbers(dtype.itemsize, gpu=False)
    cast = shapes.adapter(RANK) * numbers.width if dtype == torch.bfloat16 else 0
    lengths = Lengths(prefix + side, side - 1)
    layer = memory._pass_bytes(shapes, numbers, RANK, lengths, ROWS, shared=True)
    assert 0.99 < (layer * shapes.layers + cast) / measured < 1.08


def test_that_weights_are_counted_from_the_configuration_alone() -> None:
    shapes = shapes_of_config(LlavaConfig(vision_config=CLIP, text_config=VICUNA))
    assert shapes.parameters == 7_063_427_072, "as published: 7.06B"
    assert (shapes.layers, len(shapes.linears), shapes.inner, shapes.norms) == (32, 7 * 32, 11008, 2)
    assert (shapes.vision_hidden, shapes.vision_inner) == (1024, 4096)
    assert shapes.adapter(64) == 159_907_840, "peft's count of LoRA at rank 64 on all linears of Vicuna-7B"


def test_that_what_takes_less_memory_is_estimated_as_less() -> None:
    shapes = shapes_of_config(LlavaConfig(vision_config=CLIP, text_config=VICUNA))
    half, lengths = Numbers(2, gpu=True), Lengths(1000, 256, 577)
    whole = training(shapes, half, lengths, 64, 4, checkpointing=False)
    anew = training(shapes, half, lengths, 64, 4, checkpointing=True)
    packed = training(shapes, Numbers(2, gpu=True, four_bit=True), lengths, 64, 4, checkpointing=False)
    assert anew.kept < whole.kept / 5 and anew.weights == whole.weights
    shared = training(shapes, half, lengths, 64, 4, checkpointing=False, shared=True)
    assert shared.kept == pytest.approx(whole.kept * 1257 / 2000, rel=0.05), (
        "a row of 1,257 tokens instead of two of 1,000"
    )
    assert packed.weights < whole.weights / 2.5
    assert whole.adapter == 159_907_840 * 16
    one, two = (answering(shapes, half, lengths, 8, answers=count).total for count in (1, 2))
    cache = 2 * 32 * 32 * 128 * 2 * 8 * 1000
    assert two - one >= cache
