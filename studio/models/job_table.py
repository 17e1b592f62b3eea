"""Table model of the queue: one row for each job, with its state, progress and times."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, QModelIndex, QObject, Qt, Signal

from studio.models.stage_text import job_title, range_words, unit_text
from studio.models.table import PROGRESS_ROLE, SORT_ROLE, STATE_ROLE, Index, RowTableModel
from studio.services.estimating.types import EstimateRange
from studio.services.loop.types import JobRow, JobState
from studio.services.stages.registry import STAGES
from studio.text import NOTHING, clock, duration, in_utc

translate = QCoreApplication.translate
_MIME = "application/x-score-studio-job"
COL_STATE, COL_TITLE, COL_STAGE, COL_PROGRESS, COL_LEFT, COL_STARTED, COL_DURATION = range(7)


@dataclass(slots=True)
class _Run:
    """Progress of a running job: ``done`` at time ``at``, and the work of all its runs."""

    done: int
    seconds: float
    units: int
    at: float | None = None


_EARLY, _LATE = 0.25, 0.05
"""How far the time left of a running job may be from its estimate: at its begin more, and at its end."""


class RateEstimate:
    """Speed and remaining time of jobs, from the time spent working, including earlier runs.

    Time before a run's first progress is start-up and is not counted as work.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._runs: dict[int, _Run] = {}

    def seconds_left(self, job: JobRow) -> float | None:
        """Return the seconds left; None if the job is not running or has reported progress only once."""
        if job.state != "running":
            self._runs.pop(job.id, None)
            return None
        rate = self.rate(job)
        return None if rate is None or job.total <= 0 else max(0, job.total - job.done) / rate

    def left(self, job: JobRow) -> EstimateRange | None:
        """Return the seconds left as a range, which is narrower the more of the job is done."""
        seconds = self.seconds_left(job)
        if seconds is None:
            return None
        return EstimateRange.around(seconds, _LATE + _EARLY * max(0, job.total - job.done) / job.total)

    def rate(self, job: JobRow) -> float | None:
        """Return a running job's items per second; None if it has reported progress only once."""
        run = self._runs.setdefault(job.id, _Run(job.done, job.worked_seconds, job.worked_units))
        if job.done != run.done:
            self._advance(run, job.done)
        return None if run.units <= 0 or run.seconds <= 0 else run.units / run.seconds

    def _advance(self, run: _Run, done: int) -> None:
        now = self._now()
        if run.at is not None and done > run.done:
            run.seconds += now - run.at
            run.units += done - run.done
        run.at, run.done = now, done


class JobsModel(RowTableModel[JobRow]):
    """One row for each job, in queue order.

    Signal ``dropped(int, int)``: id of a dragged waiting job, and its move among the waiting jobs (negative: earlier).
    """

    dropped = Signal(int, int)
    numeric = frozenset({COL_LEFT, COL_DURATION})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.estimate = RateEstimate()
        self._token = uuid.uuid4().hex
        self.columns = (
            self.tr("State"),
            self.tr("Job"),
            self.tr("Stage"),
            self.tr("Progress"),
            self.tr("Time left"),
            self.tr("Started"),
            self.tr("Duration"),
        )
        self.words: dict[JobState, str] = {
            "queued": self.tr("Queued"),
            "running": self.tr("Running"),
            "interrupted": self.tr("Interrupted"),
            "paused": self.tr("Paused"),
            "done": self.tr("Done"),
            "failed": self.tr("Failed"),
            "cancelled": self.tr("Cancelled"),
        }
        self.stages = {stage.kind: QCoreApplication.translate("Stages", stage.label) for stage in STAGES}

    def identity(self, row: JobRow) -> object:
        """Return the job."""
        return row.id

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return item flags: waiting jobs can be dragged, every row is a drop target."""
        plain = super().flags(index)
        if not index.isValid():
            return plain | Qt.ItemFlag.ItemIsDropEnabled
        return plain | Qt.ItemFlag.ItemIsDragEnabled if self.row(index.row()).state == "queued" else plain

    def supportedDropActions(self) -> Qt.DropAction:
        """Return the move action: jobs are never copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Return the MIME type of a job of this queue."""
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the dragged job's id."""
        data = QMimeData()
        data.setData(_MIME, QByteArray(f"{self._token} {self.row(indexes[0].row()).id}".encode()))
        return data

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Return whether the data is a job of this queue that is still waiting."""
        return self._dragged(data) is not None

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Emit ``dropped``. Returns False, because the rows are read again after the move."""
        job = self._dragged(data)
        if job is not None:
            target = row if row >= 0 else parent.row() if parent.isValid() else len(self._rows)
            waiting = [place for place, other in enumerate(self._rows) if other.state == "queued"]
            own = waiting.index(self._rows.index(job))
            before = sum(place < target for place in waiting)
            places = before - own - (before > own)
            if places:
                self.dropped.emit(job.id, places)
        return False

    def _dragged(self, data: QMimeData) -> JobRow | None:
        token, _, number = bytes(data.data(_MIME).data()).decode().partition(" ")
        found = self.find(int(number)) if token == self._token else None
        return self._rows[found] if found is not None and self._rows[found].state == "queued" else None

    def tick(self) -> None:
        """Update the times of running jobs."""
        for place, row in enumerate(self._rows):
            if row.state == "running":
                self.dataChanged.emit(self.index(place, COL_LEFT), self.index(place, COL_DURATION))

    def cell(self, row: JobRow, column: int, role: int) -> Any:
        """Return text, sort value, state and progress."""
        if role == STATE_ROLE:
            return row.state if column == COL_STATE else None
        if role == PROGRESS_ROLE:
            return (row.done, row.total) if column == COL_PROGRESS else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == SORT_ROLE:
            return row.position if column in (COL_PROGRESS, COL_LEFT, COL_DURATION) else self._text(row, column)
        return None

    def _text(self, row: JobRow, column: int) -> str:
        match column:
            case 0:
                return self.tr("Waits for: {0}").format(self._holder(row)) if row.waits_for else self.words[row.state]
            case 1:
                return job_title(row)
            case 2:
                return self.stages.get(row.stage, row.stage)
            case 3:
                return progress_text(row)
            case 4:
                left = self.estimate.left(row)
                return NOTHING if left is None else range_words(left, "seconds")
            case 5:
                return clock(row.started_at)
            case _:
                return elapsed_text(row)

    def _holder(self, row: JobRow) -> str:
        found = next((other for other in self.rows if other.id == row.waits_for_id), None)
        return row.waits_for if found is None else job_title(found)


def progress_text(row: JobRow) -> str:
    """Return "120 of 400 images"; a dash before the total is known."""
    return (
        translate("JobsModel", "{0} of {1} {2}").format(row.done, row.total, unit_text(row.unit)).rstrip()
        if row.total
        else NOTHING
    )


def elapsed_text(row: JobRow) -> str:
    """Return the time from start to end, or to now while the job runs."""
    if row.started_at is None:
        return NOTHING
    if row.finished_at is None and row.state != "running":
        return NOTHING
    end = in_utc(row.finished_at) if row.finished_at else datetime.now(UTC)
    return duration((end - in_utc(row.started_at)).total_seconds())
