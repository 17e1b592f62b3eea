"""List models of the grid, of any length; cells are read in pages when the view needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt

from studio.models.paged_table import PagedTableModel
from studio.models.table import PATH_ROLE
from studio.services.images.types import ImageCell
from studio.services.scoring.types import CollectionCell
from studio.text import NOTHING, number, one_line


class GridCell(Protocol):
    """What the grid needs of a cell."""

    @property
    def id(self) -> int:
        """Return its image."""
        ...

    @property
    def path(self) -> Path:
        """Return the file."""
        ...

    @property
    def name(self) -> str:
        """Return what is written below the picture."""
        ...

    @property
    def problem(self) -> str:
        """Return why the image cannot be used; "" if it can."""
        ...


Cell = TypeVar("Cell", bound=GridCell)


class GridModel(PagedTableModel[Cell]):
    """Image ids are set by :meth:`set_ids`; the view reports its position by :meth:`request_range`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (self.tr("Image"),)

    def id_at(self, row: int) -> int:
        """Return the image id of a row, whether its cell has been read or not."""
        return int(self.ids[row])

    def key(self, row: Cell) -> int:
        """Return the image."""
        return row.id

    def captions(self, row: Cell) -> tuple[str, str]:
        """Return the two texts of the second line."""
        raise NotImplementedError

    def mark(self, row: Cell) -> int:
        """Return 1 for a picked, -1 for a rejected image."""
        return 0

    def spoken(self, row: Cell) -> str:
        """Return a sentence for screen readers."""
        raise NotImplementedError

    def cell(self, row: Cell, column: int, role: int) -> Any:
        """Name, path, and a sentence for screen readers."""
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == PATH_ROLE:
            return row.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row)
        return None


class ImagesModel(GridModel[ImageCell]):
    """The project's images."""

    def captions(self, row: ImageCell) -> tuple[str, str]:
        """Return true score with split, and the newest prediction."""
        right = "" if row.predicted is None else f"→ {number(row.predicted, 2)}"
        return f"{number(row.score, 2)} {row.split}", right

    def spoken(self, row: ImageCell) -> str:
        """Return name, score and bin."""
        return self.tr("{0}, score {1}, bin {2}").format(one_line(row.name), number(row.score, 2), row.bin)


class CollectionModel(GridModel[CollectionCell]):
    """The images of one collection that match the filter."""

    def captions(self, row: CollectionCell) -> tuple[str, str]:
        """Return the score of the first model, and that of the second."""
        other = "" if row.other is None else number(row.other, 2)
        return (NOTHING if row.score is None else number(row.score, 2)), other

    def mark(self, row: CollectionCell) -> int:
        """Return whether it was picked or rejected."""
        return row.pick

    def spoken(self, row: CollectionCell) -> str:
        """Return name, score and pick."""
        score = self.tr("not scored") if row.score is None else self.tr("score {0}").format(number(row.score, 2))
        picks = {1: self.tr("picked"), -1: self.tr("rejected")}
        return ", ".join(filter(None, (one_line(row.name), score, picks.get(row.pick, ""))))
