"""A score as a bar on the project's scale, with the true score as a mark."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.models.table import BAR_ROLE, Index
from studio.widgets.theme import current_theme

HEIGHT = 6.0
Bar = tuple[float, float, float, float]
"""(score, truth, lowest, highest)."""


def paint_bar(painter: QPainter, area: QRectF, bar: Bar) -> None:
    """Paint track, bar and truth's mark into the area."""
    score, truth, lowest, highest = bar
    theme = current_theme()
    track = QRectF(area.left(), area.center().y() - HEIGHT / 2, area.width(), HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme["border"])
    painter.drawRoundedRect(track, 2, 2)

    def place(value: float) -> float:
        share = (value - lowest) / (highest - lowest) if highest > lowest else 0.5
        return track.left() + track.width() * min(1.0, max(0.0, share))

    painter.setBrush(theme["mark_score"])
    painter.drawRoundedRect(QRectF(track.left(), track.top(), place(score) - track.left(), HEIGHT), 2, 2)
    painter.setPen(QPen(theme["text"], 2.5))
    painter.drawLine(QPointF(place(truth), track.top() - 4), QPointF(place(truth), track.bottom() + 4))


class ScoreBar(QWidget):
    """The bar as a widget of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar: Bar | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bar(self, bar: Bar | None) -> None:
        """Show this score; None leaves the place empty."""
        self._bar = bar
        text = "" if bar is None else self.tr("score {0}, true score {1}").format(f"{bar[0]:.2f}", f"{bar[1]:.2f}")
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the truth's mark."""
        return QSize(80, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar."""
        if self._bar is None:
            return
        painter = QPainter(self)
        paint_bar(painter, QRectF(self.rect()).adjusted(2, 0, -2, 0), self._bar)
        painter.end()


class ScoreBarDelegate(QStyledItemDelegate):
    """The cell's number with its bar below."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint number and bar."""
        bar = index.data(BAR_ROLE)
        if bar is None:
            super().paint(painter, option, index)
            return
        theme, area = current_theme(), QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme["accent_soft"])
        painter.setPen(theme["text"])
        words = area.adjusted(8, 4, -8, -area.height() / 2 + 2)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(index.data()))
        paint_bar(painter, area.adjusted(8, area.height() / 2 + 2, -8, -6), bar)
        painter.restore()
