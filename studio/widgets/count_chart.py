"""Counts below one another as bars, each with its number. Import late: it loads pyqtgraph."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from studio.text import one_line
from studio.widgets.charts import Chart
from studio.widgets.interval_chart import GAP, LONGEST
from studio.widgets.lazy_charts import CountBar
from studio.widgets.text_size import text_font
from studio.widgets.theme import current_theme

ROOM = 1.12
"""Width of the axis beyond the longest bar, for its number."""
THICKNESS = 0.62
TICKS = 6
BEHIND = -10
"""The grid is drawn with the axis: behind the bars."""


class CountChart(Chart):
    """A bar for each name, from top to bottom."""

    def __init__(self, title: str, x_label: str, parent: QWidget | None = None) -> None:
        super().__init__(title, x_label, "", parent)
        self._bars: tuple[CountBar, ...] = ()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getPlotItem().invertY(True)
        self.redraw()

    @property
    def bars(self) -> tuple[CountBar, ...]:
        """Return what is drawn."""
        return self._bars

    def set_bars(self, bars: Sequence[CountBar]) -> None:
        """Draw these bars, unless they are drawn already."""
        if tuple(bars) != self._bars:
            self._bars = tuple(bars)
            self.redraw()

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        super().redraw()
        self.plot.clear()
        self.plot.showGrid(x=True, y=False, alpha=0.25)
        theme = current_theme()
        for place, bar in enumerate(self._bars):
            shape = {"x0": [0], "y": [place], "width": [bar.count], "height": THICKNESS}
            self.plot.addItem(pg.BarGraphItem(**shape, brush=theme[bar.colour], pen=None))
            number = pg.TextItem(f"{bar.count:,}", color=theme["text"], anchor=(0, 0.5))
            number.setFont(text_font())
            number.setPos(bar.count, place)
            self.plot.addItem(number)
        axis = self.plot.getAxis("left")
        axis.setStyle(tickLength=0)
        axis.setLabel("")
        axis.showLabel(False)
        ticks = [(place, _short(bar.name)) for place, bar in enumerate(self._bars)]
        axis.setTicks([ticks])
        # By itself the axis would only become as wide as its names once it is painted.
        axis.setWidth(max((self.fontMetrics().horizontalAdvance(name) for _place, name in ticks), default=0) + GAP)
        most = max(1, max((bar.count for bar in self._bars), default=0))
        self.plot.setXRange(0, most * ROOM, padding=0)
        below = self.plot.getAxis("bottom")
        below.setZValue(BEHIND)
        below.setTicks([[(value, f"{value:,}") for value in range(0, most + 1, _step(most))]])
        self.plot.setYRange(-0.6, max(len(self._bars), 1) - 0.4, padding=0)


def _step(most: int) -> int:
    """Return a round whole number that divides the axis into a few parts."""
    power = 1
    while most > 10 * power * TICKS:
        power *= 10
    return next(step * power for step in (1, 2, 5, 10) if most <= step * power * TICKS)


def _short(name: str) -> str:
    text = one_line(name)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
