"""Model versions, their metrics, verdicts and side-by-side comparisons. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from studio.services.loop.types import NextAction
from studio.services.settings.types import SettingChange

VersionKind = Literal["base", "score", "consistency", "merged"]


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One metric with its 95% bootstrap interval, where it has one, over ``n`` images. ``value`` None: undefined."""

    value: float | None
    lo: float | None
    hi: float | None
    n: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One model version with its test metrics. ``adapter`` is absolute, None for the base; ``judge`` is for showing."""

    id: int
    name: str
    iteration: int
    kind: VersionKind
    parents: tuple[str, ...]
    metrics: dict[str, MetricValue]
    judge: str | None
    adapter: Path | None
    digest: str
    created_at: datetime
    hyperparameters: dict[str, object] = field(default_factory=dict)
    line: str = "main"


ComparisonOrder = Literal["change", "error", "disagreement", "name"]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one version scored one image, without its text. ``score`` is in the original scale, ``consistency`` 0..4."""

    score: float | None
    label: int | None
    parse_ok: bool
    truncated: bool
    consistency: float | None


@dataclass(frozen=True, slots=True)
class ComparisonRow:
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
        """Return the version's answer on the image at this place."""
        asked, truncated = self.parse_ok[place], self.truncated[place]
        if asked is None or truncated is None:
            return None
        return Scored(self.score[place], self.label[place], asked, truncated, self.consistency[place])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Versions in columns, images in rows. ``lowest`` and ``highest`` bound all true and predicted scores.

    Held by columns: tens of thousands of row objects would make every garbage collection felt.
    """

    known: tuple[str, ...]
    versions: tuple[str, ...]
    order: ComparisonOrder
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
        """Return how many images."""
        return len(self.image_ids)

    def row(self, place: int) -> ComparisonRow:
        """Return the image at this place."""
        return ComparisonRow(
            image_id=self.image_ids[place],
            image_path=self.root / self.paths[place],
            image_name=self.names[place],
            truth=self.truths[place],
            bin=self.bins[place],
            scored=tuple(column.at(place) for column in self.columns),
        )

    @property
    def rows(self) -> tuple[ComparisonRow, ...]:
        """Return all rows."""
        return tuple(self.row(place) for place in range(self.count))


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


VerdictWord = Literal["better", "worse", "unclear"]


@dataclass(frozen=True, slots=True)
class VersionVerdict:
    """A version against the previous main version on the same test images: paired difference of SRCC.

    ``word`` is "better" or "worse" only where the whole 95% interval and p < 0.05 say so.
    """

    other: str
    word: VerdictWord
    delta: MetricValue
    p: float | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """How often each label 0..9 was predicted on the test images.

    Attributes:
        greedy: the label that the model wrote.
        expected: the mean of its ten label probabilities, rounded.
        stuck: the label that at least nine of ten answers gave; None if there is none.
        unlabelled: answers without a label.
    """

    version: str
    n: int
    greedy: tuple[int, ...]
    expected: tuple[int, ...]
    stuck: int | None
    unlabelled: int


@dataclass(frozen=True, slots=True)
class OverviewRows:
    """Everything on the page. ``main``: the last versions of the main line's iterations, in order.

    ``lines``: the last versions of the lines beside it. A verdict of theirs is against the main line's version of the
    same iteration.
    ``truth`` counts the test images by true label.
    """

    versions: tuple[VersionRow, ...]
    main: tuple[str, ...]
    verdicts: dict[str, VersionVerdict]
    distributions: tuple[Distribution, ...]
    truth: tuple[int, ...]
    changes: tuple[SettingChange, ...]
    action: NextAction
    finished: int | None
    """The last iteration when all planned ones are done, else None."""
    review: bool
    """Whether an iteration stops after its pairs are written, for a person to look at them."""
    lines: tuple[str, ...] = ()
