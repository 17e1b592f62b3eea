"""Common appearance and behaviour of all tables."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from studio.models.table import SORT_ROLE
from studio.widgets.delegates import CellDelegate
from studio.widgets.table_saving import offer_csv
from studio.widgets.text_size import keep_size, scaled, text_font

STRETCH_LEAST = 90
"""Pixels at 100% of the column that takes the room that is left."""
TITLE_PADDING = 20
"""Pixels at 100% beside a title, which the style sheet adds."""
NAME_MOST = 200
"""Most pixels at 100% that names ask for."""


class PlainTable(QTableView):
    """A table that leaves letters to the page's actions.

    One column takes the room that is left; where none is left it has a least width, and the table scrolls sideways.
    When it is first shown, no column is narrower than its title.

    Attributes:
        whole: the least width of that column is what its texts need, within limits: they are names.
    """

    def __init__(self, stretch: int) -> None:
        super().__init__()
        self._stretch = stretch
        self._has_room = True
        self._headed = False
        self.whole = False

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: a letter whose action is disabled must not move the selection."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room."""
        super().resizeEvent(event)
        self.share_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Give each title its room."""
        super().showEvent(event)
        if not self._headed:
            self._headed = True
            header, metrics = self.horizontalHeader(), QFontMetrics(text_font(bold=True))
            for column in range(header.count()):
                title = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
                least = metrics.horizontalAdvance(title) + scaled(TITLE_PADDING)
                if column != self._stretch and 0 < header.sectionSize(column) < least:
                    header.resizeSection(column, least)
            self.share_room()

    def share_room(self) -> None:
        """Give the one column what the others leave, and never less than its least width."""
        header, stretch = self.horizontalHeader(), self._stretch
        if stretch >= header.count():
            return
        least = scaled(STRETCH_LEAST)
        if self.whole:
            least = max(least, min(self.sizeHintForColumn(stretch), scaled(NAME_MOST)))
        others = header.length() - header.sectionSize(stretch)
        has_room = self.viewport().width() - others >= least
        if has_room != self._has_room:
            self._has_room = has_room
            modes = QHeaderView.ResizeMode
            header.setSectionResizeMode(stretch, modes.Stretch if has_room else modes.Interactive)
        if not has_room:
            header.resizeSection(stretch, least)


def make_table(model: QAbstractItemModel, name: str, *, stretch: int, row_height: int = 30) -> PlainTable:
    """Return a read-only table of whole rows; column ``stretch`` takes the room that is left. Tab leaves it.

    Its context menu saves it as CSV. A long text is elided in the middle and shown in full in the cell's tool tip.
    """
    table = PlainTable(stretch)
    table.setModel(model)
    table.setItemDelegate(CellDelegate(table))
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.verticalHeader().hide()
    keep_size(table, row_height=row_height)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
    offer_csv(table)
    return table


def take_rows_by_drag(table: QTableView) -> None:
    """Enable dragging of rows; the model decides which rows can be dragged and what a drop does."""
    table.setDragEnabled(True)
    table.setAcceptDrops(True)
    table.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
    table.setDefaultDropAction(Qt.DropAction.MoveAction)
    table.setDragDropOverwriteMode(False)
    table.setDropIndicatorShown(True)


def sorted_by_column(model: QAbstractItemModel, parent: QObject | None = None) -> QSortFilterProxyModel:
    """Return a proxy that sorts by the model's sort role; unsorted until a header is clicked."""
    proxy = QSortFilterProxyModel(parent)  # not the model: each would hold the other
    proxy.setSortRole(SORT_ROLE)
    proxy.setSourceModel(model)
    proxy.sort(-1, Qt.SortOrder.AscendingOrder)
    return proxy
