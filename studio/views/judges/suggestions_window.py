"""Ask versions how to improve test images, and have a language model grade it (arXiv 2506.02708, B.3 and Table 9)."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.models.suggestion_table import COL_JUDGE, SuggestionModel
from studio.plural import plural
from studio.services.errors import StudioError
from studio.services.recipes.version_names import newest_main
from studio.services.settings.schema import Settings, server_address
from studio.services.suggesting import suggestion_results, suggestion_runs
from studio.services.suggesting.types import SuggestionEstimate, SuggestionRow
from studio.text import one_line, printable
from studio.views.settings.judge_key_window import JudgeKeyWindow
from studio.views.workspace import Workspace
from studio.widgets.labels import PlainLabel
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column

SIZE = (980, 640)
WIDTHS = (130, 140, 110, 165, 60, 180, 60, 80)
LOOK_MS = 250
"""After the last key press; then the estimate is made anew."""
Changes = tuple[tuple[str, ...], dict[str, object], object]
"""Versions, settings of the judge, and the sample."""


class SuggestionsWindow(QDialog):
    """Non-modal. What is entered holds for this time alone; the project's settings are shown at first.

    Args:
        workspace: the open project.
        settings: the project's.
        versions: those that can be asked, oldest first.
        parent: the page.
    """

    def __init__(self, workspace: Workspace, settings: Settings, versions: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Judge Suggestions"))
        self._workspace = workspace
        self._background = workspace.background.for_owner(self)
        self._shown: SuggestionEstimate | None = None
        self.model = SuggestionModel(self)
        self.table = make_table(sorted_by_column(self.model, self), self.tr("Grades of suggestions"), stretch=COL_JUDGE)
        self.versions = QComboBox()
        self._offer(versions)
        self.server, self.judge = QLineEdit(settings.judge.base_url), QLineEdit(settings.judge.model)
        self.sample, self.limit = QLineEdit(str(settings.chat.sample)), QLineEdit(f"{settings.judge.max_cost:g}")
        self.estimate = PlainLabel(role="muted", wrap=True)
        self.empty = PlainLabel(self.tr("No suggestions have been judged yet."), role="muted")
        self.key_button, self.start_button = QPushButton(self.tr("Key…")), QPushButton(self.tr("Ask and judge"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(LOOK_MS)
        self._pause.timeout.connect(self._look)
        self._lay_out()
        workspace.results_changed.connect(self._read)
        self.resize(*SIZE)
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
        try:
            address = server_address(self.server.text())
        except ValueError as error:
            self.estimate.setText(printable(str(error)))
            return
        shown = JudgeKeyWindow(self._workspace.background, address, self.parentWidget())
        shown.show()
        shown.field.setFocus()

    def _offer(self, versions: list[str]) -> None:
        for name in newest_main(versions):
            self.versions.addItem(self.tr("Newest: {0}").format(one_line(name)), (name,))
        self.versions.addItem(self.tr("All versions"), tuple(versions))
        for name in versions:
            self.versions.addItem(one_line(name), (name,))

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

    def _on_edit(self, *_value: object) -> None:
        self._shown = None
        self.start_button.setEnabled(False)
        self._pause.start()

    def _look(self) -> None:
        project, of = self._workspace.project, self._changes()
        names, judge, sample = of

        def work() -> SuggestionEstimate | str:
            try:
                settings = suggestion_runs.with_changes(project, judge, sample)
                return suggestion_runs.estimate(project, suggestion_runs.asked_versions(project, names), settings)
            except StudioError as error:
                return f"{error.message} {error.remedy}".strip()

        self._background.read("suggestions-estimate", work, lambda found: self._on_estimate(found, of))

    def _on_estimate(self, found: SuggestionEstimate | str, of: Changes) -> None:
        if of != self._changes():
            return  # more was changed meanwhile
        self._shown = None if isinstance(found, str) else found
        self.start_button.setEnabled(self._shown is not None)
        self.estimate.setText(printable(found) if isinstance(found, str) else self._told(found))

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
            field.setMinimumHeight(field.sizeHint().height())
            if isinstance(field, QLineEdit):
                field.textEdited.connect(self._on_edit)
            form.addRow(PlainLabel(label), field)
        self.versions.currentIndexChanged.connect(self._on_edit)
        self.key_button.clicked.connect(self.ask_for_key)
        self.start_button.clicked.connect(self.start)
        self.start_button.setProperty("role", "primary")
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
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
            self.table.setColumnWidth(place, width)
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
        self.start_button.setEnabled(False)
