"""The axis of a painted histogram: whole numbers at its left, with faint lines across."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from studio.widgets.theme import current_theme

GAP = 6
"""Pixels between the numbers and the bars."""


def count_ticks(most: int) -> list[int]:
    """Return the counts that are named: 0, the highest, and the middle where that is a whole number."""
    if most <= 0:
        return [0]
    return [0, most // 2, most] if most % 2 == 0 and most > 2 else [0, most]


def axis_width(metrics: QFontMetrics, most: int) -> int:
    """Return the pixels that the numbers need beside the bars."""
    return max(metrics.horizontalAdvance(f"{tick:,}") for tick in count_ticks(most)) + GAP


def paint_count_axis(painter: QPainter, area: QRectF, most: int, *, lines: bool = True) -> None:
    """Paint the numbers at the left of the bars' area, whose height is ``most``; ``lines``: across it, too."""
    theme, high = current_theme(), painter.fontMetrics().height()
    for tick in count_ticks(most):
        y = area.bottom() - (area.height() * tick / most if most > 0 else 0)
        if lines and tick:
            painter.setPen(QPen(theme["plot_grid"], 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(theme["muted"])
        top = min(max(y - high / 2, 0.0), area.bottom() - high + 2)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, area.left() - GAP, high), right, f"{tick:,}")
