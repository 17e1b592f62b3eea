"""Export of a version: to a folder, or to Hugging Face after a preview."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.jobs.version_export import export_version
from studio.plural import plural
from studio.services.exports import hub_upload
from studio.services.versions.types import VersionRow
from studio.text import byte_text, printable
from studio.views.tasks.long_task import OnProgress
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.path_field import PathField
from studio.widgets.text_size import keep_size

PLAN_HEIGHT = 120


class VersionExport(QWidget):
    """Signal ``message(str, str)``: a text for the user and its level, "info" or "error"."""

    message = Signal(str, str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._plan: hub_upload.PushPlan | None = None
        self.version, self.form = CalmCombo(), CalmCombo()
        self.licence, self.repo = QLineEdit(), QLineEdit()
        self.folder = PathField(self.tr("Destination folder"), "new_folder")
        self.public = QCheckBox(self.tr("Public (visible to everyone)"))
        self.existing = QCheckBox(self.tr("Use existing repository"))
        self.export_button = QPushButton(self.tr("Export to folder"))
        self.plan_button = QPushButton(self.tr("Preview upload"))
        self.push_button = QPushButton(self.tr("Upload"))
        self.plan = QPlainTextEdit()
        self._set_up()
        self._lay_out()
        self._connect()

    def set_versions(self, versions: Sequence[VersionRow], chosen: str | None) -> None:
        """Offer the versions that have an adapter, the newest first; keeps what was chosen."""
        if self._workspace.outgoing.busy and self.version.count():  # what is chosen may be under way
            return
        before = chosen or self.version.currentText()
        self.version.clear()
        self.version.addItems([row.name for row in reversed(versions) if row.adapter is not None])
        self.version.setCurrentIndex(max(0, self.version.findText(before)))
        self._forget_plan()

    def export(self) -> None:
        """Write the chosen version into the folder."""
        project, version, licence, whole = self._workspace.project, self._name(), self._licence(), self._whole()
        folder = self.folder.path
        if folder is None:
            self.message.emit(self.tr("Choose a destination folder."), "error")
            return
        target = folder / version.replace("/", "-") if folder.is_dir() and any(folder.iterdir()) else folder

        def work(progress: OnProgress) -> Path:
            return export_version(project, version, target, whole=whole, licence=licence, on_progress=progress)

        self._workspace.outgoing.start(
            work,
            lambda written: self.message.emit(self.tr("Exported {0} to {1}.").format(version, written), "info"),
            self._fail,
        )

    def show_plan(self) -> None:
        """Export to a temporary folder and list what an upload would send; nothing is sent."""
        project, version, licence, whole = self._workspace.project, self._name(), self._licence(), self._whole()
        repo, public, existing = self.repo.text().strip(), self.public.isChecked(), self.existing.isChecked()
        self._forget_plan()
        self._scratch = tempfile.TemporaryDirectory(prefix="score-studio-")
        folder = Path(self._scratch.name) / "model"

        def work(progress: OnProgress) -> hub_upload.PushPlan:
            hub_upload.check_repo(repo)
            hub_upload.check_token()
            export_version(project, version, folder, whole=whole, licence=licence, place=repo, on_progress=progress)
            return hub_upload.plan_push(folder, repo, public=public, existing=existing)

        self._workspace.outgoing.start(work, self._on_plan, self._fail)

    def push(self) -> None:
        """Upload the previewed files."""
        plan, name = self._plan, self._workspace.project.name
        if plan is None:
            return
        message = f"{self._name()} of {name}, by Score Studio"

        def done(address: str) -> None:
            self._forget_plan()
            self.message.emit(self.tr("Uploaded to {0}").format(address), "info")

        self._workspace.outgoing.start(
            lambda progress: hub_upload.push(plan, message=message, on_progress=progress), done, self._fail
        )

    def set_busy(self, busy: bool) -> None:
        """Disable the controls while a task runs."""
        there = self.version.count() > 0
        for field in (self.version, self.form, self.licence, self.repo, self.public, self.existing):
            field.setEnabled(not busy)
        self.export_button.setEnabled(there and not busy)
        self.plan_button.setEnabled(there and not busy)
        self.push_button.setEnabled(self._plan is not None and not busy)

    def clean_up(self) -> None:
        """Delete files exported only for the preview."""
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _on_plan(self, plan: hub_upload.PushPlan) -> None:
        self._plan = plan
        if plan.existing:
            head = self.tr("To the existing repository {0} (its visibility does not change):")
        elif plan.private:
            head = self.tr("To the new private repository {0}:")
        else:
            head = self.tr("To the new PUBLIC repository {0}:")
        lines = [head.format(plan.repo), *(f"{byte_text(size)}  {name}" for name, size in plan.files)]
        lines.append(
            plural("VersionExport", "{0} in {n} files", "{0} in {n} file", len(plan.files)).format(
                byte_text(plan.bytes)
            )
        )
        if not self._licence():
            lines.append(self.tr("No licence given: the model card will state that it is unknown."))
        self.plan.setPlainText(printable("\n".join(lines)))
        self.set_busy(False)
        self.push_button.setFocus()

    def _forget_plan(self) -> None:
        """Clear the preview, because an input has changed."""
        self._plan = None
        self.plan.clear()
        self.clean_up()
        self.set_busy(self._workspace.outgoing.busy)

    def _fail(self, text: str) -> None:
        self.set_busy(False)
        self.message.emit(text, "error")

    def _name(self) -> str:
        return self.version.currentText()

    def _whole(self) -> bool:
        return bool(self.form.currentData())

    def _licence(self) -> str | None:
        return self.licence.text().strip() or None

    def _set_up(self) -> None:
        self.form.addItem(self.tr("LoRA adapter (PEFT)"), False)
        self.form.addItem(self.tr("Merged model (Transformers)"), True)
        self.licence.setPlaceholderText(self.tr("for example apache-2.0; unknown if left empty"))
        self.repo.setPlaceholderText(self.tr("owner/name"))
        self.plan.setReadOnly(True)
        self.plan.setTabChangesFocus(True)
        keep_size(self.plan, height=PLAN_HEIGHT)
        self.plan.setPlaceholderText(
            self.tr(
                "The preview lists the files, their sizes and who will see them. Nothing is uploaded until you confirm."
            )
        )
        for widget, name in (
            (self.version, self.tr("Version")),
            (self.form, self.tr("Format")),
            (self.licence, self.tr("Licence for the model card")),
            (self.repo, self.tr("Hugging Face repository")),
            (self.plan, self.tr("Files to upload")),
        ):
            widget.setAccessibleName(name)

    def _lay_out(self) -> None:
        fields = QFormLayout()
        fields.addRow(self.tr("Version"), self.version)
        fields.addRow(self.tr("Format"), self.form)
        fields.addRow(self.tr("Licence"), self.licence)
        into = FlowLayout()
        into.addWidget(self.folder, 1)
        into.addWidget(self.export_button)
        fields.addRow(self.tr("Folder"), into)
        hub = FlowLayout()
        hub.addWidget(self.repo, 1)
        hub.addWidget(self.plan_button)
        fields.addRow(self.tr("Hugging Face"), hub)
        ask = FlowLayout()
        ask.addWidget(self.public)
        ask.addWidget(self.existing)
        ask.addStretch(1)
        ask.addWidget(self.push_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(PlainLabel(self.tr("Model version"), role="subtitle"))
        column.addLayout(fields)
        column.addWidget(self.plan)
        column.addLayout(ask)

    def _connect(self) -> None:
        self.export_button.clicked.connect(lambda _checked: self.export())
        self.plan_button.clicked.connect(lambda _checked: self.show_plan())
        self.push_button.clicked.connect(lambda _checked: self.push())
        for changed in (
            self.version.currentIndexChanged,
            self.form.currentIndexChanged,
            self.licence.textChanged,
            self.repo.textChanged,
            self.public.toggled,
            self.existing.toggled,
        ):
            changed.connect(lambda _value: self._forget_plan())
