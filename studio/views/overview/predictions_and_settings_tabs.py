"""Overview, further tabs: what the versions predict, and which settings changed."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.models import distributions as columns
from studio.models import setting_changes as change_columns
from studio.models.distributions import DistributionsModel
from studio.models.setting_changes import ChangesModel
from studio.services.versions.measures import calibration_curve
from studio.services.versions.types import OverviewRows
from studio.text import one_line
from studio.views.overview.results_tab import card
from studio.widgets.flow_layout import EvenLayout, FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import CalibrationCurve
from studio.widgets.legend import Legend, LegendEntry
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import scaled

if TYPE_CHECKING:
    from studio.widgets.calibration_chart import CalibrationChart
    from studio.widgets.result_charts import DistributionChart


class DistributionPanel(QWidget):
    """Chart with a lane for each version below the true scores, and a table of the same figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = DistributionsModel(self)
        self.table = make_table(
            sorted_by_column(self.model, self), self.tr("Predicted scores"), stretch=columns.COL_VERSION
        )
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for column, width in ((1, 170), (2, 200), (3, 110), (4, 240), (5, 130)):
            self.table.setColumnWidth(column, scaled(width))
        self.warning = PlainLabel(role="warning", wrap=True)
        self.chart: DistributionChart | None = None
        self.calibration: CalibrationChart | None = None
        self.calibration_legend = Legend(())
        self._rows: OverviewRows | None = None
        self._lay_out()

    def show_rows(self, rows: OverviewRows) -> None:
        """Fill table and chart."""
        failures = {
            row.name: row.metrics["format_failures"] for row in rows.versions if "format_failures" in row.metrics
        }
        if self._rows is None or (self._rows.distributions, self._rows.versions) != (rows.distributions, rows.versions):
            self.model.show(rows.distributions, failures)
        self._rows = rows
        stuck = [found for found in rows.distributions if found.stuck is not None]
        versions = ", ".join(self.tr("{0} on label {1}").format(found.version, found.stuck) for found in stuck)
        self.warning.setText(
            self.tr("Stuck, with nine of ten answers giving the same label: {0}.").format(versions) if stuck else ""
        )
        self.warning.setVisible(bool(stuck))
        self._draw()

    def add_charts(self, module: ModuleType, calibration: ModuleType) -> None:
        """Make the charts, once pyqtgraph is loaded."""
        self.chart = module.DistributionChart(self.tr("Predicted labels on test images"), self.tr("Label (0–9)"))
        self.calibration = calibration.CalibrationChart(
            self.tr("Calibration"), self.tr("Predicted score (mean of a group)"), self.tr("True score")
        )
        self.calibration.explain("calibration")
        self.chart.explain("label")
        both = EvenLayout(least_width=220)
        both.addWidget(card(self.chart), 2)
        self.calibration.add_legend(self.calibration_legend)
        both.addWidget(card(self.calibration), 1)
        self.upper.addLayout(both, 1)
        self._draw()

    def _draw(self) -> None:
        if self._rows is None or self.chart is None:
            return
        nothing: tuple[int, ...] = (0,) * 10
        lanes = [(self.tr("true scores"), self._rows.truth, nothing)]
        lanes += [(found.version, found.greedy, found.expected) for found in self._rows.distributions]
        legend = (
            LegendEntry("bar", "mark_base", self.tr("true labels")),
            LegendEntry("bar", "mark_score", self.tr("label the model wrote")),
            LegendEntry("frame", "mark_consistency", self.tr("expected label (probability-weighted mean, rounded)")),
        )
        self.legend.set_entries(legend)
        self.chart.set_lanes(lanes, legend)
        if self.calibration is not None:
            curves = _calibration_curves(self._rows)
            named = tuple(LegendEntry("line", curve.colour, one_line(curve.version)) for curve in curves)
            self.calibration_legend.set_entries(named)
            self.calibration.set_curves(curves, named)
        share = f"{100 * self.chart.highest:.0f}"
        self.chart.title.setText(self.tr("Predicted labels on test images (highest bar: {0}%)").format(share))

    def _lay_out(self) -> None:
        self.legend = Legend(())
        upper = QWidget()
        self.upper = QVBoxLayout(upper)
        self.upper.setContentsMargins(0, 4, 0, 0)
        self.upper.addWidget(self.legend)
        self.upper.addWidget(self.warning)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 4, 0, 0)
        below.addWidget(self.table, 1)
        below.addWidget(csv_button(self.table), 0, Qt.AlignmentFlag.AlignRight)
        splitter = FittingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(lower)
        splitter.setSizes([360, 220])
        splitter.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)


def _calibration_curves(rows: OverviewRows) -> list[CalibrationCurve]:
    """Return the curves of the base and of the newest main version, as far as they were measured."""
    measured = [row for row in rows.versions if row.name in rows.main and calibration_curve(row)]
    shown = {row.name: row for row in (measured[:1] + measured[-1:])}
    return [CalibrationCurve(row.name, f"mark_{row.kind}", calibration_curve(row)) for row in shown.values()]


class ChangesPanel(QWidget):
    """Settings that changed between iterations, as saved with the jobs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ChangesModel(self)
        self.table = make_table(
            sorted_by_column(self.model, self), self.tr("Changed settings"), stretch=change_columns.COL_NOW
        )
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for place, width in ((0, 90), (1, 190), (2, 240), (3, 240)):
            self.table.setColumnWidth(place, scaled(width))
        self.empty = PlainLabel(
            self.tr(
                "No setting has changed between iterations. When a setting changes, this table shows its values before "
                "and after, as saved with the jobs."
            ),
            role="empty",
            wrap=True,
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 4, 0, 0)
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Settings that changed from one iteration to the next."), role="muted"), 1)
        head.addWidget(csv_button(self.table))
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def show_rows(self, rows: OverviewRows) -> None:
        """Fill the table."""
        self.model.set_rows(rows.changes)
        self.stack.setCurrentIndex(1 if rows.changes else 0)
