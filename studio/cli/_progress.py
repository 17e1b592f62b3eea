"""Progress of a headless run: bars on a terminal, plain lines elsewhere. Uses only events and job rows."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from engine.contract.events import Event, Note, Started, TrainStep
from engine.contract.events import Progress as ProgressEvent
from studio.cli._output import plain
from studio.services.loop.types import JobRow
from studio.text import duration

SAME_NOTES_SHOWN = 3
QUARTER = 25


class Reporter(Protocol):
    """Receives the news of the queue's runner, in the thread that runs it."""

    def on_job(self, job: JobRow) -> None:
        """A job has started or ended."""

    def on_event(self, job_id: int, event: Event) -> None:
        """An event of the child."""

    def close(self) -> None:
        """Restore the screen; nothing follows."""


def reporter(screen: Console) -> Reporter:
    """Return bars if the console is a terminal that can move its cursor, otherwise lines."""
    return BarReporter(screen) if screen.is_terminal and not screen.is_dumb_terminal else LineReporter(screen)


def training_text(step: TrainStep) -> str:
    """Return loss and margin of one optimiser step; a supervised one has no margin."""
    margin = "" if math.isnan(step.margin) else f"  margin {step.margin:+.3f}"
    return f"loss {step.loss:.4f}{margin}"


@dataclass(slots=True)
class NoteFilter:
    """Prints the first notes of each code and counts the others: ten thousand bad images make four lines."""

    screen: Console
    _counts: Counter[str] = field(default_factory=Counter)

    def show(self, note: Note) -> None:
        """Print a warning unless there were too many of its kind."""
        if note.level != "warning":
            return
        self._counts[note.code] += 1
        if self._counts[note.code] <= SAME_NOTES_SHOWN:
            self.screen.print(Text(f"  warning: {plain(note.text)}"))

    def summary(self) -> None:
        """Print the numbers of omitted warnings, and reset the counts."""
        for code, count in self._counts.items():
            if count > SAME_NOTES_SHOWN:
                self.screen.print(Text(f"  and {count - SAME_NOTES_SHOWN} more warnings of the kind {plain(code)}"))
        self._counts.clear()


class LineReporter:
    """One line when a stage starts, one at each quarter, one when it ends. No control codes."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._notes = NoteFilter(screen)
        self._title = ""
        self._unit = ""
        self._quarter = 0
        self._began: float | None = None
        self._training = ""

    def on_job(self, job: JobRow) -> None:
        if job.state == "running":
            self._title, self._unit, self._quarter = plain(job.title), "", 0
            self._training, self._began = "", time.monotonic()
            self._screen.print(Text(f"{self._title} ..."))
            return
        self._notes.summary()
        took = "" if self._began is None else f" after {duration(time.monotonic() - self._began)}"
        self._screen.print(Text(f"{plain(job.title)}: {job.state}{took}"))
        self._began = None

    def on_event(self, job_id: int, event: Event) -> None:
        match event:
            case Started(total=total, done=done, unit=unit):
                self._unit = plain(unit)
                self._quarter = _quarter(done, total)
                if done:
                    self._screen.print(Text(f"  {done} of {total} {self._unit} already done"))
            case TrainStep():
                self._training = f", {training_text(event)}"
            case ProgressEvent(done=done, total=total):
                self._progress(done, total)
            case Note():
                self._notes.show(event)
            case _:
                pass

    def close(self) -> None:
        self._notes.summary()

    def _progress(self, done: int, total: int) -> None:
        quarter = _quarter(done, total)
        if quarter > self._quarter:
            self._quarter = quarter
            self._screen.print(Text(f"  {quarter * QUARTER}% ({done} of {total} {self._unit}{self._training})"))


def _quarter(done: int, total: int) -> int:
    return done * 100 // total // QUARTER if total > 0 else 0


class BarReporter:
    """One bar per stage, with the time left, and loss and margin during training. Bars of ended stages stay."""

    def __init__(self, screen: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}", markup=False),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            TextColumn("{task.fields[training]}", markup=False),
            console=screen,
        )
        self._notes = NoteFilter(self._progress.console)
        self._task: TaskID | None = None
        self._progress.start()

    def on_job(self, job: JobRow) -> None:
        title = plain(job.title)
        if job.state == "running":
            self._task = self._progress.add_task(title, start=False, total=None, unit="", training="")
            return
        self._notes.summary()
        if self._task is not None and job.state == "done":
            total = self._progress.tasks[-1].total or 1
            self._progress.start_task(self._task)
            self._progress.update(self._task, completed=total, total=total)
        elif self._task is not None:
            self._progress.update(self._task, description=f"{title}: {job.state}")
            self._progress.stop_task(self._task)
        self._task = None

    def on_event(self, job_id: int, event: Event) -> None:
        if self._task is None:
            return
        match event:
            case Started(total=total, done=done, unit=unit):
                # Work from an earlier run must not count as speed.
                fields = {**self._progress.tasks[-1].fields, "unit": plain(unit)}
                self._progress.reset(self._task, start=True, total=total, completed=done, **fields)
            case ProgressEvent(done=done, total=total):
                self._progress.update(self._task, total=total, completed=done)
            case TrainStep():
                self._progress.update(self._task, training=training_text(event))
            case Note():
                self._notes.show(event)
            case _:
                pass

    def close(self) -> None:
        self._notes.summary()
        self._progress.stop()
