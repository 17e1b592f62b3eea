"""What one job does: its curves, its log, its notes and what went wrong."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from engine.events import TrainStep
from studio.services import queue
from studio.services.rows import JobNote, JobRow, TrainHistory
from studio.views.workspace import Workspace
from studio.widgets.labels import PlainLabel, printable
from studio.widgets.lazy_charts import import_charts

if TYPE_CHECKING:
    from studio.widgets.charts import TrainingCharts

Step = tuple[int, float, float]
"""Optimiser step, loss, margin."""


class JobDetail(QWidget):
    """Shows a job; reads its history, notes and log in the background."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._job: JobRow | None = None
        self._stored: dict[int, Step] = {}
        self._live: dict[int, Step] = {}
        self._live_job: int | None = None
        self._dirty = False
        self.charts: TrainingCharts | None = None
        self.sentence = PlainLabel(role="empty", wrap=True)
        self.error = PlainLabel(wrap=True)
        self.log = _text(self.tr("Log"))
        self.notes = _text(self.tr("Notes"))
        self.notes.setPlaceholderText(self.tr("Warnings and remarks of the job will stand here."))
        self._lay_out()
        workspace.background.read("charts:jobs", import_charts, self._on_charts)

    def show_job(self, job: JobRow | None) -> None:
        """Another job, or the same one in another state."""
        before, self._job = self._job, job
        self.error.setText(printable(f"{job.error} {job.remedy}".strip()) if job else "")
        self.error_card.setVisible(bool(job and job.error))
        same = before is not None and job is not None and before.id == job.id
        if same and before is not None and job is not None and before.state == job.state:
            return
        if not same:
            self._stored = {}
            self.log.clear()
            self.notes.clear()
        self._read()

    def add_step(self, job_id: int, step: TrainStep) -> None:
        """One live step of a training, kept whether or not it is the one shown; drawn with the next :meth:`draw`."""
        if job_id != self._live_job:
            self._live_job, self._live = job_id, {}
        self._live[step.step] = (step.step, step.loss, step.margin)
        self._dirty = True

    def draw(self) -> None:
        """Brings the curves up to date if there is something new."""
        live = self._live if self._job is not None and self._job.id == self._live_job else {}
        known = {**self._stored, **live}
        steps = [known[key] for key in sorted(known)]
        self.sentence.setText(self._why_no_curve())
        self.stack.setCurrentIndex(1 if steps and self.charts is not None else 0)
        if self._dirty and self.charts is not None:
            self._dirty = False
            columns = [list(column) for column in zip(*steps, strict=True)] or [[], [], []]
            self.charts.set_history([int(step) for step in columns[0]], columns[1], columns[2])

    def read_log(self) -> None:
        """Reads notes and the end of the log if the job may have written to them."""
        if self._job is not None and self._job.state == "running":
            self._read_log(self._job.id)

    def _read(self) -> None:
        job, project = self._job, self._workspace.project
        self._dirty = True
        self.draw()
        if job is None:
            return
        number = job.id

        self._workspace.background.read("job", lambda: (number, queue.history(project, number)), self._on_history)
        self._read_log(number)

    def _read_log(self, number: int) -> None:
        project = self._workspace.project

        def work() -> tuple[int, str, list[JobNote]]:
            return number, queue.log_tail(project, number), queue.notes(project, number)

        self._workspace.background.read("log", work, self._on_log)

    def _on_history(self, result: tuple[int, TrainHistory]) -> None:
        number, history = result
        if self._job is None or self._job.id != number:
            return
        self._stored = {point.step: (point.step, point.loss, point.margin) for point in history.steps}
        self._dirty = True
        self.draw()

    def _on_log(self, result: tuple[int, str, list[JobNote]]) -> None:
        number, text, notes = result
        if self._job is not None and self._job.id == number:
            _replace(self.log, printable(text))
            _replace(self.notes, "\n".join(_line(note.level, note.text) for note in notes))

    def _on_charts(self, module: ModuleType) -> None:
        self.charts = module.TrainingCharts()
        self.chart_card.addWidget(self.charts)
        self._dirty = True
        self.draw()

    def _why_no_curve(self) -> str:
        if self._job is None:
            return self.tr("Choose a job to see what it does.")
        if self._job.stage != "train":
            return self.tr("Loss and margin are drawn for training jobs; this is another kind of job.")
        return self.tr("Loss and margin will be drawn here when the training has made its first step.")

    def _lay_out(self) -> None:
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card = QFrame()
        card.setProperty("role", "card")
        self.chart_card = QVBoxLayout(card)
        self.chart_card.setContentsMargins(1, 1, 1, 1)
        self.stack = QStackedWidget()
        empty = QFrame()
        empty.setProperty("role", "card")
        QVBoxLayout(empty).addWidget(self.sentence)
        self.stack.addWidget(empty)
        self.stack.addWidget(card)
        self.log.setPlaceholderText(self.tr("The job's own output will stand here."))
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.tabBar().setDrawBase(False)
        tabs.addTab(self.log, self.tr("Log"))
        tabs.addTab(self.notes, self.tr("Notes"))
        self.tabs = tabs
        self.error_card = QFrame()
        self.error_card.setProperty("role", "message")
        self.error_card.setProperty("level", "error")
        self.error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner = QHBoxLayout(self.error_card)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.addWidget(self.error)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.stack)
        splitter.addWidget(tabs)
        splitter.setSizes([680, 450])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.error_card)
        layout.addWidget(splitter, 1)


def _text(name: str) -> QPlainTextEdit:
    box = QPlainTextEdit()
    box.setReadOnly(True)
    box.setTabChangesFocus(True)
    box.setAccessibleName(name)
    return box


def _replace(box: QPlainTextEdit, text: str) -> None:
    """Shows another text; a view at its end stays at the end, any other where it is."""
    if text == box.toPlainText():
        return
    bar = box.verticalScrollBar()
    place, at_end = bar.value(), bar.value() >= bar.maximum() - 2
    box.setPlainText(text)
    bar.setValue(bar.maximum() if at_end else place)


def _line(level: str, text: str) -> str:
    return f"{level}: {printable(text)}"
