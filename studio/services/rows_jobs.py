"""Frozen rows of the Jobs page. Standard library only: no Qt, no SQLAlchemy."""

from __future__ import annotations

from dataclasses import dataclass

from studio.services.rows import JobState, TrainHistory

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
class Memory:
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
class Speed:
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
    memory: Memory
    speed: Speed
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
