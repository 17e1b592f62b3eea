"""Details of one job: training curves, resources, log, notes, settings and errors."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from engine.contract.events import AnswerSamples, Loaded, Memory, Phase, Started, Throughput, TrainStep
from studio.services.loop import job_facts, queue
from studio.services.loop.types import JobFacts, JobNote, JobRow, TrainPoint
from studio.services.stages.registry import definition
from studio.text import printable
from studio.views.jobs.job_settings import JobSettings
from studio.views.jobs.job_status_line import JobStatusLine
from studio.views.workspace import Workspace
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import import_numbers
from studio.widgets.log_view import LogView
from studio.widgets.long_text import fill

if TYPE_CHECKING:
    from studio.widgets.training_charts import CurveCharts

LOG_BYTES = 1 << 18


class JobDetail(QWidget):
    """Shows a job; reads its history, notes, settings and log in the background."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._job: JobRow | None = None
        self._stored: dict[int, TrainPoint] = {}
        self._live: dict[int, TrainPoint] = {}
        self._live_job: int | None = None
        self._dirty = False
        self._tab_chosen = self._setting_tab = False
        self.charts: CurveCharts | None = None
        self.sentence = PlainLabel(role="empty", wrap=True)
        self.error = PlainLabel(wrap=True)
        self.facts = JobStatusLine()
        self.log_view = LogView(self.tr("Log"))
        self.log = self.log_view.text
        self.notes = _text(self.tr("Notes"))
        self.settings = JobSettings(workspace)
        self._lay_out()

    def load_charts(self) -> None:
        """Load the chart module, once."""

        def done(_none: None) -> None:
            self._on_charts(importlib.import_module("studio.widgets.training_charts"))

        self._workspace.background.read("charts:jobs", import_numbers, done)

    def show_job(self, job: JobRow | None) -> None:
        """Show another job, or the same one in a new state."""
        before, self._job = self._job, job
        self.error.setText(printable(f"{job.error} {job.remedy}".strip()) if job else "")
        self.error_card.setVisible(bool(job and job.error))
        self.facts.show_job(job)
        same = before is not None and job is not None and before.id == job.id
        if same and before is not None and job is not None and before.state == job.state:
            return
        if not same:
            self._stored = {}
            self.log_view.clear()
            self.notes.clear()
            self.settings.show_job(job.id if job else None)
        self._read()

    def add_step(self, job_id: int, step: TrainStep, at: float) -> None:
        """Store one live training step, also of a job not shown; :meth:`draw` shows it."""
        if job_id != self._live_job:
            self._live_job, self._live = job_id, {}
        self._live[step.step] = _point(step, at)
        self._dirty = True

    def on_event(self, job_id: int, event: Started | Throughput | Phase | Loaded | Memory | AnswerSamples) -> None:
        """Store live device, phase, speed, memory and sampled answers of a running job."""
        if self._job is not None and self._job.id == job_id:
            self.facts.on_event(event)

    def show_speed(self, units: float | None) -> None:
        """Update the status line with the speed in items per second."""
        self.facts.render_line(units)

    def draw(self) -> None:
        """Draw the curves, if there are new steps."""
        live = self._live if self._job is not None and self._job.id == self._live_job else {}
        known = {**self._stored, **live}
        self.sentence.setText(self._why_no_curve())
        self.stack.setVisible(self._job is None or definition(self._job.stage).has_curve)
        self.stack.setCurrentIndex(1 if known and self.charts is not None else 0)
        if self._dirty and self.charts is not None:
            self._dirty = False
            self.charts.set_history([known[step] for step in sorted(known)])

    def search_log(self) -> None:
        """Bring the log to the front, ready to search."""
        self._tab_chosen = True
        self.tabs.setCurrentWidget(self.log_view)
        self.log_view.field.setFocus()
        self.log_view.field.selectAll()

    def read_log(self) -> None:
        """Read notes and the end of the log if the job may have written to them."""
        if self._job is not None and self._job.state == "running":
            self._read_log(self._job.id)

    def _read(self) -> None:
        job, project = self._job, self._workspace.project
        ended = job is not None and job.state in ("done", "failed", "cancelled")
        self.log.setPlaceholderText(
            self.tr("The job printed no output.") if ended else self.tr("No output yet. Job output appears here.")
        )
        self._dirty = True
        self.draw()
        self.show_speed(None)
        if job is None:
            return
        number = job.id
        self._workspace.background.read("job", lambda: (number, job_facts.facts(project, number)), self._on_facts)
        self._read_log(number)

    def _read_log(self, number: int) -> None:
        project = self._workspace.project

        def work() -> tuple[int, str, list[JobNote]]:
            return number, queue.log_tail(project, number, LOG_BYTES), queue.notes(project, number)

        self._workspace.background.read("log", work, self._on_log)

    def _on_facts(self, result: tuple[int, JobFacts]) -> None:
        number, facts = result
        if self._job is None or self._job.id != number:
            return
        self.facts.set_facts(facts)
        self._stored = {point.step: point for point in facts.history.steps}
        self._dirty = True
        self.draw()
        self.show_speed(_mean_speed(self._job))

    def _on_log(self, result: tuple[int, str, list[JobNote]]) -> None:
        number, text, notes = result
        if self._job is None or self._job.id != number:
            return
        self.log_view.set_text(text)
        text = "\n".join(f"{note.level}: {printable(note.text)}" for note in notes)
        if text != self.notes.toPlainText():
            fill(self.notes, text)
        self._show_what_there_is(bool(self.log.toPlainText()), bool(notes))
        self.tabs.setTabText(1, self.tr("Notes ({0})").format(len(notes)) if notes else self.tr("Notes"))

    def _show_what_there_is(self, log: bool, notes: bool) -> None:
        """Show the settings in the place of an empty log, unless the user has chosen a tab."""
        self.tabs.setTabText(0, self.tr("Log") if log else self.tr("Log (empty)"))
        if not self._tab_chosen:
            shown = self.log_view if log else self.notes if notes else self.settings
            self._setting_tab = True
            self.tabs.setCurrentWidget(shown)
            self._setting_tab = False

    def _on_tab(self, _place: int) -> None:
        self._tab_chosen = self._tab_chosen or not self._setting_tab

    def _on_charts(self, module: ModuleType) -> None:
        self.charts = module.CurveCharts()
        self.chart_card.addWidget(self.charts)
        self._dirty = True
        self.draw()

    def _why_no_curve(self) -> str:
        if self._job is None:
            return self.tr("Select a job to see its progress.")
        return self.tr("Loss and margin appear here after the first training step.")

    def _lay_out(self) -> None:
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card, empty = QFrame(), QFrame()
        for frame in (card, empty):
            frame.setProperty("role", "card")
        self.chart_card = QVBoxLayout(card)
        self.chart_card.setContentsMargins(1, 1, 1, 1)
        QVBoxLayout(empty).addWidget(self.sentence)
        self.stack = QStackedWidget()
        self.stack.addWidget(empty)
        self.stack.addWidget(card)
        self.notes.setPlaceholderText(self.tr("Warnings and notes appear here."))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for widget, title in (
            (self.log_view, self.tr("Log")),
            (self.notes, self.tr("Notes")),
            (self.settings, self.tr("Settings")),
        ):
            self.tabs.addTab(widget, title)
        self.tabs.currentChanged.connect(self._on_tab)
        self.error_card = QFrame()
        self.error_card.setProperty("role", "message")
        self.error_card.setProperty("level", "error")
        self.error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner = QHBoxLayout(self.error_card)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.addWidget(self.error)
        splitter = FoldingSplitter()
        splitter.setObjectName("job-detail")
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.stack)
        splitter.addWidget(self.tabs)
        splitter.setSizes([640, 490])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.error_card)
        layout.addWidget(self.facts)
        layout.addWidget(splitter, 1)


def _point(step: TrainStep, at: float) -> TrainPoint:
    return TrainPoint(
        at, step.step, step.total, step.loss, step.margin, step.accuracy, step.reward_chosen, step.reward_rejected,
        step.learning_rate, step.grad_norm,
    )  # fmt: skip


def _mean_speed(job: JobRow) -> float | None:
    """Return the mean items per second of a finished job."""
    if job.state != "done" or job.started_at is None or job.finished_at is None:
        return None
    seconds = (job.finished_at - job.started_at).total_seconds()
    return job.done / seconds if seconds > 0 and job.done else None


def _text(name: str) -> QPlainTextEdit:
    box = QPlainTextEdit()
    box.setReadOnly(True)
    box.setTabChangesFocus(True)
    box.setAccessibleName(name)
    return box
