"""Import preview of the wizard: counts, histogram, splits, and skipped rows with reasons."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.models import skipped_rows as columns
from studio.models.skipped_rows import RefusalsModel
from studio.plural import plural
from studio.services.imports.preview import common_reason
from studio.services.imports.refusals import REFUSALS_NAME, write_refusals
from studio.services.imports.types import Preview
from studio.text import one_line, printable
from studio.views.tasks.task_runner import TaskRunner
from studio.widgets.file_dialogs import ask_save_file
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.preview_histogram import PreviewHistogram
from studio.widgets.tables import make_table
from studio.widgets.text_size import scaled

WIDTHS = {columns.COL_LINE: 64, columns.COL_VALUE: 220}


class PreviewPane(QStackedWidget):
    """A hint while there is nothing to show, then the preview."""

    def __init__(self, background: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._shown: Preview | None = None
        self.save_button = QPushButton(self.tr("Export list…"))
        self.save_button.setAccessibleName(self.tr("Export skipped rows as CSV"))
        self.save_button.setProperty("role", "quiet")
        self.save_button.clicked.connect(self.ask_and_save)
        self.setAccessibleName(self.tr("Import preview"))
        self.sentence = PlainLabel(role="empty", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.counts = PlainLabel(role="subtitle", wrap=True)
        self.splits = PlainLabel(wrap=True)
        self.warnings = PlainLabel(role="caution", wrap=True)
        self.histogram = PreviewHistogram()
        self.model = RefusalsModel(self)
        self.table = make_table(self.model, self.tr("Skipped rows"), stretch=columns.COL_REASON, row_height=26)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, scaled(width))
        self.left_out = PlainLabel(role="subtitle")
        self.common = PlainLabel(role="caution", wrap=True)
        self._lay_out()
        self.show_waiting()

    def show_waiting(self) -> None:
        """Show the hint."""
        self.sentence.setText(
            self.tr(
                "Choose a folder and a table to see a preview: rows and images found, the score distribution over the "
                "ten bins, split sizes, and every skipped row with the reason."
            )
        )
        self.setCurrentIndex(0)

    def show_reading(self) -> None:
        """Show that the table is being read; the last preview stays until then."""
        self.sentence.setText(self.tr("Reading the table and checking the images…"))

    def show_preview(self, preview: Preview) -> None:
        """Show the preview."""
        self._shown = preview
        self.save_button.setVisible(bool(preview.refused or preview.refused_votes))
        self.counts.setText(
            " · ".join(
                (
                    plural("PreviewPane", "{n} rows read", "{n} row read", preview.read),
                    plural("PreviewPane", "{n} images found", "{n} image found", preview.accepted),
                    self.tr("{0:,} missing").format(preview.missing),
                    self.tr("{0:,} skipped").format(len(preview.refused)),
                )
            )
        )
        origin = self.tr("random, seeded") if preview.drawn else self.tr("from the table")
        sizes = " · ".join(f"{name} {count:,}" for name, count in preview.splits.items())
        self.splits.setText(self.tr("Splits ({0}): {1}").format(origin, sizes))
        told = [self.tr("Lower scores are better: label 9 is for the lowest ones.")] if preview.lower_is_better else []
        self.warnings.setText(printable("\n".join([*told, *preview.warnings])))
        self.warnings.setVisible(bool(told or preview.warnings))
        self.histogram.show_preview(preview)
        self.model.set_rows(preview.refused)
        self.table.setVisible(bool(preview.refused))
        self.left_out.setText(self.tr("Skipped rows") if preview.refused else self.tr("All rows can be imported."))
        self._show_common(preview)
        self.setCurrentIndex(1)

    def _show_common(self, preview: Preview) -> None:
        """Say once in full what holds for most rows: in the table's rows it is cut off."""
        found = common_reason(preview.refused)
        self.common.setVisible(found is not None)
        if found is not None:
            count, reason = found
            self.common.setText(
                plural("PreviewPane", "{n} rows: {0}.", "{n} row: {0}.", count).format(one_line(reason).rstrip("."))
            )

    def ask_and_save(self) -> None:
        """Ask for a file and save the skipped rows."""
        ask_save_file(self, self.tr("Export skipped rows"), REFUSALS_NAME, ["CSV (*.csv)"], self.save, "csv")

    def save(self, file: Path) -> None:
        """Save the skipped rows with file, line, value and reason, and report the result above them."""
        shown = self._shown
        if shown is None:
            return

        def done(count: int) -> None:
            self.left_out.setText(
                plural("PreviewPane", "Saved {n} rows to {0}.", "Saved {n} row to {0}.", count).format(
                    one_line(file.name)
                )
            )

        def failed(text: str) -> None:
            self.left_out.setText(one_line(text))

        self._background.write(lambda: write_refusals(file, shown.refused, shown.refused_votes), done, failed)

    def _lay_out(self) -> None:
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(4, 2, 4, 2)
        column.setSpacing(6)
        column.addWidget(self.counts)
        column.addWidget(self.splits)
        column.addWidget(self.warnings)
        column.addWidget(self.histogram, 1)
        head = FlowLayout()
        head.addWidget(self.left_out, 1)
        head.addWidget(self.save_button)
        column.addLayout(head)
        column.addWidget(self.common)
        column.addWidget(self.table, 2)
        column.addStretch(0)
        self.addWidget(self.sentence)
        self.addWidget(shown)
