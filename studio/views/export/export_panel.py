"""Taking things out of the project, and edited pairs back in: a panel beside the work that holds nothing up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.services import archiving, exports
from studio.services.exports.pair_import import PairsRead, import_pairs
from studio.services.exports.preference_pairs import PairsWritten
from studio.services.versions import version_list
from studio.services.versions.types import VersionRow
from studio.views.export.version_export import VersionExport
from studio.views.tasks.long_task import OnProgress
from studio.views.workspace import Workspace
from studio.widgets.file_dialogs import ask_open_file, ask_save_file
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar

WIDTH = 640
REASONS_SHOWN = 5


class ExportPanel(QDialog):
    """A window of its own, never modal. One thing at a time is at work; it goes on while the panel is closed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setModal(False)
        self.setWindowTitle(self.tr("Take out"))
        self.version = VersionExport(workspace)
        self.message = MessageBar()
        self.bar = QProgressBar()
        self.stop_button = QPushButton(self.tr("Stop"))
        self.veto_missing = QCheckBox(self.tr("Veto pairs that the file lacks"))
        self.with_images = QCheckBox(self.tr("With the images"))
        self.with_images.setChecked(True)
        self.pairs_button = self._button(self.tr("Pairs …"), self._ask_pairs)
        self.read_button = self._button(self.tr("Read edited pairs …"), self._ask_read)
        self.predictions_button = self._button(self.tr("Predictions …"), self._ask_predictions)
        self.metrics_button = self._button(self.tr("Metrics …"), self._ask_metrics)
        self.archive_button = self._button(self.tr("Whole project …"), self._ask_archive)
        self._lay_out()
        self.version.told.connect(self.message.say)
        self.stop_button.clicked.connect(lambda _checked: workspace.outgoing.stop())
        workspace.outgoing.busy_changed.connect(self._on_busy)
        workspace.outgoing.progressed.connect(self.bar.setValue)
        self._on_busy(workspace.outgoing.busy)

    def open_for(self, version: str | None = None) -> None:
        """Shows the panel, this version chosen."""
        project = self._workspace.project

        def done(rows: list[VersionRow]) -> None:
            self.version.set_versions(rows, version)

        self._workspace.background.read("export", lambda: version_list.versions(project), done)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Lets go of what was exported only to be shown."""
        if not self._workspace.outgoing.busy:
            self.version.set_versions([], None)
        super().closeEvent(event)

    def write_pairs(self, file: Path) -> None:
        """Writes the pairs that training would be given, and tells what was left out."""

        def done(written: PairsWritten) -> None:
            text = self.tr("{0} pairs lie in {1}; {2} vetoed ones were left out.")
            told = text.format(written.pairs, file, written.vetoed)
            if written.without_image:
                told += " " + self.tr("{0} have no image any more.").format(len(written.without_image))
            self.message.say(told, "info")

        self._start(lambda _progress: exports.export_pairs(self._workspace.project, file), done)

    def read_pairs(self, file: Path) -> None:
        """Takes back pairs that were edited elsewhere; an undo on the Pairs page takes all of it back."""
        veto = self.veto_missing.isChecked()

        def done(told: PairsRead) -> None:
            self._workspace.results_changed.emit()
            self.message.say(self._told_pairs(told), "error" if told.refused else "info")

        self._start(lambda _progress: import_pairs(self._workspace.project, file, veto_missing=veto), done)

    def write_table(self, export: Callable[..., int], file: Path) -> None:
        """Writes predictions or metrics."""

        def done(count: int) -> None:
            self.message.say(self.tr("{0} rows lie in {1}.").format(count, file), "info")

        self._start(lambda _progress: export(self._workspace.project, file), done)

    def write_archive(self, file: Path) -> None:
        """Puts the project into one file, with or without its images."""
        with_images = self.with_images.isChecked()

        def work(progress: OnProgress) -> archiving.Packed:
            return archiving.pack(self._workspace.project, file, with_images=with_images, on_progress=progress)

        def done(packed: archiving.Packed) -> None:
            told = self.tr("The project lies in {0}, with {1} images.").format(file, packed.images)
            if packed.left:
                text = self.tr("{0} images were left out: they are missing, or outside the images folder.")
                told += " " + text.format(len(packed.left))
            self.message.say(told, "info")

        self._start(work, done)

    def _start(self, work: Callable[[OnProgress], Any], done: Callable[[Any], None]) -> None:
        self.message.hide()
        self._workspace.outgoing.start(work, done, self.message.say)

    def _told_pairs(self, told: PairsRead) -> str:
        lines = [
            self.tr("{0} rows read: {1} changed, {2} unchanged, {3} refused.").format(
                told.read, told.changed, told.unchanged, len(told.refused)
            )
        ]
        if told.missing:
            done = self.tr("vetoed") if told.vetoed else self.tr("left as they are")
            if told.unknown:
                done = self.tr("none is vetoed, for refused rows may be theirs")
            lines.append(self.tr("{0} pairs are not in the file: {1}.").format(told.missing, done))
        for refusal in told.refused[:REASONS_SHOWN]:
            lines.append(self.tr("Line {0}: {1}.").format(refusal.line, refusal.reason))
        return " ".join(lines)

    def _on_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.stop_button.setVisible(busy)
        for button in (
            *(self.pairs_button, self.read_button, self.predictions_button),
            *(self.metrics_button, self.archive_button),
        ):
            button.setEnabled(not busy)
        self.version.set_busy(busy)

    def _ask_pairs(self) -> None:
        kinds = [self.tr("Parquet, with the images (*.parquet)"), self.tr("JSON lines, with paths (*.jsonl)")]
        ask_save_file(self, self.tr("Export the pairs"), "pairs.parquet", kinds, self.write_pairs)

    def _ask_read(self) -> None:
        kinds = [self.tr("Pairs (*.parquet *.jsonl)")]
        ask_open_file(self, self.tr("Read edited pairs"), kinds, self.read_pairs)

    def _ask_predictions(self) -> None:
        self._ask_table(self.tr("Export the predictions"), "predictions.csv", exports.export_predictions)

    def _ask_metrics(self) -> None:
        self._ask_table(self.tr("Export the metrics"), "metrics.csv", exports.export_metrics)

    def _ask_table(self, title: str, name: str, export: Callable[..., int]) -> None:
        kinds = ["CSV (*.csv)", "Parquet (*.parquet)"]
        ask_save_file(self, title, name, kinds, lambda file: self.write_table(export, file))

    def _ask_archive(self) -> None:
        name = f"{self._workspace.project.root.name}.zip"
        ask_save_file(self, self.tr("Put the project into one file"), name, ["Zip (*.zip)"], self.write_archive)

    def _button(self, text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda _checked: action())
        return button

    def _lay_out(self) -> None:
        self.setMinimumWidth(WIDTH)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.version)
        column.addWidget(PlainLabel(self.tr("Tables and the whole project"), role="subtitle"))
        for buttons in (
            (self.pairs_button, self.read_button, self.veto_missing),
            (self.predictions_button, self.metrics_button),
            (self.archive_button, self.with_images),
        ):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        working = QHBoxLayout()
        working.addWidget(self.bar, 1)
        working.addWidget(self.stop_button)
        column.addLayout(working)
        column.addWidget(self.message)
        column.addStretch(1)
