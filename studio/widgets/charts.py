"""Charts, drawn with pyqtgraph. Import this module late: pyqtgraph and numpy take half a second to load."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.widgets.chart_saving import ChartPicture, LegendEntry, SaveButton
from studio.widgets.labels import PlainLabel
from studio.widgets.theme import THEME_EVENTS, current_theme

pg.setConfigOptions(antialias=True)


class Chart(QWidget):
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
        self.legend: tuple[LegendEntry, ...] = ()
        self.save = SaveButton(self.picture, self)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.save)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)

    def picture(self) -> ChartPicture:
        """What is saved when the chart is."""
        return ChartPicture(self.title.text(), self.legend, self.plot)

    def redraw(self) -> None:
        """Draws everything anew in the theme's colours."""
        theme = current_theme()
        self.plot.setBackground(theme["base"])
        self.plot.showGrid(x=False, y=True, alpha=0.25)
        for side, text in self._labels.items():
            axis = self.plot.getAxis(side)
            axis.setPen(theme["plot_grid"])
            axis.setTextPen(theme["text"])
            axis.setLabel(html.escape(text), color=theme["muted"].name())  # pyqtgraph writes it as HTML

    def changeEvent(self, event: QEvent) -> None:
        """Takes the new theme's colours."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS:
            self.redraw()


class TrainingChart(Chart):
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
