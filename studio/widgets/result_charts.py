"""Result charts: metrics by iteration, label distribution, predicted against true. Import late."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QWidget

from studio.widgets.charts import Chart
from studio.widgets.labels import PlainLabel
from studio.widgets.lazy_charts import Mark, place_marks
from studio.widgets.legend import LegendEntry
from studio.widgets.text_size import text_font
from studio.widgets.theme import current_theme

REACH = 14
"""Pixels within which the mouse finds a mark."""
SYMBOLS = {"base": "o", "score": "s", "consistency": "t1", "merged": "d"}
MANY = 3000
"""Points from which a scatter draws how dense they are."""
CELLS = 120
"""Cells of that drawing in each direction."""
LABELS = range(10)
FEW_LANES = 4
"""Versions up to which there is room for a second tick in each lane of a histogram."""


class MetricChart(Chart):
    """One metric by iteration: a mark a version with whiskers for its interval, a line through the main versions.

    Signals:
        hovered(str): the version under the mouse; empty when there is none.
        opened(str): the version that was clicked.
    """

    hovered = Signal(str)
    opened = Signal(str)

    def __init__(self, title: str, x_label: str, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__(title, x_label, y_label, parent)
        self._marks: tuple[Mark, ...] = ()
        self._places: list[float] = []
        self._under = ""
        self._ends: tuple[int, int] | None = None
        self.base_name = self.tr("base")
        self.tip = PlainLabel(role="tip", parent=self)
        self.tip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.tip.hide()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.scene().sigMouseMoved.connect(self._on_move)
        self.plot.scene().sigMouseClicked.connect(self._on_click)
        self.plot.viewport().installEventFilter(self)
        self.redraw()

    def set_marks(self, marks: Sequence[Mark], legend: tuple[LegendEntry, ...] = ()) -> None:
        """Draw these versions, oldest first, unless they are drawn already."""
        if (tuple(marks), legend) == (self._marks, self.legend):
            return
        self._marks, self.legend = tuple(marks), legend
        self._places = place_marks(marks)
        self.redraw()

    def fix_scale(self, low: int, high: int) -> None:
        """Show the whole scale of a rating, whatever the values are, with a tick at each grade."""
        self._ends = (low, high)
        self.redraw()

    @property
    def line(self) -> list[tuple[float, float]]:
        """Return the corners of the line: the main versions in order."""
        return [(x, mark.value) for x, mark in zip(self._places, self._marks, strict=True) if mark.main]

    @property
    def branches(self) -> dict[str, list[tuple[float, float]]]:
        """Return by name of another line than the main one, from the main version before it to its last version."""
        found = {}
        for x, mark in zip(self._places, self._marks, strict=True):
            if mark.branch:
                drawn = zip(self._places, self._marks, strict=True)
                before = [(at, other.value) for at, other in drawn if other.main and other.iteration < mark.iteration]
                found[mark.branch] = [*before[-1:], (x, mark.value)]
        return found

    def mark_at(self, position: QPointF) -> Mark | None:
        """Return the mark nearest to a point of the plot's scene, within reach."""
        best, found = float(REACH), None
        box = self.plot.getPlotItem().getViewBox()
        for x, mark in zip(self._places, self._marks, strict=True):
            at = box.mapViewToScene(QPointF(x, mark.value))
            distance = math.hypot(at.x() - position.x(), at.y() - position.y())
            if distance < best:
                best, found = distance, mark
        return found

    def position_of(self, version: str) -> QPointF:
        """Return the position of a version's mark in the plot's scene.

        Raises:
            StopIteration: it is not drawn.
        """
        x, mark = next(pair for pair in zip(self._places, self._marks, strict=True) if pair[1].version == version)
        return QPointF(self.plot.getPlotItem().getViewBox().mapViewToScene(QPointF(x, mark.value)))

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        super().redraw()
        self.plot.clear()
        theme = current_theme()
        line = self.line
        if len(line) > 1:
            corners = np.array(line)
            self.plot.plot(corners[:, 0], corners[:, 1], pen=pg.mkPen(theme["muted"], width=1.5))
        for name, branch in self.branches.items():
            ends = np.array(branch)
            pen = pg.mkPen(theme["muted"], width=1.5, style=Qt.PenStyle.DashLine)
            self.plot.plot(ends[:, 0], ends[:, 1], pen=pen)
            (left, before), (right, after) = branch[0], branch[-1]
            # Beside the middle of its line, on the side where the line leaves room.
            label = pg.TextItem(name, color=theme["muted"], anchor=(0, 0 if after >= before else 1))
            label.setFont(text_font())
            label.setPos((left + right) / 2, (before + after) / 2)
            self.plot.addItem(label, ignoreBounds=True)
        for x, mark in zip(self._places, self._marks, strict=True):
            self._draw(x, mark)
        last = max((mark.iteration for mark in self._marks), default=1)
        step = max(1, math.ceil((last + 1) / 12))
        ticks = [(i, self.base_name if i == 0 else str(i)) for i in range(0, last + 1, step)]
        self.plot.getAxis("bottom").setTicks([ticks])
        self.plot.setXRange(-0.45, last + 0.45, padding=0)
        if self._ends is None:
            self.plot.enableAutoRange(axis="y")
            return
        low, high = self._ends
        self.plot.setYRange(low, high, padding=0.06)
        self.plot.getAxis("left").setTicks([[(grade, str(grade)) for grade in range(low, high + 1)]])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice the mouse leaving the plot."""
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        return super().eventFilter(watched, event)

    def _draw(self, x: float, mark: Mark) -> None:
        colour = current_theme()[f"mark_{mark.kind}"]
        at, value = np.array([x]), np.array([mark.value])
        if mark.lo is not None and mark.hi is not None:
            up, down = np.array([mark.hi - mark.value]), np.array([mark.value - mark.lo])
            pen = pg.mkPen(colour, width=2)
            self.plot.addItem(pg.ErrorBarItem(x=at, y=value, top=up, bottom=down, beam=0.07, pen=pen))
        self.plot.plot(
            at, value, symbol=SYMBOLS[mark.kind], symbolSize=12, symbolBrush=colour, symbolPen=None, pen=None
        )

    def _on_move(self, position: QPointF) -> None:
        self._point_at(self.mark_at(position))

    def _on_click(self, event: MouseClickEvent) -> None:
        mark = self.mark_at(event.scenePos())
        if mark is not None:
            self.opened.emit(mark.version)

    def _point_at(self, mark: Mark | None) -> None:
        version = mark.version if mark else ""
        if version == self._under:
            return
        self._under = version
        self.hovered.emit(version)
        self.plot.setCursor(Qt.CursorShape.PointingHandCursor if mark else Qt.CursorShape.ArrowCursor)
        if mark is None:
            self.tip.hide()
            return
        self.tip.setText(mark.text)
        self.tip.adjustSize()
        ground = self.window()
        self.tip.setParent(ground)
        at = self.plot.mapTo(ground, self.plot.mapFromScene(self.position_of(version)))
        left = min(max(4, at.x() - self.tip.width() // 2), max(4, ground.width() - self.tip.width() - 4))
        above = at.y() - self.tip.height() - REACH
        self.tip.move(left, above if above > 0 else at.y() + REACH)
        self.tip.show()
        self.tip.raise_()


HEADROOM = 0.05
"""Part of a chart's height above the uppermost lane: its number must not be cut."""


