"""Collections, the models that score them, filters and details. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from studio.services.estimating.types import EstimateRange

Explain = Literal["all", "none", "extremes"]
"""Explanations for all images, for none (fast), or for the best and worst only."""
EXPLAIN: tuple[Explain, ...] = get_args(Explain)
Pick = Literal[-1, 0, 1]
"""Rejected, neither, picked."""
CollectionOrder = Literal["score", "difference", "name", "path", "pick", "id"]
COLLECTION_ORDERS: tuple[CollectionOrder, ...] = get_args(CollectionOrder)


@dataclass(frozen=True, slots=True)
class ScoringOptions:
    """How a collection is scored; ``extremes``: how many of the best, and of the worst, are explained."""

    explain: Explain = "all"
    extremes: int = 50


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """One collection. ``missing``: files that were gone at the latest look; ``problems``: images that cannot be used.

    ``sources``: the folders and files that it was made of.
    """

    id: int
    name: str
    sources: tuple[Path, ...]
    options: ScoringOptions
    images: int
    missing: int
    problems: int


@dataclass(frozen=True, slots=True)
class ScorerChoice:
    """A model that can score: a version of the project, or an exported model in ``folder`` (None: a version).

    ``base``: where the base of an exported adapter is now; "" is where the export says.
    """

    name: str
    folder: Path | None = None
    base: str = ""


@dataclass(frozen=True, slots=True)
class ScorerRow:
    """A model that has scored images of a collection.

    Attributes:
        current: it is still what scoring again would use; False: the version was trained again or deleted, or the
            exported model has changed or is gone.
        scores, explained: its scores and explanations in the collection.
        low, high: the ends of its scale, its lowest and highest reference value.
        lower_is_better: which scores are better in that scale.
    """

    id: int
    name: str
    folder: Path | None
    base: str
    digest: str
    current: bool
    scores: int
    explained: int
    low: float
    high: float
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class FolderChange:
    """What has changed in a collection's files since the latest look; ``left_out``: what was not listed, in words."""

    added: int = 0
    changed: int = 0
    missing: int = 0
    found_again: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Return whether there is a change."""
        return bool(self.added or self.changed or self.missing or self.found_again)


@dataclass(frozen=True, slots=True)
class ScoringEstimate:
    """What scoring is about to do: images without a score, and explanations to write.

    ``seconds`` is None before anything has been predicted on this machine. ``left_out``: what is in the folders of a
    new collection and will not be in it, in words. ``strange``: the model is the built-in demo's, which has seen only
    generated scenes, and the images are not those of its project.
    """

    images: int
    explained: int
    seconds: EstimateRange | None = None
    left_out: tuple[str, ...] = ()
    strange: bool = False


@dataclass(frozen=True, slots=True)
class CollectionFilter:
    """Conditions for the images of a collection; empty values are ignored, all others must hold.

    ``low`` and ``high`` are inclusive, of the first scorer's scores. ``text`` is searched anywhere in paths, and at the
    beginnings of words in explanations.
    """

    low: float | None = None
    high: float | None = None
    picks: tuple[int, ...] = ()
    explained: bool = False
    unscored: bool = False
    problem: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class CollectionSort:
    """An order of images; those without the value come last, equal ones in the order in which they were added."""

    by: CollectionOrder = "score"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class CollectionCell:
    """One cell of the grid: the scores of the first and of the second scorer, if there are any."""

    id: int
    path: Path
    name: str
    score: float | None
    other: float | None
    pick: int
    problem: str


@dataclass(frozen=True, slots=True)
class CollectionAnswer:
    """What one model says about an image. ``low`` to ``high`` holds at least 90% of its label distribution.

    ``shares``: the probability of each label; ``values``: the score that each label stands for. ``score`` is the mean
    of ``values``, weighted by ``shares``. ``label``: the one that was written.
    """

    scorer: ScorerRow
    score: float
    low: float
    high: float
    label: int | None
    text: str
    explained: bool
    parse_ok: bool
    truncated: bool
    shares: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CollectionDetail:
    """All that is known about one image."""

    cell: CollectionCell
    bytes: int
    missing: bool
    answers: tuple[CollectionAnswer, ...]
