"""Jobs, their progress and measurements, and the next action of the loop. Frozen rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from studio.services.estimating.types import EstimateRange

JobState = Literal["queued", "running", "interrupted", "paused", "done", "failed", "cancelled"]
StageKind = str
"""A kind of stage that ``studio.services.stages.registry`` lists."""
ActionKind = Literal["run_base", "run_iteration", "resume", "review", "running", "done"]


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """One stage of the loop. ``version_name`` is the version that it makes or evaluates; None for generate."""

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
    """The next action for the user; the window and the command line have the texts for it.

    Attributes:
        kind: what to do; "running" and "done" offer nothing.
        iteration: the iteration that it concerns; for "done" the last one.
        job: the running or stopped job; None if it is not about a job.
    """

    kind: ActionKind
    iteration: int
    job: PlannedStage | None = None


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job. Times are UTC; ``done`` of ``total`` in ``unit`` are counted from the start of the job.

    Attributes:
        line: its line of versions.
        options: the recipe's choices in addition to the settings.
        waits_for: title of the stopped job that it depends on; "" if it can run in its turn.
        waits_for_id: the number of that job.
        worked_seconds: working time for ``worked_units`` of its units over all runs, without startup, without the time
        between runs and without the time after a run's last progress before it failed.
        startup_seconds: from the start of its latest run until the first unit could begin; None: unknown.
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
    waits_for_id: int | None = None
    worked_seconds: float = 0.0
    worked_units: int = 0
    startup_seconds: float | None = None

    @property
    def resumable(self) -> bool:
        """Return whether ``queue.resume`` accepts the job."""
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
    """The curve of one training job in step order; a step that a resume repeated appears once, with its last values."""

    steps: tuple[TrainPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class JobNote:
    """A message of the stage for the user."""

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
        state: of the most important job: running, stopped or waiting; done once all are.
        done: the number of finished jobs.
        total: the number of jobs.
        job_id: the job to show; None if there is none yet.
    """

    name: str
    state: StepState
    done: int
    total: int
    job_id: int | None


@dataclass(frozen=True, slots=True)
class JobMemory:
    """Bytes of a job's process and on its device. 0: not reported.

    Attributes:
        rss, rss_peak: the process's last and highest reported memory.
        device, reserved: the highest memory that the process allocated and reserved on the device.
        free, total: the device's free and total memory.
    """

    rss: int = 0
    rss_peak: int = 0
    device: int = 0
    reserved: int = 0
    free: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class JobSpeed:
    """Items (``unit``: images, or pairs of a training) and tokens per second; None: not reported."""

    unit: str = ""
    items: float | None = None
    tokens: float | None = None


@dataclass(frozen=True, slots=True)
class JobSamples:
    """Answers sampled after ``step`` optimiser steps: how many keep the format, their mean length in tokens."""

    step: int
    answers: int
    kept_format: int
    mean_tokens: float


@dataclass(frozen=True, slots=True)
class JobFacts:
    """Facts besides a job's row: ``device`` is "" until it starts, ``speed`` the mean of all its runs.

    ``held``: dtype, attention and quantisation if any of the loaded model; empty until then. ``samples``: the last
    sampled answers of a training; None if it has none.
    """

    history: TrainHistory
    device: str
    memory: JobMemory
    speed: JobSpeed
    held: tuple[str, ...] = ()
    samples: JobSamples | None = None


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting of a job beside another's; None: the other job does not have it."""

    name: str
    value: str | None
    other: str | None

    @property
    def differs(self) -> bool:
        """Return whether the two values differ."""
        return self.value != self.other


@dataclass(frozen=True, slots=True)
class Template:
    """A text with values, which the window translates before it inserts them; ``str`` returns the English text."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


@dataclass(frozen=True, slots=True)
class ResourceEstimate:
    """One estimated quantity with its formula, ``why``; ``value`` None: unknown, and ``why`` is the reason."""

    name: str
    value: EstimateRange | None
    unit: str
    why: Sequence[Template]
