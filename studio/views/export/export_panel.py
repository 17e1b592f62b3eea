"""The export panel: exports, the report, the project archive and import of edited pairs; it is not modal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.jobs.reports.report_file import write_report_file
from studio.jobs.reports.reproduce import reproduce
from studio.plural import plural
from studio.services import archiving, exports
from studio.services.exports.pair_import import PairsRead, import_pairs
from studio.services.exports.preference_pairs import PairsWritten
from studio.services.reports.reproduction import Reproduction, load_manifest
from studio.services.versions import version_list
from studio.services.versions.types import VersionRow
from studio.text import one_line, tool_tip
from studio.views.export.version_export import VersionExport
from studio.views.opening import open_file
from studio.views.tasks.long_task import OnProgress
from studio.views.workspace import Workspace
from studio.widgets.file_dialogs import ask_open_file, ask_save_file
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar
from studio.widgets.studio_dialog import StudioDialog

WIDTH = 640
REASONS_SHOWN = 5


class ExportPanel(StudioDialog):
    """A non-modal window. One task runs at a time, and continues if the panel is closed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setModal(False)
        self.setWindowTitle(self.tr("Export"))
        self.version = VersionExport(workspace)
        self.message = MessageBar()
        self.bar = QProgressBar()
        self.stop_button = QPushButton(self.tr("Stop"))
        self.veto_missing = QCheckBox(self.tr("Veto pairs missing from the file"))
        self.with_images = QCheckBox(self.tr("Include images"))
        self.with_images.setChecked(True)
        self.report_button = self._button(self.tr("Report…"), self._ask_report)
        self.report_button.setToolTip(
            tool_tip(
                self.tr("One HTML or PDF file with verdict, tables, charts, examples, settings, failures and cost")
            )
        )
        self.check_button = self._button(self.tr("Check a report…"), self._ask_check)
        self.check_button.setToolTip(
            tool_tip(self.tr("Predict and measure again what a report of this project says; nothing is changed"))
        )
        self.with_tables = QCheckBox(self.tr("Also save every table as CSV"))
        self.open_button = self._button(self.tr("Open report"), self._open_report)
        self.open_button.hide()
        self._report: Path | None = None
        self.pairs_button = self._button(self.tr("Export pairs…"), self._ask_pairs)
        self.read_button = self._button(self.tr("Import edited pairs…"), self._ask_read)
        self.predictions_button = self._button(self.tr("Export predictions…"), self._ask_predictions)
        self.metrics_button = self._button(self.tr("Export metrics…"), self._ask_metrics)
        self.review_log_button = self._button(self.tr("Export review log…"), self._ask_review_log)
        self.grades_button = self._button(self.tr("Export grades…"), self._ask_grades)
        self.archive_button = self._button(self.tr("Archive project…"), self._ask_archive)
        self._lay_out()
        self.version.message.connect(self.message.show_message)
        self.stop_button.clicked.connect(lambda _checked: workspace.outgoing.stop())
        workspace.outgoing.busy_changed.connect(self._on_busy)
        workspace.outgoing.progressed.connect(self.bar.setValue)
        self._on_busy(workspace.outgoing.busy)

    def open_for(self, version: str | None = None) -> None:
        """Show the panel, this version chosen."""
        project = self._workspace.project

        def done(rows: list[VersionRow]) -> None:
            self.version.set_versions(rows, version)

        self._workspace.background.read("export", lambda: version_list.versions(project), done)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Delete files exported only for the preview."""
        if not self._workspace.outgoing.busy:
            self.version.set_versions([], None)
        super().closeEvent(event)

    def write_pairs(self, file: Path) -> None:
        """Write the pairs used for training, and report what was skipped."""

        def done(written: PairsWritten) -> None:
            text = plural("ExportPanel", "Exported {n} pairs to {0}.", "Exported {n} pair to {0}.", written.pairs)
            lines = [text.format(file), self.tr("Vetoed pairs skipped: {0}.").format(written.vetoed)]
            if written.without_image:
                lines.append(self.tr("Pairs without an image file: {0}.").format(len(written.without_image)))
            self.message.show_message(" ".join(lines), "info")

        self._start(lambda _progress: exports.export_pairs(self._workspace.project, file), done)

    def read_pairs(self, file: Path) -> None:
        """Import pairs edited elsewhere; one undo on the Pairs page reverts them all."""
        veto = self.veto_missing.isChecked()

        def done(read: PairsRead) -> None:
            self._workspace.results_changed.emit()
            self.message.show_message(self._import_text(read), "error" if read.refused else "info")

        self._start(lambda _progress: import_pairs(self._workspace.project, file, veto_missing=veto), done)

    def write_table(self, export: Callable[..., int], file: Path) -> None:
        """Write predictions or metrics."""

        def done(count: int) -> None:
            self.message.show_message(
                plural("ExportPanel", "Saved {n} rows to {0}.", "Saved {n} row to {0}.", count).format(file), "info"
            )

        self._start(lambda _progress: export(self._workspace.project, file), done)

    def write_report(self, file: Path) -> None:
        """Write the report, and its tables beside it if wanted; then offer to open it."""
        root = self._workspace.project.root
        tables = file.with_name(f"{file.stem}-tables") if self.with_tables.isChecked() else None

        def done(_files: int) -> None:
            text = self.tr("Report saved to {0}.").format(file)
            if tables is not None:
                text += " " + self.tr("Tables saved to {0}.").format(tables)
            self._report = file
            self.open_button.show()
            self.message.show_message(text, "info")

        self.open_button.hide()
        self._start(lambda progress: write_report_file(root, file, tables, on_progress=progress), done)

    def check_report(self, file: Path) -> None:
        """Predict and measure again what a report says, and tell whether the numbers agree."""
        project = self._workspace.project
        if self._workspace.running:
            self.message.show_message(self.tr("Wait until the queue has finished: the model needs the same memory."))
            return

        def work(progress: OnProgress) -> Reproduction:
            manifest = load_manifest(file)
            parts = ["", *(version["name"] for version in manifest["versions"])]  # the images come first

            def on_step(what: str, done: int, total: int) -> None:
                progress(round(1000 * (parts.index(what) + done / max(1, total))), 1000 * len(parts))

            return reproduce(project, manifest, on_step=on_step)

        def done(found: Reproduction) -> None:
            self.message.show_message(self._reproduced(found), "info" if found.agrees else "error")

        self.open_button.hide()
        self._start(work, done)
        self.message.show_message(self.tr("Predicting and measuring every version of the report again…"), "info")

    def _reproduced(self, found: Reproduction) -> str:
        if found.agrees and all(version.identical for version in found.versions):
            return self.tr("This project agrees with the report: every answer that was compared is the same.")
        if found.agrees:
            return self.tr("This project agrees with the report, within rounding.")
        wrong = [check.name for check in found.checks if not check.agrees]
        for version in found.versions:
            wrong += [f"{version.name}: {check.name}" for check in version.checks if not check.agrees]
            wrong += [f"{version.name}: {number.name}" for number in version.numbers if not number.agrees]
        return self.tr("This project does not agree with the report: {0}.").format(one_line(", ".join(wrong)))

    def _open_report(self) -> None:
        if self._report is not None and not open_file(self._report):
            self.message.show_message(self.tr("No program opens {0}.").format(self._report))

    def write_archive(self, file: Path) -> None:
        """Archive the project as one file, with or without its images."""
        with_images = self.with_images.isChecked()

        def work(progress: OnProgress) -> archiving.Packed:
            return archiving.pack(self._workspace.project, file, with_images=with_images, on_progress=progress)

        def done(packed: archiving.Packed) -> None:
            text = plural(
                "ExportPanel",
                "Archived the project with {n} images to {0}.",
                "Archived the project with {n} image to {0}.",
                packed.images,
            ).format(file)
            if packed.left:
                text += " " + plural(
                    "ExportPanel",
                    "{n} images were skipped because they are missing or outside the image folder.",
                    "{n} image was skipped because it is missing or outside the image folder.",
                    len(packed.left),
                )
            self.message.show_message(text, "info")

        self._start(work, done)

    def _start(self, work: Callable[[OnProgress], Any], done: Callable[[Any], None]) -> None:
        self.message.hide()
        self._workspace.outgoing.start(work, done, self.message.show_message)

    def _import_text(self, read: PairsRead) -> str:
        lines = [
            plural(
                "ExportPanel",
                "{n} rows read: {0} changed, {1} unchanged, {2} rejected.",
                "{n} row read: {0} changed, {1} unchanged, {2} rejected.",
                read.read,
            ).format(read.changed, read.unchanged, len(read.refused))
        ]
        if read.missing:
            done = self.tr("vetoed") if read.vetoed else self.tr("left unchanged")
            if read.unknown:
                done = self.tr("none vetoed, because rejected rows may belong to them")
            missing = plural(
                "ExportPanel", "{n} pairs are not in the file: {0}.", "{n} pair is not in the file: {0}.", read.missing
            )
            lines.append(missing.format(done))
        for refusal in read.refused[:REASONS_SHOWN]:
            lines.append(self.tr("Line {0}: {1}.").format(refusal.line, refusal.reason))
        return " ".join(lines)

    def _on_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.stop_button.setVisible(busy)
        for button in (
            *(self.report_button, self.check_button, self.pairs_button, self.read_button, self.predictions_button),
            *(self.metrics_button, self.grades_button, self.review_log_button, self.archive_button),
        ):
            button.setEnabled(not busy)
        self.version.set_busy(busy)

    def _ask_pairs(self) -> None:
        kinds = [self.tr("Parquet, with images (*.parquet)"), self.tr("JSON Lines, with image paths (*.jsonl)")]
        ask_save_file(self, self.tr("Export pairs"), "pairs.parquet", kinds, self.write_pairs)

    def _ask_read(self) -> None:
        kinds = [self.tr("Pairs (*.parquet *.jsonl)")]
        ask_open_file(self, self.tr("Import edited pairs"), kinds, self.read_pairs)

    def _ask_predictions(self) -> None:
        self._ask_table(self.tr("Export predictions"), "predictions.csv", exports.export_predictions)

    def _ask_metrics(self) -> None:
        self._ask_table(self.tr("Export metrics"), "metrics.csv", exports.export_metrics)

    def _ask_grades(self) -> None:
        self._ask_table(self.tr("Export grades"), "grades.csv", exports.export_grades)

    def _ask_review_log(self) -> None:
        self._ask_table(self.tr("Export review log"), "review-log.csv", exports.export_review_log)

    def _ask_table(self, title: str, name: str, export: Callable[..., int]) -> None:
        kinds = ["CSV (*.csv)", "Parquet (*.parquet)"]
        ask_save_file(self, title, name, kinds, lambda file: self.write_table(export, file))

    def _ask_report(self) -> None:
        name = f"{self._workspace.project.root.name}-report.html"
        kinds = [self.tr("Web page (*.html)"), "PDF (*.pdf)"]
        ask_save_file(self, self.tr("Save report"), name, kinds, self.write_report)

    def _ask_check(self) -> None:
        ask_open_file(self, self.tr("Check a report"), [self.tr("Reports (*.html *.json)")], self.check_report)

    def _ask_archive(self) -> None:
        name = f"{self._workspace.project.root.name}.zip"
        ask_save_file(self, self.tr("Archive project"), name, ["Zip (*.zip)"], self.write_archive)

    def _button(self, text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda _checked: action())
        return button

    def _lay_out(self) -> None:
        self.set_size(WIDTH, 0)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.version)
        column.addWidget(PlainLabel(self.tr("Report"), role="subtitle"))
        row = FlowLayout()
        for widget in (self.report_button, self.with_tables, self.check_button, self.open_button):
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(PlainLabel(self.tr("Data and project"), role="subtitle"))
        for buttons in (
            (self.pairs_button, self.read_button, self.veto_missing),
            (self.predictions_button, self.metrics_button, self.grades_button, self.review_log_button),
            (self.archive_button, self.with_images),
        ):
            row = FlowLayout()
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        working = FlowLayout()
        working.addWidget(self.bar, 1)
        working.addWidget(self.stop_button)
        column.addLayout(working)
        column.addWidget(self.message)
        column.addStretch(1)
