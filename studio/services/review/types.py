"""Pairs, their decisions, filters and counts. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from studio.services.projects.types import Split

PairVerdict = Literal["none", "keep", "veto"]
VetoScope = Literal["both", "score", "consistency"]
PairState = Literal["unreviewed", "suspicious", "veto", "keep", "edited", "noted"]
PairOrder = Literal["generation", "suspicion"]
ReviewAct = Literal["decide", "edit", "note", "bulk"]


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Conditions for pairs; None and "" are ignored. ``text`` is searched in texts, note and image name."""

    iteration: int | None = None
    state: PairState | None = None
    flag: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair with its latest decision. ``truth`` is the mean score in the original scale, ``bin`` its label 0..9.

    Texts are the edited ones if there are any; ``generated_*`` are the model's. ``flags`` are the reasons for
    suspicion, most serious first, ``suspicion`` is their weight. ``redrawing``: its regeneration is queued.
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