class DistributionChart(Chart):
    """How often each label is predicted: a lane a version, bars for the label written, frames for the expected one."""

    def __init__(self, title: str, x_label: str, parent: QWidget | None = None) -> None:
        super().__init__(title, x_label, self.tr("Share of the answers"), parent)
        self._lanes: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...] = ()
        self._scale = 0.9
        self.plot.setMouseEnabled(x=False, y=False)
        self.redraw()

    def set_lanes(
        self, lanes: Sequence[tuple[str, tuple[int, ...], tuple[int, ...]]], legend: tuple[LegendEntry, ...]
    ) -> None:
        """Draw these lanes from top to bottom: name, counts of the label written, counts of the expected label."""
        if (tuple(lanes), legend) != (self._lanes, self.legend):
            self._lanes, self.legend = tuple(lanes), legend
            self.redraw()

    @property
    def highest(self) -> float:
        """Return the largest share that is drawn: as high as its lane."""
        counts = [row for _, greedy, expected in self._lanes for row in (greedy, expected) if any(row)]
        return max((max(row) / sum(row) for row in counts), default=0.0)

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        super().redraw()
        self.plot.clear()
        theme, count = current_theme(), len(self._lanes)
        self._scale = 0.9 / (self.highest or 1.0)
        self.plot.showGrid(x=False, y=False)
        for lane, (_name, greedy, expected) in enumerate(self._lanes):
            floor = count - 1 - lane
            first = "mark_base" if not any(expected) else "mark_score"
            self._bars(greedy, floor, 0.0, 0.72, brush=theme[first], pen=None)
            self._bars(expected, floor, 0.0, 0.44, brush=None, pen=pg.mkPen(theme["mark_consistency"], width=1.5))
            self.plot.addItem(pg.InfiniteLine(pos=floor, angle=0, pen=pg.mkPen(theme["plot_grid"])))
        names = [(count - 1 - lane + 0.4, name) for lane, (name, _, _) in enumerate(self._lanes)]
        self.plot.getAxis("left").setTicks([names])
        few = count <= FEW_LANES
        ticks = [
            (floor + height, f"{100 * self.highest * height / 0.9:.0f}%")
            for floor in range(count if few else min(1, count))  # all have one scale: where it is tight, it stands once
            for height in ((0.9, 0.45) if few else (0.9,))  # 0 is the lane's own line
            if self.highest
        ]
        self.plot.showAxis("right")
        scale = self.plot.getAxis("right")
        scale.setPen(theme["plot_grid"])
        scale.setTextPen(theme["text"])
        scale.setTicks([ticks])
        self.plot.getAxis("bottom").setTicks([[(label, str(label)) for label in LABELS]])
        self.plot.setXRange(-0.6, 9.6, padding=0)
        self.plot.setYRange(-0.05, (1 + HEADROOM) * max(count, 1), padding=0)

    def _bars(self, counts: Sequence[int], floor: int, shift: float, width: float, **looks: object) -> None:
        total = sum(counts)
        shown = [(label, count / total) for label, count in enumerate(counts) if count] if total else []
        if shown:
            x = np.array([label + shift for label, _ in shown])
            height = np.array([self._scale * share for _, share in shown])
            self.plot.addItem(pg.BarGraphItem(x=x, y0=floor, height=height, width=width, **looks))


