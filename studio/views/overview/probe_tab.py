"""Overview, tab "Probe": what degrading images does to a version's scores and explanations, against the base."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.models import probe_table as columns
from studio.models.degradation_text import degradation_title
from studio.models.probe_table import ProbeModel
from studio.models.table import OBJECT_ROLE
from studio.services.probing import probe_results
from studio.services.probing.types import ALL_DEGRADATIONS, ProbeReport, ProbeRow
from studio.services.recipes.version_names import BASE
from studio.text import one_line
from studio.views.actions.action import StudioAction
from studio.views.actions.buttons import bind_button
from studio.views.overview.probe_examples import ProbeExamplesWindow
from studio.views.overview.results_tab import card
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import ProbeLine, ProbePoint
from studio.widgets.legend import Legend, LegendEntry
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import keep_size, scaled

if TYPE_CHECKING:
    from studio.widgets.probe_chart import ProbeChart

WIDTHS = {
    columns.COL_DEGRADATION: 124,
    columns.COL_STRENGTH: 84,
    columns.COL_SCORE: 190,
    columns.COL_SCORE_VS: 164,
    columns.COL_NAMED: 76,
    columns.COL_BEFORE: 98,
    columns.COL_GAIN_VS: 116,
    columns.COL_N: 74,
}


class ProbePanel(QWidget):
    """Chart of score change by strength, and the table; without a probe, what it is for and the action."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._report = ProbeReport()
        self.chart: ProbeChart | None = None
        self.model = ProbeModel(self)
        self.table = make_table(
            sorted_by_column(self.model, self), self.tr("Faithfulness probe"), stretch=columns.COL_GAIN
        )
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, scaled(width))
        self.version = CalmCombo()
        self.version.setAccessibleName(self.tr("Version"))
        keep_size(self.version, least_width=170)
        self.legend = Legend(())
        self.first_button, self.again_button = QPushButton(), QPushButton()
        self.examples_button = QPushButton(self.tr("Examples…"))
        self.stack = QStackedWidget()
        self._lay_out()
        self.version.currentIndexChanged.connect(self._on_version)
        self.table.activated.connect(self._on_activated)
        self.examples_button.clicked.connect(self.show_examples)

    def use(self, action: StudioAction) -> None:
        """Bind the buttons to the action that starts a probe."""
        action_text = self.tr("Probe versions…")
        bind_button(self.first_button, action, action_text, with_icon=False)
        bind_button(self.again_button, action, action_text, with_icon=False)

    def refresh(self) -> None:
        """Read the figures of all probes."""
        project = self._workspace.project
        self._workspace.background.read("overview-probe", lambda: probe_results.report(project), self.show_report)

    def show_report(self, report: ProbeReport) -> None:
        """Show one version's figures: the one that was chosen, at first the newest."""
        if report == self._report and self.version.count():
            return
        chosen, before = self.version.currentData(), self._report.versions
        self._report = report
        if report.versions != before:
            self.version.blockSignals(True)
            self.version.clear()
            for name in report.versions:
                self.version.addItem(one_line(name), name)
            keep = chosen if chosen in report.versions and len(before) == len(report.versions) else None
            last = report.versions[-1] if report.versions else None
            self.version.setCurrentIndex(self.version.findData(keep or last))
            self.version.blockSignals(False)
        self.stack.setCurrentIndex(1 if report.versions else 0)
        self._show()

    def add_charts(self, module: ModuleType) -> None:
        """Make the chart, once pyqtgraph is loaded."""
        title = self.tr("Score change by strength, from the untouched image on the left; bars: 95% CI")
        self.chart = module.ProbeChart(title, self.tr("Score change"))
        self.upper.addWidget(card(self.chart), 1)
        self._show()

    @property
    def chosen(self) -> str | None:
        """Return the version that is shown."""
        name = self.version.currentData()
        return name if isinstance(name, str) else None

    @property
    def row(self) -> ProbeRow | None:
        """Return the selected row of the table, or the first one that has examples."""
        index = self.table.currentIndex()
        found = index.data(OBJECT_ROLE) if index.isValid() else None
        rows = [found] if isinstance(found, ProbeRow) else list(self.model.rows)
        return next((row for row in rows if row.degradation != ALL_DEGRADATIONS), None)

    def show_examples(self) -> None:
        """Show images and texts of the selected degradation in a window of their own."""
        row = self.row
        if row is not None:
            versions = list(dict.fromkeys((BASE, row.version)))
            ProbeExamplesWindow(self._workspace, versions, row.degradation, row.strength, self).show()

    def _on_version(self, _place: int) -> None:
        self._show()

    def _on_activated(self, _index: QModelIndex) -> None:
        self.show_examples()

    def _show(self) -> None:
        version = self.chosen
        rows = self._report.of(version) if version is not None else ()
        self.model.show(rows)
        compared = version is not None and version != BASE
        for column in (columns.COL_SCORE_VS, columns.COL_GAIN_VS):
            self.table.setColumnHidden(column, not compared)
        self.examples_button.setEnabled(self.row is not None)
        if self.chart is None or version is None:
            return
        names = [name for name in self._report.degradations if any(row.degradation == name for row in rows)]
        shown = [(BASE, "mark_base")] if BASE in self._report.versions else []
        shown += [(version, "mark_score")] if compared else []
        lines = [line for name, colour in shown for line in self._lines(name, colour, names)]
        legend = tuple(
            LegendEntry("o" if colour == "mark_base" else "d", colour, one_line(name)) for name, colour in shown
        )
        self.legend.set_entries(legend)
        self.chart.set_lines([degradation_title(name) for name in names], lines, legend)

    def _lines(self, version: str, colour: str, names: list[str]) -> list[ProbeLine]:
        found = []
        for lane, name in enumerate(names):
            points = []
            for row in self._report.of(version):
                metric = row.figures.get("score_change")
                if row.degradation == name and row.strength and metric is not None:
                    points.append(ProbePoint(row.strength, metric.value, metric.lo, metric.hi))
            found.append(ProbeLine(lane, colour, tuple(points)))
        return found

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Version")), 0)
        head.addWidget(self.version)
        head.addSpacing(12)
        head.addWidget(self.legend)
        head.addStretch(1)
        head.addWidget(self.examples_button)
        head.addWidget(self.again_button)
        upper = QWidget()
        self.upper = QVBoxLayout(upper)
        self.upper.setContentsMargins(0, 4, 0, 0)
        self.upper.setSpacing(6)
        self.upper.addLayout(head)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 4, 0, 0)
        below.setSpacing(6)
        foot = FlowLayout()
        text = self.tr(
            "Double-click a row or press Enter for examples. Each interval is for its row alone: of twenty rows "
            "without any effect, one is expected to exclude 0."
        )
        foot.addWidget(PlainLabel(text, role="muted", wrap=True), 1)
        foot.addWidget(csv_button(self.table))
        below.addWidget(self.table, 1)
        below.addLayout(foot)
        splitter = FittingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(lower)
        splitter.setSizes([340, 210])
        splitter.setStretchFactor(0, 1)
        self.stack.addWidget(self._empty())
        self.stack.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _empty(self) -> QWidget:
        text = PlainLabel(
            self.tr(
                "Do the explanations follow the image? The faithfulness probe makes a sample of test images worse in "
                "one way at a time (blurred, noisy, underexposed, tilted and so on) and shows how far the score falls, "
                "and whether the explanation names what was changed, against the base model."
            ),
            role="empty",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(text)
        column.addWidget(self.first_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return page
