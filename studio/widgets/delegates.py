"""Delegates that paint a state's shape, a thumbnail or a progress bar beside or instead of a cell's text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QHelpEvent, QIcon, QPainter, QPainterPath, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from studio.models.table import PATH_ROLE, PROGRESS_ROLE, STATE_ROLE, Index
from studio.text import tool_tip
from studio.widgets.image_loader import ImageLoader
from studio.widgets.state_icons import SHAPES, state_icon, untinted
from studio.widgets.text_size import scaled_size
from studio.widgets.theme import current_theme

THUMBNAIL = 40
TIP_LIMIT = 2_000
"""Characters of a cell that its tooltip shows."""


class CellDelegate(QStyledItemDelegate):
    """A cell whose text is cut shows the whole of it as a tooltip, literally."""

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Return the model's own tooltip first; none where the whole text is to be seen."""
        if event.type() != QEvent.Type.ToolTip or index.data(Qt.ItemDataRole.ToolTipRole):
            return super().helpEvent(event, view, option, index)
        text = cut_text(self, option, index)
        QToolTip.showText(event.globalPos(), tool_tip(text[:TIP_LIMIT]), view)
        return bool(text)


def cut_text(delegate: QStyledItemDelegate, option: QStyleOptionViewItem, index: Index) -> str:
    """Return the cell's text if it does not fit; "" if it does."""
    whole = QStyleOptionViewItem(option)
    delegate.initStyleOption(whole, index)
    style = whole.widget.style() if whole.widget is not None else QApplication.style()
    room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, whole, whole.widget)
    margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, whole, whole.widget) + 1
    fits = whole.fontMetrics.horizontalAdvance(whole.text) <= room.width() - 2 * margin
    return "" if fits else str(whole.text)


class StateDelegate(CellDelegate):
    """The state's shape before its word. ``elide``: where a word without room is cut; None: as the table does."""

    def __init__(self, parent: QObject | None = None, *, elide: Qt.TextElideMode | None = None) -> None:
        super().__init__(parent)
        self._elide = elide

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Add the shape."""
        super().initStyleOption(option, index)
        if self._elide is not None:
            option.textElideMode = self._elide
        state = index.data(STATE_ROLE)
        if state:
            option.icon = state_icon(state, current_theme().colours)
            option.decorationSize = scaled_size(14, 14)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration


class ChangeDelegate(StateDelegate):
    """A change with the shape and in the colour of what it is: better, worse, or the same."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Colour the number like its shape."""
        super().initStyleOption(option, index)
        state = index.data(STATE_ROLE)
        if state:
            option.decorationPosition = QStyleOptionViewItem.Position.Right
            colour = current_theme()[SHAPES[state][1]]
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, colour)


class ThumbnailDelegate(CellDelegate):
    """A small picture before the name, read on a worker thread; the view repaints when one arrives."""

    def __init__(self, loader: ImageLoader, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._loader = loader
        loader.loaded.connect(lambda _path, side: view.viewport().update() if side == THUMBNAIL * 2 else None)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Add the thumbnail, or room for it."""
        super().initStyleOption(option, index)
        option.decorationSize = scaled_size(THUMBNAIL, THUMBNAIL)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        path = index.data(PATH_ROLE)
        pixmap = self._loader.pixmap(path, THUMBNAIL * 2) if path else None
        option.icon = untinted(pixmap) if pixmap else QIcon()


class ProgressDelegate(CellDelegate):
    """A bar with the cell's text over it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint ground, bar and text."""
        progress = index.data(PROGRESS_ROLE)
        if not progress or progress[1] <= 0:
            super().paint(painter, option, index)
            return
        theme = current_theme()
        area: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.fillRect(area, theme["accent_soft"])
        bar = area.adjusted(9, area.height() - 8, -6, -4)
        done = min(1.0, progress[0] / progress[1])
        for width, colour in ((bar.width(), theme["border"]), (round(bar.width() * done), theme["accent"])):
            path = QPainterPath()
            path.addRoundedRect(QRect(bar.left(), bar.top(), width, bar.height()), 2, 2)
            painter.fillPath(path, colour)
        painter.setPen(theme["text"])
        text = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width() - 12)
        painter.drawText(area.adjusted(9, 0, -6, -7), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()
