"""Pairs, their decisions, filters and counts. Frozen rows, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from studio.services.projects.types import Split

PairVerdict = Literal["none", "keep", "veto"]
VetoScope = Literal["both", "score", "consistency"]
PairState = Literal["unreviewed", "suspicious", "veto", "keep", "edited", "noted", "disagree"]
PairOrder = Literal["generation", "suspicion", "doubt"]
ReviewAct = Literal["decide", "edit", "note", "bulk", "use"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of numbers, both ends included; None leaves a side open."""

    low: float | None = None
    high: float | None = None

    def __bool__(self) -> bool:
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Conditions for pairs; None, "" and open bounds are ignored. ``text`` is searched in texts, note and image name.

    Attributes:
        reason: of a veto; "" selects vetoes without a reason.
        distance: between chosen and rejected score.
        words: about; one of both texts is as long as this.
        margin: reward margin after one of the trainings; a pair that no training has measured is outside.
        score: the image's mean score, in the original scale.
        reviewer: whose verdicts, reasons and notes count; "" is the first reviewer, who decides for training.
    """

    iteration: int | None = None
    state: PairState | None = None
    flag: str | None = None
    text: str = ""
    reason: str | None = None
    distance: Bounds = Bounds()
    words: Bounds = Bounds()
    margin: Bounds = Bounds()
    score: Bounds = Bounds()
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class FilterCounts:
    """How many pairs each choice of a filter would list, the other filters being as they are.

    A missing choice would list none. ``all_states`` and ``all_flags``: without that filter.
    """

    states: Mapping[str, int]
    flags: Mapping[str, int]
    reasons: Mapping[str, int]
    all_states: int
    all_flags: int


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair with its latest decision. ``truth`` is the mean score in the original scale, ``bin`` its label 0..9.

    Texts are the edited ones if there are any; ``generated_*`` are the model's. ``flags`` are the reasons for
    suspicion, most serious first, ``suspicion`` is their weight; ``reason`` is the veto's. ``redrawing``: its
    regeneration is queued.
    """

    id: int
    iteration: int
    image_id: int
    image_path: Path
    image_name: str
    truth: float
    bin: int
    split: Split
    chosen_score: int
    chosen_text: str
    rejected_score: int
    rejected_text: str
    verdict: PairVerdict
    scope: VetoScope
    note: str
    flags: tuple[str, ...]
    reason: str = ""
    draw: int = 0
    generated_chosen: str = ""
    generated_rejected: str = ""
    suspicion: float = 0.0
    margin_score: float | None = None
    margin_consistency: float | None = None
    edited: bool = False
    redrawing: bool = False


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """The result of an undo or redo: the affected action, its number of pairs, the first pair."""

    act: ReviewAct
    count: int
    pair: PairRow


@dataclass(frozen=True, slots=True)
class ReviewGate:
    """An iteration whose training waits for a review: the pairs of its score and consistency set (None: no set)."""

    iteration: int
    score: int
    consistency: int | None


@dataclass(frozen=True, slots=True)
class WaitingReview:
    """An iteration whose training waits for a review, and how far that has come."""

    iteration: int
    total: int
    reviewed: int

    @property
    def remaining(self) -> int:
        """Return the number of pairs without a verdict."""
        return self.total - self.reviewed


@dataclass(frozen=True, slots=True)
class PairCounts:
    """``reviewed == vetoed + kept``; a veto of any scope counts as vetoed."""

    total: int
    reviewed: int
    vetoed: int
    kept: int


class TrainRow(TypedDict):
    """One input row of ``engine.contract.specs.TrainSpec``."""

    pair_id: int
    path: str
    chosen_score: int
    chosen_text: str
    rejected_score: int
    rejected_text: str


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many pairs are vetoed for one reason; "" is a veto without a reason."""

    reason: str
    pairs: int
