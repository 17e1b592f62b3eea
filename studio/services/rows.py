"""Frozen rows that the services hand to window and command line. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, TypedDict

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")
Verdict = Literal["none", "keep", "veto"]
Scope = Literal["both", "score", "consistency"]
JobState = Literal["queued", "running", "interrupted", "paused", "done", "failed", "cancelled"]
StageKind = Literal["download", "generate", "train", "merge", "predict", "judge", "measure"]
VersionKind = Literal["base", "score", "consistency", "merged"]
ActionKind = Literal["run_base", "run_iteration", "resume", "review", "running", "done"]
PairState = Literal["unreviewed", "suspicious", "veto", "keep", "edited", "noted"]
PairOrder = Literal["generation", "suspicion"]
ReviewAct = Literal["decide", "edit", "note", "bulk"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not imported. ``line`` counts from 1, in a text table the header being line 1."""

    line: int
    value: str
    reason: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: ``read == imported + len(refused)``. ``bin_edges``: the nine cuts of the training scores.

    Single raters' votes are counted by themselves: ``votes_read == votes_kept + len(refused_votes)``. ``format`` is
    the importer's name, ``refusals`` the table in the project that has all refused rows; None: there are none.
    """

    read: int
    imported: int
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    splits: dict[str, int]
    bin_edges: tuple[float, ...]
    format: str = "table"
    votes_read: int = 0
    votes_kept: int = 0
    refused_votes: tuple[Refusal, ...] = ()
    refusals: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """One stage of the loop. ``version_name`` is the version that it makes or examines; None for generate."""

    stage: StageKind
    iteration: int
    version_name: str | None
    title: str
    done: bool
    job_id: int | None = None
    state: JobState | None = None


@dataclass(frozen=True, slots=True)
class NextAction:
    """What the one button on the overview does. ``title`` is its text, ``explanation`` one sentence beside it."""

    kind: ActionKind
    iteration: int
    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job. Times are UTC; ``done`` of ``total`` in ``unit`` count from the job's very beginning."""

    id: int
    stage: StageKind
    iteration: int
    version_name: str | None
    title: str
    state: JobState
    position: int
    done: int
    total: int
    unit: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str
    remedy: str
    pid: int | None
    run_folder: Path

    @property
    def resumable(self) -> bool:
        """Whether ``queue.resume`` accepts it."""
        return self.state in ("interrupted", "paused", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class TrainPoint:
    """One optimiser step of a job's curve (see ``engine.contract.events.TrainStep``); ``at`` is unix time."""

    at: float
    step: int
    total: int
    loss: float
    margin: float
    accuracy: float
    reward_chosen: float
    reward_rejected: float
    learning_rate: float
    grad_norm: float


@dataclass(frozen=True, slots=True)
class TrainHistory:
    """The curve of one training job in step order; a step that a resume ran again appears once, as it ran last."""

    steps: tuple[TrainPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class JobNote:
    """Something that the stage wanted a person to know."""

    at: float
    level: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Which pairs to list; None and "" leave a condition out. ``text`` is looked for in texts, note and image name."""

    iteration: int | None = None
    state: PairState | None = None
    flag: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair with its latest decision. ``truth`` is the mean score in the original scale, ``bin`` its label 0..9.

    Texts are the edited ones where there are any; ``generated_*`` are what the model wrote. ``flags`` say, the gravest
    first, why the pair should be looked at, ``suspicion`` how much. ``redrawing``: its next draw is in the queue.
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
    verdict: Verdict
    scope: Scope
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
    """What an undo or redo was about: the act that it took back or did again, its number of pairs, the first pair."""

    act: ReviewAct
    count: int
    pair: PairRow


@dataclass(frozen=True, slots=True)
class ReviewGate:
    """An iteration whose training waits for a review: the pairs of its score and its consistency set (None: no set)."""

    iteration: int
    score: int
    consistency: int | None


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


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that ``integrity.check`` found."""

    where: str
    what: str
    remedy: str
