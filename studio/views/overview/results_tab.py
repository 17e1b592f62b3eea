"""Overview, first tab: four metrics by iteration, and the table of versions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.models import version_table as columns
from studio.models.table import OBJECT_ROLE
from studio.models.version_table import VersionsModel
from studio.models.version_verdict_text import verdict_text
from studio.services.experiments.catalogue import EXPERIMENT_RECIPES
from studio.services.judging.judge_names import short_name
from studio.services.versions.types import OverviewRows, VersionRow
from studio.text import one_line, percent, tool_tip, with_interval
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import EvenLayout, FlowLayout
from studio.widgets.folding_splitter import DRAGGED, FittingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import KINDS, Mark
from studio.widgets.legend import Legend, LegendEntry
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import keep_size, scaled

if TYPE_CHECKING:
    from studio.widgets.result_charts import MetricChart

WIDTHS = {
    columns.COL_NAME: 136,
    columns.COL_SRCC: 172,
    columns.COL_PLCC: 62,
    columns.COL_RMSE: 62,
    columns.COL_CONSISTENCY: 150,
    columns.COL_TONE: 146,
    columns.COL_FORMAT: 136,
    columns.COL_N: 76,
    columns.COL_VALIDATION: 92,
}
LONG_NAME, NARROW_NAME = 230, 160
"""Most that the names take where versions of other lines are shown; and on a narrow page, for the verdict's sake."""
NARROW = 1200
CHART_WIDTH = 180
CHARTS_COMFORT = 240
"""Height in pixels that the charts keep before the table shows more rows."""
CHARTS_HEIGHT = 190
"""Least height in pixels of the charts with their legend."""
PADDING = 36
"""Pixels beside a name, which the style sheet adds and a size hint leaves out."""
HIGH = 900
"""Height in pixels from which the charts are laid out two by two."""
METRICS = ("srcc", "plcc", "rmse", "consistency")
"""The charts. Where no judge has graded, the last one shows the estimate from word tone."""


