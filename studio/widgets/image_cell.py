"""Painting one cell of the grid: thumbnail, name, two captions, and whether it was picked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap, QPolygonF

from studio.models.image_list import GridModel
from studio.text import one_line
from studio.widgets.theme import current_theme

GAP = 6
PADDING = 7
LINES = 2
MARK = 20
"""Pixels of the mark of a picked or rejected image."""
FAINT = 0.35
"""Opacity of a rejected image."""


class CellPainter:
    """Size and painting of a cell; created again when font, theme or size changes."""

    def __init__(self, side: int, metrics: QFontMetrics, model: GridModel[Any]) -> None:
        self._model = model
        self._side = side
        self._metrics = metrics
        self._line = metrics.height() + 1
        self.least_width = side + 2 * PADDING
        self.height = side + 2 * PADDING + LINES * self._line + 4
        theme = current_theme()
        names = ("text", "muted", "accent", "accent_soft", "alternate", "danger", "border", "success", "base")
        self._colours: dict[str, QColor] = {name: theme[name] for name in names}
        self._short: dict[int, tuple[str, str, str]] = {}
        self._ratio = 1.0

    def forget(self) -> None:
        """Drop what it remembers of cells: they may have changed."""
        self._short.clear()

    def begin(self, painter: QPainter) -> None:
        """Set what is the same for all cells."""
        self._ratio = painter.device().devicePixelRatio()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        cell: Any,
        pixmap: QPixmap | None,
        *,
        problem: bool,
        current: bool,
    ) -> None:
        """Paint one cell; an empty frame if it is not read yet. ``current``: it is, or is among, the selected ones."""
        colours = self._colours
        mark = 0 if cell is None else self._model.mark(cell)
        if current:
            painter.fillRect(rect.adjusted(2, 2, -2, -2), colours["accent_soft"])
        edge = rect.left() + (rect.width() - self._side) // 2
        area = QRect(edge, rect.top() + PADDING, self._side, self._side)
        if pixmap is not None:
            painter.setOpacity(FAINT if mark < 0 else 1.0)
            painter.drawPixmap(_middle(area, pixmap, self._ratio), pixmap, QRectF(pixmap.rect()))
            painter.setOpacity(1.0)
        else:
            painter.fillRect(area, colours["alternate"])
            if problem:
                painter.setPen(colours["danger"])
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "⚠")
        if cell is None:
            return
        if mark:
            self._paint_mark(painter, area, mark)
        name, left, right = self._texts(cell)
        line = QRect(area.left(), area.bottom() + 4, self._side, self._line)
        painter.setPen(colours["danger"] if problem else colours["text"])
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        line.translate(0, self._line)
        painter.setPen(colours["muted"])
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
        if right:
            painter.setPen(colours["accent"])
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)

    def _paint_mark(self, painter: QPainter, area: QRect, mark: int) -> None:
        """Paint a tick or a cross, told apart by shape and by colour."""
        box = QRectF(area.left() + 4, area.top() + 4, MARK, MARK)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colours["success" if mark > 0 else "danger"])
        painter.drawEllipse(box)
        painter.setPen(QPen(self._colours["base"], 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y = box.left(), box.top()
        if mark > 0:
            painter.drawPolyline(
                QPolygonF([QPointF(x + 5.5, y + 10.5), QPointF(x + 8.8, y + 13.8), QPointF(x + 14.5, y + 6.8)])
            )
        else:
            painter.drawLine(QPointF(x + 6.5, y + 6.5), QPointF(x + 13.5, y + 13.5))
            painter.drawLine(QPointF(x + 13.5, y + 6.5), QPointF(x + 6.5, y + 13.5))
        painter.restore()

    def _texts(self, cell: Any) -> tuple[str, str, str]:
        """Name cut to fit, and the captions."""
        known = self._short.get(cell.id)
        if known is None:
            if len(self._short) > 2000:
                self._short.clear()
            name = self._metrics.elidedText(one_line(cell.name), Qt.TextElideMode.ElideMiddle, self._side)
            self._short[cell.id] = known = (name, *self._model.captions(cell))
        return known


def _middle(area: QRect, pixmap: QPixmap, ratio: float) -> QRectF:
    """Return where a pixmap is centred in the area, in whole logical pixels."""
    width, height = pixmap.width() / ratio, pixmap.height() / ratio
    left = area.left() + (area.width() - round(width)) // 2
    top = area.top() + (area.height() - round(height)) // 2
    return QRectF(left, top, width, height)
