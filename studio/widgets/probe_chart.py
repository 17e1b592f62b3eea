"""What each degradation does to the score, by strength: one version beside the base. Import late."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.widgets.charts import Chart
from studio.widgets.lazy_charts import ProbeLine
from studio.widgets.legend import LegendEntry
from studio.widgets.theme import current_theme

LANE = 0.62
"""Width of a degradation's strengths; the rest separates it from its neighbours."""
APART = 0.05
"""Distance of two versions' marks at one strength, so that their bars do not overlap."""
GAP, BESIDE, TICKS = 8, 84, 10
"""Pixels between two names, beside the lanes, and between the lanes and their names."""
SYMBOLS = {"mark_base": "o", "mark_score": "d"}


class ProbeChart(Chart):
    """A lane for each degradation, strengths from left to right, a line with bars for each version; 0 is untouched."""

    def __init__(self, title: str, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__(title, "", y_label, parent)
        self._names: tuple[str, ...] = ()
        self._lines: tuple[ProbeLine, ...] = ()
        self.plot.setMouseEnabled(x=False, y=False)
        self.redraw()

    def set_lines(self, names: Sequence[str], lines: Sequence[ProbeLine], legend: tuple[LegendEntry, ...]) -> None:
        """Draw these lines in lanes of these names, unless they are drawn already."""
        if (tuple(names), tuple(lines), legend) != (self._names, self._lines, self.legend):
            self._names, self._lines, self.legend = tuple(names), tuple(lines), legend
            self.redraw()

    @property
    def drawn(self) -> tuple[ProbeLine, ...]:
        """Return the lines that are drawn."""
        return self._lines

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        super().redraw()
        self.plot.clear()
        theme = current_theme()
        self.plot.addItem(pg.InfiniteLine(pos=0, angle=0, pen=pg.mkPen(theme["muted"], width=1)))
        for place in range(1, len(self._names)):
            self.plot.addItem(pg.InfiniteLine(pos=place - 0.5, angle=90, pen=pg.mkPen(theme["plot_grid"])))
        for line in self._lines:
            self._draw(line)
        self._name_lanes()
        self.plot.setXRange(-0.5, max(len(self._names), 1) - 0.5, padding=0)
        self.plot.enableAutoRange(axis="y")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write the names in two rows where one has no room."""
        super().resizeEvent(event)
        self._name_lanes()

    def _name_lanes(self) -> None:
        metrics = QFontMetrics(self.plot.font())
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        crowded = (widest + GAP) * len(self._names) > self.width() - BESIDE
        names = [f"\n{name}" if crowded and place % 2 else name for place, name in enumerate(self._names)]
        axis = self.plot.getAxis("bottom")
        axis.setHeight((2 if crowded else 1) * metrics.height() + TICKS)
        axis.setTicks([list(enumerate(names))])

    def _draw(self, line: ProbeLine) -> None:
        colour = current_theme()[line.colour]
        shift = line.lane - LANE / 2 + (APART if line.colour != "mark_base" else -APART) / 2
        known = [point for point in line.points if point.value is not None]
        if not known:
            return
        x = np.array([shift + LANE * point.strength for point in known])
        y = np.array([point.value for point in known], dtype=float)
        lo = np.array([point.value if point.lo is None else point.lo for point in known], dtype=float)
        hi = np.array([point.value if point.hi is None else point.hi for point in known], dtype=float)
        self.plot.addItem(
            pg.ErrorBarItem(x=x, y=y, top=hi - y, bottom=y - lo, beam=0.03, pen=pg.mkPen(colour, width=1.5))
        )
        start = [shift, *x], [0.0, *y]
        self.plot.plot(*start, pen=pg.mkPen(colour, width=1.5))
        self.plot.plot(x, y, symbol=SYMBOLS[line.colour], symbolSize=7, symbolBrush=colour, symbolPen=None, pen=None)
