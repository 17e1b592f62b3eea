"""Frozen rows of the Models page. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass

from studio.services.rows import VersionRow


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model version with what keeps it.

    Attributes:
        version: its names, parents, metrics and hyperparameters.
        pinned: whether it may never be deleted.
        pairs: how many pairs it was trained on; None for the base and merged versions.
        bytes: what deleting it would free: adapter and run folders.
        holders: why it cannot be deleted, one reason each; empty if it can.
    """

    version: VersionRow
    pinned: bool
    pairs: int | None
    bytes: int
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trashed:
    """A version that was deleted since the project was opened and can be put back. ``number`` names it."""

    number: int
    name: str
    bytes: int
