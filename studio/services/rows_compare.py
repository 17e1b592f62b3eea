"""Frozen rows of the Compare page. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

ContrastOrder = Literal["change", "error", "disagreement", "name"]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one version scored one image, without its text. ``score`` is in the original scale, ``consistency`` 0..4."""

    score: float | None
    label: int | None
    parse_ok: bool
    truncated: bool
    consistency: float | None


@dataclass(frozen=True, slots=True)
class ContrastRow:
    """One test image; ``scored`` stands in the order of the versions asked for, None where one was not asked."""

    image_id: int
    image_path: Path
    image_name: str
    truth: float
    bin: int
    scored: tuple[Scored | None, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Versions in columns, images in rows. ``lowest`` and ``highest`` bound all true and predicted scores."""

    known: tuple[str, ...]
    versions: tuple[str, ...]
    order: ContrastOrder
    rows: tuple[ContrastRow, ...]
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class BlindCard:
    """One image of a blind test: its explanations by place. Who wrote them is not in it."""

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
    """Where a blind test stands. ``card`` None: nothing is left to judge.

    Attributes:
        alike: images left out because all their explanations say the same.
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
