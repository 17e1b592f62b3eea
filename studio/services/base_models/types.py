"""Facts from the files of a base model. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A base model's size. ``linears``: (in, out) of every linear layer that gets an adapter."""

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
