"""Base class of the item models: a table of frozen rows with named columns and custom roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from studio.services.glossary import glossary
from studio.text import one_line, tool_tip

SORT_ROLE = int(Qt.ItemDataRole.UserRole)
"""Sort key (numbers as numbers)."""
OBJECT_ROLE = SORT_ROLE + 1
"""The row itself."""
STATE_ROLE = SORT_ROLE + 2
"""State key that a delegate shows as an icon; None in most columns."""
PATH_ROLE = SORT_ROLE + 3
"""An image's path that a delegate shows as a thumbnail; None in most columns."""
PROGRESS_ROLE = SORT_ROLE + 4
"""(done, total) that a delegate shows as a bar; None in most columns."""
BAR_ROLE = SORT_ROLE + 9
"""(score, truth, lowest, highest) that a delegate shows as a bar; None in most columns."""
READ_ROLE = SORT_ROLE + 10
"""False for a row not read yet; None in models that hold all rows."""

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")


def term_tips(terms: Mapping[int, str]) -> dict[int, str]:
    """Return tool tips for column names that are terms of the glossary, by column, in the user's language."""
    known = glossary(QLocale().name().split("_")[0])
    return {column: tool_tip(known[name].text) for column, name in terms.items()}


class RowTableModel(QAbstractTableModel, Generic[Row]):
    """Rows are set by :meth:`set_rows`. A subclass names the columns and returns the cell values."""

    columns: tuple[str, ...] = ()
    numeric: frozenset[int] = frozenset()
    tips: Mapping[int, str] = MappingProxyType({})
    """Tooltips of the column names."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows. If :meth:`identity` matches for all, selection and scroll position stay."""
        if [self.identity(row) for row in rows] == [self.identity(row) for row in self._rows]:
            self._update(rows)
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def replace(self, number: int, row: Row) -> None:
        """Replace one row."""
        self._rows[number] = row
        self.dataChanged.emit(self.index(number, 0), self.index(number, self.columnCount() - 1))

    def row(self, number: int) -> Row:
        """Return the row at this place."""
        return self._rows[number]

    @property
    def rows(self) -> Sequence[Row]:
        """Return all rows in the order shown by an unsorted view."""
        return tuple(self._rows)

    def find(self, identity: object) -> int | None:
        """Return the position of the row with this identity."""
        return next((n for n, row in enumerate(self._rows) if self.identity(row) == identity), None)

    def identity(self, row: Row) -> object:
        """Return the key that identifies a row across refreshes."""
        raise NotImplementedError

    def cell(self, row: Row, column: int, role: int) -> Any:
        """Return the value for one role; None if the column does not support it."""
        raise NotImplementedError

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return rows at the top level; none below."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Return named columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the datum of one cell."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        if role == OBJECT_ROLE:
            return self.row(index.row())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in self.numeric:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        datum = self.cell(self.row(index.row()), index.column(), role)
        if not isinstance(datum, str):
            return datum
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(datum)
        return one_line(datum) if role == Qt.ItemDataRole.DisplayRole else datum

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return column names, aligned as their column is."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(self.columns[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in self.numeric else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tips.get(section)
        return None

    def _update(self, rows: Sequence[Row]) -> None:
        changed = [n for n, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
        self._rows = list(rows)
        if changed:
            last = self.columnCount() - 1
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], last))
