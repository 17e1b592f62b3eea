"""Run jobs one after the other: prepare, start a child, ingest its rows, record how it ended. No Qt, no torch.

The caller holds the project's lock. A job that fails or is cancelled ends the queue, because the later ones
need its results; they stay queued.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Literal

from engine.contract import batching_record
from engine.contract.events import Cancelled, Event, Failed, Finished, Note, OutOfMemory, Phase, Progress, Rows
from engine.contract.specs import RunFolder, spec_from_json
from studio.jobs.launching import launched
from studio.jobs.orphans import stop_orphan
from studio.jobs.process import ChildProcess, Crashed, Outcome
from studio.jobs.spare import SpareWorker
from studio.services.errors import StudioError, SystemFault, system_faults
from studio.services.judging.keys import environment_for
from studio.services.loop import next_action, queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project
from studio.services.stages.registry import definition

POLL_SECONDS = 0.2
WRITE_SECONDS = 0.5
"""Minimum interval between two writes of events and rows to the database."""

EndState = Literal["done", "failed", "cancelled", "paused"]
OnEvent = Callable[[int, Event], None]
OnJob = Callable[[JobRow], None]


@dataclass(frozen=True, slots=True)
class JobEnd:
    """How a job, or the queue, ended. ``job_id`` is the job that failed or was stopped; None if all are done."""

    state: EndState
    job_id: int | None = None
    message: str = ""
    remedy: str = ""


def run_queue(
    project: Project,
    on_event: OnEvent,
    on_job: OnJob,
    cancel: threading.Event,
    only: Collection[int] | None = None,
    pause: threading.Event | None = None,
) -> JobEnd:
    """Run queued jobs until none is left, one fails, or ``cancel`` or ``pause`` is set.

    A pause stops the running job without losing work, however long its batch or step takes, and leaves it paused.

    ``on_job`` is called when a job has started and when it has ended. Both callbacks run in the calling thread. With
    ``only``, other jobs stay in the queue.
    """
    reclaim(project)
    spare = SpareWorker()
    try:
        while (job := queue.next_queued(project, only)) is not None:
            if cancel.is_set():
                return JobEnd("cancelled", job.id)
            if pause is not None and pause.is_set():
                return JobEnd("paused", job.id)
            spare.wanted = _model_is_needed_after(project, job.id, only)
            end = run_job(project, job.id, on_event, on_job, cancel, pause, spare)
            if end.state != "done":
                return end
    finally:
        spare.end()
    return _end_of_queue(project, only)


def _end_of_queue(project: Project, only: Collection[int] | None) -> JobEnd:
    """Return "done", unless a job is left that cannot run because one that it depends on was stopped."""
    for job in queue.list_jobs(project):
        if job.waits_for and (only is None or job.id in only):
            message = f"{job.title} waits for another job: {job.waits_for}."
            return JobEnd("failed", None, message, "Resume that job first.")
    return JobEnd("done")


def reclaim(project: Project) -> int:
    """End workers left behind by a dead process and mark their jobs as interrupted; returns how many.

    Raises:
        StudioError: a worker of another user or host holds a run folder.
    """
    for job in queue.list_jobs(project):
        if job.state == "running":
            try:
                stop_orphan(RunFolder(job.run_folder))
            except TimeoutError as error:
                message = f"Job {job.id} ({job.title}) is still running: {error}."
                raise StudioError(message, "End that process and try again.") from None
    return queue.recover(project)


def run_job(
    project: Project,
    job_id: int,
    on_event: OnEvent,
    on_job: OnJob,
    cancel: threading.Event,
    pause: threading.Event | None = None,
    spare: SpareWorker | None = None,
) -> JobEnd:
    """Run one queued job to its end; its state in the database is final when this returns.

    An unexpected error in this process leaves the job interrupted and is raised. ``spare``: a process that the job may
    take, and another one that is started while the job works.
    """
    queue.mark_running(project, job_id)
    try:
        with system_faults(project.root):
            end = _run(project, job_id, on_event, on_job, _Stop(cancel, pause or threading.Event()), spare)
    except StudioError as error:
        with contextlib.suppress(SystemFault):  # on a full disk not even that; the next start finds it interrupted
            queue.mark_failed(project, job_id, error.message, error.remedy)
        end = JobEnd("failed", job_id, error.message, error.remedy)
    except BaseException as error:
        with contextlib.suppress(SystemFault):
            queue.mark_interrupted(project, job_id, f"{type(error).__name__}: {error}")
        raise
    on_job(queue.job(project, job_id))
    return end


@dataclass(slots=True)
class _Stop:
    """The two requests to one job: a pause is passed on once, and a cancel takes precedence."""

    cancel: threading.Event
    pause: threading.Event
    at_checkpoint: bool = False
    _passed_on: bool = False

    def pass_on(self, child: ChildProcess) -> None:
        """Pass the current request on to the child."""
        if self.cancel.is_set():
            child.cancel()
        elif self.pause.is_set() and not self._passed_on:
            self._passed_on = True
            child.pause(at_checkpoint=self.at_checkpoint)

    @property
    def paused(self) -> bool:
        """Return whether a child that stopped on request is paused rather than cancelled."""
        return self._passed_on and not self.cancel.is_set()


def _run(
    project: Project, job_id: int, on_event: OnEvent, on_job: OnJob, stop: _Stop, spare: SpareWorker | None
) -> JobEnd:
    folder = next_action.write_job_inputs(project, job_id)
    for request in (folder.cancel, folder.pause):  # left by a run that ended before it read them
        request.unlink(missing_ok=True)
    stop.at_checkpoint = definition(queue.job(project, job_id).stage).checkpoints
    outcome = _run_child(project, job_id, folder, on_event, on_job, stop, spare)
    while isinstance(outcome, OutOfMemory):
        if stop.cancel.is_set():
            outcome = Cancelled()
            break
        lighter = batching_record.smaller(folder, outcome.batch, outcome.checkpointing)
        if lighter is None:
            break
        note = Note("warning", "made_smaller", lighter.reason)
        queue.append_events(project, job_id, [(time.time(), note)])
        on_event(job_id, note)
        outcome = _run_child(project, job_id, folder, on_event, on_job, stop)
    return _end(project, job_id, outcome, paused=stop.paused)


def _run_child(
    project: Project,
    job_id: int,
    folder: RunFolder,
    on_event: OnEvent,
    on_job: OnJob,
    stop: _Stop,
    spare: SpareWorker | None = None,
) -> Outcome:
    """Run one child from start to end; none is left when this returns."""
    stage = definition(queue.job(project, job_id).stage)
    child = _with_key(folder) if stage.needs_key else launched(ChildProcess, folder, project.settings.compute)
    loads_model = stage.loads_model
    spare = spare if child.is_plain else None
    child.start(spare.take(folder.path) if spare is not None and loads_model else None)
    try:
        queue.mark_running(project, job_id, pid=child.pid)
        on_job(queue.job(project, job_id))
        return _listen(child, _Intake(project, job_id), on_event, stop, spare, at_once=not loads_model)
    finally:
        if child.outcome is None:
            child.kill()
            child.wait()


def _with_key(folder: RunFolder) -> ChildProcess:
    """Return the child of a job that may need a key: it gets the one that was entered for its server's address."""
    address = getattr(spec_from_json(folder.spec.read_text("utf-8")), "base_url", "")
    return ChildProcess(folder, secrets=environment_for(address) if address else None)


