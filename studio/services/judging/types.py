"""Blind tests and their win rates. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BlindCard:
    """One image of a blind test: its explanations by position, without the versions' names."""

    image_id: int
    image_path: Path
    image_name: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WinRate:
    """How often a version was preferred. A tie among k versions counts 1/k for each; ``lo`` to ``hi`` is 95%."""

    version: str
    wins: int
    rate: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class BlindState:
    """The state of a blind test. ``card`` None: nothing is left to judge.

    Attributes:
        alike: images that were skipped because all their explanations are the same.
        rates: empty until the test is revealed.
    """

    test_id: int
    versions: tuple[str, ...]
    voted: int
    ties: int
    total: int
    alike: int
    card: BlindCard | None
    revealed_at: datetime | None
    rates: tuple[WinRate, ...]
