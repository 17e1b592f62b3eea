"""A job's settings compared with the current ones or another job's."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.models import job_settings as columns
from studio.models.job_settings import JobSettingsModel
from studio.models.stage_text import job_title
from studio.services.loop import job_facts
from studio.services.loop.types import JobRow, SettingRow
from studio.text import one_line
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.tables import make_table
from studio.widgets.text_size import scaled

NOW = -1
"""Item data for the current settings file."""


class JobSettings(QWidget):
    """Reads in the background when the job or the comparison changes."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._job: int | None = None
        self._rows: list[SettingRow] = []
        self.model = JobSettingsModel(self)
        self.table = make_table(self.model, self.tr("Job settings"), stretch=columns.COL_VALUE, row_height=24)
        self.table.setColumnWidth(columns.COL_NAME, scaled(230))
        self.table.setColumnWidth(columns.COL_OTHER, scaled(134))
        self.table.setColumnWidth(columns.COL_DIFFERS, scaled(76))
        self.other = CalmCombo()
        self.other.setAccessibleName(self.tr("Compare settings with"))
        self.other.addItem(self.tr("current settings"), NOW)
        self.only = QCheckBox(self.tr("Differences only"))
        self.sentence = PlainLabel(role="muted", wrap=True)
        row = FlowLayout()
        row.addWidget(PlainLabel(self.tr("Compare with")))
        row.addWidget(self.other, 1)
        row.addWidget(self.only)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        self.other.currentIndexChanged.connect(self._read)
        self.only.toggled.connect(self._show)

    def show_job(self, job: int | None) -> None:
        """The settings of this job."""
        self._job = job
        self._read()

    def set_jobs(self, jobs: list[JobRow]) -> None:
        """Set the jobs to compare with; keep the selection."""
        wanted = [(f"{job.id}: {one_line(job_title(job))}", job.id) for job in jobs]
        if [self.other.itemData(place) for place in range(1, self.other.count())] == [key for _, key in wanted]:
            return
        chosen = self.other.currentData()
        self.other.blockSignals(True)
        while self.other.count() > 1:
            self.other.removeItem(1)
        for text, key in wanted:
            self.other.addItem(text, key)
        self.other.setCurrentIndex(max(0, self.other.findData(chosen)))
        self.other.blockSignals(False)

    def _read(self) -> None:
        job, project, chosen = self._job, self._workspace.project, self.other.currentData()
        if job is None:
            self._on_rows([])
            return
        other = None if chosen == NOW else int(chosen)
        self._workspace.background.read(
            "job settings", lambda: job_facts.settings_beside(project, job, other), self._on_rows
        )

    def _on_rows(self, rows: list[SettingRow]) -> None:
        self._rows = rows
        self._show()

    def _show(self) -> None:
        differing = [row for row in self._rows if row.differs]
        self.model.set_rows(differing if self.only.isChecked() else self._rows)
        text = self.tr("Saved when the job was queued. {0} of {1} settings differ.")
        none = self.tr("Select a job to see the settings it was queued with.")
        self.sentence.setText(text.format(len(differing), len(self._rows)) if self._rows else none)
