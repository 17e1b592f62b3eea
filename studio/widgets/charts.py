"""Charts, drawn with pyqtgraph. Import this module late: pyqtgraph and numpy take half a second to load."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import Mark
from studio.widgets.theme import THEME_EVENTS, current_theme

pg.setConfigOptions(antialias=True)

MARKS = {"base": ("o", -0.15), "score": ("s", -0.05), "consistency": ("t1", 0.05), "merged": ("d", 0.15)}
"""Kind of version: its symbol, and how far it stands beside its iteration so that whiskers do not hide each other."""


class _Chart(QWidget):
    """A titled plot that takes its colours from the theme; ``redraw`` is called whenever they change."""

    def __init__(self, title: str, x_label: str, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = pg.PlotWidget()
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setAccessibleName(title)
        self._labels = {"bottom": x_label, "left": y_label}
        for side in self._labels:  # once, before the axis has a label: later it would scale by 1000 all the same
            self.plot.getAxis(side).enableAutoSIPrefix(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 6)
        layout.setSpacing(4)
        self.title = PlainLabel(title, role="subtitle")
        layout.addWidget(self.title)
        layout.addWidget(self.plot, 1)

    def redraw(self) -> None:
        """Draws everything anew in the theme's colours."""
        theme = current_theme()
        self.plot.setBackground(theme["base"])
        self.plot.showGrid(x=False, y=True, alpha=0.25)
        for side, text in self._labels.items():
            axis = self.plot.getAxis(side)
            axis.setPen(theme["plot_grid"])
            axis.setTextPen(theme["text"])
            axis.setLabel(text, color=theme["muted"].name())

    def changeEvent(self, event: QEvent) -> None:
        """Takes the new theme's colours."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS:
            self.redraw()


class IterationChart(_Chart):
    """One metric by iteration: a mark a version, with whiskers for its interval."""

    def __init__(self, title: str, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__(title, "Iteration", y_label, parent)
        self._marks: Sequence[Mark] = ()
        self._legend = self.plot.addLegend(offset=(-8, -8), verSpacing=-4)
        self.plot.setMouseEnabled(x=False, y=False)
        self.redraw()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Draws these versions."""
        self._marks = tuple(marks)
        self.redraw()

    def redraw(self) -> None:
        """Draws everything anew in the theme's colours."""
        super().redraw()
        self.plot.clear()
        theme = current_theme()
        self._legend.setBrush(pg.mkBrush(theme["base"]))
        self._legend.setPen(pg.mkPen(theme["border"]))
        self._legend.setLabelTextColor(theme["text"])
        for kind in MARKS:
            marks = [mark for mark in self._marks if mark.kind == kind]
            if marks:
                self._draw(kind, marks, theme[f"mark_{kind}"])
        self._range()

    def _draw(self, kind: str, marks: Sequence[Mark], colour: QColor) -> None:
        symbol, shift = MARKS[kind]
        x = np.array([mark.iteration + shift for mark in marks], dtype=float)
        y = np.array([mark.value for mark in marks], dtype=float)
        for mark in marks:
            if mark.lo is not None and mark.hi is not None:
                at, value = np.array([mark.iteration + shift]), np.array([mark.value])
                up, down = np.array([mark.hi - mark.value]), np.array([mark.value - mark.lo])
                pen = pg.mkPen(colour, width=2)
                self.plot.addItem(pg.ErrorBarItem(x=at, y=value, top=up, bottom=down, beam=0.05, pen=pen))
        pen = pg.mkPen(colour, width=1.5) if len(marks) > 1 else None
        self.plot.plot(x, y, pen=pen, symbol=symbol, symbolSize=11, symbolBrush=colour, symbolPen=None, name=kind)

    def _range(self) -> None:
        last = max((mark.iteration for mark in self._marks), default=1)
        names = [(i, "base" if i == 0 else str(i)) for i in range(last + 1)]
        self.plot.getAxis("bottom").setTicks([names])
        # The room on the right belongs to the legend.
        self.plot.setXRange(-0.4, last + 0.4 + 0.3 * (last + 1), padding=0)
        self.plot.enableAutoRange(axis="y")


class TrainingChart(_Chart):
    """One value by optimiser step: the full history, thinned by the drawing only."""

    def __init__(self, title: str, y_label: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(title, "Optimiser step", y_label, parent)
        self._colour = colour
        self._steps: list[int] = []
        self._values: list[float] = []
        self.plot.setMouseEnabled(x=True, y=False)
        self.plot.enableAutoRange()
        self._curve = self.plot.plot([], [], connect="finite")
        self._curve.setDownsampling(auto=True, method="peak")
        self._curve.setClipToView(True)
        self.redraw()

    def set_curve(self, steps: Sequence[int], values: Sequence[float]) -> None:
        """Draws this history, in step order; a value that is not finite leaves a gap."""
        self._steps, self._values = list(steps), list(values)
        self.redraw()

    @property
    def points(self) -> int:
        """How many steps the curve holds."""
        return sum(1 for value in self._values if math.isfinite(value))

    def redraw(self) -> None:
        """Draws everything anew in the theme's colours."""
        super().redraw()
        colour = current_theme()[self._colour]
        few = len(self._steps) <= 60
        self._curve.setPen(pg.mkPen(colour, width=1.5))
        self._curve.setSymbol("o" if few else None)
        self._curve.setSymbolSize(5)
        self._curve.setSymbolBrush(colour)
        self._curve.setSymbolPen(None)
        self._curve.setData(np.array(self._steps, dtype=float), np.array(self._values, dtype=float))


class TrainingCharts(QWidget):
    """Loss and margin of one training, side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = TrainingChart(self.tr("Loss"), self.tr("DPO loss"), "mark_consistency")
        self.margin = TrainingChart(self.tr("Reward margin"), self.tr("Chosen − rejected"), "mark_score")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.loss)
        layout.addWidget(self.margin)

    def set_history(self, steps: Sequence[int], losses: Sequence[float], margins: Sequence[float]) -> None:
        """Draws both curves of one history."""
        self.loss.set_curve(steps, losses)
        self.margin.set_curve(steps, margins)
