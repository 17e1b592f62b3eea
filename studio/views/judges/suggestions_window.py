"""Ask versions how to improve test images, and have a language model grade it (arXiv 2506.02708, B.3 and Table 9)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.models.suggestion_table import COL_JUDGE, SuggestionModel
from studio.plural import plural
from studio.services.settings.schema import Settings
from studio.services.suggesting import suggestion_results, suggestion_runs
from studio.services.suggesting.types import SuggestionEstimate, SuggestionRow
from studio.text import one_line, printable
from studio.views.estimated_window import EstimatedWindow, offer_versions
from studio.views.settings.judge_key_window import open_key_window
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import keep_hint_height, scaled

SIZE = (980, 640)
WIDTHS = (130, 140, 110, 165, 60, 180, 60, 80)
Changes = tuple[tuple[str, ...], dict[str, object], object]
"""Versions, settings of the judge, and the sample."""


class SuggestionsWindow(EstimatedWindow[SuggestionEstimate]):
    """Non-modal. What is entered holds for this time alone; the project's settings are shown at first.

    Args:
        workspace: the open project.
        settings: the project's.
        versions: those that can be asked, oldest first.
        parent: the page.
    """

    def __init__(self, workspace: Workspace, settings: Settings, versions: list[str], parent: QWidget) -> None:
        super().__init__(workspace, parent)
        self.setWindowTitle(self.tr("Judge Suggestions"))
        self.start_button.setText(self.tr("Ask and judge"))
        self.model = SuggestionModel(self)
        self.table = make_table(sorted_by_column(self.model, self), self.tr("Grades of suggestions"), stretch=COL_JUDGE)
        self.versions = CalmCombo()
        offer_versions(self.versions, versions)
        self.server, self.judge = QLineEdit(settings.judge.base_url), QLineEdit(settings.judge.model)
        self.sample, self.limit = QLineEdit(str(settings.chat.sample)), QLineEdit(f"{settings.judge.max_cost:g}")
        self.empty = PlainLabel(self.tr("No suggestions have been judged yet."), role="muted")
        self.key_button = QPushButton(self.tr("Key…"))
        self._lay_out()
        workspace.results_changed.connect(self._read)
        self.set_size(*SIZE)
        self._look()
        self._read()

    def start(self) -> None:
        """Queue what is missing and the judging, and start the queue; the figures appear here."""
        if self._shown is None:
            return
        self.start_button.setEnabled(False)
        self._workspace.judge_suggestions(*self._changes(), self._look)

    def ask_for_key(self) -> None:
        """Ask for the key of the server that is typed."""
        problem = open_key_window(self._workspace.background, self.server.text(), self.parentWidget())
        if problem:
            self.estimate.setText(printable(problem))

    def _changes(self) -> Changes:
        """Return what is chosen; what is no number is left as text, which the settings refuse."""
        sample: object = self.sample.text().strip()
        limit: object = self.limit.text().strip()
        with suppress(ValueError):
            sample = int(str(sample))
        with suppress(ValueError):
            limit = float(str(limit))
        judge = {"base_url": self.server.text().strip(), "model": self.judge.text().strip(), "max_cost": limit}
        return tuple(self.versions.currentData() or ()), judge, sample

    def _chosen(self) -> object:
        return self._changes()

    def _estimating(self) -> Callable[[], SuggestionEstimate]:
        project, (names, judge, sample) = self._workspace.project, self._changes()

        def work() -> SuggestionEstimate:
            settings = suggestion_runs.with_changes(project, judge, sample)
            return suggestion_runs.estimate(project, suggestion_runs.asked_versions(project, names), settings)

        return work

    def _told(self, found: SuggestionEstimate) -> str:
        count = plural("SuggestionsWindow", "{n} suggestions", "{n} suggestion", found.suggestions)
        text = self.tr("{0} of {1}, judged by {2}.")
        parts = [text.format(count, one_line(", ".join(found.versions)), one_line(found.judge.partition("@")[0]))]
        if found.asked:
            parts.append(self.tr("Asked first: {0}.").format(one_line(", ".join(found.asked))))
        if found.usd is None:
            parts.append(self.tr("No prices are known for this server."))
        else:
            cost = self.tr("About {0} USD; what was judged before costs nothing again.")
            parts.append(cost.format(f"{found.usd:.2f}"))
        return " ".join(parts)

    def _read(self) -> None:
        project = self._workspace.project
        self._background.read("suggestions", lambda: suggestion_results.report(project), self._on_rows)

    def _on_rows(self, rows: list[SuggestionRow]) -> None:
        self.model.show(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        for label, field in (
            (self.tr("Versions, beside base"), self.versions),
            (self.tr("Server"), self.server),
            (self.tr("Model, which has to see images"), self.judge),
            (self.tr("Test images"), self.sample),
            (self.tr("Cost limit per version (USD)"), self.limit),
        ):
            field.setAccessibleName(label)
            keep_hint_height(field)
            if isinstance(field, QLineEdit):
                field.textEdited.connect(self._on_edit)
            form.addRow(PlainLabel(label), field)
        self.versions.currentIndexChanged.connect(self._on_edit)
        self.key_button.clicked.connect(self.ask_for_key)
        self.start_button.clicked.connect(self.start)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addWidget(self.key_button)
        foot.addWidget(csv_button(self.table))
        foot.addStretch(1)
        foot.addWidget(self.start_button)
        foot.addWidget(close)
        explained = self.tr(
            "After its score and explanation, each version is asked how the image could be improved. A language model "
            "that sees the image grades how useful, concrete and relevant the suggestions are, each from 0 to 4, as in "
            "the paper. Training teaches no conversation: this shows whether it has cost any of it. Texts and images "
            "are sent to the server. Grades are never used for training."
        )
        for place, width in enumerate(WIDTHS):
            self.table.setColumnWidth(place, scaled(width))
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(PlainLabel(self.tr("Judge Suggestions"), role="title"))
        whole.addWidget(PlainLabel(explained, role="muted", wrap=True))
        whole.addWidget(self.table, 1)
        whole.addWidget(self.empty)
        whole.addLayout(form)
        whole.addWidget(self.estimate)
        whole.addLayout(foot)
        for button in (self.key_button, close):
            button.setAutoDefault(False)  # Return asks
        self.start_button.setDefault(True)
