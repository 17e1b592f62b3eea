"""InternVL2 in its authors' layout, computed from their tensors by their names: the published description in plain
torch, written apart from the converter and sharing nothing with it. In float32, one prompt at a time.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Tensors = dict[str, Tensor]


def logits(tensors: Tensors, config: dict[str, Any], ids: Tensor, pixels: Tensor, image_id: int) -> Tensor:
    """Logits (length, vocabulary) of one prompt.

    Args:
        tensors: the checkpoint.
        config: the authors' config.json.
        ids: (length,) token ids with one ``image_id`` for every image token.
        pixels: (tiles, 3, side, side).
        image_id: stands for an image's features.
    """
    embedded = tensors["language_model.model.tok_embeddings.weight"][ids].clone()
    embedded[ids == image_id] = image_features(tensors, config, pixels).flatten(0, 1)
    return language_model(tensors, config["llm_config"], embedded)


def image_features(tensors: Tensors, config: dict[str, Any], pixels: Tensor) -> Tensor:
    """(tiles, tokens of a tile, hidden size of the language model)."""
    seen = vision_tower(tensors, config["vision_config"], pixels)[:, 1:]
    side, scale = math.isqrt(seen.shape[1]), round(1 / config["downsample_ratio"])
    # Each token takes a square of patches: row by row within the square, channels innermost.
    blocks = seen.reshape(len(seen), side // scale, scale, side // scale, scale, -1)
    merged = torch.stack(
        [
            torch.cat([blocks[:, row, down, column, right] for down in range(scale) for right in range(scale)], dim=-1)
            for row in range(side // scale)
            for column in range(side // scale)
        ],
        dim=1,
    )
    normed = functional.layer_norm(
        merged, merged.shape[-1:], tensors["mlp1.0.weight"], tensors["mlp1.0.bias"], eps=1e-5
    )
    hidden = functional.gelu(functional.linear(normed, tensors["mlp1.1.weight"], tensors["mlp1.1.bias"]))
    return functional.linear(hidden, tensors["mlp1.3.weight"], tensors["mlp1.3.bias"])


def vision_tower(tensors: Tensors, config: dict[str, Any], pixels: Tensor) -> Tensor:
    """InternViT: (tiles, 1 + patches, hidden size) behind its last layer."""
    at = "vision_model.embeddings."
    patches = functional.conv2d(
        pixels,
        tensors[at + "patch_embedding.weight"],
        tensors[at + "patch_embedding.bias"],
        stride=config["patch_size"],
    )
    tokens = patches.flatten(2).transpose(1, 2)
    first = tensors[at + "class_embedding"].expand(len(tokens), 1, -1)
    state = torch.cat([first, tokens], dim=1) + tensors[at + "position_embedding"]
    for index in range(config["num_hidden_layers"]):
        state = _vision_layer(tensors, config, f"vision_model.encoder.layers.{index}.", state)
    return state


def _vision_layer(tensors: Tensors, config: dict[str, Any], at: str, state: Tensor) -> Tensor:
    def normed(name: str, values: Tensor) -> Tensor:
        weight = tensors[f"{at}{name}.weight"]
        if config["norm_type"] == "rms_norm":
            return rms_norm(values, weight, config["layer_norm_eps"])
        return functional.layer_norm(
            values, values.shape[-1:], weight, tensors[f"{at}{name}.bias"], eps=config["layer_norm_eps"]
        )

    def linear(name: str, values: Tensor) -> Tensor:
        return functional.linear(values, tensors[f"{at}{name}.weight"], tensors.get(f"{at}{name}.bias"))

    heads = config["num_attention_heads"]
    queries, keys, values = linear("attn.qkv", normed("norm1", state)).chunk(3, dim=-1)
    if config["qk_normalization"]:
        queries = rms_norm(queries, tensors[at + "attn.q_norm.weight"], config["layer_norm_eps"])
        keys = rms_norm(keys, tensors[at + "attn.k_norm.weight"], config["layer_norm_eps"])
    split = [part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (queries, keys, values)]
    scores = split[0] @ split[1].transpose(-1, -2) / math.sqrt(split[0].shape[-1])
    seen = (scores.softmax(-1) @ split[2]).transpose(1, 2).flatten(2)
    state = state + tensors[at + "ls1"] * linear("attn.proj", seen)
    inner = functional.gelu(linear("mlp.fc1", normed("norm2", state)))
    return state + tensors[at + "ls2"] * linear("mlp.fc2", inner)


def language_model(tensors: Tensors, config: dict[str, Any], state: Tensor) -> Tensor:
    """InternLM2: logits (length, vocabulary) of embedded tokens (length, hidden size)."""
    angles = _angles(config, len(state))
    for index in range(config["num_hidden_layers"]):
        at = f"language_model.model.layers.{index}."
        eps = config["rms_norm_eps"]
        seen = _attention(tensors, config, at, rms_norm(state, tensors[at + "attention_norm.weight"], eps), angles)
        state = state + seen
        normed = rms_norm(state, tensors[at + "ffn_norm.weight"], eps)
        gate = functional.silu(normed @ tensors[at + "feed_forward.w1.weight"].T)
        up = normed @ tensors[at + "feed_forward.w3.weight"].T
        state = state + (gate * up) @ tensors[at + "feed_forward.w2.weight"].T
    last = rms_norm(state, tensors["language_model.model.norm.weight"], config["rms_norm_eps"])
    tied = tensors["language_model.model.tok_embeddings.weight"]
    return last @ tensors.get("language_model.output.weight", tied).T


def _angles(config: dict[str, Any], length: int) -> Tensor:
    """(length, half a head), with the base stretched where the text is longer than the model's positions."""
    size, base, most = config["hidden_size"] // config["num_attention_heads"], 1.0 * config["rope_theta"], 0
    scaling = config["rope_scaling"]
    if scaling is not None:
        most, factor = config["max_position_embeddings"], scaling["factor"]
        if length > most:
            base *= (factor * length / most - (factor - 1)) ** (size / (size - 2))
    return torch.arange(length)[:, None] / base ** (torch.arange(0, size, 2) / size)


def _attention(tensors: Tensors, config: dict[str, Any], at: str, state: Tensor, angles: Tensor) -> Tensor:
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    size, group = config["hidden_size"] // heads, heads // kv_heads
    fused = functional.linear(state, tensors[at + "attention.wqkv.weight"], tensors.get(at + "attention.wqkv.bias"))
    outputs = []
    for kv in range(kv_heads):  # its queries, its key, its value, one head behind the other
        own = [fused[:, (kv * (group + 2) + i) * size :][:, :size] for i in range(group + 2)]
        key, value = _turned(own[group], angles), own[group + 1]
        for query in own[:group]:
            scores = _turned(query, angles) @ key.T / math.sqrt(size)
            later = torch.ones_like(scores, dtype=torch.bool).triu(1)
            outputs.append(scores.masked_fill(later, -math.inf).softmax(-1) @ value)
    return functional.linear(
        torch.cat(outputs, -1), tensors[at + "attention.wo.weight"], tensors.get(at + "attention.wo.bias")
    )


def _turned(values: Tensor, angles: Tensor) -> Tensor:
    """Each number of the first half with its fellow of the second as a point in the plane."""
    half = values.shape[-1] // 2
    points = torch.complex(values[:, :half], values[:, half:]) * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([points.real, points.imag], dim=-1)


def rms_norm(values: Tensor, weight: Tensor, eps: float) -> Tensor:
    """Root mean square norm over the last dimension."""
    return weight * values / (values.pow(2).mean(-1, keepdim=True) + eps).sqrt()
