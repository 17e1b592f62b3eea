"""Legend of version kinds: a shape and colour each, as in the charts. Painted without pyqtgraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
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
    """Paint one sign into the box."""
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


def entry_width(metrics: QFontMetrics, entry: LegendEntry) -> int:
    """Return how much room an entry takes, with the gap after it."""
    return SIGN + GAP + metrics.horizontalAdvance(entry.text) + BETWEEN


def legend_rows(metrics: QFontMetrics, entries: Sequence[LegendEntry], width: float) -> list[list[LegendEntry]]:
    """Return the entries in rows that fit into the width; one that is wider has a row of its own."""
    rows: list[list[LegendEntry]] = []
    left = 0.0
    for entry in entries:
        needed = entry_width(metrics, entry)
        if not rows or left + needed - BETWEEN > width:
            rows.append([])
            left = 0.0
        rows[-1].append(entry)
        left += needed
    return rows


def paint_legend(painter: QPainter, entries: Sequence[LegendEntry], left: float, middle: float) -> None:
    """Paint entries in a row about the height ``middle``; leaves the painter as it was."""
    painter.save()
    metrics = painter.fontMetrics()
    for entry in entries:
        paint_sign(painter, entry, QRectF(left, middle - SIGN / 2, SIGN, SIGN))
        painter.setPen(current_theme()["text"])
        painter.drawText(QPointF(left + SIGN + GAP, middle + metrics.ascent() / 2 - 1), entry.text)
        left += entry_width(metrics, entry)
    painter.restore()


class Legend(QWidget):
    """A row of signs with their meaning, for several charts at once."""

    def __init__(self, entries: Sequence[LegendEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)  # fixed: one line
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_entries(entries)

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these."""
        self._entries = tuple(entries)
        self.setAccessibleName(", ".join(entry.text for entry in entries))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the row."""
        metrics = self.fontMetrics()
        width = sum(entry_width(metrics, entry) for entry in self._entries)
        return QSize(width, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest entry: the others can be below it."""
        metrics = self.fontMetrics()
        width = max((entry_width(metrics, entry) for entry in self._entries), default=0)
        return QSize(width, metrics.height() + 4)

    def heightForWidth(self, width: int) -> int:
        """Return the height of as many rows as are needed."""
        metrics = self.fontMetrics()
        return max(1, len(legend_rows(metrics, self._entries, width))) * (metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in the theme's colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = legend_rows(self.fontMetrics(), self._entries, self.width())
        for place, row in enumerate(rows):
            paint_legend(painter, row, 0, self.height() * (2 * place + 1) / (2 * len(rows)))
        painter.end()
