"""Jobs, their progress and measurements, and the next action of the loop. Frozen rows, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

JobState = Literal["queued", "running", "interrupted", "paused", "done", "failed", "cancelled"]
StageKind = str
"""A kind of stage that ``studio.services.stages.registry`` lists."""
ActionKind = Literal["run_base", "run_iteration", "resume", "review", "running", "done"]


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
    line: str = "main"


@dataclass(frozen=True, slots=True)
class NextAction:
    """What the one button on the overview does. ``title`` is its text, ``explanation`` one sentence beside it."""

    kind: ActionKind
    iteration: int
    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job. Times are UTC; ``done`` of ``total`` in ``unit`` count from the job's very beginning.

    Attributes:
        line: the line of versions that it belongs to.
        options: what its recipe fixed beside the settings.
        waits_for: title of the stopped job whose results it needs; "" where it can run when its turn comes.
        worked_seconds: time spent on ``worked_units`` of its units, over all its runs: without starting, without the
            time between runs and without what a run did after its last progress before it failed.
        startup_seconds: from the start of its latest run until the first unit could begin; None: not known.
    """

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
    line: str = "main"
    options: Mapping[str, Any] = field(default_factory=dict)
    waits_for: str = ""
    worked_seconds: float = 0.0
    worked_units: int = 0
    startup_seconds: float | None = None

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


StepState = JobState | None
"""None: not queued yet."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an iteration: a stage, or the same stage for all new versions, or the review between them.

    Attributes:
        name: generate, review, train score, train consistency, merge, predict, judge or measure.
        state: of the job that matters most now: one that runs, or went wrong, or waits; done once all are.
        done: how many of its jobs are done.
        total: how many jobs it has.
        job_id: the job to look at; None where there is none yet.
    """

    name: str
    state: StepState
    done: int
    total: int
    job_id: int | None


@dataclass(frozen=True, slots=True)
class JobMemory:
    """Bytes of a job's process and on its device. 0: nothing told.

    Attributes:
        rss, rss_peak: the process's memory as told last, and the most that was ever told.
        device, reserved: the most that the process allocated and reserved on the device.
        free, total: what the device had left, and has in all.
    """

    rss: int = 0
    rss_peak: int = 0
    device: int = 0
    reserved: int = 0
    free: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class JobSpeed:
    """Items (``unit``: images, or pairs of a training) and tokens a second; None: none told."""

    unit: str = ""
    items: float | None = None
    tokens: float | None = None


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What is stored beside a job's row: ``device`` "" until it starts, ``speed`` the mean of all its runs.

    ``held``: dtype, attention and, where there is one, quantisation of the model that it loaded; empty until then.
    """

    history: TrainHistory
    device: str
    memory: JobMemory
    speed: JobSpeed
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting of a job beside another's; None: the other side does not have it."""

    name: str
    value: str | None
    other: str | None

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.value != self.other


@dataclass(frozen=True, slots=True)
class ResourceEstimate:
    """One estimated quantity with the formula behind it; ``value`` None: not known yet, ``why`` says why."""

    name: str
    value: float | None
    unit: str
    why: str
