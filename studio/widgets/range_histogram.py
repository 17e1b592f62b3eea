"""The distribution of scores with bin boundaries; drag to select a range."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.services.images.types import Histogram
from studio.text import number
from studio.widgets.count_axis import axis_width, paint_count_axis
from studio.widgets.text_size import TEXT_EVENTS, scaled
from studio.widgets.theme import THEME_EVENTS, current_theme

HEIGHT = 76
FOOT = 16
"""Pixels below the bars for the scale."""
CLICK = 3
"""A press and release within so many pixels is a click, which clears the range."""


class RangeHistogram(QWidget):
    """Bars of all images behind those that are shown. The fields beside it do with keys what dragging does here.

    Signals:
        brushed(low, high): the range that was dragged, in scores; None and None after a click.
    """

    brushed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Histogram()
        self._range: tuple[float | None, float | None] = (None, None)
        self._pressed: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Score histogram"))

    def show_histogram(self, histogram: Histogram) -> None:
        """Other bars."""
        self._shown = histogram
        described = self.tr("{0} of {1} images, scores from {2} to {3}").format(
            sum(histogram.counts), sum(histogram.total), number(self._low, 2), number(self._high, 2)
        )
        if histogram.lower_is_better:
            described += self.tr("; lower scores are better")
        self.setAccessibleDescription(described)
        self.update()

    def show_range(self, low: float | None, high: float | None) -> None:
        """Marks what is between; None leaves a side open."""
        self._range = (low, high)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(400, scaled(HEIGHT))

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme."""
        super().changeEvent(event)
        if event.type() in (*THEME_EVENTS, *TEXT_EVENTS):
            self.updateGeometry()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a range."""
        if event.button() == Qt.MouseButton.LeftButton and self._shown.edges:
            self._pressed = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Widen the range to where the mouse is."""
        if self._pressed is not None and abs(event.position().x() - self._pressed) > CLICK:
            ends = sorted((self._score_at(self._pressed), self._score_at(event.position().x())))
            self.brushed.emit(ends[0], ends[1])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the range; a click clears it."""
        if self._pressed is not None and abs(event.position().x() - self._pressed) <= CLICK:
            self.brushed.emit(None, None)
        self._pressed = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Range, bars, bin edges, scale."""
        if not self._shown.edges:
            return
        theme = current_theme()
        painter = QPainter(self)
        self._paint_range(painter)
        peak = self._peak
        room = QRectF(self._left, 2, self.width() - 1 - self._left, self.height() - scaled(FOOT) - 2)
        paint_count_axis(painter, room, peak, lines=False)
        for values, name in ((self._shown.total, "border"), (self._shown.counts, "accent")):
            for place, value in enumerate(values):
                if value:
                    painter.fillRect(self._bar(place, value / peak), theme[name])
        painter.setPen(QPen(theme["muted"], 1, Qt.PenStyle.DotLine))
        for edge in self._shown.bin_edges:
            x = self._x_of(edge)
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height() - scaled(FOOT)))
        self._paint_scale(painter)
        painter.end()

    @property
    def _peak(self) -> int:
        return max(1, *self._shown.total) if self._shown.total else 1

    @property
    def _left(self) -> int:
        """Pixels left of the bars, for the numbers of images."""
        return axis_width(self.fontMetrics(), self._peak)

    @property
    def _low(self) -> float:
        return self._shown.edges[0] if self._shown.edges else 0.0

    @property
    def _high(self) -> float:
        return self._shown.edges[-1] if self._shown.edges else 1.0

    def _paint_range(self, painter: QPainter) -> None:
        low, high = self._range
        if low is None and high is None:
            return
        left = self._x_of(self._low if low is None else low)
        right = self._x_of(self._high if high is None else high)
        area = QRectF(left, 0, max(1.0, right - left), self.height() - scaled(FOOT))
        painter.fillRect(area, current_theme()["accent_soft"])
        painter.setPen(current_theme()["accent"])
        for x in (area.left(), area.right()):
            painter.drawLine(QPointF(x, 0), QPointF(x, area.bottom()))

    def _paint_scale(self, painter: QPainter) -> None:
        painter.setPen(current_theme()["muted"])
        foot = QRectF(self._left, self.height() - scaled(FOOT), self.width() - self._left, scaled(FOOT))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, number(self._low, 2))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, number(self._high, 2))
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, self.caption)

    @property
    def caption(self) -> str:
        """Return the words between the ends of the scale: as many as there is room for, at the least none."""
        metrics = self.fontMetrics()
        ends = max(metrics.horizontalAdvance(number(end, 2)) for end in (self._low, self._high))
        room = self.width() - self._left - 2 * (ends + metrics.averageCharWidth())
        return next((words for words in self._words() if metrics.horizontalAdvance(words) <= room), "")

    def _words(self) -> list[str]:
        """Return what the scale is, from many words to few."""
        lower = self._shown.lower_is_better
        found = [self.tr("score, lower is better")] if lower else []
        found.append(self.tr("score"))
        if self._shown.bin_edges:
            dotted = self.tr("score (dotted: bin boundaries)")
            found.insert(0, self.tr("score, lower is better (dotted: bins)") if lower else dotted)
        return found

    def _bar(self, place: int, part: float) -> QRectF:
        room = self.height() - scaled(FOOT)
        left, right = self._x_of(self._shown.edges[place]), self._x_of(self._shown.edges[place + 1])
        height = max(1.0, part * (room - 2))
        return QRectF(left, room - height, max(1.0, right - left - 1), height)

    def _x_of(self, score: float) -> float:
        return self._left + (score - self._low) / (self._high - self._low) * (self.width() - 1 - self._left)

    def _score_at(self, x: float) -> float:
        wide = max(1.0, self.width() - 1.0 - self._left)
        inside = min(max(x - self._left, 0.0), wide)
        return self._low + inside / wide * (self._high - self._low)
