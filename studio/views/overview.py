"""Overview: how the versions do, iteration by iteration, and the one button for what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QTableView, QVBoxLayout, QWidget

from studio.models import versions as columns
from studio.models.versions import VersionsModel, judge_name
from studio.services import comparison, loop
from studio.services.project import Project
from studio.services.rows import NextAction, VersionRow
from studio.views.page import Page
from studio.views.workspace import Workspace
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import Mark, import_charts
from studio.widgets.tables import make_table, sorted_by_column

if TYPE_CHECKING:
    from studio.widgets.charts import IterationChart

WIDTHS = {
    columns.COL_SRCC: 190,
    columns.COL_PLCC: 80,
    columns.COL_RMSE: 80,
    columns.COL_CONSISTENCY: 180,
    columns.COL_FORMAT: 138,
    columns.COL_N: 116,
}


class OverviewPage(Page):
    """Signals ``review_wanted`` when the next step is a review, ``started`` when the button started work."""

    review_wanted = Signal()
    started = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Overview", parent)
        self.model = VersionsModel(self)
        self.table = self._make_table()
        self.srcc: IterationChart | None = None
        self.consistency: IterationChart | None = None
        self._action: NextAction | None = None
        self.button = QPushButton(self.tr("Next step"))
        self.button.setProperty("role", "primary")
        self.button.setEnabled(False)
        self.button.clicked.connect(self.next_step)
        self.sentence = PlainLabel(self.tr("Reading the project…"), role="muted", wrap=True)
        self._lay_out()
        workspace.results_changed.connect(self.refresh_soon)
        workspace.jobs_changed.connect(self.refresh_soon)
        workspace.background.read("charts:overview", import_charts, self._on_charts)

    def refresh(self) -> None:
        """Reads versions and the next step."""
        project = self.project

        def work() -> tuple[list[VersionRow], NextAction]:
            return comparison.versions(project), next_step(project)

        self.workspace.background.read("overview", work, self._on_rows)

    def next_step(self) -> None:
        """Does what the button says."""
        if self._action is None or not self.button.isEnabled():
            return
        self.button.setEnabled(False)
        if self._action.kind == "review":
            self.button.setEnabled(True)
            self.review_wanted.emit()
        else:
            self.workspace.enqueue(self._action.iteration)
            self.started.emit()

    def _on_rows(self, rows: tuple[list[VersionRow], NextAction]) -> None:
        versions, action = rows
        self.model.set_rows(versions)
        self._draw()
        measured = any(version.metrics for version in versions)
        self.body.setCurrentIndex(1 if measured else 0)
        self._action = action
        self.button.setText(action.title)
        busy = self.workspace.running or action.kind == "running"
        self.button.setEnabled(not busy and action.kind != "done")
        waiting = busy and action.kind != "running"
        self.sentence.setText(
            self.tr("The queue is running; the Jobs page shows it.") if waiting else action.explanation
        )

    def _on_charts(self, module: ModuleType) -> None:
        self.srcc = module.IterationChart(self.tr("SRCC with 95% interval"), self.tr("SRCC on test images"))
        self.consistency = module.IterationChart(self.tr("Consistency"), self.tr("Mean grade, 0 to 4"))
        for chart in (self.srcc, self.consistency):
            card = QFrame()
            card.setProperty("role", "card")
            inner = QVBoxLayout(card)
            inner.setContentsMargins(1, 1, 1, 1)
            inner.addWidget(chart)
            self.charts.addWidget(card, 1)
        self._draw()

    def _draw(self) -> None:
        if self.srcc is None or self.consistency is None:
            return
        self.srcc.set_marks(_marks(self.model.rows, "srcc"))
        self.consistency.set_marks(_marks(self.model.rows, "consistency"))
        judges = sorted({judge_name(row) for row in self.model.rows if row.judge})
        self.consistency.title.setText(" ".join([self.tr("Consistency"), *(f"({judge})" for judge in judges)]))

    def _make_table(self) -> QTableView:
        table = make_table(sorted_by_column(self.model, self), self.tr("Model versions"), stretch=columns.COL_NAME)
        table.setSortingEnabled(True)
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for column, width in WIDTHS.items():
            table.setColumnWidth(column, width)
        return table

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(self.project.name, role="title"))
        words.addWidget(self.sentence)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(head)
        self.charts = QHBoxLayout()
        self.charts.setSpacing(10)
        results = QWidget()
        inner = QVBoxLayout(results)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(10)
        inner.addLayout(self.charts, 3)
        inner.addWidget(self.table, 2)
        self.empty = PlainLabel(
            self.tr(
                "No version is measured yet. After the first run this page shows how well each version ranks the test "
                "images (SRCC with its interval) and whether its explanations agree with its scores."
            ),
            role="empty",
            wrap=True,
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body = QStackedWidget()
        self.body.addWidget(self.empty)
        self.body.addWidget(results)
        self.column.addWidget(self.body, 1)


def next_step(project: Project) -> NextAction:
    """What the button offers: when all planned iterations are done, one more."""
    action = loop.next_action(project)
    if action.kind != "done":
        return action
    more = loop.next_action(project, action.iteration + 1)
    return replace(more, explanation=f"{action.explanation} {more.explanation}")


def _marks(rows: Sequence[VersionRow], name: str) -> list[Mark]:
    return [
        Mark(row.kind, row.iteration, metric.value, metric.lo, metric.hi)
        for row in rows
        if (metric := row.metrics.get(name)) is not None and metric.value is not None
    ]