class ScatterChart(Chart):
    """Predicted against true scores of one version. ``clicked(int)``: the image of the point that was clicked."""

    clicked = Signal(int)

    def __init__(self, title: str, x_label: str, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__(title, x_label, y_label, parent)
        self._images: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._points: NDArray[np.float64] = np.empty((0, 2))
        self._bounds = (0.0, 1.0)
        self._chosen: int | None = None
        self.plot.setMouseEnabled(x=False, y=False)
        self._line = pg.PlotCurveItem()
        self._dots = pg.ScatterPlotItem(pen=None, pxMode=True, antialias=False)
        self._ring = pg.ScatterPlotItem(size=14, brush=None, pxMode=True)
        self._cloud = pg.ImageItem()
        for item in (self._cloud, self._line, self._dots, self._ring):
            self.plot.addItem(item)
        self.plot.scene().sigMouseClicked.connect(self._on_click)
        self.redraw()

    def set_points(
        self, images: Sequence[int], points: Sequence[tuple[float, float]], bounds: tuple[float, float]
    ) -> None:
        """Draw (true, predicted) a point; ``bounds`` are both axes' ends, so that several charts can be compared."""
        self._images = np.asarray(images, dtype=np.int64)
        self._points = np.asarray(points, dtype=float).reshape(len(images), 2)
        self._bounds = bounds
        self.redraw()

    @property
    def count(self) -> int:
        """Return how many points are drawn."""
        return len(self._images)

    @property
    def chosen(self) -> int | None:
        """Return the image with the ring."""
        return self._chosen if self._place(self._chosen) is not None else None

    def choose(self, image_id: int | None) -> None:
        """Put a ring around an image's point."""
        self._chosen = image_id
        self._draw_ring()

    def position_of(self, image_id: int) -> QPointF:
        """Return the position of an image's point in the plot's scene."""
        x, y = self._points[self._images == image_id][0]
        return QPointF(self.plot.getPlotItem().getViewBox().mapViewToScene(QPointF(x, y)))

    def redraw(self) -> None:
        """Redraw everything in the theme's colours."""
        super().redraw()
        theme, many = current_theme(), len(self._images) > MANY
        colour = theme["mark_score"]
        colour.setAlpha(150)
        dots = np.empty((0, 2)) if many else self._points
        self._dots.setData(x=dots[:, 0], y=dots[:, 1], size=7, brush=pg.mkBrush(colour), pen=None)
        self._cloud.setVisible(many)
        if many:
            self._draw_cloud()
        ends = np.array(self._bounds)
        self._line.setData(ends, ends, pen=pg.mkPen(theme["muted"], width=1.2, style=Qt.PenStyle.DashLine))
        room = 0.04 * (self._bounds[1] - self._bounds[0])
        self.plot.setRange(
            xRange=(self._bounds[0] - room, self._bounds[1] + room),
            yRange=(self._bounds[0] - room, self._bounds[1] + room),
            padding=0,
        )
        self._draw_ring()

    def _draw_cloud(self) -> None:
        """Counts of points as the strength of the colour, so that twenty thousand are drawn as quickly as twenty."""
        lowest, highest = self._bounds
        inside = [[lowest, highest], [lowest, highest]]
        counts = np.histogram2d(self._points[:, 0], self._points[:, 1], bins=CELLS, range=inside)[0]
        colour = current_theme()["mark_score"]
        pixels = np.zeros((CELLS, CELLS, 4), dtype=np.ubyte)
        pixels[..., 0], pixels[..., 1], pixels[..., 2] = colour.red(), colour.green(), colour.blue()
        strength = np.log1p(counts) / np.log1p(max(counts.max(), 1.0))
        pixels[..., 3] = np.where(counts > 0, 50 + 205 * strength, 0)
        self._cloud.setImage(pixels, levels=(0, 255), axisOrder="col-major")
        self._cloud.setRect(QRectF(lowest, lowest, highest - lowest, highest - lowest))

    def _place(self, image_id: int | None) -> int | None:
        if image_id is None:
            return None
        found = np.flatnonzero(self._images == image_id)
        return int(found[0]) if len(found) else None

    def _draw_ring(self) -> None:
        place = self._place(self._chosen)
        at = self._points[place : place + 1] if place is not None else np.empty((0, 2))
        self._ring.setData(x=at[:, 0], y=at[:, 1], pen=pg.mkPen(current_theme()["danger"], width=2.5))

    def _on_click(self, event: MouseClickEvent) -> None:
        if not len(self._images):
            return
        box = self.plot.getPlotItem().getViewBox()
        at, (wide, high) = box.mapSceneToView(event.scenePos()), box.viewPixelSize()
        away = np.hypot((self._points[:, 0] - at.x()) / wide, (self._points[:, 1] - at.y()) / high)
        nearest = int(away.argmin())
        if away[nearest] <= REACH:
            self.clicked.emit(int(self._images[nearest]))
