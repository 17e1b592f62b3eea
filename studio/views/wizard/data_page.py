"""The wizard's first page: images and scores, how they are read, and a preview."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from studio.services.imports.formats.duplicate_files import Digests
from studio.services.imports.hub_source import IMAGES, ROWS, HubSource
from studio.services.imports.preview import NO_SCORES, find_scores, preview, read_columns
from studio.services.imports.types import Columns, Preview
from studio.services.settings.schema import ImportSettings, SplitSettings
from studio.text import printable
from studio.views.tasks.task_runner import TaskRunner
from studio.views.wizard.hub_dataset import DatasetPanel
from studio.views.wizard.import_preview import PreviewPane
from studio.views.wizard.score_columns import ColumnsChoice
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.path_field import PathField
from studio.widgets.text_size import keep_size, scaled

READ_MS = 300
FORM_WIDTH = 450
PREVIEW_WIDTH, PREVIEW_HEIGHT = 330, 300
"""Least room for the preview."""
WIDEST = 10_000


class DataStep(QWidget):
    """Signal ``changed``: paths, columns or preview have changed."""

    changed = Signal()

    def __init__(self, background: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.local = QRadioButton(self.tr("On this computer"))
        self.remote = QRadioButton(self.tr("Hugging Face"))
        self.hub = DatasetPanel(background)
        self.images = PathField(self.tr("Image folder"), "folder")
        self.scores = PathField(self.tr("Score table, or label file or folder of a data set"), "table")
        self.choice = ColumnsChoice()
        self.outside = PathField(self.tr("Additional image folder (optional)"), "folder")
        self.combos = self.choice.combos
        self.reason = PlainLabel(role="reason", wrap=True)
        self.pane = PreviewPane(background)
        self.preview: Preview | None = None
        self._columns: tuple[Path, str | None, Columns] | None = None
        self._fetched: tuple[Path, HubSource] | None = None
        self._searched: Path | None = None
        self._shares = SplitSettings()
        self._seed = 0
        self._digests = Digests()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_MS)
        self._timer.timeout.connect(self._read)
        self._lay_out()
        self._connect()

    @property
    def problem(self) -> str:
        """Return why this page cannot be left yet; "" if it can."""
        if self.hub.busy:
            return self.tr("The data set is being downloaded. Wait until it is finished, or stop it.")
        if self.images.path is None or self.scores.path is None:
            return self.reason.text() or self.tr("Choose an image folder and a score table.")
        if self.preview is None:
            return self.reason.text() or self.tr("Reading…")
        return self.preview.problem

    def columns(self) -> ImportSettings:
        """Return how the scores are to be read."""
        outside = self.outside.path
        dataset = None
        if self._fetched is not None and self.scores.path == self._fetched[0] / ROWS:
            dataset = self._fetched[1].written
        return ImportSettings(
            **self.choice.chosen(),
            importer=self.choice.importer,
            outside=str(outside) if outside is not None else None,
            dataset=dataset,
        )

    @property
    def downloaded_to(self) -> Path | None:
        """Return the folder of a data set that was downloaded here and is used; None if there is none."""
        dataset = self.columns().dataset if self._fetched is not None else None
        return self._fetched[0] if self._fetched is not None and dataset is not None else None

    def set_shares(self, shares: SplitSettings, seed: int) -> None:
        """Set the split shares of images without a split; the preview is updated if needed."""
        if (shares, seed) != (self._shares, self._seed):
            self._shares, self._seed = shares, seed
            self._soon()

    def start_with(self, folder: Path | None) -> None:
        """Fill in what a folder suggests: its images and the one table in it or beside it."""
        self.images.line.clear()
        self.scores.line.clear()
        self.local.setChecked(True)
        if folder is None:
            return
        inner = folder / "images"
        self.images.set_path(inner if inner.is_dir() else folder)

    def _connect(self) -> None:
        for signal in (self.images.changed, self.scores.changed, self.outside.changed, self.choice.changed):
            signal.connect(self._soon)
        self.choice.format_changed.connect(self._soon)
        self.scores.changed.connect(self._forget_columns)
        self.remote.toggled.connect(self.hub.setVisible)
        self.hub.changed.connect(self.changed)
        self.hub.fetched.connect(self._on_fetched)

    def _forget_columns(self) -> None:
        """A table that is chosen again may have been corrected meanwhile."""
        self._columns = None

    def _soon(self) -> None:
        self.preview = None
        self.reason.setText("")
        self._timer.start()
        self.changed.emit()

    def _read(self) -> None:
        images, scores, importer = self.images.path, self.scores.path, self.choice.importer
        if images is not None and scores is None and images != self._searched:
            self._find_scores(images)
        if images is None or scores is None:
            self.pane.show_waiting()
            return
        self.pane.show_reading()
        if self._columns is None or self._columns[:2] != (scores, importer):
            self._background.read(
                "columns", lambda: read_columns(scores, importer),
                lambda found: self._on_columns(scores, importer, found), self._on_failed,
            )  # fmt: skip
            return
        if self.choice.missing:
            self._on_failed(self.choice.missing)
            return
        columns, shares, seed, digests = self.columns(), self._shares, self._seed, self._digests

        def work() -> Preview:
            return preview(images, scores, columns, shares, seed, digests)

        self._background.read("preview", work, self._on_preview, self._on_failed)

    def _find_scores(self, images: Path) -> None:
        self._searched = images

        def found(scores: Path | None) -> None:
            if self.images.path != images or self.scores.path is not None:
                return
            if scores is not None:
                self.scores.set_path(scores)
            else:
                missing = self.tr("The folder {0} does not exist. Choose another one.").format(images)
                self.reason.setText(NO_SCORES if images.is_dir() else printable(missing))
                self.changed.emit()

        self._background.read("scores", lambda: find_scores(images) if images.is_dir() else None, found)

    def _on_fetched(self, folder: Path, source: HubSource) -> None:
        self._fetched = (folder, source)
        self.local.setChecked(True)
        self.scores.set_path(folder / ROWS)
        self.images.set_path(folder / IMAGES)

    def _on_columns(self, scores: Path, importer: str | None, found: Columns) -> None:
        self._columns = (scores, importer, found)
        self.choice.show_columns(found)
        self._read()

    def _on_preview(self, found: Preview) -> None:
        self.preview = found
        self.reason.setText(printable(found.problem))
        self.pane.show_preview(found)
        self.changed.emit()

    def _on_failed(self, text: str) -> None:
        self.reason.setText(printable(text))
        self.pane.show_waiting()
        self.changed.emit()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 8, 0)
        left.setSpacing(4)
        where = FlowLayout()
        where.addWidget(self.local)
        where.addWidget(self.remote)
        where.addStretch(1)
        left.addLayout(where)
        left.addWidget(self.hub)
        for title, field in (
            (self.tr("Image folder"), self.images),
            (self.tr("Scores: a table, or a data set's label file or folder"), self.scores),
        ):
            left.addWidget(PlainLabel(title))
            left.addWidget(field)
        left.addWidget(self.choice)
        left.addWidget(PlainLabel(self.tr("Additional image folder (optional)")))
        left.addWidget(self.outside)
        left.addSpacing(6)
        left.addWidget(self.reason)
        left.addStretch(1)
        self.local.setChecked(True)
        self.hub.hide()
        holder = QWidget()
        holder.setLayout(left)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        keep_size(scroll, width=FORM_WIDTH)
        scroll.setAccessibleName(self.tr("Images and scores"))
        scroll.setWidget(holder)
        card = QFrame()
        card.setProperty("role", "card")
        inner = QVBoxLayout(card)
        inner.addWidget(self.pane)
        self._form, self._row = scroll, QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(18)
        self._row.addWidget(scroll)
        self._row.addWidget(card, 1)
        keep_size(card, least_height=PREVIEW_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the preview below the form where there is no room beside it."""
        super().resizeEvent(event)
        narrow = self.width() < scaled(FORM_WIDTH + PREVIEW_WIDTH)
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if narrow else ways.LeftToRight
        if way != self._row.direction():
            self._row.setDirection(way)
            if narrow:
                keep_size(self._form, least_width=0, most_width=WIDEST, least_height=PREVIEW_HEIGHT)
            else:
                keep_size(self._form, width=FORM_WIDTH, least_height=0)