def _model_is_needed_after(project: Project, job_id: int, only: Collection[int] | None) -> bool:
    """Return whether another job in the queue will load a model."""
    waiting = (job for job in queue.list_jobs(project) if job.state == "queued" and job.id != job_id)
    return any(definition(job.stage).loads_model for job in waiting if only is None or job.id in only)


def _listen(
    child: ChildProcess, intake: _Intake, on_event: OnEvent, stop: _Stop, spare: SpareWorker | None, *, at_once: bool
) -> Outcome:
    """Store events until the child has ended; ``spare`` is started once the child is at work itself, or at once."""
    while child.outcome is None:
        stop.pass_on(child)
        for event in child.poll(POLL_SECONDS):
            intake.add(event)
            on_event(intake.job_id, event)
            if spare is not None and (at_once or isinstance(event, Progress)):
                spare.start()
        intake.write_if_due()
    intake.write()
    return child.outcome


def _end(project: Project, job_id: int, outcome: Outcome, *, paused: bool) -> JobEnd:
    """Store the outcome in the database."""
    match outcome:
        case Finished(result):
            next_action.complete(project, job_id, result)
            return JobEnd("done", job_id)
        case Cancelled() if paused:
            next_action.ingest(project, job_id)
            queue.mark_paused(project, job_id)
            return JobEnd("paused", job_id)
        case Cancelled():
            next_action.ingest(project, job_id)
            queue.mark_cancelled(project, job_id)
            return JobEnd("cancelled", job_id)
        case Failed(message, remedy) | OutOfMemory(message, remedy):
            next_action.ingest(project, job_id)
            queue.mark_failed(project, job_id, message, remedy)
            return JobEnd("failed", job_id, message, remedy)
        case Crashed():
            next_action.ingest(project, job_id)
            message, remedy = explain_crash(outcome)
            queue.mark_failed(project, job_id, message, remedy)
            return JobEnd("failed", job_id, message, remedy)


def explain_crash(crash: Crashed) -> tuple[str, str]:
    """Return message and remedy for a child that ended without a terminal event; it ends with the log's last line."""
    lines = [line.strip() for line in crash.log_tail.splitlines() if line.strip()]
    last = f" Its log ends: {lines[-1][:300]}" if lines else " It had printed nothing."
    remedy = "Finished work is kept; resume to continue."
    if lines:
        remedy += " See the job's log for details."
    if crash.reason.endswith("SIGKILL"):
        remedy = "The system may be out of memory: reduce batch_size or micro_batch. " + remedy
    return f"The child process {crash.reason}.{last}", remedy


@dataclass(slots=True)
class _Intake:
    """Stores events and journal rows of one job in the database, in batches."""

    project: Project
    job_id: int
    _events: list[tuple[float, Event]] = field(default_factory=list)
    _rows: bool = False
    _due: float = 0.0

    def add(self, event: Event) -> None:
        """Queue one event for the next batch; of progress and phases only the latest is kept."""
        if isinstance(event, Rows):
            self._rows = True
            return
        if isinstance(event, Progress | Phase):
            self._events = [(at, kept) for at, kept in self._events if type(kept) is not type(event)]
        self._events.append((time.time(), event))

    def write_if_due(self) -> None:
        """Write, unless it was done a moment ago."""
        if time.monotonic() >= self._due:
            self.write()

    def write(self) -> None:
        """Write the queued events: rows first, so that progress never exceeds the stored rows."""
        if self._rows:
            self._rows = False
            next_action.ingest(self.project, self.job_id)
        if self._events:
            batch, self._events = self._events, []
            queue.append_events(self.project, self.job_id, batch)
        self._due = time.monotonic() + WRITE_SECONDS
