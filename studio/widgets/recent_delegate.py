"""Delegate for recent projects: name and facts above, folder and last opening below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.widgets.text_size import scaled
from studio.widgets.theme import current_theme

FACTS_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""What is in the project, in one line."""
PLACE_ROLE = FACTS_ROLE + 1
"""(folder, when it was opened last)."""
HEIGHT, MARGIN = 52, 12


class RecentDelegate(QStyledItemDelegate):
    """Plain text only; what has no room is cut with an ellipsis."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint both lines on the ground of the style."""
        theme = current_theme()
        area: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme["accent_soft"])
        half = area.height() // 2
        upper = QRect(area.left() + MARGIN, area.top() + 4, area.width() - 2 * MARGIN, half - 4)
        lower = QRect(upper.left(), area.top() + half, upper.width(), half - 4)
        font = QFont(option.font)
        folder, when = index.data(PLACE_ROLE) or ("", "")
        right = _write(painter, upper, index.data(FACTS_ROLE) or "", font, theme["muted"], right=True)
        font.setBold(True)
        upper.setRight(upper.right() - right - MARGIN)
        _write(painter, upper, index.data(Qt.ItemDataRole.DisplayRole) or "", font, theme["text"])
        font.setBold(False)
        right = _write(painter, lower, when, font, theme["muted"], right=True)
        lower.setRight(lower.right() - right - MARGIN)
        _write(painter, lower, folder, font, theme["muted"])
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines."""
        return QSize(200, scaled(HEIGHT))


def _write(painter: QPainter, area: QRect, text: str, font: QFont, colour: QColor, *, right: bool = False) -> int:
    """Write one line; returns its width. A text on the right takes at most six tenths of the room."""
    painter.setFont(font)
    painter.setPen(colour)
    room = area.width() * 6 // 10 if right else area.width()
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
    return painter.fontMetrics().horizontalAdvance(shown)
