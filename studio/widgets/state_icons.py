"""Painted state icons: each state has its own shape, so that colour is never the only difference."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

SIDE = 16
RATIO = 3
"""Pixels per logical pixel of the pixmap: sharp on dense screens too."""

SHAPES = {
    "queued": ("ring", "muted"),
    "running": ("play", "accent"),
    "interrupted": ("gap", "warning"),
    "paused": ("bars", "warning"),
    "done": ("check", "success"),
    "failed": ("cross", "danger"),
    "cancelled": ("square", "muted"),
    "none": ("ring", "muted"),
    "keep": ("check", "success"),
    "veto": ("cross", "danger"),
    "better": ("up", "success"),
    "worse": ("down", "danger"),
    "same": ("equal", "muted"),
}
"""State: its shape and the name of its colour in the theme."""


def state_icon(state: str, colours: dict[str, str]) -> QIcon:
    """Return the sign of a job's state or of a verdict."""
    shape, colour = SHAPES[state]
    return _icon(shape, colours[colour])


@cache
def _icon(shape: str, colour: str) -> QIcon:
    pixmap = QPixmap(SIDE * RATIO, SIDE * RATIO)
    pixmap.setDevicePixelRatio(RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colour), 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    _draw(painter, shape, QColor(colour))
    painter.end()
    return untinted(pixmap)


def untinted(pixmap: QPixmap) -> QIcon:
    """Return an icon that looks the same in a selected row, where Qt would otherwise tint it."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def _draw(painter: QPainter, shape: str, colour: QColor) -> None:
    box = QRectF(3, 3, 10, 10)
    match shape:
        case "ring":
            painter.drawEllipse(box)
        case "gap":
            painter.drawArc(box, 40 * 16, 280 * 16)
            painter.drawPoint(QPointF(8, 8))
        case "play":
            painter.setBrush(colour)
            painter.drawPolygon(QPolygonF([QPointF(5, 3.5), QPointF(12.5, 8), QPointF(5, 12.5)]))
        case "bars":
            painter.drawLine(QPointF(5.5, 4), QPointF(5.5, 12))
            painter.drawLine(QPointF(10.5, 4), QPointF(10.5, 12))
        case "check":
            painter.drawPolyline(QPolygonF([QPointF(3, 8.5), QPointF(6.5, 12), QPointF(13, 4)]))
        case "cross":
            painter.drawLine(QPointF(4, 4), QPointF(12, 12))
            painter.drawLine(QPointF(12, 4), QPointF(4, 12))
        case "up" | "down":
            tip, foot = (4.0, 12.0) if shape == "up" else (12.0, 4.0)
            painter.setBrush(colour)
            painter.drawPolygon(QPolygonF([QPointF(8, tip), QPointF(12.5, foot), QPointF(3.5, foot)]))
        case "equal":
            painter.drawLine(QPointF(4.5, 6), QPointF(11.5, 6))
            painter.drawLine(QPointF(4.5, 10), QPointF(11.5, 10))
        case "square":
            painter.drawRect(box)
            painter.drawLine(QPointF(3, 13), QPointF(13, 3))
