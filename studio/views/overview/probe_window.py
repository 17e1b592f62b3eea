"""Degrade test images and ask versions about them: which versions, which degradations, how many images."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.contract.degradations.kinds import KINDS
from studio.models.degradation_text import degradation_title
from studio.models.stage_text import range_words
from studio.plural import plural
from studio.services.probing import probe_runs
from studio.services.probing.types import ProbeEstimate
from studio.services.settings.schema import ProbeSettings
from studio.text import one_line
from studio.views.estimated_window import EstimatedWindow, offer_versions
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import EvenLayout, FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_hint_height

WIDTH, HEIGHT = 600, 480
BOX_WIDTH = 120


class ProbeWindow(EstimatedWindow[ProbeEstimate]):
    """Non-modal. What is chosen holds for this time alone; the project's settings are shown at first.

    Args:
        workspace: the open project.
        settings: of [probe].
        versions: those that can be probed, oldest first.
        parent: the window.
    """

    def __init__(
        self, workspace: Workspace, settings: ProbeSettings, versions: list[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace, parent)
        self.setWindowTitle(self.tr("Probe Versions"))
        self.start_button.setText(self.tr("Probe"))
        self.versions = CalmCombo()
        offer_versions(self.versions, versions)
        self.sample = QLineEdit(str(settings.sample))
        self.strengths = QLineEdit(", ".join(f"{value:g}" for value in settings.strengths))
        self.boxes = {kind.name: QCheckBox(degradation_title(kind.name)) for kind in KINDS}
        for name, box in self.boxes.items():
            box.setChecked(name in settings.degradations)
        self._lay_out()
        self._look()

    def start(self) -> None:
        """Queue the probes, start the queue, and close."""
        if self._shown is None or not self._shown.answers:
            return
        self.start_button.setEnabled(False)
        self._workspace.probe_versions(self._names(), self._changes(), self.close)

    def _names(self) -> tuple[str, ...]:
        return tuple(self.versions.currentData() or ())

    def _changes(self) -> dict[str, object]:
        """Return the settings as chosen; what is no number is left as text, which the settings refuse."""
        sample: object = self.sample.text().strip()
        with suppress(ValueError):
            sample = int(str(sample))
        strengths: list[object] = []
        for word in self.strengths.text().split(","):
            if word.strip():
                strengths.append(word.strip())
                with suppress(ValueError):
                    strengths[-1] = float(word)
        return {
            "sample": sample,
            "strengths": strengths,
            "degradations": [name for name, box in self.boxes.items() if box.isChecked()],
        }

    def _chosen(self) -> object:
        return self._names(), self._changes()

    def _estimating(self) -> Callable[[], ProbeEstimate]:
        project, names, changes = self._workspace.project, self._names(), self._changes()

        def work() -> ProbeEstimate:
            settings = probe_runs.with_probe(project, changes)
            return probe_runs.estimate(project, probe_runs.probed_versions(project, names), settings)

        return work

    def _starts_something(self, found: ProbeEstimate) -> bool:
        return found.answers > 0

    def _told(self, found: ProbeEstimate) -> str:
        parts = []
        if found.versions:
            answers = plural("ProbeWindow", "{n} answers", "{n} answer", found.answers)
            images = plural("ProbeWindow", "{n} images", "{n} image", found.images)
            copies = plural("ProbeWindow", "{n} degraded copies", "{n} degraded copy", found.copies - 1)
            text = self.tr("{0}: {1}, each untouched and in {2}, by {3}.")
            parts.append(text.format(answers, images, copies, one_line(", ".join(found.versions))))
            if found.seconds is not None:
                time = range_words(found.seconds, "seconds")
                parts.append(self.tr("Time: {0}, at the speed of earlier jobs.").format(time))
        if found.known:
            parts.append(self.tr("Already probed with these settings: {0}.").format(one_line(", ".join(found.known))))
        return " ".join(parts)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(10)
        for label, field in (
            (self.tr("Versions, beside base"), self.versions),
            (self.tr("Test images"), self.sample),
            (self.tr("Strengths (0 to 1)"), self.strengths),
        ):
            field.setAccessibleName(label)
            keep_hint_height(field)
            form.addRow(PlainLabel(label), field)
        self.versions.currentIndexChanged.connect(self._on_edit)
        self.sample.textEdited.connect(self._on_edit)
        self.strengths.textEdited.connect(self._on_edit)
        grid = EvenLayout(least_width=BOX_WIDTH, least_height=0)
        for box in self.boxes.values():
            box.toggled.connect(self._on_edit)
            grid.addWidget(box)
        self.start_button.clicked.connect(self.start)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addStretch(1)
        foot.addWidget(self.start_button)
        foot.addWidget(close)
        explained = self.tr(
            "Test images are made worse in one way at a time. Does the score fall, and does the explanation name what "
            "was changed, more often than for the same image untouched? All versions see the same copies and are "
            "compared with the base. Nothing is used for training."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(self.tr("Probe Versions"), role="title"))
        column.addWidget(PlainLabel(explained, role="muted", wrap=True))
        column.addLayout(form)
        column.addLayout(grid)
        column.addWidget(self.estimate)
        column.addStretch(1)
        column.addLayout(foot)
        self.keep_width(WIDTH)
        self.set_size(WIDTH, HEIGHT)
        close.setAutoDefault(False)  # Return probes
        self.start_button.setDefault(True)
