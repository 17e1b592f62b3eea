"""One tab of experiments: charts of two metrics with intervals, and the table."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.models import experiment_table as columns
from studio.models.experiment_table import ExperimentTable, experiment_title
from studio.models.table import OBJECT_ROLE
from studio.services.experiments.types import ExperimentRow
from studio.services.versions.types import MetricValue
from studio.widgets.flow_layout import EvenLayout, FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import Bar
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import scaled

if TYPE_CHECKING:
    from studio.widgets.interval_chart import IntervalChart

WIDTHS = {
    columns.COL_VALIDATION: 158,
    columns.COL_SRCC: 158,
    columns.COL_PLCC: 158,
    columns.COL_CONSISTENCY: 138,
    columns.COL_FORMAT: 72,
    columns.COL_DELTA: 192,
    columns.COL_CONSISTENCY_DELTA: 170,
}
CHARTED = 16
"""Rows of a chart; of more, those with the highest first metric are drawn."""
Metric = tuple[str, str]
"""Split ("test" or "val") and name; "text": consistency, or word tone where there is no judge."""


class ExperimentPanel(QWidget):
    """Signal ``opened(str)``: the version to compare.

    Args:
        name: of the table.
        empty: the text in the place of charts and table where there are no rows.
        metrics: up to two metrics that are drawn.
        hidden: columns of the table that are left out.
    """

    opened = Signal(str)

    def __init__(
        self,
        name: str,
        empty: str,
        metrics: Sequence[Metric],
        hidden: Sequence[int] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._metrics = tuple(metrics)
        self.model = ExperimentTable(self)
        self.proxy = sorted_by_column(self.model, self)
        self.table = make_table(self.proxy, name, stretch=columns.COL_NAME)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setMinimumSectionSize(60)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, scaled(width))
            self.table.setColumnHidden(column, column in hidden)
        self.table.activated.connect(self._on_activated)
        self.charts: list[IntervalChart] = []
        self.empty = PlainLabel(empty, role="empty", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note = PlainLabel(role="muted", wrap=True)
        self._lay_out()
        self.show_rows(())
        self.empty.hide()  # it is not known yet

    @property
    def selected(self) -> ExperimentRow | None:
        """Return the selected row."""
        row = self.table.currentIndex().data(OBJECT_ROLE)
        return row if isinstance(row, ExperimentRow) else None

    def show_rows(self, rows: Sequence[ExperimentRow]) -> None:
        """Fill charts and table."""
        self.model.show(rows)
        self.empty.setVisible(not rows)
        self.splitter.setVisible(bool(rows))
        self._draw()

    def add_charts(self, module: ModuleType) -> None:
        """Make the charts, once pyqtgraph is loaded."""
        names = {
            ("test", "srcc"): (self.tr("SRCC on the test images"), self.tr("SRCC")),
            ("test", "text"): (self.tr("Consistency on the test images"), self.tr("Rating (0–4)")),
            ("val", "srcc"): (self.tr("SRCC on the validation images"), self.tr("SRCC")),
        }
        for metric in self._metrics:
            title, label = names[metric]
            chart: IntervalChart = module.IntervalChart(title, label)
            frame = QFrame()
            frame.setProperty("role", "card")
            inner = QVBoxLayout(frame)
            inner.setContentsMargins(1, 1, 1, 1)
            inner.addWidget(chart)
            self.charts.append(chart)
            self.row.addWidget(frame)
        self._draw()

    def _draw(self) -> None:
        shown = self._drawn()
        for chart, (split, name) in zip(self.charts, self._metrics, strict=False):
            if name == "text":
                name = self.model.text_metric
                judged = name == "consistency"
                title = self.tr("Consistency on the test images") if judged else self.tr("Word tone on the test images")
                chart.title.setText(title)
            chart.explain("val_srcc" if split == "val" and name == "srcc" else name)
            chart.set_bars([bar for row in shown if (bar := _bar(row, split, name)) is not None])

    def _drawn(self) -> list[ExperimentRow]:
        rows = list(self.model.rows)
        if len(rows) <= CHARTED:
            return rows
        split, name = self._metrics[0]
        best = sorted(rows, key=lambda row: -_value(_metric(row, split, name)))[:CHARTED]
        return [row for row in rows if row in best or row.main]

    def _on_activated(self, index: QModelIndex) -> None:
        row = index.data(OBJECT_ROLE)
        if isinstance(row, ExperimentRow) and row.test:
            self.opened.emit(row.version)

    def _lay_out(self) -> None:
        upper = QWidget()
        self.row = EvenLayout(upper, least_width=220)
        self.row.setContentsMargins(0, 6, 0, 0)
        self.row.setSpacing(10)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 4, 0, 0)
        below.setSpacing(6)
        foot = FlowLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(csv_button(self.table))
        below.addWidget(self.table, 1)
        below.addLayout(foot)
        self.splitter = FittingSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(lower)
        self.splitter.setSizes([300, 280])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.splitter, 1)


def _metric(row: ExperimentRow, split: str, name: str) -> MetricValue | None:
    return (row.test if split == "test" else row.validation).get(name)


def _value(metric: MetricValue | None) -> float:
    return float("-inf") if metric is None or metric.value is None else metric.value


def _bar(row: ExperimentRow, split: str, name: str) -> Bar | None:
    metric = _metric(row, split, name)
    if metric is None or metric.value is None:
        return None
    colour = "muted" if row.stopped_early else "mark_merged" if row.group == "main" else "mark_score"
    return Bar(experiment_title(row), metric.value, metric.lo, metric.hi, colour, row.main)
