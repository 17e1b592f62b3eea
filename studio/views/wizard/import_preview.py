"""What an import would do, as the wizard shows it: counts, histogram, splits, and each row left out with its reason."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.models import skipped_rows as columns
from studio.models.skipped_rows import RefusalsModel
from studio.services.imports.refusals import REFUSALS_NAME, write_refusals
from studio.services.imports.types import Preview
from studio.text import one_line, printable
from studio.views.tasks.task_runner import TaskRunner
from studio.widgets.file_dialogs import ask_save_file
from studio.widgets.labels import PlainLabel
from studio.widgets.preview_histogram import PreviewHistogram
from studio.widgets.tables import make_table

WIDTHS = {columns.COL_LINE: 64, columns.COL_VALUE: 220}


class PreviewPane(QStackedWidget):
    """A sentence while there is nothing to show, then the preview."""

    def __init__(self, background: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._shown: Preview | None = None
        self.save_button = QPushButton(self.tr("Save the list…"))
        self.save_button.setAccessibleName(self.tr("Save the rows left out as CSV"))
        self.save_button.setProperty("role", "quiet")
        self.save_button.clicked.connect(self.ask_and_save)
        self.setAccessibleName(self.tr("Preview of the import"))
        self.sentence = PlainLabel(role="empty", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.counts = PlainLabel(role="subtitle", wrap=True)
        self.splits = PlainLabel(wrap=True)
        self.warnings = PlainLabel(role="muted", wrap=True)
        self.histogram = PreviewHistogram()
        self.model = RefusalsModel(self)
        self.table = make_table(self.model, self.tr("Rows left out"), stretch=columns.COL_REASON, row_height=26)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.left_out = PlainLabel(role="subtitle")
        self._lay_out()
        self.show_waiting()

    def show_waiting(self) -> None:
        """Says what will be here."""
        self.sentence.setText(
            self.tr(
                "Here you will see what comes of your choice before anything is written: how many rows and images were "
                "found, how the scores are distributed over the ten bins, how large the splits are, and every row that "
                "would be left out, with its reason."
            )
        )
        self.setCurrentIndex(0)

    def show_reading(self) -> None:
        """Says that the table is being read; what was shown stays until then."""
        self.sentence.setText(self.tr("Reading the table and looking for its images…"))

    def show_preview(self, preview: Preview) -> None:
        """Shows the preview."""
        self._shown = preview
        self.save_button.setVisible(bool(preview.refused or preview.refused_votes))
        self.counts.setText(
            self.tr("{0:,} rows read · {1:,} images found · {2:,} missing · {3:,} left out").format(
                preview.read, preview.accepted, preview.missing, len(preview.refused)
            )
        )
        origin = self.tr("drawn by seed") if preview.drawn else self.tr("as the table says")
        sizes = " · ".join(f"{name} {count:,}" for name, count in preview.splits.items())
        self.splits.setText(self.tr("Splits ({0}): {1}").format(origin, sizes))
        self.warnings.setText(printable("\n".join(preview.warnings)))
        self.warnings.setVisible(bool(preview.warnings))
        self.histogram.show_preview(preview)
        self.model.set_rows(preview.refused)
        self.table.setVisible(bool(preview.refused))
        self.left_out.setText(
            self.tr("Rows left out") if preview.refused else self.tr("Every row of the table can be imported.")
        )
        self.setCurrentIndex(1)

    def ask_and_save(self) -> None:
        """Asks for a file for the rows that would be left out."""
        ask_save_file(self, self.tr("Save the rows left out"), REFUSALS_NAME, ["CSV (*.csv)"], self.save, "csv")

    def save(self, file: Path) -> None:
        """Writes them, with file, line, value and reason; the line above them says how many, or why not."""
        shown = self._shown
        if shown is None:
            return

        def done(count: int) -> None:
            self.left_out.setText(self.tr("{0:,} lines written to {1}.").format(count, one_line(file.name)))

        def failed(text: str) -> None:
            self.left_out.setText(one_line(text))

        self._background.write(lambda: write_refusals(file, shown), done, failed)

    def _lay_out(self) -> None:
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(4, 2, 4, 2)
        column.setSpacing(6)
        column.addWidget(self.counts)
        column.addWidget(self.splits)
        column.addWidget(self.warnings)
        column.addWidget(self.histogram, 1)
        head = QHBoxLayout()
        head.addWidget(self.left_out, 1)
        head.addWidget(self.save_button)
        column.addLayout(head)
        column.addWidget(self.table, 2)
        column.addStretch(0)
        self.addWidget(self.sentence)
        self.addWidget(shown)
