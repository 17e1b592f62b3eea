"""The wizard's panel for a Hugging Face data set: inspect it, then download it into the project folder."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from studio.jobs import hub_dataset
from studio.jobs.engine_commands import ToolError
from studio.plural import plural
from studio.services.errors import StudioError
from studio.services.imports.hub_source import FOLDER, HubColumns, HubSource, pinned
from studio.text import one_line, printable
from studio.views.tasks.task_runner import Task, TaskControl, TaskRunner
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.path_field import PathField

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class DatasetPanel(QWidget):
    """Signals ``changed`` and ``fetched(Path, HubSource)``: the folder with images and table, and its commit."""

    changed = Signal()
    fetched = Signal(object, object)

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._task: Task | None = None
        self.line = QLineEdit()
        self.inspect_button = QPushButton(self.tr("Load info"))
        self.images = CalmCombo()
        self.rows = PlainLabel(role="muted", wrap=True)
        self.folder = PathField(self.tr("Project folder (created if missing)"), "new_folder")
        self.fetch_button = QPushButton(self.tr("Download"))
        self.stop_button = QPushButton(self.tr("Stop"))
        self.bar = QProgressBar()
        self.reason = PlainLabel(role="reason", wrap=True)
        self.columns: HubColumns | None = None
        self._source: HubSource | None = None
        self._lay_out()
        self.line.textChanged.connect(self._forget)
        self.line.returnPressed.connect(self.inspect)
        self.inspect_button.clicked.connect(self.inspect)
        self.fetch_button.clicked.connect(self.fetch)
        self.stop_button.clicked.connect(self.stop)

    @property
    def busy(self) -> bool:
        """Return whether a request to the hub is running."""
        return self._task is not None

    def inspect(self) -> None:
        """Request columns and first rows."""
        try:
            source = HubSource.parse(self.line.text())
        except StudioError as error:
            self._on_failed(str(error))
            return
        self._run(
            lambda control: hub_dataset.look(source, lambda: control.cancelled),
            lambda found: self._on_inspected(source, found),
        )

    def fetch(self) -> None:
        """Download the data set, or its missing part."""
        root, image, source, columns = self.folder.path, self.images.currentData(), self._source, self.columns
        if root is None or source is None or columns is None or not image:
            return
        folder = root / FOLDER

        def work(control: TaskControl) -> HubSource:
            exact = pinned(folder, source.at(columns.commit))
            hub_dataset.fetch(exact, folder, image, lambda: control.cancelled, control.progress)
            return exact

        self._run(work, lambda exact: self._on_fetched(folder, exact))

    def stop(self) -> None:
        """Stop the request soon; downloaded files are kept, and the next download resumes."""
        if self._task is not None:
            self._task.stop()
            self.stop_button.setEnabled(False)

    def _run(self, work: Callable[[TaskControl], Result], done: Callable[[Result], object]) -> None:
        if self.busy:
            return
        self.reason.setText("")

        def guarded(control: TaskControl) -> Result:
            try:
                return work(control)
            except (ToolError, OSError) as error:
                logger.warning("the data set could not be fetched: %s", error)
                raise StudioError(str(error)) from error

        self._task = self._tasks.run(
            guarded, done, self._on_failed, progress=self._on_progress, stopped=lambda: self._on_failed("")
        )
        self._show_state()

    def _forget(self) -> None:
        self.columns = None
        self.reason.setText("")
        self._show_state()

    def _on_inspected(self, source: HubSource, found: HubColumns) -> None:
        self._task = None
        self._source, self.columns = source, found
        self.images.clear()
        for name, kind in found.kinds.items():
            if kind == "image":
                self.images.addItem(one_line(name), name)
        others = ", ".join(f"{name} ({kind})" for name, kind in found.kinds.items() if kind != "image")
        first = " · ".join(f"{name}: {value}" for name, value in (found.rows[0] if found.rows else {}).items())
        known = "" if found.total is None else plural("DatasetPanel", "{n} rows. ", "{n} row. ", found.total)
        licence = self.tr("Licence: {0}. ").format(found.licence) if found.licence else ""
        text = self.tr("{0}{1}Other columns: {2}. First row: {3}").format(known, licence, others or "–", first or "–")
        self.rows.setText(printable(text))
        if self.folder.path is None:
            self.folder.set_path(Path.home() / "score-studio" / source.repo.partition("/")[2])
        if not self.images.count():
            self.reason.setText(self.tr("The data set has no image column."))
        self._show_state()

    def _on_fetched(self, folder: Path, source: HubSource) -> None:
        self._task = None
        self._show_state()
        self.fetched.emit(folder, source)

    def _on_progress(self, done: int, total: int | None) -> None:
        self.bar.setRange(0, total or 0)
        self.bar.setValue(done)
        self.bar.setFormat(plural("DatasetPanel", "{n} images", "{n} image", done))

    def _on_failed(self, text: str) -> None:
        self._task = None
        self.reason.setText(printable(text))
        self._show_state()

    def _show_state(self) -> None:
        known = self.columns is not None and self.images.count() > 0
        for widget in (self.images, self.rows, self.folder, self.fetch_button):
            widget.setVisible(known)
        busy = self.busy
        for button in (self.inspect_button, self.fetch_button):
            button.setEnabled(not busy)
        self.line.setEnabled(not busy)
        self.bar.setVisible(busy and known)
        self.stop_button.setVisible(busy)
        self.stop_button.setEnabled(True)
        self.changed.emit()

    def _lay_out(self) -> None:
        self.line.setPlaceholderText("owner/name")
        self.line.setAccessibleName(self.tr("Hugging Face data set"))
        self.images.setAccessibleName(self.tr("Image column"))
        self.bar.setAccessibleName(self.tr("Images downloaded"))
        first, last = FlowLayout(), FlowLayout()
        first.addWidget(self.line, 1)
        first.addWidget(self.inspect_button)
        last.addWidget(self.fetch_button)
        last.addWidget(self.bar, 1)
        last.addWidget(self.stop_button)
        last.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(first)
        for widget in (self.rows, self.images, self.folder):
            column.addWidget(widget)
        column.addLayout(last)
        column.addWidget(self.reason)
        for hidden in (self.rows, self.images, self.folder, self.fetch_button, self.bar, self.stop_button):
            hidden.hide()
