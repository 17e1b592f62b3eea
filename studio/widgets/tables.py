"""Common appearance and behaviour of all tables."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from studio.models.table import SORT_ROLE
from studio.widgets.delegates import CellDelegate
from studio.widgets.table_saving import offer_csv
from studio.widgets.text_size import keep_size, scaled

STRETCH_LEAST = 90
"""Pixels at 100% of the column that takes the room that is left."""


class PlainTable(QTableView):
    """A table that leaves letters to the page's actions.

    One column takes the room that is left; where none is left it has a least width, and the table scrolls sideways.
    """

    def __init__(self, stretch: int) -> None:
        super().__init__()
        self._stretch = stretch
        self._has_room = True

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: a letter whose action is disabled must not move the selection."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room."""
        super().resizeEvent(event)
        header, stretch = self.horizontalHeader(), self._stretch
        if stretch >= header.count():
            return
        others = header.length() - header.sectionSize(stretch)
        has_room = self.viewport().width() - others >= scaled(STRETCH_LEAST)
        if has_room != self._has_room:
            self._has_room = has_room
            modes = QHeaderView.ResizeMode
            header.setSectionResizeMode(stretch, modes.Stretch if has_room else modes.Interactive)
        if not has_room:
            header.resizeSection(stretch, scaled(STRETCH_LEAST))


def make_table(model: QAbstractItemModel, name: str, *, stretch: int, row_height: int = 30) -> QTableView:
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
