"""The Overview page: metrics of the versions, the verdict and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QStackedWidget, QTabWidget, QWidget

from studio.models.stage_text import range_words
from studio.models.table import OBJECT_ROLE
from studio.plural import plural
from studio.services.estimating.ahead import time_left
from studio.services.estimating.rates import KnownJobs
from studio.services.estimating.types import TimeLeft
from studio.services.experiments.catalogue import EXPERIMENT_RECIPES
from studio.services.loop.types import NextAction
from studio.services.probing import probe_runs
from studio.services.settings.schema import JudgeSettings, ProbeSettings
from studio.services.stages.registry import STAGES
from studio.services.versions.overview import OverviewReader
from studio.services.versions.types import IterationAdvice, OverviewRows, VersionRow
from studio.text import one_line
from studio.views.actions.action import StudioAction
from studio.views.actions.buttons import bind_button
from studio.views.actions.menus import offer_context_menu
from studio.views.actions.overview import overview_actions
from studio.views.models.discarder import Discarder
from studio.views.overview.first_steps import FirstSteps
from studio.views.overview.judge_window import JudgeWindow
from studio.views.overview.line_verdict import line_sentence
from studio.views.overview.measures_tab import MeasuresPanel
from studio.views.overview.next_action_text import action_explanation, action_title, advice_title, exported_version
from studio.views.overview.predictions_and_settings_tabs import ChangesPanel, DistributionPanel
from studio.views.overview.probe_tab import ProbePanel
from studio.views.overview.probe_window import ProbeWindow
from studio.views.overview.results_tab import ResultsPanel
from studio.views.overview.verdict_panel import VerdictPanel
from studio.views.page import Page
from studio.views.workspace import Workspace
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import (
    import_calibration_chart,
    import_numbers,
    import_probe_chart,
    import_result_charts,
)
from studio.widgets.message_bar import MessageBar
from studio.widgets.tab_order import order_as_read

WARNINGS = 3
"""How many warnings of the latest versions' stages are shown; the jobs' notes have all."""
SENTENCES = 3
"""How many other lines are spoken of above the table, the latest; the table has all of them.

