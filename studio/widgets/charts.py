"""Charts, drawn with pyqtgraph. Import this module late: pyqtgraph and numpy take half a second to load."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.widgets.chart_saving import ChartPicture, LegendEntry, SaveButton
from studio.widgets.help_tip import HelpTip
from studio.widgets.labels import PlainLabel
from studio.widgets.legend import Legend
from studio.widgets.text_size import ROLES, scaled, text_percent
from studio.widgets.theme import THEME_EVENTS, current_theme

pg.setConfigOptions(antialias=True)

SMOOTHED_FROM = 20
"""Steps from which on a running mean is drawn."""
DOTS_UP_TO = 600
"""Steps up to which each one is a dot; more are a thin line, thinned by the drawing."""
POINTS_A_PIXEL = 2.0
"""From this density a curve is drawn by the minimum and maximum of each position."""
FAINT = 0.4
Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def _whole_numbers(
    usual: Callable[[float, float, float], list[tuple[float, float]]], low: float, high: float, size: float
) -> list[tuple[float, float]]:
    """Return pyqtgraph's distances between ticks without those below 1: something is counted."""
    return [(space, offset) for space, offset in usual(low, high, size) if space >= 1] or [(1.0, 0.0)]


class Chart(QWidget):
    """A titled plot that takes its colours from the theme; ``redraw`` is called whenever they change."""

    def __init__(
        self, title: str, x_label: str, y_label: str, parent: QWidget | None = None, *, whole: bool = False
    ) -> None:
        """``whole``: the axis at the bottom counts something, such as steps, and has whole numbers only."""
        super().__init__(parent)
        self.plot = pg.PlotWidget(self, enableMenu=False)
        if whole:
            axis = self.plot.getAxis("bottom")
            axis.tickSpacing = partial(_whole_numbers, axis.tickSpacing)
        self.plot.hideButtons()
        self.plot.setAccessibleName(title)
        self._labels = {"bottom": x_label, "left": y_label}
        self._drawn_in = self._look()
        for side in self._labels:  # once, before the axis has a label: later it would scale by 1000 all the same
            self.plot.getAxis(side).enableAutoSIPrefix(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 6)
        layout.setSpacing(4)
        self.title = PlainLabel(title, role="subtitle", wrap=True)
        self.help: HelpTip | None = None
        self.legend: tuple[LegendEntry, ...] = ()
        self.save = SaveButton(self.picture, self)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.save)
        self._head = head
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        self._column = layout

    def explain(self, term: str) -> None:
        """Put a "?" behind the title that explains a term of the glossary."""
        if self.help is None:
            self.help = HelpTip.for_term(term)
            self._head.insertWidget(1, self.help)
        else:
            self.help.explain(term)

    def add_legend(self, legend: QWidget) -> None:
        """Show a legend between title and plot."""
        self._column.insertWidget(1, legend)

    def picture(self) -> ChartPicture:
        """Return what is saved when the chart is."""
        return ChartPicture(self.title.text(), self.legend, self.plot)

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        theme = current_theme()
        self.plot.setBackground(theme["base"])
        self.plot.showGrid(x=False, y=True, alpha=0.25)
        for side, text in self._labels.items():
            axis = self.plot.getAxis(side)
            axis.setPen(theme["plot_grid"])
            axis.setTextPen(theme["text"])
            style = {"color": theme["muted"].name(), "font-size": f"{scaled(ROLES['text'] - 1)}px"}
            axis.setLabel(html.escape(text), **style)  # pyqtgraph writes it as HTML

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme's colours."""
        super().changeEvent(event)
        if event.type() in (*THEME_EVENTS, QEvent.Type.StyleChange) and self._look() != self._drawn_in:
            self._drawn_in = self._look()  # one change brings dozens of events
            self.redraw()

    @staticmethod
    def _look() -> tuple[bool, int]:
        """Return what colours and sizes depend on."""
        return current_theme().dark, text_percent()


