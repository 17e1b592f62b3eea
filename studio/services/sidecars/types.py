"""What sidecars are written from, and what became of it. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Pick = Literal[-1, 0, 1]
Habit = Literal["full_name", "stem"]
"""How sidecars are named: ``a.jpg.xmp`` (darktable, digiKam) or ``a.xmp`` (Lightroom, Bridge)."""
REJECTED = -1
"""The rating that Adobe's programs and darktable take for "rejected"."""
STARS = (5, 4, 3, 2, 1, 0)


@dataclass(frozen=True, slots=True)
class SidecarItem:
    """One scored image. ``score`` is None where the model gave none; ``pick`` is -1 for rejected, 1 for picked."""

    image: Path
    score: float | None
    explanation: str = ""
    pick: Pick = 0


@dataclass(frozen=True, slots=True)
class ScoreOrigin:
    """Where the scores come from. ``low`` and ``high`` are the ends of their scale, ``time`` is ISO 8601.

    ``lower_is_better``: whether low scores get many stars.
    """

    version: str
    model_digest: str
    low: float
    high: float
    time: str
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class StarThresholds:
    """The lowest scores of one to five stars, ascending. Below the first an image gets no star.

    Where lower is better, they are the highest scores, descending.
    """

    lowest: tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class StarShares:
    """The shares of all images, 0 to 1, that get five, four, three, two and one stars; the rest gets none."""

    shares: tuple[float, float, float, float, float]


StarRule = StarThresholds | StarShares


@dataclass(frozen=True, slots=True)
class SidecarOptions:
    """What is written besides score, explanation and origin in a namespace of their own.

    Attributes:
        stars: how scores become stars; None writes no rating.
        reject: images that were rejected get the rating -1 in place of stars.
        describe: the explanation also becomes the description (caption) of the image.
        keep_ratings: a rating other than 0 that a sidecar has from elsewhere stays; so does a description.
        habit: how a sidecar is named where the image has none.
        with_raw: where the habit is ``stem`` and one raw file has the same name as the image, the raw file's sidecar is
            written, so that the raw file gets the stars of the picture beside it.
    """

    origin: ScoreOrigin
    stars: StarRule | None = None
    reject: bool = True
    describe: bool = False
    keep_ratings: bool = False
    habit: Habit = "full_name"
    with_raw: bool = False


@dataclass(frozen=True, slots=True)
class StarCounts:
    """How many images get how many stars: ``stars[n]`` for n of 0 to 5. ``thresholds`` is None without scores."""

    stars: tuple[int, int, int, int, int, int]
    rejected: int
    unscored: int
    thresholds: StarThresholds | None


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was left as it is, with the reason as a sentence."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedSidecar:
    """One sidecar to write. ``note`` is a sentence for the user if it is not where one would expect it."""

    item: SidecarItem
    sidecar: Path
    rating: int | None
    exists: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class SidecarPreview:
    """What would be written, before anything is.

    Attributes:
        rated: of the sidecars that exist, those that already have a rating other than 0.
        described: those that already have a description.
    """

    options: SidecarOptions
    counts: StarCounts
    planned: tuple[PlannedSidecar, ...] = field(repr=False)
    skipped: tuple[SkippedFile, ...]
    rated: int
    described: int

    @property
    def new(self) -> int:
        """How many sidecars would be created."""
        return sum(not one.exists for one in self.planned)

    @property
    def changed(self) -> int:
        """How many existing sidecars would be changed."""
        return sum(one.exists for one in self.planned)

    @property
    def notes(self) -> tuple[PlannedSidecar, ...]:
        """Those whose place needs an explanation."""
        return tuple(one for one in self.planned if one.note)


@dataclass(frozen=True, slots=True)
class WrittenSidecars:
    """``unchanged`` had these values already. ``stopped`` is a sentence if the run ended early, "" otherwise."""

    created: int
    changed: int
    unchanged: int
    skipped: tuple[SkippedFile, ...]
    cancelled: bool = False
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class UndoneSidecars:
    """What an undo did.

    Attributes:
        deleted: sidecars that did not exist before.
        restored: sidecars that have their former bytes again.
        cleaned: sidecars that another program changed since: only what was written here was taken out.
        gone: sidecars that were deleted since; they stay deleted.
        skipped: those that could not be undone; undo can be run again for them.
    """

    deleted: int
    restored: int
    cleaned: int
    gone: int
    skipped: tuple[SkippedFile, ...]
    cancelled: bool = False
