"""The Jobs page: the queue, iteration steps, and the selected job's progress, curves, log and settings."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from engine.contract.events import AnswerSamples, Loaded, Memory, Phase, Progress, Started, Throughput, TrainStep
from studio.models import job_table as columns
from studio.models.job_table import JobsModel
from studio.plural import plural
from studio.services.loop import job_facts, queue
from studio.services.loop.types import JobRow, Step
from studio.services.review.types import WaitingReview
from studio.services.stages.registry import definition, depends_on
from studio.views.actions.buttons import action_button, bind_button, icon_button
from studio.views.actions.jobs import job_actions
from studio.views.actions.menus import offer_context_menu
from studio.views.jobs.job_detail import JobDetail
from studio.views.opening import open_folder
from studio.views.page import Page, leave_blank
from studio.views.workspace import Workspace
from studio.widgets.delegates import ProgressDelegate, StateDelegate
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.stepper import Stepper
from studio.widgets.tab_order import order_as_read
from studio.widgets.tables import make_table, take_rows_by_drag
from studio.widgets.text_size import scaled

LIVE_MS = 100
"""Live values reach the screen at most this often."""
LOG_MS = 1000
WIDTHS = {
    columns.COL_STATE: 116,
    columns.COL_STAGE: 90,
    columns.COL_PROGRESS: 220,
    columns.COL_LEFT: 110,
    columns.COL_STARTED: 120,
    columns.COL_DURATION: 110,
}


class JobsPage(Page):
    """Follows the running job until another one is selected.

    Signal ``review_wanted``: show the pairs that training waits for.
    """

    review_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Jobs", parent)
        self.model = JobsModel(self)
        self.table = make_table(self.model, self.tr("Queue"), stretch=columns.COL_TITLE)
        take_rows_by_drag(self.table)
        self.model.dropped.connect(workspace.move_job)
        self.table.setItemDelegateForColumn(columns.COL_STATE, StateDelegate(self.table))
        self.table.setItemDelegateForColumn(columns.COL_PROGRESS, ProgressDelegate(self.table))
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, scaled(width))
        self.detail = JobDetail(workspace)
        self.summary = PlainLabel(role="muted")
        self.stepper = Stepper(self.tr("Iteration steps"))
        self.stepper.chosen.connect(self.choose)
        self.stepper.review_wanted.connect(self.review_wanted)
        self._review: WaitingReview | None = None
        self._follow = True
        self._filling = False
        self._pausing = False
        self._asked: set[int] = set()
        self._progress: dict[int, tuple[int, int, str]] = {}
        self.commands = self.add_action_set(self.tr("Jobs"), job_actions(self))
        self._make_buttons()
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._on_current)
        workspace.jobs_changed.connect(self.refresh_soon)
        workspace.job_event.connect(self._on_event)
        self._live = QTimer(self)
        self._live.setSingleShot(True)
        self._live.setInterval(LIVE_MS)
        self._live.timeout.connect(self._show_live)
        self._clock = QTimer(self)
        self._clock.setInterval(LOG_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    @property
    def current(self) -> JobRow | None:
        """Return the job that is chosen."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    @property
    def can_start(self) -> bool:
        """Return whether jobs are waiting and the queue is stopped."""
        return any(row.state == "queued" for row in self.model.rows) and not self.workspace.running

    @property
    def can_pause(self) -> bool:
        """Return whether a job is running and not pausing."""
        return any(row.state == "running" for row in self.model.rows) and not self._pausing

    @property
    def can_cancel(self) -> bool:
        """Return whether the chosen job runs or waits."""
        job = self.current
        return job is not None and job.state in ("queued", "running") and job.id not in self._asked

    @property
    def can_resume(self) -> bool:
        """Return whether the selected job can be resumed."""
        job = self.current
        return job is not None and job.resumable and job.id not in self._asked

    @property
    def resume_text(self) -> str:
        """Return the label of the resume action: "Retry" or "Resume"."""
        failed = self.current is not None and self.current.state == "failed"
        return self.tr("Retry") if failed else self.tr("Resume")

    @property
    def has_folder(self) -> bool:
        """Return whether the chosen job has a run folder."""
        return self.current is not None and self.current.run_folder.is_dir()

    @property
    def error_text(self) -> str:
        """Return the error of the selected job."""
        job = self.current
        return f"{job.error} {job.remedy}".strip() if job is not None else ""

    def open_folder(self) -> None:
        """Show the chosen job's run folder in the file manager."""
        if self.current is not None:
            open_folder(self.current.run_folder)

    def copy_error(self) -> None:
        """Copy the error to the clipboard."""
        QGuiApplication.clipboard().setText(self.error_text)

    def load_charts(self) -> None:
        """Load the charts."""
        self.detail.load_charts()

    def refresh(self) -> None:
        """Read the queue."""
        project = self.project
        self.workspace.background.read("jobs", lambda: queue.list_jobs(project), self._on_rows)

    def cancel(self) -> None:
        """Stop the selected job if it runs; remove it from the queue if it waits."""
        job = self.current
        if job is not None and self.can_cancel:
            self._ask_of(job)
            self.workspace.cancel_job(job.id, is_running=job.state == "running")

    def resume(self) -> None:
        """Resume the selected job."""
        job = self.current
        if job is not None and self.can_resume:
            self._ask_of(job)
            self.workspace.resume(job.id)

    def pause(self) -> None:
        """Pause the running job after its current batch or step."""
        self._pausing = True
        self.update_actions()
        self.workspace.pause_queue()
        self._show_pausing()

    def move_by(self, places: int) -> None:
        """Move the chosen job, which must wait, in the queue."""
        job = self.current
        if job is not None and job.state == "queued":
            self.workspace.move_job(job.id, places)

    @property
    def waits_for_review(self) -> bool:
        """Return whether training waits for a review."""
        return self._review is not None

    def show_review(self, waiting: WaitingReview | None) -> None:
        """Show which review training waits for; None: for none."""
        self._review = waiting
        self.review_button.setVisible(waiting is not None)
        self.update_actions()
        self._summarise(self.model.rows)

    def choose(self, job_id: int) -> None:
        """Go to a job."""
        place = self.model.find(job_id)
        if place is not None:
            self.table.setCurrentIndex(self.model.index(place, 0))

    def _ask_of(self, job: JobRow) -> None:
        """Mark the job as requested until the queue is read again."""
        self._asked.add(job.id)
        self.update_actions()

    def take_focus(self) -> None:
        """The queue has the arrows."""
        self.table.setFocus()

    def _on_rows(self, rows: list[JobRow]) -> None:
        chosen = self.current
        kept = chosen.id if chosen else None
        self._filling = True
        self._asked.clear()
        self.model.set_rows(rows)
        running = next((row for row in rows if row.state == "running"), None)
        self._progress = {running.id: self._progress[running.id]} if running and running.id in self._progress else {}
        target = running.id if running and self._follow else kept
        place = self.model.find(target) if target is not None else None
        if rows:
            self.table.setCurrentIndex(self.model.index(_first(rows) if place is None else place, 0))
        self._filling = False
        self.stack.setCurrentIndex(1 if rows else 0)
        self._pausing = self._pausing and running is not None
        self.detail.settings.set_jobs(rows)
        self._show_live()
        self._show_current()
        self._summarise(rows)

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if self._filling or not index.isValid():
            return
        running = any(row.state == "running" for row in self.model.rows)
        self._follow = not running or self.model.row(index.row()).state == "running"
        self._show_current()

    def _show_current(self) -> None:
        job = self.current
        self.detail.show_job(job)
        self.update_actions()
        self._show_speed()
        if job is not None:
            project, iteration, line = self.project, job.iteration, job.line

            def read() -> tuple[int, str, list[Step]]:
                return iteration, line, job_facts.steps(project, iteration, line)

            self.workspace.background.read("steps", read, self._on_steps)

    def may_move(self, step: int) -> bool:
        """Return whether the selected job waits and can be swapped with its neighbour."""
        job = self.current
        waiting = [row for row in self.model.rows if row.state == "queued"]
        if job is None or job not in waiting:
            return False
        place = waiting.index(job) + step
        if not 0 <= place < len(waiting):
            return False
        other = waiting[place]
        return not depends_on(job, other) and not depends_on(other, job)

    def _on_steps(self, result: tuple[int, str, list[Step]]) -> None:
        iteration, line, steps = result
        caption = self.tr("Iteration {0}").format(iteration) if iteration else self.tr("Base model")
        if line != "main":
            caption = self.tr("{0}, iteration {1}").format(line, iteration)
        self.stepper.set_steps(caption, steps)
        order_as_read(self)

    def _on_event(self, job_id: int, event: object) -> None:
        match event:
            case Progress(done, total):
                unit = self._progress[job_id][2] if job_id in self._progress else ""
                self._progress[job_id] = (done, total, unit)
            case Started():
                self._progress[job_id] = (event.done, event.total, event.unit)
                self.detail.on_event(job_id, event)
            case TrainStep():
                self.detail.add_step(job_id, event, time.time())
            case Memory() | Throughput() | Phase() | Loaded() | AnswerSamples():
                self.detail.on_event(job_id, event)
            case _:
                return
        if self.isVisible() and not self._live.isActive():
            self._live.start()

    def _show_live(self) -> None:
        for job_id, (done, total, unit) in self._progress.items():
            place = self.model.find(job_id)
            if place is not None:
                self.model.replace(place, with_progress(self.model.row(place), done, total, unit))
        self.detail.draw()
        self._show_speed()

    def _show_speed(self) -> None:
        job = self.current
        if job is not None and job.state == "running":
            self.detail.show_speed(self.model.estimate.rate(job))

    def _tick(self) -> None:
        if self.isVisible():
            self.model.tick()
            self.detail.read_log()

    def _summarise(self, rows: Sequence[JobRow]) -> None:
        done = sum(row.state == "done" for row in rows)
        waiting = sum(row.state == "queued" for row in rows)
        text = plural(
            "JobsPage", "{0} of {n} jobs done, {1} waiting", "{0} of {n} job done, {1} waiting", len(rows)
        ).format(done, waiting)
        if self._review is not None:
            text = plural(
                "JobsPage",
                "{n} jobs done, waiting for your review of iteration {0}",
                "{n} job done, waiting for your review of iteration {0}",
                done,
            ).format(self._review.iteration)
        self.summary.setText(text if rows else "")
        self._show_pausing()

    def _show_pausing(self) -> None:
        if self._pausing:
            self.summary.setText(self.tr("Pausing after the current batch or step…"))

    def _make_buttons(self) -> None:
        actions = self.commands
        self.review_button = QPushButton()
        self.review_button.setProperty("role", "primary")
        bind_button(self.review_button, actions["jobs.review"], with_icon=False)
        self.review_button.hide()
        self.start_button = action_button(actions["jobs.start"])
        self.pause_button = action_button(actions["jobs.pause"])
        self.cancel_button = action_button(actions["jobs.cancel"])
        self.resume_button = action_button(actions["jobs.resume"])
        self.up_button = icon_button(actions["jobs.up"], self.tr("Move up"))
        self.down_button = icon_button(actions["jobs.down"], self.tr("Move down"))
        offer_context_menu(
            self.table,
            [
                *(actions[f"jobs.{name}"] for name in ("resume", "pause", "cancel")),
                None,
                *(actions[f"jobs.{name}"] for name in ("up", "down")),
                None,
                *(actions[f"jobs.{name}"] for name in ("open-folder", "copy-error")),
            ],
        )

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Jobs"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.summary, 1)
        for button in (
            self.review_button,
            self.up_button,
            self.down_button,
            self.start_button,
            self.pause_button,
            self.cancel_button,
            self.resume_button,
        ):
            head.addWidget(button)
        self.column.addLayout(head)
        self.column.addWidget(self.stepper)
        empty = PlainLabel(
            self.tr("The queue is empty. Use the button on the Overview page to add the next stages and start them."),
            role="empty",
            wrap=True,
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        splitter = FittingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setObjectName("jobs")
        splitter.setSizes([190, 410])
        self.stack = QStackedWidget()
        self.stack.addWidget(empty)
        self.stack.addWidget(splitter)
        leave_blank(self.stack)
        self.column.addWidget(self.stack, 1)


def with_progress(row: JobRow, done: int, total: int, unit: str) -> JobRow:
    """Return the row with newer live progress; never with older."""
    if row.state != "running" or done < row.done:
        return row
    return replace(row, done=done, total=total, unit=unit or row.unit)


def _first(rows: list[JobRow]) -> int:
    """Return the job to select first: running, else the latest that did not end well, else the last training."""
    for state in (("running",), ("failed", "interrupted", "paused", "cancelled")):
        found = [place for place, row in enumerate(rows) if row.state in state]
        if found:
            return found[-1]
    done = [(definition(row.stage).has_curve, place) for place, row in enumerate(rows) if row.state == "done"]
    return max(done, default=(False, 0))[1]
