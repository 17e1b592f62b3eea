"""The signs of the kinds of versions: a shape and a colour each, in legends as in charts. Painted without pyqtgraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.theme import current_theme

SIGN = 11
GAP = 6
BETWEEN = 18


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One sign and its meaning; ``colour`` is a name of the theme's.

    ``shape``: "o", "s", "t1", "d" (as pyqtgraph calls them), "bar", "frame", "line" or "dashes".
    """

    shape: str
    colour: str
    text: str


def paint_sign(painter: QPainter, entry: LegendEntry, box: QRectF) -> None:
    """Paints one sign into the box."""
    colour = current_theme()[entry.colour]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    centre, half = box.center(), box.width() / 2
    match entry.shape:
        case "o":
            painter.drawEllipse(box)
        case "s" | "bar":
            painter.drawRect(box)
        case "t1":
            top, left, right = QPointF(centre.x(), box.top()), box.bottomLeft(), box.bottomRight()
            painter.drawPolygon(QPolygonF([top, right, left]))
        case "d":
            across, along = QPointF(half, 0), QPointF(0, half)
            painter.drawPolygon(QPolygonF([centre - along, centre + across, centre + along, centre - across]))
        case "frame":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.5))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        case _:
            style = Qt.PenStyle.DashLine if entry.shape == "dashes" else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour, 1.5, style))
            painter.drawLine(QPointF(box.left(), centre.y()), QPointF(box.right(), centre.y()))


def paint_legend(painter: QPainter, entries: Sequence[LegendEntry], left: float, middle: float) -> float:
    """Paints entries in a row about the height ``middle``; returns where the row ends."""
    metrics = painter.fontMetrics()
    for entry in entries:
        paint_sign(painter, entry, QRectF(left, middle - SIGN / 2, SIGN, SIGN))
        left += SIGN + GAP
        painter.setPen(current_theme()["text"])
        painter.drawText(QPointF(left, middle + metrics.ascent() / 2 - 1), entry.text)
        left += metrics.horizontalAdvance(entry.text) + BETWEEN
    return left


class Legend(QWidget):
    """A row of signs with their meaning, for several charts at once."""

    def __init__(self, entries: Sequence[LegendEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_entries(entries)

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Shows these."""
        self._entries = tuple(entries)
        self.setAccessibleName(", ".join(entry.text for entry in entries))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the row."""
        metrics = self.fontMetrics()
        width = sum(SIGN + GAP + BETWEEN + metrics.horizontalAdvance(entry.text) for entry in self._entries)
        return QSize(width, metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the row in the theme's colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_legend(painter, self._entries, 0, self.height() / 2)
        painter.end()