def card(*contents: QWidget) -> QFrame:
    """Return a frame for charts."""
    frame = QFrame()
    frame.setProperty("role", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(1, 1, 1, 1)
    for widget in contents:
        layout.addWidget(widget)
    return frame


NO_JUDGE = ""
"""Chosen in the place of a judge: the estimate from word tone."""


class ResultsPanel(QWidget):
    """Signal ``opened(str)``: the version to compare."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = VersionsModel(self)
        self.proxy = sorted_by_column(self.model, self)
        self.table = make_table(self.proxy, self.tr("Model versions"), stretch=columns.COL_VERDICT)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, scaled(width))
        self.table.activated.connect(self._on_activated)
        self.charts: dict[str, MetricChart] = {}
        self.legend = Legend(())
        self._rows: OverviewRows | None = None
        self._read: OverviewRows | None = None
        self.judge, self.judge_label = CalmCombo(), PlainLabel(self.tr("Judge"), role="muted")
        self.judge.setAccessibleName(self.tr("Judge"))
        self.judge.activated.connect(self._on_judge)
        self._lay_out()

    def show_rows(self, rows: OverviewRows) -> None:
        """Fill table and charts."""
        had_lines = self._rows is not None and bool(self._rows.lines)
        self._read = rows
        self._offer_judges(rows)
        chosen = self.judge.currentData()
        if chosen is not None:
            rows = dataclasses.replace(rows, versions=tuple(row.graded_by(chosen) for row in rows.versions))
        self._rows = rows
        self.model.show(rows.versions, rows.verdicts)
        judged = any(row.judge for row in rows.versions)
        self.table.setColumnHidden(columns.COL_CONSISTENCY, not judged)
        self.table.setColumnHidden(columns.COL_TONE, judged)
        if rows.lines and not had_lines:
            needed = self.table.sizeHintForColumn(columns.COL_NAME) + PADDING
            most = NARROW_NAME if self.width() < scaled(NARROW) else LONG_NAME
            self.table.setColumnWidth(
                columns.COL_NAME, min(scaled(most), max(scaled(WIDTHS[columns.COL_NAME]), needed))
            )
        self._draw()
        QTimer.singleShot(0, self, self._show_all_rows)

    def _offer_judges(self, rows: OverviewRows) -> None:
        """List the judges, the one used last first, and the estimate; keep what is chosen."""
        last = next((row.judge for row in reversed(rows.versions) if row.judge), None)
        judges = [] if last is None else [last]
        judges += sorted({judge for row in rows.versions for judge in row.judged} - set(judges))
        found = [*judges, NO_JUDGE] if judges else []
        chosen = self.judge.currentData()
        if [self.judge.itemData(place) for place in range(self.judge.count())] != found:
            self.judge.clear()
            for judge in found:
                self.judge.addItem(one_line(short_name(judge)) or self.tr("Word tone (estimate)"), judge)
                self.judge.setItemData(self.judge.count() - 1, tool_tip(judge), Qt.ItemDataRole.ToolTipRole)
            self.judge.setCurrentIndex(found.index(chosen) if chosen in found else 0 if found else -1)
        for widget in (self.judge, self.judge_label):
            widget.setVisible(bool(found))

    def _on_judge(self, _place: int) -> None:
        if self._read is not None:
            self.show_rows(self._read)

    def add_charts(self, module: ModuleType) -> None:
        """Make the charts, once pyqtgraph is loaded."""
        axes = {
            "srcc": (self.tr("SRCC, higher is better"), self.tr("SRCC")),
            "plcc": (self.tr("PLCC, higher is better"), self.tr("PLCC")),
            "rmse": (self.tr("RMSE, lower is better"), self.tr("RMSE")),
            "consistency": (self.tr("Consistency"), self.tr("Rating (0–4)")),
        }
        for name in METRICS:
            title, label = axes[name]
            chart: MetricChart = module.MetricChart(title, self.tr("Iteration"), label)
            chart.explain(name)
            if name == "consistency":
                chart.fix_scale(0, 4)
            chart.opened.connect(self.opened)
            chart.hovered.connect(self._on_hovered)
            self.charts[name] = chart
            self.grid.addWidget(card(chart))
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Four charts in a row, or two by two where a row would make them tall and narrow."""
        super().resizeEvent(event)
        self.grid.set_most_columns(2 if self.height() >= scaled(HIGH) else len(METRICS))
        QTimer.singleShot(0, self, self._show_all_rows)  # when the panes have their new sizes

    def _show_all_rows(self) -> None:
        """Give the table the height of its rows, where that leaves the charts a good height; the rest is theirs."""
        upper, lower = self.splitter.sizes()
        if self.splitter.property(DRAGGED) or not self.table.isVisible():
            return
        hidden = self.table.verticalHeader().length() - self.table.viewport().height()
        spare = upper - max(scaled(CHARTS_COMFORT), self.upper.minimumHeight())
        if (more := min(hidden, spare)) > 0:
            self.splitter.setSizes([upper - more, lower + more])

    def _draw(self) -> None:
        if self._rows is None or not self.charts:
            return
        kinds = {row.kind for row in self._drawn if row.metrics}
        entries = self._entries([kind for kind in KINDS if kind in kinds])
        self.legend.set_entries(entries)
        judge = next((row.judge for row in self._rows.versions if row.judge), None)
        for name, chart in self.charts.items():
            shown = "word_tone" if name == "consistency" and judge is None else name
            chart.set_marks(self._marks(shown), entries)
        title = self.tr("Word tone (estimate)")
        if judge is not None:
            title = self.tr("Consistency ({0})").format(one_line(short_name(judge)))
        self.charts["consistency"].title.setText(title)
        self.charts["consistency"].explain("word_tone" if judge is None else "consistency")

    def _marks(self, name: str) -> list[Mark]:
        assert self._rows is not None
        return [
            Mark(
                version=row.name,
                kind=row.kind,
                iteration=row.iteration,
                value=metric.value,
                lo=metric.lo,
                hi=metric.hi,
                main=row.name in self._rows.main,
                text=self._tip(row),
                branch=row.line if row.name in self._rows.lines else "",
            )
            for row in self._drawn
            if (metric := row.metrics.get(name)) is not None and metric.value is not None
        ]

    @property
    def _drawn(self) -> list[VersionRow]:
        """Return the versions in the charts: without experiments, which have charts of their own on their page."""
        rows = self._rows
        if rows is None:
            return []
        apart = {row.line for row in rows.versions if rows.recipes.get(row.name) in EXPERIMENT_RECIPES}
        return [row for row in rows.versions if row.line not in apart]

    def _tip(self, row: VersionRow) -> str:
        assert self._rows is not None
        names = {
            "srcc": "SRCC",
            "plcc": "PLCC",
            "rmse": "RMSE",
            "consistency": self.tr("Consistency"),
            "word_tone": self.tr("Word tone"),
        }
        lines = [row.name]
        lines += [f"{text} {with_interval(row.metrics[name])}" for name, text in names.items() if name in row.metrics]
        lines.append(self.tr("Format failures: {0}").format(percent(row.metrics.get("format_failures"))))
        verdict = self._rows.verdicts.get(row.name)
        if verdict is not None:
            lines.append(self.tr("Compared with {0}: {1}").format(verdict.other, verdict_text(verdict)))
        lines.append(self.tr("Click to compare"))
        return "\n".join(lines)

    def _entries(self, kinds: Sequence[str]) -> tuple[LegendEntry, ...]:
        shapes = {"base": "o", "score": "s", "consistency": "t1", "merged": "d"}
        names = {
            "base": self.tr("base"),
            "score": self.tr("trained on scores"),
            "consistency": self.tr("trained on consistency"),
            "merged": self.tr("merged"),
        }
        found = [LegendEntry(shapes[kind], f"mark_{kind}", names[kind]) for kind in kinds]
        line = LegendEntry("line", "muted", self.tr("Line: main version. Bars: 95% CI"))
        if self._rows is None or not any(row.name in self._rows.lines for row in self._drawn):
            return (*found, line)
        return (*found, line, LegendEntry("dashes", "muted", self.tr("Dashed: other lines")))

    def _on_hovered(self, version: str) -> None:
        if not version:
            self.table.clearSelection()
            return
        for row in range(self.proxy.rowCount()):
            if self.proxy.index(row, 0).data() == version:
                self.table.selectRow(row)

    def _on_activated(self, index: QModelIndex) -> None:
        row = index.data(OBJECT_ROLE)
        if isinstance(row, VersionRow):
            self.opened.emit(row.name)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(self.legend)
        head.addStretch(1)
        head.addWidget(self.judge_label)
        head.addWidget(self.judge)
        self.grid = EvenLayout(spacing=10, least_width=CHART_WIDTH)
        self.upper = upper = QWidget()
        keep_size(upper, least_height=CHARTS_HEIGHT)
        top = QVBoxLayout(upper)
        top.setContentsMargins(0, 4, 0, 0)
        top.setSpacing(6)
        top.addLayout(head)
        top.addLayout(self.grid, 1)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 4, 0, 0)
        below.setSpacing(6)
        foot = FlowLayout()
        foot.addWidget(
            PlainLabel(
                self.tr("Double-click a version or press Enter to compare it with the previous one."),
                role="muted",
                wrap=True,
            ),
            1,
        )
        foot.addWidget(csv_button(self.table))
        below.addWidget(self.table, 1)
        below.addLayout(foot)
        self.splitter = splitter = FittingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(lower)
        splitter.setSizes([300, 260])
        splitter.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
