"""The images of a selection as a list of any length: one column of cells, read in pages as the view comes to them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.paged_table import PagedTableModel
from studio.models.table import PATH_ROLE
from studio.services.images.types import ImageCell
from studio.text import number, one_line


class ImagesModel(PagedTableModel[ImageCell]):
    """Ids in by :meth:`set_ids`; the view says with :meth:`look_at` where it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (self.tr("Image"),)

    def id_at(self, row: int) -> int:
        """The image of a row, whether its cell is there or not."""
        return int(self.ids[row])

    def key(self, row: ImageCell) -> int:
        """The image."""
        return row.id

    def cell(self, row: ImageCell, column: int, role: int) -> Any:
        """Name, path, and a sentence for screen readers."""
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == PATH_ROLE:
            return row.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("{0}, score {1}, bin {2}").format(one_line(row.name), number(row.score, 2), row.bin)
        return None
