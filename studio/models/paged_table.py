"""Table model of any length: all ids at once, rows in pages when a view needs them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from PySide6.QtCore import QItemSelection, QModelIndex, QObject, Qt, QTimer, Signal

from studio.models.table import READ_ROLE, Index, RowTableModel
from studio.services.images.image_columns import Ids

PAGE = 128
"""Rows read at a time."""
KEPT_PAGES = 64
"""Pages kept in memory, those used last."""
PAGES_AT_ONCE = 4
"""Pages requested at once; if more are missing, the most recently viewed ones."""

Row = TypeVar("Row")


class PagedTableModel(RowTableModel[Row]):
    """Ids are set by :meth:`set_ids`; reading a missing cell emits ``rows_wanted``.

    Signals:
        rows_wanted(list[int]): ids of rows; answer with :meth:`add_rows`, or :meth:`forget_asked` if they cannot be
            read. There is one open request at a time.
    """

    rows_wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._pages: OrderedDict[int, list[Row | None]] = OrderedDict()
        self._fresh: set[int] = set()
        self._missing: OrderedDict[int, None] = OrderedDict()
        self._asked: tuple[int, ...] = ()
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.setInterval(0)
        self._asking.timeout.connect(self._ask)

    @property
    def ids(self) -> Ids:
        """Return all ids in the order of the list."""
        return self._ids

    @property
    def rows(self) -> Sequence[Row]:
        """Return the rows that have been read, in the order of the list."""
        return [row for _page, rows in sorted(self._pages.items()) for row in rows if row is not None]

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, all of them read."""
        self.set_ids(np.array([self.key(row) for row in rows], dtype=np.int64), rows)

    def set_ids(self, ids: Ids, rows: Sequence[Row] = ()) -> None:
        """Show a list, some rows of which may already be given.

        If the list is similar, selection and scroll position stay, and old rows are shown until new ones are read.
        """
        self._fresh.clear()
        self._missing.clear()
        self._asked = ()
        same = np.array_equal(ids, self._ids)
        if not same:
            self.beginResetModel()
            self._ids = ids
            self._pages.clear()
        if rows:
            self._store({self.key(row): row for row in rows})
        if not same:
            self.endResetModel()
        elif len(ids):
            self._emit_changed(0, len(ids) - 1)

    def add_rows(self, rows: Mapping[int, Row]) -> None:
        """Store requested rows by id. A missing one was deleted and stays empty."""
        asked, self._asked = self._asked, ()
        self._store(rows, asked)
        for page in asked:
            self._missing.pop(page, None)
            self._emit_changed(page * PAGE, min((page + 1) * PAGE, len(self._ids)) - 1)
        if self._missing:
            self._asking.start()

    def forget_asked(self) -> None:
        """Drop the open request; it is repeated when a view shows those rows again."""
        for page in self._asked:
            self._missing.pop(page, None)
        self._asked = ()

    def ask_again(self) -> None:
        """Request the same rows again, because the answer was out of date."""
        self._asked = ()
        self._asking.start()

    def request_range(self, first: int, last: int) -> None:
        """Request the missing rows in this range; it is clipped to the list."""
        for page in range(max(0, first) // PAGE, min(last, len(self._ids) - 1) // PAGE + 1):
            self._want(page)

    def row_at(self, number: int) -> Row | None:
        """Return the row at this position, if it has been read."""
        page = self._pages.get(number // PAGE)
        return page[number % PAGE] if page is not None else None

    def row(self, number: int) -> Row:
        """Return the row at this place.

        Raises:
            LookupError: it has not been read.
        """
        found = self.row_at(number)
        if found is None:
            raise LookupError(f"row {number} has not been read")
        return found

    def replace(self, number: int, row: Row) -> None:
        """Replace one row, if it has been read."""
        page = self._pages.get(number // PAGE)
        if page is not None:
            page[number % PAGE] = row
            self._emit_changed(number, number)

    def read_rows(self, ids: Sequence[int]) -> list[Row]:
        """Return those of these rows that have been read, in the order of the list."""
        wanted = set(ids)
        return [row for row in self.rows if self.key(row) in wanted]

    def replace_all(self, rows: Mapping[int, Row]) -> None:
        """Replace rows that have been read, by id."""
        changed = []
        for page, there in self._pages.items():
            for place, row in enumerate(there):
                if row is not None and (new := rows.get(self.key(row))) is not None:
                    there[place] = new
                    changed.append(page * PAGE + place)
        if changed:
            self._emit_changed(min(changed), max(changed))

    def find(self, identity: object) -> int | None:
        """Return the place of the row with this id."""
        found: list[int] = np.flatnonzero(self._ids == identity).tolist() if isinstance(identity, int) else []
        return found[0] if found else None

    def selection_of(self, ids: Sequence[int]) -> QItemSelection:
        """Return the rows with these ids as a selection, in as few stretches as possible; unlisted ids are left out."""
        places = np.flatnonzero(np.isin(self._ids, ids))
        found = QItemSelection()
        for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
            if len(run):
                found.select(self.index(int(run[0]), 0), self.index(int(run[-1]), 0))
        return found

    def key(self, row: Row) -> int:
        """Return the row's id."""
        raise NotImplementedError

    def identity(self, row: Row) -> object:
        """Return the row's id."""
        return self.key(row)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return rows of the list, read or not."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the value of one cell; None if the row has not been read."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        page = index.row() // PAGE
        if page not in self._fresh:
            self._want(page)
        if role == READ_ROLE:
            return page in self._fresh
        return None if self.row_at(index.row()) is None else super().data(index, role)

    def _want(self, page: int) -> None:
        if page in self._pages:
            self._pages.move_to_end(page)
        if page not in self._fresh and page not in self._asked:
            self._missing[page] = None
            self._missing.move_to_end(page)
            if not self._asked and not self._asking.isActive():
                self._asking.start()

    def _ask(self) -> None:
        while len(self._missing) > PAGES_AT_ONCE:
            self._missing.popitem(last=False)
        if not self._asked and self._missing:
            self._asked = tuple(self._missing)
            parts = [self._ids[page * PAGE : (page + 1) * PAGE] for page in self._asked]
            self.rows_wanted.emit(np.concatenate(parts).tolist())

    def _store(self, rows: Mapping[int, Row], pages: Sequence[int] | None = None) -> None:
        """Fill these pages; by default, those with all rows given."""
        for page in range((len(self._ids) - 1) // PAGE + 1) if pages is None else pages:
            ids = self._ids[page * PAGE : (page + 1) * PAGE].tolist()
            if pages is not None or all(number in rows for number in ids):
                self._pages[page] = [rows.get(number) for number in ids]
                self._fresh.add(page)
        while len(self._pages) > KEPT_PAGES:
            self._fresh.discard(self._pages.popitem(last=False)[0])

    def _emit_changed(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))
