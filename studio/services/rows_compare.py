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
class VersionColumn:
    """What one version says, image by image; None where it was not asked (``parse_ok`` too)."""

    score: tuple[float | None, ...]
    label: tuple[int | None, ...]
    parse_ok: tuple[bool | None, ...]
    truncated: tuple[bool | None, ...]
    consistency: tuple[float | None, ...]

    def at(self, place: int) -> Scored | None:
        """The version's answer on the image at this place."""
        asked, truncated = self.parse_ok[place], self.truncated[place]
        if asked is None or truncated is None:
            return None
        return Scored(self.score[place], self.label[place], asked, truncated, self.consistency[place])


@dataclass(frozen=True, slots=True)
class Contrast:
    """Versions in columns, images in rows. ``lowest`` and ``highest`` bound all true and predicted scores.

    Held by columns: tens of thousands of row objects would make every garbage collection felt.
    """

    known: tuple[str, ...]
    versions: tuple[str, ...]
    order: ContrastOrder
    root: Path
    image_ids: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    truths: tuple[float, ...] = ()
    bins: tuple[int, ...] = ()
    columns: tuple[VersionColumn, ...] = ()
    lowest: float = 0.0
    highest: float = 1.0

    @property
    def count(self) -> int:
        """How many images."""
        return len(self.image_ids)

    def row(self, place: int) -> ContrastRow:
        """The image at this place."""
        return ContrastRow(
            image_id=self.image_ids[place],
            image_path=self.root / self.paths[place],
            image_name=self.names[place],
            truth=self.truths[place],
            bin=self.bins[place],
            scored=tuple(column.at(place) for column in self.columns),
        )

    @property
    def rows(self) -> tuple[ContrastRow, ...]:
        """All rows."""
        return tuple(self.row(place) for place in range(self.count))


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
