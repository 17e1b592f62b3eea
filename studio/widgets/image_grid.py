"""A grid of any number of images: row positions are computed, and only visible cells are touched.

Qt's own icon view lays out every item; with 250,000 that takes seconds, after every filter and every resize.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from studio.models.image_list import GridModel
from studio.models.table import Index
from studio.widgets.image_cell import GAP, CellPainter
from studio.widgets.theme import THEME_EVENTS
from studio.widgets.thumbnails import ThumbnailLoader

SIDES = (96, 128, 160, 208, 256)
"""Available thumbnail sizes (longest side in logical pixels)."""
Action: TypeAlias = QAbstractItemView.CursorAction


class ImageGrid(QAbstractItemView):
    """Rows of cells from left to right. Arrow keys, Page, Home and End move.

    The selection is one image; with ``several``, Ctrl and Shift select more.

    Signals:
        settled: painted at least once with every visible cell and its picture there.
    """

    settled = Signal()

    def __init__(
        self, model: GridModel[Any], loader: ThumbnailLoader, parent: QWidget | None = None, *, several: bool = False
    ) -> None:
        super().__init__(parent)
        self._images = model
        self.loader = loader
        self._side = SIDES[1]
        self._painter = CellPainter(self._side, QFontMetrics(self.font()), model)
        self.setModel(model)
        self.setAccessibleName(self.tr("Images"))
        modes = QAbstractItemView.SelectionMode
        self._several = several
        self.setSelectionMode(modes.ExtendedSelection if several else modes.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        model.modelReset.connect(self._on_reset)
        loader.arrived.connect(self._on_arrived)

    @property
    def side(self) -> int:
        """Longest side of a thumbnail, in logical pixels."""
        return self._side

    @side.setter
    def side(self, side: int) -> None:
        kept = self.currentIndex().row() if self.currentIndex().isValid() else self.first_visible
        self._side = side
        self._painter = CellPainter(side, QFontMetrics(self.font()), self._images)
        self.updateGeometry()
        self.updateGeometries()
        self.verticalScrollBar().setValue(kept // self.columns * self._painter.height)
        self.viewport().update()
        self.request_visible()

    def minimumSizeHint(self) -> QSize:
        """Return room for one whole cell with its captions, so that something can be seen and picked."""
        frame = 2 * self.frameWidth()
        width = self._painter.least_width + GAP + self.verticalScrollBar().sizeHint().width()
        return QSize(width + frame, self._painter.height + GAP + frame)

    @property
    def columns(self) -> int:
        """Cells beside each other."""
        return max(1, (self.viewport().width() - GAP) // self._painter.least_width)

    @property
    def _width(self) -> int:
        """Of one cell: all the room is shared out."""
        return (self.viewport().width() - GAP) // self.columns

    @property
    def first_visible(self) -> int:
        """Return the first row that is at least partly on the screen."""
        return self.verticalOffset() // self._painter.height * self.columns

    @property
    def last_visible(self) -> int:
        """Return the last row that is at least partly on the screen; before the first if there is none."""
        bottom = (self.verticalOffset() + self.viewport().height()) // self._painter.height
        return min(self._images.rowCount(), (bottom + 1) * self.columns) - 1

    def request_visible(self) -> None:
        """Request the visible cells and the next ones in scroll direction, with their thumbnails."""
        first, last = self.first_visible, self.last_visible
        if last < first:
            self.loader.want([], self.pixels)
            return
        ahead = last - first + 1
        self._images.request_range(max(0, first - ahead), min(self._images.rowCount() - 1, last + ahead))
        rows = [*range(first, last + 1), *range(last + 1, min(self._images.rowCount(), last + 1 + ahead))]
        cells = [cell for row in rows if (cell := self._images.row_at(row)) is not None]
        self.loader.want([cell.path for cell in cells], self.pixels)

    @property
    def pixels(self) -> int:
        """Longest side of a thumbnail in pixels of the screen."""
        return round(self._side * self.devicePixelRatioF())

    def is_settled(self) -> bool:
        """Return whether every visible cell has its picture, or is known to have none."""
        for row in range(self.first_visible, self.last_visible + 1):
            cell = self._images.row_at(row)
            if cell is None:
                return False
            if self.loader.pixmap(cell.path, self.pixels) is None and not self.loader.problem(cell.path):
                return False
        return True

    def visualRect(self, index: Index) -> QRect:
        """Return where a cell is in the viewport, on the screen or not."""
        return self._rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the cell under a point of the viewport."""
        column, line = (point.x() - GAP) // self._width, (point.y() + self.verticalOffset())
        row = line // self._painter.height * self.columns + column
        inside = 0 <= column < self.columns and 0 <= row < self._images.rowCount()
        return self._images.index(row, 0) if inside else QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Scroll as little as is needed to have the whole cell in view."""
        if not index.isValid():
            return
        rect, bar = self._rect(index.row()), self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() > self.viewport().height():
            bar.setValue(bar.value() + min(rect.top(), rect.bottom() - self.viewport().height() + GAP))

    def moveCursor(self, action: Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return the cell a key moves to."""
        count, current = self._images.rowCount(), self.currentIndex()
        if not count:
            return QModelIndex()
        if not current.isValid():
            return self._images.index(self.first_visible, 0)
        lines = max(1, self.viewport().height() // self._painter.height)
        step = {
            Action.MoveLeft: -1,
            Action.MovePrevious: -1,
            Action.MoveRight: 1,
            Action.MoveNext: 1,
            Action.MoveUp: -self.columns,
            Action.MoveDown: self.columns,
            Action.MovePageUp: -lines * self.columns,
            Action.MovePageDown: lines * self.columns,
            Action.MoveHome: -count,
            Action.MoveEnd: count,
        }[action]
        row = current.row() + step
        if action in (Action.MoveUp, Action.MoveDown) and not 0 <= row < count:
            return self._images.index(current.row(), 0)
        return self._images.index(max(0, min(count - 1, row)), 0)

    def horizontalOffset(self) -> int:
        """Return 0: there is no horizontal scrolling."""
        return 0

    def verticalOffset(self) -> int:
        """Return pixels above the viewport."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        """No cell is hidden."""
        return False

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are the page's keys, and a search through all rows would block the window."""

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the cells from that in the rectangle's first corner to that in its last, in reading order."""
        if not self._several:
            first = last = self.indexAt(rect.center())
        else:
            first, last = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
        if not (first.isValid() and last.isValid()):
            self.selectionModel().select(QItemSelection(), command)
            return
        if last.row() < first.row():
            first, last = last, first
        self.selectionModel().select(QItemSelection(first, last), command)

    def go_to(self, row: int, kept: QItemSelection | None = None) -> None:
        """Make the image of this row the current one, whatever keys are held down.

        Args:
            row: of the image.
            kept: stays selected if the image is one of these; else it is the only one.
        """
        index, replaced = self._images.index(row, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, replaced)
        if kept is not None and kept.contains(index):
            self.selectionModel().select(kept, replaced)

    @property
    def selected_rows(self) -> list[int]:
        """Return the selected rows in order."""
        return sorted({row for span in self._selected_spans() for row in span})

    def _selected_spans(self) -> list[range]:
        selection = self.selectionModel().selection()
        return [range(part.top(), part.bottom() + 1) for part in map(selection.at, range(selection.count()))]

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return the cells of a selection that are on the screen."""
        region = QRegion()
        for part in map(selection.at, range(selection.count())):
            for row in range(max(part.top(), self.first_visible), min(part.bottom(), self.last_visible) + 1):
                region += self._rect(row)
        return region

    def updateGeometries(self) -> None:
        """Set the scroll bar's range."""
        lines = -(-self._images.rowCount() // self.columns)
        height, bar = self.viewport().height(), self.verticalScrollBar()
        bar.setRange(0, max(0, lines * self._painter.height + GAP - height))
        bar.setPageStep(height)
        bar.setSingleStep(self._painter.height // 3)
        super().updateGeometries()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the first cell in view where it was."""
        first = self.first_visible if event.oldSize().width() < 0 else self._first_at(event.oldSize().width())
        super().resizeEvent(event)
        self.updateGeometries()
        if event.oldSize().width() != event.size().width():
            self.verticalScrollBar().setValue(first // self.columns * self._painter.height)
        self.request_visible()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Scroll the painted area and request what becomes visible."""
        self.viewport().scroll(dx, dy)
        self.request_visible()

    def dataChanged(self, top_left: Index, bottom_right: Index, roles: object = ()) -> None:
        """Repaint the cells that are on the screen, and asks for their pictures."""
        self._painter.forget()
        for row in range(max(top_left.row(), self.first_visible), min(bottom_right.row(), self.last_visible) + 1):
            self.viewport().update(self._rect(row))
        self.request_visible()

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme and font."""
        super().changeEvent(event)
        if event.type() in (*THEME_EVENTS, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._painter = CellPainter(self._side, QFontMetrics(self.font()), self._images)
            self.updateGeometry()
            self.updateGeometries()
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that the region touches."""
        painter = QPainter(self.viewport())
        cells, offset, columns = self._painter, self.verticalOffset(), self.columns
        cells.begin(painter)
        current, selected = self.currentIndex().row(), self._selected_spans() if self._several else []
        region = event.region()
        top = (event.rect().top() + offset) // cells.height * columns
        bottom = min(self._images.rowCount(), ((event.rect().bottom() + offset) // cells.height + 1) * columns)
        for row in range(max(0, top), bottom):
            rect = self._rect(row)
            if not region.intersects(rect):
                continue
            cell = self._images.row_at(row)
            pixmap = self.loader.pixmap(cell.path, self.pixels) if cell is not None else None
            problem = bool(cell is not None and (cell.problem or self.loader.problem(cell.path)))
            chosen = row == current or any(row in span for span in selected)
            cells.paint(painter, rect, cell, pixmap, problem=problem, current=chosen)
        if current >= 0 and self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self._rect(current).adjusted(3, 3, -3, -3))
        painter.end()

    def _rect(self, row: int) -> QRect:
        line, column = divmod(row, self.columns)
        width, height = self._width, self._painter.height
        return QRect(GAP + column * width, line * height - self.verticalOffset(), width, height)

    def _first_at(self, width: int) -> int:
        columns = max(1, (width - GAP) // self._painter.least_width)
        return self.verticalOffset() // self._painter.height * columns

    def _on_reset(self) -> None:
        self._painter.forget()
        self.verticalScrollBar().setValue(0)
        self.updateGeometries()
        self.viewport().update()
        self.request_visible()

    def _on_arrived(self, paths: set[object]) -> None:
        for row in range(self.first_visible, self.last_visible + 1):
            cell = self._images.row_at(row)
            if cell is not None and cell.path in paths:
                self.viewport().update(self._rect(row))
        if self.is_settled():
            self.settled.emit()
