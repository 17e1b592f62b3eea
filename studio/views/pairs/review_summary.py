"""The review in numbers: why pairs were vetoed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.models.review.veto_reason_table import COL_REASON, VetoReasonModel, reason_text
from studio.plural import plural
from studio.services.review import pair_list, veto_reasons
from studio.services.review.types import ReasonCount
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import CountBar, import_count_chart
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import keep_size

if TYPE_CHECKING:
    from studio.widgets.count_chart import CountChart

SIZE = (860, 560)


class ReviewSummaryWindow(StudioDialog):
    """Non-modal; follows the review while it is open."""

    def __init__(self, workspace: Workspace, iteration: int | None, parent: QWidget, *, reviewer: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Review Summary"))
        self._project = workspace.project
        self._background = workspace.background.for_owner(self)
        self._wanted, self._reviewer = iteration, reviewer
        self.iteration = CalmCombo()
        self.total = PlainLabel(role="muted")
        self.model = VetoReasonModel(self)
        self.table = make_table(sorted_by_column(self.model, self), self.tr("Reasons of vetoes"), stretch=COL_REASON)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.chart: CountChart = import_count_chart().CountChart(
            self.tr("Why pairs were vetoed"), self.tr("Vetoed pairs")
        )
        self.close_button = QPushButton(self.tr("Close"))
        self._lay_out()
        self.set_size(*SIZE)
        self.refresh()

    def refresh(self) -> None:
        """Read iterations and counts."""
        project, wanted, whose = self._project, self._wanted, self._reviewer

        def work() -> tuple[list[int], list[ReasonCount]]:
            return pair_list.iterations(project), veto_reasons.reason_counts(project, wanted, whose)

        self._background.read("reasons", work, lambda found: self._on_counts(*found))

    def _on_counts(self, iterations: list[int], counts: list[ReasonCount]) -> None:
        self._offer(iterations)
        self.model.set_rows(counts)
        vetoed = self.model.vetoed
        self.chart.set_bars([CountBar(reason_text(each.reason), each.pairs) for each in counts])
        self.total.setText(plural("ReviewSummaryWindow", "{n} pairs are vetoed.", "{n} pair is vetoed.", vetoed))

    def _offer(self, iterations: list[int]) -> None:
        if [self.iteration.itemData(place) for place in range(1, self.iteration.count())] != iterations:
            self.iteration.blockSignals(True)
            self.iteration.clear()
            self.iteration.addItem(self.tr("All iterations"), None)
            for number in iterations:
                self.iteration.addItem(self.tr("Iteration {0}").format(number), number)
            self.iteration.setCurrentIndex(max(0, self.iteration.findData(self._wanted)))
            self.iteration.blockSignals(False)

    def _on_iteration(self, _place: int) -> None:
        self._wanted = self.iteration.currentData()
        self.refresh()

    def _lay_out(self) -> None:
        self.iteration.setAccessibleName(self.tr("Iteration"))
        keep_size(self.iteration, least_width=140)
        self.iteration.currentIndexChanged.connect(self._on_iteration)
        self.close_button.clicked.connect(self.close)
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Review summary"), role="title"))
        head.addStretch(1)
        head.addWidget(self.total)
        head.addWidget(self.iteration)
        panes = FoldingSplitter()
        panes.setChildrenCollapsible(False)
        panes.addWidget(self.chart)
        panes.addWidget(self.table)
        panes.setSizes([480, 340])
        foot = FlowLayout()
        foot.addWidget(csv_button(self.table))
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(panes, 1)
        column.addLayout(foot)
