"""Which merges of the finished adapters to compare."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from studio.plural import plural
from studio.services.experiments import merging
from studio.services.experiments.types import MergeVariant
from studio.services.versions import version_list
from studio.services.versions.types import VersionRow
from studio.views.experiments.choice_window import ChoiceWindow, chosen_of
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.labels import PlainLabel

translate = QCoreApplication.translate
DENSITIES = ("0.2", "0.3", "0.5", "0.7", "0.9")
CHOSEN = ("ties", "ties_svd", "dare_ties", "linear", "svd")


class MergeWindow(ChoiceWindow):
    """Methods, densities and the iteration; nothing is trained."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(
            workspace,
            translate("MergeWindow", "Compare Merges"),
            translate(
                "MergeWindow",
                "The score and the consistency adapter of an iteration are merged by each method at each density, and "
                "measured. Nothing is trained. Methods without a density are merged once.",
            ),
            parent,
        )
        self.iteration = CalmCombo()
        self.iteration.setAccessibleName(self.tr("Iteration"))
        self.body.addWidget(PlainLabel(self.tr("Iteration"), role="subtitle"))
        self.body.addWidget(self.iteration)
        self.methods = self.add_boxes(self.tr("Methods"), merging.METHODS, CHOSEN)
        densities = [f"{value:g}" for value in merging.DENSITIES]
        self.densities = self.add_boxes(self.tr("Densities"), DENSITIES, densities, columns=5)
        self.iteration.currentIndexChanged.connect(lambda _place: self.update_note())
        project = workspace.project
        self.background.read("merge-iterations", lambda: version_list.versions(project), self._on_versions)
        self.update_note()

    def start(self) -> None:
        """Queue the merges that are not there yet."""
        iteration = self.iteration.currentData()
        if isinstance(iteration, int):
            self.start_button.setEnabled(False)
            self.workspace.start_merges(iteration, self._variants(), self.finish)

    def update_note(self) -> None:
        """Show how many merges are made."""
        count = len(self._variants())
        self.start_button.setEnabled(bool(count) and self.iteration.count() > 0)
        if not self.iteration.count():
            self.note.setText(self.tr("No iteration has two adapters yet: merges begin with the second one."))
            return
        text = plural("MergeWindow", "{n} merges", "{n} merge", count)
        self.note.setText(self.tr("{0}; each is predicted and measured.").format(text))

    def _variants(self) -> list[MergeVariant]:
        densities = [float(text) for text in chosen_of(self.densities)]
        return merging.variants(chosen_of(self.methods), densities)

    def _on_versions(self, rows: list[VersionRow]) -> None:
        have = {(row.iteration, row.kind) for row in rows if row.line == "main"}
        found = sorted({number for number, kind in have if kind == "consistency" and (number, "score") in have})
        for number in reversed(found):
            self.iteration.addItem(str(number), number)
        self.update_note()
