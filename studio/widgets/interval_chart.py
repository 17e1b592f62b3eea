"""A metric of several versions below one another, each with its interval. Import late: it loads pyqtgraph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.text import one_line
from studio.widgets.charts import Chart
from studio.widgets.lazy_charts import Bar
from studio.widgets.theme import current_theme

LONGEST = 34
"""Characters of a name beside the axis; the table has it in full."""


GAP = 14
"""Pixels between a name and the axis."""


class IntervalChart(Chart):
    """A dot and whiskers for each row, from top to bottom; a dashed line at the row that others are compared with."""

    def __init__(self, title: str, x_label: str, parent: QWidget | None = None) -> None:
        super().__init__(title, x_label, "", parent)
        self._bars: tuple[Bar, ...] = ()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getPlotItem().invertY(True)
        self.redraw()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Return what is drawn."""
        return self._bars

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Draw these rows, unless they are drawn already."""
        if tuple(bars) != self._bars:
            self._bars = tuple(bars)
            self.redraw()

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        super().redraw()
        self.plot.clear()
        self.plot.showGrid(x=True, y=False, alpha=0.25)
        self.plot.getAxis("left").setLabel("")
        self.plot.getAxis("left").showLabel(False)
        theme = current_theme()
        for place, bar in enumerate(self._bars):
            self._draw(place, bar)
        ticks = [(place, _short(bar.name)) for place, bar in enumerate(self._bars)]
        axis = self.plot.getAxis("left")
        axis.setTicks([ticks])
        # By itself the axis would only become as wide as its names once it is painted.
        widest = max((self.fontMetrics().horizontalAdvance(name) for _place, name in ticks), default=0)
        axis.setWidth(widest + GAP)
        main = next((bar.value for bar in self._bars if bar.main), None)
        if main is not None:
            pen = pg.mkPen(theme["muted"], width=1.2, style=Qt.PenStyle.DashLine)
            self.plot.addItem(pg.InfiniteLine(main, angle=90, pen=pen))
        self.plot.setYRange(-0.6, max(len(self._bars), 1) - 0.4, padding=0)
        self.plot.enableAutoRange(axis="x")

    def _draw(self, place: int, bar: Bar) -> None:
        colour = current_theme()[bar.colour]
        at, value = np.array([float(place)]), np.array([bar.value])
        if bar.lo is not None and bar.hi is not None:
            left, right = np.array([bar.value - bar.lo]), np.array([bar.hi - bar.value])
            pen = pg.mkPen(colour, width=2)
            self.plot.addItem(pg.ErrorBarItem(x=value, y=at, left=left, right=right, beam=0.25, pen=pen))
        symbol = "d" if bar.main else "o"
        self.plot.plot(value, at, symbol=symbol, symbolSize=11, symbolBrush=colour, symbolPen=None, pen=None)


def _short(name: str) -> str:
    text = one_line(name)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
