"""Frozen rows of the Overview page. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from studio.services.rows import MetricValue, NextAction, VersionRow

Word = Literal["better", "worse", "unclear"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A version against the previous main version on the same test images: paired difference of SRCC.

    ``word`` is "better" or "worse" only where the whole 95% interval and p < 0.05 say so.
    """

    other: str
    word: Word
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
class Change:
    """One setting that an iteration ran with and the one before did not. ``where``: what it belongs to."""

    iteration: int
    where: str
    setting: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class OverviewRows:
    """Everything on the page. ``main``: the versions that stand for their iterations, in order.

    ``truth`` counts the test images by true label.
    """

    versions: tuple[VersionRow, ...]
    main: tuple[str, ...]
    verdicts: dict[str, Verdict]
    distributions: tuple[Distribution, ...]
    truth: tuple[int, ...]
    changes: tuple[Change, ...]
    action: NextAction
    finished: int | None
    """The last iteration when all planned ones are done, else None."""
    review: bool
    """Whether an iteration stops after its pairs are written, for a person to look at them."""
