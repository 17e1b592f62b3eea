"""Painting one cell of the grid: thumbnail, name, score and the newest prediction."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap

from studio.services.images.types import ImageCell
from studio.text import number, one_line
from studio.widgets.theme import current_theme

GAP = 6
PADDING = 7
LINES = 2


class CellPainter:
    """Size and painting of a cell; created again when font, theme or size changes."""

    def __init__(self, side: int, metrics: QFontMetrics) -> None:
        self._side = side
        self._metrics = metrics
        self._line = metrics.height() + 1
        self.least_width = side + 2 * PADDING
        self.height = side + 2 * PADDING + LINES * self._line + 4
        theme = current_theme()
        names = ("text", "muted", "accent", "accent_soft", "alternate", "danger", "border")
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
        cell: ImageCell | None,
        pixmap: QPixmap | None,
        *,
        problem: bool,
        current: bool,
    ) -> None:
        """Paint one cell; an empty frame if it is not read yet."""
        colours = self._colours
        if current:
            painter.fillRect(rect.adjusted(2, 2, -2, -2), colours["accent_soft"])
        edge = rect.left() + (rect.width() - self._side) // 2
        area = QRect(edge, rect.top() + PADDING, self._side, self._side)
        if pixmap is not None:
            painter.drawPixmap(_middle(area, pixmap, self._ratio), pixmap, QRectF(pixmap.rect()))
        else:
            painter.fillRect(area, colours["alternate"])
            if problem:
                painter.setPen(colours["danger"])
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "⚠")
        if cell is None:
            return
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

    def _texts(self, cell: ImageCell) -> tuple[str, str, str]:
        """Name cut to fit, score with split, prediction."""
        known = self._short.get(cell.id)
        if known is None:
            if len(self._short) > 2000:
                self._short.clear()
            name = self._metrics.elidedText(one_line(cell.name), Qt.TextElideMode.ElideMiddle, self._side)
            right = "" if cell.predicted is None else f"→ {number(cell.predicted, 2)}"
            self._short[cell.id] = known = (name, f"{number(cell.score, 2)} {cell.split}", right)
        return known


def _middle(area: QRect, pixmap: QPixmap, ratio: float) -> QRectF:
    """Return where a pixmap is centred in the area, in whole logical pixels."""
    width, height = pixmap.width() / ratio, pixmap.height() / ratio
    left = area.left() + (area.width() - round(width)) // 2
    top = area.top() + (area.height() - round(height)) // 2
    return QRectF(left, top, width, height)
