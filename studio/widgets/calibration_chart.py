"""Mean true score of images with similar predictions: on the dashed line, scores mean what they say. Import late."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.widgets.charts import Chart
from studio.widgets.lazy_charts import CalibrationCurve
from studio.widgets.legend import LegendEntry
from studio.widgets.theme import current_theme

ROOM = 0.06
"""Share of the axes that stays free around the curves."""


class CalibrationChart(Chart):
    """A curve for each version, both axes in the scale of the scores."""

    def __init__(self, title: str, x_label: str, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__(title, x_label, y_label, parent)
        self._curves: tuple[CalibrationCurve, ...] = ()
        self.plot.setMouseEnabled(x=False, y=False)
        self.redraw()

    def set_curves(self, curves: Sequence[CalibrationCurve], legend: tuple[LegendEntry, ...]) -> None:
        """Draw these curves, unless they are drawn already."""
        if (tuple(curves), legend) != (self._curves, self.legend):
            self._curves, self.legend = tuple(curves), legend
            self.redraw()

    @property
    def drawn(self) -> tuple[CalibrationCurve, ...]:
        """Return the curves that are drawn."""
        return self._curves

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        super().redraw()
        self.plot.clear()
        theme = current_theme()
        values = [value for curve in self._curves for point in curve.points for value in point]
        lowest, highest = (min(values), max(values)) if values else (0.0, 1.0)
        ends = np.array([lowest, highest])
        self.plot.plot(ends, ends, pen=pg.mkPen(theme["muted"], width=1.2, style=Qt.PenStyle.DashLine))
        for curve in self._curves:
            x, y = np.array(curve.points, dtype=float).reshape(-1, 2).T
            pen = pg.mkPen(theme[curve.colour], width=1.5)
            self.plot.plot(x, y, pen=pen, symbol="o", symbolSize=7, symbolBrush=theme[curve.colour], symbolPen=None)
        room = ROOM * (highest - lowest or 1.0)
        whole = (lowest - room, highest + room)
        self.plot.setRange(xRange=whole, yRange=whole, padding=0)
