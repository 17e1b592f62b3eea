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
    """How many images have the tag."""

    tag: Tag
    images: int


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Which images to show; an empty value leaves a condition out, conditions add up.

    ``low`` and ``high`` are inclusive, in the original scale. ``text`` is looked for in names and tags anywhere, and in
    explanations by the beginnings of words.
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
    """An order of images; those without the value come last either way, equal ones in the order of the table."""

    by: ImageOrder = "id"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SavedImageFilter:
    """A filter with its order, under the name that a person gave it."""

    name: str
    filter: ImageFilter
    sort: ImageSort


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many images fall between ``edges``, ``counts`` of what is shown (score range aside), ``total`` of all.

    ``bin_edges``: the nine cuts of the training scores.
    """

    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    total: tuple[int, ...] = ()
    bin_edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageCell:
    """What one cell of the grid shows. ``predicted``: the newest version's score, in the original scale."""

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
    """What one version says about the image; ``consistency`` 0..4 where a judge has graded it."""

    version: str
    score: float | None
    label: int | None
    text: str
    explained: bool
    parse_ok: bool
    truncated: bool
    consistency: float | None


@dataclass(frozen=True, slots=True)
class ImageDetail:
    """Everything that is known of one image. ``vetoed``: pairs of it that are vetoed, of ``pairs``."""

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
