"""What the files of a base model say. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the files of a base model say. ``linears``: (in, out) of every linear layer that gets an adapter."""

    parameters: int
    stored_bytes: int
    linears: tuple[tuple[int, int], ...]
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    image_tokens: int | None
