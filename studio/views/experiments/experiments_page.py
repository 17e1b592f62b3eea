"""The Experiments page: ablations and variations, merges and a search, each with charts and a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from studio.models import experiment_table as columns
from studio.models.experiment_table import experiment_title, of_group
from studio.services.experiments import applying, merging, searching
from studio.services.experiments.results import experiments
from studio.services.experiments.types import ExperimentRow
from studio.text import printable
from studio.views.actions.buttons import action_button
from studio.views.actions.experiments import experiment_actions
from studio.views.experiments.experiment_panel import ExperimentPanel
from studio.views.experiments.merge_window import MergeWindow
from studio.views.experiments.new_window import NewExperimentWindow
from studio.views.experiments.search_window import SearchWindow
from studio.views.page import Page
from studio.views.workspace import Workspace
from studio.widgets import lazy_charts
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.notices import question_box
from studio.widgets.tab_order import order_as_read


class ExperimentsPage(Page):
    """Signals.

    compare_wanted(list): compare these versions.
    started: something was put into the queue.
    """

    compare_wanted = Signal(list)
    started = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Experiments", parent)
        self.setAccessibleName(self.tr("Experiments"))
        self.rows: Sequence[ExperimentRow] = ()
        self.ablations = ExperimentPanel(
            self.tr("Ablations and variations"),
            self.tr(
                "Nothing has been trained yet. Run an iteration first; then experiments can be trained beside it, such "
                "as the ablations of the paper."
            ),
            [("test", "srcc"), ("test", "text")],
            [columns.COL_VALIDATION],
        )
        self.merges = ExperimentPanel(
            self.tr("Merges"),
            self.tr(
                "No merges have been compared yet. Compare merges tries other ways to merge the score and the "
                "consistency adapter of an iteration, without training; it needs iteration 2."
            ),
            [("val", "srcc"), ("test", "text")],
            [columns.COL_PLCC, columns.COL_CONSISTENCY_DELTA],
        )
        others = [columns.COL_SRCC, columns.COL_PLCC, columns.COL_CONSISTENCY, columns.COL_FORMAT]
        self.search = ExperimentPanel(
            self.tr("Search"),
            self.tr(
                "No settings have been searched yet. Search settings tries learning rates, betas and ranks on the "
                "pairs of iteration 1, and compares them on validation images alone."
            ),
            [("val", "srcc")],
            [*others, columns.COL_DELTA, columns.COL_CONSISTENCY_DELTA],
        )
        self.search.note.setText(self.tr("On validation images alone: the test images stay unseen."))
        self.tabs = QTabWidget()
        for panel, title in (
            (self.ablations, self.tr("Ablations")),
            (self.merges, self.tr("Merges")),
            (self.search, self.tr("Search")),
        ):
            self.tabs.addTab(panel, title)
            panel.opened.connect(lambda version: self.compare_wanted.emit([self._reference(), version]))
        self.commands = self.add_action_set(self.tr("Experiments"), experiment_actions(self))
        self._lay_out()
        self.tabs.currentChanged.connect(lambda _tab: self.update_actions())
        workspace.results_changed.connect(self.refresh_soon)
        workspace.jobs_changed.connect(self.refresh_soon)
        workspace.jobs_changed.connect(workspace.continue_search)

    @property
    def best(self) -> ExperimentRow | None:
        """Return the best merge or trial by validation, on the tab in front."""
        if self.tabs.currentWidget() is self.search:
            line = next((row.line for row in reversed(self.rows) if row.group == "search"), "")
            return searching.best(self.rows, line)
        if self.tabs.currentWidget() is self.merges:
            merged = [row.iteration for row in self.rows if row.group == "merge"]
            return merging.best(self.rows, max(merged)) if merged else None
        return None

    @property
    def apply_reason(self) -> str:
        """Return why nothing can be applied; "" if something can."""
        if self.best is not None:
            return ""
        return self.tr("Compare merges, or search settings, first; the tab in front shows which is best.")

    def refresh(self) -> None:
        """Read the experiments."""
        project = self.project
        self.workspace.background.read("experiments", lambda: experiments(project), self._on_rows)

    def load_charts(self) -> None:
        """Load the charts on a worker thread, as far as Qt is not involved, and then here."""

        def made(_result: None) -> None:
            module = lazy_charts.import_interval_charts()
            for panel in (self.ablations, self.merges, self.search):
                panel.add_charts(module)
            order_as_read(self)

        self.workspace.background.read("experiment-charts", lazy_charts.import_numbers, made)

    def take_focus(self) -> None:
        """The table in front has the arrows."""
        panel = self.tabs.currentWidget()
        if isinstance(panel, ExperimentPanel):
            panel.table.setFocus()

    def ask_new(self) -> None:
        """Ask which ablations and variations to train."""
        self._show(NewExperimentWindow(self.workspace, self), self.ablations)

    def ask_merges(self) -> None:
        """Ask which merges to compare."""
        self._show(MergeWindow(self.workspace, self), self.merges)

    def ask_search(self) -> None:
        """Ask which settings to search."""
        self._show(SearchWindow(self.workspace, self), self.search)

    def ask_apply(self) -> None:
        """Ask whether to write the best values into the settings."""
        best, project = self.best, self.project
        if best is None:
            return
        question = self.tr("Use {0}?").format(experiment_title(best))
        box = question_box(self, self.tr("Use best settings"), printable(question))
        values = ", ".join(f"{path} = {_shown(value)}" for path, value in best.changes.items())
        box.setInformativeText(
            printable(
                self.tr("Written into the project settings: {0}. Stages that have started keep theirs.").format(values)
            )
        )
        yes = box.addButton(self.tr("Use"), box.ButtonRole.AcceptRole)
        box.setEscapeButton(box.addButton(self.tr("Cancel"), box.ButtonRole.RejectRole))
        box.setDefaultButton(yes)
        changes = dict(best.changes)
        yes.clicked.connect(
            lambda: self.workspace.background.write(lambda: applying.apply_values(project, changes), self._on_applied)
        )
        box.show()

    def _on_applied(self, changed: list[str]) -> None:
        text = self.tr("Settings changed: {0}.").format(", ".join(changed))
        self.message.setText(printable(text if changed else self.tr("The settings have these values already.")))
        self.workspace.results_changed.emit()

    def _show(self, dialog: NewExperimentWindow | MergeWindow | SearchWindow, panel: ExperimentPanel) -> None:
        dialog.started.connect(lambda: self.tabs.setCurrentWidget(panel))
        dialog.show()

    def _reference(self) -> str:
        return next((row.version for row in self.rows if row.main), "base")

    def _on_rows(self, rows: list[ExperimentRow]) -> None:
        self.rows = rows
        trained = any(row.iteration for row in rows)
        self.ablations.show_rows(of_group(rows, ("main", "ablation", "variation")) if trained else ())
        merged = of_group(rows, ("merge",))
        iterations = {row.iteration for row in merged}
        own = [row for row in rows if row.group == "main" and row.changes and row.iteration in iterations]
        self.merges.show_rows([*own, *merged])
        self.search.show_rows(of_group(rows, ("search",)))
        self.update_actions()

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Experiments"), role="title"))
        head.addSpacing(12)
        self.message = PlainLabel(role="muted")
        head.addWidget(self.message, 1)
        for name in ("new", "merges", "search", "apply"):
            head.addWidget(action_button(self.commands[f"experiments.{name}"]))
        self.column.addLayout(head)
        self.column.addWidget(self.tabs, 1)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
