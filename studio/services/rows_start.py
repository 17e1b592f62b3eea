"""Frozen rows of the start page and the wizard. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.services.rows import Refusal


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a score table, and which of them look like what is needed ("": none does).

    ``format`` is how the source is read, ``known_by`` why; without ``choosable`` the format itself says what is where.
    """

    names: tuple[str, ...]
    image: str
    score: str
    split: str
    group: str
    sd: str = ""
    votes: str = ""
    format: str = "table"
    title: str = ""
    known_by: str = ""
    choosable: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. ``read == accepted + len(refused)``; ``missing`` of the refused name no file.

    Attributes:
        edges: the nine cuts of the training scores between the ten bins; empty where ``problem`` is set.
        heights: images by bar of the histogram; the bars share the range ``low`` to ``high`` evenly.
        bins: training images in each of the ten bins.
        refused_votes: single raters' votes that are left out; they are no rows.
        problem: why nothing can be made of the table as it is; "" if something can.
    """

    read: int
    accepted: int
    missing: int
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    splits: dict[str, int]
    drawn: bool
    edges: tuple[float, ...]
    bins: tuple[int, ...]
    low: float
    high: float
    heights: tuple[int, ...]
    problem: str
    refused_votes: tuple[Refusal, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimated quantity with the formula behind it; ``value`` None: not known yet, ``why`` says why."""

    name: str
    value: float | None
    unit: str
    why: str


@dataclass(frozen=True, slots=True)
class Glance:
    """A project seen from outside: nothing is locked, migrated or written. ``problem``: why it cannot be read."""

    root: Path
    name: str
    versions: int
    srcc: float | None
    srcc_of: str
    problem: str
