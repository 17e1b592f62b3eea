"""List model of selected images, of any length; cells are read in pages when the view needs them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.paged_table import PagedTableModel
from studio.models.table import PATH_ROLE
from studio.services.images.types import ImageCell
from studio.text import number, one_line


class ImagesModel(PagedTableModel[ImageCell]):
    """Image ids are set by :meth:`set_ids`; the view reports its position by :meth:`request_range`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (self.tr("Image"),)

    def id_at(self, row: int) -> int:
        """Return the image id of a row, whether its cell has been read or not."""
        return int(self.ids[row])

    def key(self, row: ImageCell) -> int:
        """Return the image."""
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
