"""A histogram of scores with bin boundaries, painted without a chart library."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.services.imports.types import Preview
from studio.widgets.count_axis import axis_width, paint_count_axis
from studio.widgets.text_size import keep_size, scaled
from studio.widgets.theme import current_theme

FOOT, TOP, SIDE = 20, 26, 8
LABEL_ROOM = 44


class PreviewHistogram(QWidget):
    """Bars over the range of the scores; dashed lines at the bin boundaries, with their values below if they fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        keep_size(self, least_height=110, most_height=420)
        self.setAccessibleName(self.tr("Score histogram"))

    def show_preview(self, preview: Preview | None) -> None:
        """Draw this preview; None draws nothing."""
        self._preview = preview
        if preview is not None and preview.edges:
            cuts = ", ".join(f"{edge:.4g}" for edge in preview.edges)
            self.setAccessibleDescription(
                self.tr("Scores from {0:.4g} to {1:.4g}; bin boundaries at {2}").format(preview.low, preview.high, cuts)
            )
        self.update()

    def sizeHint(self) -> QSize:
        """Low and as wide as there is room."""
        return QSize(420, 132)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bars, cuts and numbers in the theme's colours."""
        preview = self._preview
        if preview is None or not preview.heights:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max(preview.heights)
        area = QRectF(self.rect()).adjusted(
            axis_width(painter.fontMetrics(), most) + SIDE, scaled(TOP), -SIDE, -scaled(FOOT)
        )
        paint_count_axis(painter, area, most)
        self._bars(painter, area, preview)
        self._cuts(painter, area, preview)

    def _bars(self, painter: QPainter, area: QRectF, preview: Preview) -> None:
        theme = current_theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme["accent"])
        width, most = area.width() / len(preview.heights), max(preview.heights) or 1
        for place, count in enumerate(preview.heights):
            height = area.height() * count / most
            painter.drawRect(QRectF(area.left() + place * width, area.bottom() - height, max(1.0, width - 1), height))
        painter.setPen(theme["plot_grid"])
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    def _cuts(self, painter: QPainter, area: QRectF, preview: Preview) -> None:
        theme = current_theme()
        painter.setPen(QPen(theme["text"], 1, Qt.PenStyle.DashLine))
        span = preview.high - preview.low
        places = [area.left() + area.width() * (edge - preview.low) / span if span else 0.0 for edge in preview.edges]
        for x in places:
            painter.drawLine(QPointF(x, area.top() - 4), QPointF(x, area.bottom()))
        painter.setPen(theme["muted"])
        free, room = -1e9, scaled(LABEL_ROOM)
        for x, edge in zip(places, preview.edges, strict=True):
            if x - free >= room:
                box = QRectF(x - room / 2, area.bottom() + 2, room, scaled(FOOT) - 2)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{edge:.3g}")
                free = x
        painter.drawText(
            QRectF(area.left(), 0, area.width(), scaled(TOP) - 8),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
            self.tr("Images by score, with bin boundaries; the best on the left")
            if preview.lower_is_better
            else self.tr("Images by score, with bin boundaries"),
        )
