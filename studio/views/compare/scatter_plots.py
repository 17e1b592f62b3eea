"""Scatter plots of predicted against true scores, one for each version."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from studio.services.versions.comparison import MOST_VERSIONS
from studio.services.versions.types import Comparison
from studio.views.overview.results_tab import card
from studio.widgets.flow_layout import EvenLayout

if TYPE_CHECKING:
    from studio.widgets.result_charts import ScatterChart

BETWEEN_MS = 10
"""Milliseconds between creating one plot and the next."""
Points = list[tuple[Any, Any]]
"""A version's image ids ``[n]`` and (true, predicted) ``[n, 2]`` as arrays."""


def points_of(contrast: Comparison) -> Points:
    """Return what the plots draw. Meant for a worker thread."""
    import numpy as np

    images, truths = np.array(contrast.image_ids, dtype=np.int64), np.array(contrast.truths, dtype=float)
    found: Points = []
    for column in contrast.columns:
        points = np.column_stack([truths, np.array(column.score, dtype=float)])  # None becomes NaN
        there = np.isfinite(points[:, 1])
        found.append((images[there], points[there]))
    return found


class ScatterPanel(QWidget):
    """Signal ``clicked(int)``: the image whose point was clicked."""

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.charts: list[ScatterChart] = []
        self._cards: list[QWidget] = []
        self._contrast: Comparison | None = None
        self._points: Points = []
        self._drawn: Comparison | None = None
        self._chosen: int | None = None
        self._row = EvenLayout(self, spacing=8, least_width=200)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)

    def add_charts(self, module: ModuleType) -> None:
        """Create the plots once pyqtgraph is loaded, one per event loop turn: all take longer than a frame."""
        chart: ScatterChart = module.ScatterChart("", self.tr("True score"), self.tr("Predicted"))
        chart.clicked.connect(self.clicked)
        self.charts.append(chart)
        self._cards.append(card(chart))
        self._row.addWidget(self._cards[-1], 1)
        self._cards[-1].hide()
        if len(self.charts) < MOST_VERSIONS:
            QTimer.singleShot(BETWEEN_MS, self, lambda: self.add_charts(module))
        else:
            self._draw()

    def show_points(self, contrast: Comparison, points: Points) -> None:
        """Show these points, once the panel is visible."""
        self._contrast, self._points = contrast, points
        self._draw()

    def choose(self, image_id: int | None) -> None:
        """Mark the image's points with a ring."""
        self._chosen = image_id
        if self.isVisible():
            for chart in self.charts:
                chart.choose(image_id)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw points received while hidden."""
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        if self._contrast is None or len(self.charts) < MOST_VERSIONS or not self.isVisible():
            return
        if self._drawn is not self._contrast:
            self._drawn = self._contrast
            bounds = self._contrast.lowest, self._contrast.highest
            for place, (chart, frame) in enumerate(zip(self.charts, self._cards, strict=True)):
                frame.setVisible(place < len(self._contrast.versions))
                if place < len(self._contrast.versions):
                    chart.title.setText(self._contrast.versions[place])
                    chart.plot.setAccessibleName(self._contrast.versions[place])
                    chart.set_points(*self._points[place], bounds)
        self.choose(self._chosen)
