"""Follow the queue while another process runs it: its events, read from the database. No Qt."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from engine.contract.events import Event, Progress
from studio.jobs import queue_daemon
from studio.jobs.runner import JobEnd, OnEvent, OnJob
from studio.services.loop import queue
from studio.services.loop.types import JobRow
from studio.services.projects.project import Project

POLL_SECONDS = 0.5


def follow(project: Project, on_event: OnEvent, on_job: OnJob, leave: threading.Event) -> JobEnd | None:
    """Report what the background process does until it ends; None if ``leave`` was set before that."""
    watcher = _QueueWatcher(project, on_event, on_job)
    while queue_daemon.runner_pid(project.root) is not None:
        watcher.poll()
        if leave.wait(POLL_SECONDS):
            return None
    watcher.poll()
    return watcher.end()


@dataclass(slots=True)
class _QueueWatcher:
    project: Project
    on_event: OnEvent
    on_job: OnJob
    _rows: dict[int, JobRow] = field(default_factory=dict)
    _last_event: int | None = None
    _last_job: int | None = None

    def poll(self) -> None:
        """Report all changes since the last call; the first call reports only the running job."""
        first = not self._rows
        rows = {row.id: row for row in queue.list_jobs(self.project)}
        before, self._rows = self._rows, rows
        for row in rows.values():
            old = before.get(row.id)
            if row.state == "running":
                self._last_job = row.id
            if (old is None or old.state != row.state) and (not first or row.state == "running"):
                self.on_job(row)
            if row.state == "running" and (old is None or (old.done, old.total) != (row.done, row.total)):
                self.on_event(row.id, Progress(row.done, row.total))
        for number, job_id, event in self._new_events():
            self._last_event = number
            self.on_event(job_id, event)

    def _new_events(self) -> list[tuple[int, int, Event]]:
        if self._last_event is None:
            self._last_event = queue.last_event(self.project)
            return []
        return queue.events_after(self.project, self._last_event)

    def end(self) -> JobEnd:
        """Return the state of the job that ran last."""
        row = self._rows.get(self._last_job or 0)
        match row.state if row else "done":
            case "failed" | "interrupted":
                assert row is not None
                return JobEnd("failed", row.id, row.error, row.remedy)
            case "paused" | "cancelled" as state:
                return JobEnd(state, self._last_job)
        return JobEnd("done")