Experiments are not among them: they have a page of their own.
"""


class OverviewPage(Page):
    """Signals ``review_wanted`` when the next step is a review, ``started`` when the button started work.

    ``compare_wanted(list)`` requests a comparison of versions, ``export_wanted(str)`` the export of one.
    """

    review_wanted = Signal()
    started = Signal()
    compare_wanted = Signal(list)
    export_wanted = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Overview", parent)
        self._reader = OverviewReader(workspace.project)
        self._action: NextAction | None = None
        self._advice: IterationAdvice | None = None
        self._rows: OverviewRows | None = None
        self.results = ResultsPanel()
        self.results.opened.connect(self._compare)
        self.distribution = DistributionPanel()
        self.changes = ChangesPanel()
        self.measures = MeasuresPanel()
        self.probe = ProbePanel(workspace)
        self.button = QPushButton()
        self.button.setProperty("role", "primary")
        self.suggestion = QPushButton()
        self.suggestion.hide()
        self.all_button = QPushButton()
        self.all_button.hide()
        self.discard_button = QPushButton()
        self.discard_button.hide()
        self.discarder = Discarder(workspace, self)
        self.message = MessageBar()
        self._begun = False
        self._speeds: KnownJobs = {}
        self.review = QCheckBox(self.tr("Pause to review pairs before training"))
        tip = self.tr("Training waits until you have reviewed the pairs. Saved in the project settings.")
        self.review.setToolTip(tip)
        self.review.hide()
        self.review.clicked.connect(self._on_review)
        self._saving_review = False
        self.commands = self.add_action_set(self.tr("Overview"), overview_actions(self))
        bind_button(self.button, self.commands["overview.next-step"], with_icon=False)
        self.probe.use(self.commands["overview.probe"])
        bind_button(self.all_button, self.commands["overview.run-all"], with_icon=False)
        bind_button(self.suggestion, self.commands["overview.suggestion"], with_icon=False)
        bind_button(self.discard_button, self.commands["overview.discard"], with_icon=False)
        self.discarder.discarded.connect(self._on_discarded)
        self.sentence = PlainLabel(self.tr("Loading project…"), role="muted", wrap=True)
        self.verdict = VerdictPanel()
        self.time_left = PlainLabel(role="muted", wrap=True)
        self.time_left.hide()
        self.warnings = PlainLabel(role="warning", wrap=True)
        self.warnings.hide()
        self.line_verdicts = PlainLabel(role="verdict", wrap=True)
        self._lay_out()
        self.review.toggled.connect(lambda _on: self.update_actions())
        self.results.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self.update_actions())
        self._context: list[StudioAction | None] = [self.commands["overview.compare"]]
        offer_context_menu(self.results.table, self._context)
        workspace.results_changed.connect(self.refresh_soon)
        workspace.jobs_changed.connect(self.refresh_soon)

    @property
    def charts_ready(self) -> bool:
        """Return whether the charts are created; that happens after the page is shown."""
        return bool(self.results.charts)

    def load_charts(self) -> None:
        """Load the charts."""

        def done(_none: None) -> None:
            self._on_charts(import_result_charts())

        self.workspace.background.read("charts:overview", import_numbers, done)

    def refresh(self) -> None:
        """Read versions, what they predict and the next step."""
        self.workspace.background.read("overview", self._reader.read, self._on_rows)
        self.probe.refresh()

    def take_focus(self) -> None:
        """The next step, or what helps more, has the keyboard."""
        (self.suggestion if self.has_suggestion else self.button).setFocus()

    @property
    def can_go_on(self) -> bool:
        """Return whether the next step can be started."""
        action = self._action
        return (
            action is not None
            and action.kind not in ("running", "done")
            and not self.workspace.running
            and not self._begun
        )

    @property
    def next_step_text(self) -> str:
        """Return the label of the next step."""
        return action_title(self._action) if self._action is not None else self.tr("Next step")

    @property
    def runs_on(self) -> bool:
        """Return whether more than the next step is planned."""
        action = self._action
        return (
            self._rows is not None
            and action is not None
            and action.kind in ("run_base", "run_iteration", "resume")
            and self._rows.finished is None
            and action.iteration < self._rows.planned
        )

    @property
    def run_all_text(self) -> str:
        """Return the label of running everything that is planned."""
        if self._rows is None or not self.runs_on:
            return self.tr("Run all")
        return self.tr("Run all to iteration {0}").format(self._rows.planned)

    def run_all(self) -> None:
        """Run everything that is planned, one stage after the other."""
        if self._rows is not None and self.runs_on and self.can_go_on:
            self.workspace.enqueue(self._rows.planned, self._on_started)

    @property
    def can_discard(self) -> bool:
        """Return whether an iteration has begun and stopped: it can be continued, or discarded."""
        action = self._action
        begun = action is not None and action.kind in ("resume", "review") and action.iteration > 0
        return begun and not self.workspace.running

    @property
    def discard_text(self) -> str:
        """Return the label of discarding the iteration that has stopped."""
        if self._action is None or not self.can_discard:
            return self.tr("Discard iteration…")
        return self.tr("Discard iteration {0}…").format(self._action.iteration)

    def discard(self) -> None:
        """Ask, and discard the iteration that has stopped, with its pairs, jobs and versions."""
        if self._action is not None and self.can_discard:
            self.discarder.ask(f"iter{self._action.iteration}")

    def _on_discarded(self, name: str) -> None:
        text = self.tr("Iteration {0} was discarded.").format(name.removeprefix("iter"))
        self.message.show_message(text, "info", (self.tr("Undo"), lambda: self.discarder.restore(name)))

    @property
    def has_suggestion(self) -> bool:
        """Return whether something helps more than another iteration."""
        return self._advice is not None and self._advice.stops

    @property
    def suggestion_text(self) -> str:
        """Return the label of what helps more than another iteration."""
        return advice_title(self._advice)

    def follow_suggestion(self) -> None:
        """Export the best version, or compare the last one with the previous one."""
        advice = self._advice
        if advice is None or not advice.stops:
            return
        version = exported_version(advice)
        if version is not None:
            self.export_wanted.emit(version)
        else:
            self.compare_wanted.emit([advice.other, advice.version])

    @property
    def can_choose_review(self) -> bool:
        """Return whether a coming iteration could pause for a review."""
        return self._action is not None and self._action.kind in ("run_base", "run_iteration")

    @property
    def reviews(self) -> bool:
        """Return whether iterations pause for a review."""
        return self.review.isChecked()

    def toggle_review(self) -> None:
        """Toggle the review option."""
        if self.can_choose_review:
            self.review.click()

    def add_line_actions(self, actions: Sequence[StudioAction]) -> None:
        """Add actions that start and resume lines to the context menu of the versions."""
        self._context += [None, *actions]

    @property
    def selected_version(self) -> str | None:
        """Return the name of the version that is selected in the table."""
        return self.selected_row.name if self.selected_row is not None else None

    @property
    def selected_row(self) -> VersionRow | None:
        """Return the version that is selected in the table."""
        index = self.results.table.currentIndex()
        row = index.data(OBJECT_ROLE) if index.isValid() else None
        return row if isinstance(row, VersionRow) else None

    def compare_selected(self) -> None:
        """Compare the selected version with the previous one."""
        if self.selected_version is not None:
            self._compare(self.selected_version)

    def judge_versions(self) -> None:
        """Offer to have a language model grade the explanations."""
        project = self.project

        def show(settings: JudgeSettings) -> None:
            JudgeWindow(self.workspace, settings, self).show()

        self.workspace.background.read("judge-settings", lambda: project.settings.judge, show)

    def reread_versions(self) -> None:
        """Have all versions read scores from their explanations."""
        self.workspace.reread_versions(self._on_started)

    def measure_again(self) -> None:
        """Compute all metrics again."""
        self.workspace.measure_again(self._on_started)

    def probe_versions(self) -> None:
        """Offer to ask versions about degraded test images."""
        project = self.project

        def show(found: tuple[ProbeSettings, list[str]]) -> None:
            ProbeWindow(self.workspace, *found, self).show()

        self.workspace.background.read(
            "probe-settings", lambda: (project.settings.probe, probe_runs.measured(project)), show
        )

    def next_step(self) -> None:
        """Start the next step."""
        if self._action is None or not self.can_go_on:
            return
        if self._action.kind == "review":
            self.review_wanted.emit()
        else:
            self.workspace.enqueue(self._action.iteration, self._on_started)

    def _on_started(self) -> None:
        self._begun = True
        self.update_actions()
        self.started.emit()

    def _on_rows(self, rows: OverviewRows) -> None:
        self._rows = rows
        self.results.show_rows(rows)
        self.distribution.show_rows(rows)
        self.measures.show_rows(rows)
        self.changes.show_rows(rows)
        measured = any(version.metrics for version in rows.versions)
        self.body.setCurrentIndex(1 if measured else 0)
        self._show_action(rows)
        self.all_button.setVisible(self.runs_on)
        self.discard_button.setVisible(self.can_discard)
        self._show_warnings(rows.warnings)
        self.review.setVisible(rows.action.kind in ("run_base", "run_iteration"))
        if not self._saving_review:
            self.review.setChecked(rows.review)
        self.verdict.show_verdict(rows.verdict)
        self.update_actions()
        self._show_line_verdicts(rows)
        project, known = self.project, self._speeds
        self.workspace.background.read("time-left", lambda: time_left(project, {}, known=known), self._show_time_left)

    def _show_time_left(self, found: TimeLeft | None) -> None:
        """Show how long everything that is planned will take, as soon as this project has shown how fast it is."""
        self.time_left.setVisible(found is not None and bool(found.stages))
        if found is None:
            return
        self.time_left.setText(
            self.tr("Time left for all that is planned: {0}.").format(range_words(found.total, "seconds"))
        )
        labels = {stage.kind: QCoreApplication.translate("Stages", stage.label) for stage in STAGES}
        lines = [
            f"{labels[kind]}{f' ({device})' if device else ''}: {range_words(seconds, 'seconds')}"
            for (kind, device), seconds in found.by_kind().items()
        ]
        self.time_left.setToolTip("\n".join(lines))

    def _show_action(self, rows: OverviewRows) -> None:
        action = rows.action
        had_keyboard = self.button.hasFocus() or self.suggestion.hasFocus()  # a disabled button loses it
        had_suggestion = not self.suggestion.isHidden()
        self._action, self._advice, self._begun = action, rows.advice, False
        self.update_actions()
        waiting = self.workspace.running and action.kind != "running"
        queue_running = self.tr("The queue is running. See the Jobs page for progress.")
        self.sentence.setText(queue_running if waiting else action_explanation(action, rows.finished, rows.advice))
        self.suggestion.setVisible(self.has_suggestion)
        _set_primary(self.button, not self.has_suggestion)
        _set_primary(self.suggestion, self.has_suggestion)
        if had_keyboard and self.has_suggestion != had_suggestion:
            self.take_focus()

    def _show_warnings(self, found: Sequence[str]) -> None:
        lines = [one_line(text) for text in found[:WARNINGS]]
        if len(found) > WARNINGS:
            more = plural(
                "OverviewPage", "{n} more warnings are in the notes of the jobs.",
                "{n} more warning is in the notes of the jobs.", len(found) - WARNINGS,
            )  # fmt: skip
            lines.append(more)
        self.warnings.setText("\n".join(lines))
        self.warnings.setVisible(bool(lines))

    def _show_line_verdicts(self, rows: OverviewRows) -> None:
        """Show the verdict of each other line against the main one: whether vetoes or later decisions helped."""
        spoken = [name for name in rows.lines if rows.recipes.get(name) not in EXPERIMENT_RECIPES]
        sentences = [sentence for name in spoken if (sentence := line_sentence(rows, name))]
        self.line_verdicts.setText("\n".join(sentences[-SENTENCES:]))
        self.line_verdicts.setVisible(bool(sentences))

    def _compare(self, version: str) -> None:
        if self._rows is None:
            return
        verdict = self._rows.verdicts.get(version)
        other = verdict.other if verdict else self._rows.versions[0].name
        self.compare_wanted.emit([other, version] if other != version else [])

    def _on_review(self, wanted: bool) -> None:
        def saved() -> None:
            self._saving_review = False
            self.refresh()

        self._saving_review = True
        self.workspace.set_review(wanted, saved)

    def _on_charts(self, module: ModuleType) -> None:
        self.results.add_charts(module)
        self.distribution.add_charts(module, import_calibration_chart())
        self.probe.add_charts(import_probe_chart())
        order_as_read(self)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.project.name, role="title"), 1)
        head.addWidget(self.review, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addSpacing(8)
        head.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.suggestion, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.discard_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(head)
        self.column.addWidget(self.sentence)
        self.column.addWidget(self.time_left)
        self.column.addWidget(self.verdict)
        self.column.addWidget(self.warnings)
        self.line_verdicts.hide()
        self.column.addWidget(self.line_verdicts)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.results, self.tr("Results"))
        self.tabs.addTab(self.measures, self.tr("Measures"))
        self.tabs.addTab(self.distribution, self.tr("Predicted scores"))
        self.tabs.addTab(self.probe, self.tr("Probe"))
        self.tabs.addTab(self.changes, self.tr("Changed settings"))
        self.empty = FirstSteps()
        self.body = QStackedWidget()
        self.body.addWidget(self.empty)
        self.body.addWidget(self.tabs)
        self.column.addWidget(self.body, 1)
        self.column.addWidget(self.message)


def _set_primary(button: QPushButton, primary: bool) -> None:
    """Show a button as the page's most important one, or as any other."""
    button.setProperty("role", "primary" if primary else "")
    button.style().unpolish(button)
    button.style().polish(button)
