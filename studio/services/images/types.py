"""Images, their filters, orders and details. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from studio.services.projects.types import Split

ImageOrder = Literal["id", "name", "score", "split", "bin", "predicted", "error"]
ORDERS: tuple[ImageOrder, ...] = get_args(ImageOrder)


@dataclass(frozen=True, slots=True)
class ChangedRatings:
    """The predicted score of two versions differs by at least ``least``, in the original scale."""

    before: str
    after: str
    least: float


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag with its value: a further column of the score table."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class TagCount:
    """The number of images with the tag."""

    tag: Tag
    images: int


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Conditions for images; empty values are ignored, all others must hold.

    ``low`` and ``high`` are inclusive, in the original scale. ``text`` is searched anywhere in names and tags, and at
    the beginnings of words in explanations.
    """

    splits: tuple[Split, ...] = ()
    bins: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None
    problem: bool = False
    vetoed: bool = False
    tag: Tag | None = None
    changed: ChangedRatings | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ImageSort:
    """An order of images; those without the value always come last, equal ones in the order of the table."""

    by: ImageOrder = "id"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SavedImageFilter:
    """A filter with its order, under the user's name for it."""

    name: str
    filter: ImageFilter
    sort: ImageSort


@dataclass(frozen=True, slots=True)
class Histogram:
    """Image counts between ``edges``: ``counts`` of the filtered ones (except for the score range), ``total`` of all.

    ``bin_edges``: the nine bin edges of the training scores. ``lower_is_better``: whether the best are on the left.
    """

    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    total: tuple[int, ...] = ()
    bin_edges: tuple[float, ...] = ()
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class ImageCell:
    """One cell of the grid. ``predicted``: the newest version's score, in the original scale."""

    id: int
    path: Path
    name: str
    score: float
    split: Split
    bin: int
    problem: str
    predicted: float | None


@dataclass(frozen=True, slots=True)
class ImageAnswer:
    """One version's answer about the image.

    ``grade`` 0..4 is a judge's of its consistency, or, ``estimated`` from words, how its tone fits the score.
    """

    version: str
    score: float | None
    label: int | None
    text: str
    explained: bool
    parse_ok: bool
    truncated: bool
    grade: float | None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class ImageDetail:
    """All details of one image. ``vetoed``: the vetoed ones of its ``pairs``."""

    cell: ImageCell
    relative_path: str
    bytes: int | None
    score_sd: float | None
    votes: int | None
    group: str
    tags: tuple[Tag, ...]
    answers: tuple[ImageAnswer, ...]
    pairs: int
    vetoed: int
