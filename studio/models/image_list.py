"""The images of a selection as a list of any length: ids at once, cells in pages as the view comes to them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from studio.models.number_text import number
from studio.models.table import OBJECT_ROLE, PATH_ROLE, Index
from studio.services.images.image_columns import Ids
from studio.services.images.types import ImageCell
from studio.widgets.labels import one_line

PAGE = 64
"""Cells read at a time."""
KEPT_PAGES = 64
"""Pages kept in memory, those used last."""


class ImagesModel(QAbstractListModel):
    """Ids in by :meth:`set_ids`; the view says with :meth:`look_at` where it is, ``cells_wanted`` says what is missing.

    Signals:
        cells_wanted(int, list[int]): the first row and the ids; answer with :meth:`set_cells`.
    """

    cells_wanted = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._pages: OrderedDict[int, list[ImageCell]] = OrderedDict()
        self._fresh: set[int] = set()
        self._asked: tuple[int, int] = (0, 0)

    def set_ids(self, ids: Ids) -> None:
        """Shows these images in this order. Cells are read anew; those of an unchanged list stay until then."""
        self._fresh.clear()
        if np.array_equal(ids, self._ids):
            if len(ids):
                self.dataChanged.emit(self.index(0), self.index(len(ids) - 1))
            return
        self.beginResetModel()
        self._ids = ids
        self._pages.clear()
        self._asked = (0, 0)
        self.endResetModel()

    def id_at(self, row: int) -> int:
        """The image of a row, whether its cell is there or not."""
        return int(self._ids[row])

    def find(self, image_id: int) -> int | None:
        """The row of an image."""
        found = np.flatnonzero(self._ids == image_id)
        return int(found[0]) if len(found) else None

    def cell_at(self, row: int) -> ImageCell | None:
        """What stands in a row, if it has been read."""
        page = self._pages.get(row // PAGE)
        return page[row % PAGE] if page is not None else None

    def look_at(self, first: int, last: int) -> None:
        """Asks for the pages of these rows that are missing; a page once asked for is asked for again only later."""
        pages = [page for page in range(first // PAGE, last // PAGE + 1) if page not in self._fresh]
        for page in range(first // PAGE, last // PAGE + 1):
            if page in self._pages:
                self._pages.move_to_end(page)
        if not pages or not len(self._ids):
            return
        start, end = pages[0] * PAGE, min(len(self._ids), (pages[-1] + 1) * PAGE)
        if (start, end) != self._asked:
            self._asked = (start, end)
            self.cells_wanted.emit(start, self._ids[start:end].tolist())

    def set_cells(self, first: int, cells: Sequence[ImageCell]) -> None:
        """Takes the cells from row ``first`` on, the beginning of a page, if they are still those of the rows."""
        self._asked = (0, 0)
        wanted = self._ids[first : first + len(cells)].tolist()
        if not cells or [cell.id for cell in cells] != wanted:
            return
        for start in range(0, len(cells), PAGE):
            self._pages[(first + start) // PAGE] = list(cells[start : start + PAGE])
            self._fresh.add((first + start) // PAGE)
        while len(self._pages) > KEPT_PAGES:
            self._fresh.discard(self._pages.popitem(last=False)[0])
        self.dataChanged.emit(self.index(first), self.index(first + len(cells) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Images of the selection."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, path, row object, and a sentence for screen readers; None where the cell is still to be read."""
        cell = self.cell_at(index.row()) if index.isValid() and index.row() < len(self._ids) else None
        if cell is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(cell.name)
        if role == OBJECT_ROLE:
            return cell
        if role == PATH_ROLE:
            return cell.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("{0}, score {1}, bin {2}").format(one_line(cell.name), number(cell.score, 2), cell.bin)
        return None