class TrainingChart(Chart):
    """One value by optimiser step: every step as a dot or a thin line, and over them their running mean.

    Signal ``moved(first, last)``: the user has moved or zoomed it to these steps.
    """

    moved = Signal(float, float)

    def __init__(
        self, title: str, y_label: str, colour: str, *, smooth: bool = True, parent: QWidget | None = None
    ) -> None:
        """Without ``smooth`` (a value that is not noisy) the steps themselves are the line."""
        x_label = QCoreApplication.translate("TrainingChart", "Optimizer step")
        super().__init__(title, x_label, y_label, parent, whole=True)
        self._colour, self._smooth = colour, smooth
        self._steps: Floats = np.empty(0)
        self._values: Floats = np.empty(0)
        self.plot.setMouseEnabled(x=True, y=False)
        self.plot.enableAutoRange()
        self.plot.getViewBox().sigRangeChangedManually.connect(self._on_moved)
        self._curve = self.plot.plot([], [], connect="finite", autoDownsampleFactor=POINTS_A_PIXEL)
        self._mean = self.plot.plot([], [], connect="finite", autoDownsampleFactor=POINTS_A_PIXEL)
        for curve in (self._curve, self._mean):
            curve.setDownsampling(auto=True, method="peak")
            curve.setClipToView(True)
        if smooth:
            self.plot.setToolTip(self.tr("Faint: each step. Line: running mean."))
        self.redraw()

    def take_curve(self, steps: Sequence[int], values: Sequence[float]) -> None:
        """Take this history, in step order, for the next :meth:`draw_curve`; what is not finite leaves a gap."""
        self._steps, self._values = np.array(steps, dtype=float), np.array(values, dtype=float)

    def show_steps(self, first: float, last: float) -> None:
        """Show these steps, from now on instead of all."""
        self.plot.setXRange(first, last, padding=0)

    @property
    def points(self) -> int:
        """Return how many steps the curve holds."""
        return int(np.isfinite(self._values).sum())

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        super().redraw()
        self.draw_curve()

    def draw_curve(self) -> None:
        """Draw the curve only: axes and labels are costly and change only with the theme."""
        colour, faint = current_theme()[self._colour], current_theme()[self._colour]
        faint.setAlphaF(FAINT)
        count = len(self._steps)
        smooth = self._smooth and count >= SMOOTHED_FROM
        dots = count <= (DOTS_UP_TO if smooth else SMOOTHED_FROM)
        thin = None if dots else pg.mkPen(faint, width=1)
        self._curve.setPen(thin if smooth else pg.mkPen(colour, width=1.5))
        self._curve.setSymbol("o" if dots else None)
        self._curve.setSymbolSize(4 if smooth else 5)
        self._curve.setSymbolBrush(faint if smooth else colour)
        self._curve.setSymbolPen(None)
        self._curve.setData(self._steps, self._values)
        self._mean.setPen(pg.mkPen(colour, width=2.5))
        self._mean.setData(*((self._steps, running_mean(self._values)) if smooth else ([], [])))

    def _on_moved(self, _which: list[bool]) -> None:
        first, last = self.plot.getViewBox().viewRange()[0]
        self.moved.emit(first, last)


class TwoCurvesChart(TrainingChart):
    """Two values by optimiser step on one scale: the first as in :class:`TrainingChart`, the second dashed."""

    def __init__(
        self, title: str, y_label: str, colours: tuple[str, str], names: tuple[str, str], parent: QWidget | None = None
    ) -> None:
        self._other_values: Floats = np.empty(0)
        self._other_colour = colours[1]
        self._other: pg.PlotDataItem | None = None
        super().__init__(title, y_label, colours[0], parent=parent)
        self.legend = (LegendEntry("line", colours[0], names[0]), LegendEntry("dashes", colours[1], names[1]))
        self._other = self.plot.plot([], [], connect="finite", autoDownsampleFactor=POINTS_A_PIXEL)
        self._other.setDownsampling(auto=True, method="peak")
        self._other.setClipToView(True)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, Legend(self.legend, self))

    def take_curves(self, steps: Sequence[int], values: Sequence[float], others: Sequence[float]) -> None:
        """Take both curves, in step order, for the next :meth:`draw_curve`."""
        self.take_curve(steps, values)
        self._other_values = np.array(others, dtype=float)

    def draw_curve(self) -> None:
        """Draw both curves."""
        super().draw_curve()
        if self._other is not None:
            self._other.setPen(pg.mkPen(current_theme()[self._other_colour], width=2, style=Qt.PenStyle.DashLine))
            smooth = self._smooth and len(self._steps) >= SMOOTHED_FROM
            self._other.setData(self._steps, running_mean(self._other_values) if smooth else self._other_values)


def running_mean(values: Floats) -> Floats:
    """Mean over a tenth of the values, 50 at most, as many before as after each; fewer towards the ends.

    A value that is not finite counts for nothing, and stays a gap.
    """
    count = len(values)
    finite = np.isfinite(values)
    sums = np.concatenate(([0.0], np.cumsum(np.where(finite, values, 0.0))))
    known = np.concatenate(([0], np.cumsum(finite)))
    place = np.arange(count)
    half = np.minimum(np.minimum(place, place[::-1]), min(max(count // 20, 1), 25))
    low, high = place - half, place + half + 1
    means = (sums[high] - sums[low]) / np.maximum(known[high] - known[low], 1)
    return np.where(finite, means, np.nan)
