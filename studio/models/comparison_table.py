"""Table model of the compared test images, with one column for each version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from studio.models.table import BAR_ROLE, PATH_ROLE, SORT_ROLE, Index, RowTableModel
from studio.services.versions.types import Comparison, ComparisonRow, Scored
from studio.text import NOTHING, number, one_line

COL_IMAGE, COL_TRUTH, COL_FIRST = range(3)
EMPTY = Comparison((), (), "change", Path())


def gain(row: ComparisonRow) -> float | None:
    """Return how much smaller the last version's error is than the first's; negative if it is larger."""
    first, last = row.scored[0], row.scored[-1]
    if first is None or last is None or first.score is None or last.score is None:
        return None
    return abs(first.score - row.truth) - abs(last.score - row.truth)


class ComparisonModel(RowTableModel[ComparisonRow]):
    """One row for each image, in the service's sort order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._contrast = EMPTY
        self._latest: tuple[int, ComparisonRow] | None = None
        self._name_columns()

    @property
    def contrast(self) -> Comparison:
        """Return what is shown."""
        return self._contrast

    @property
    def gain_column(self) -> int:
        """Return the last column."""
        return COL_FIRST + len(self._contrast.versions)

    def show(self, contrast: Comparison) -> None:
        """Show these images as seen by these versions."""
        self.beginResetModel()
        self._contrast = contrast
        self._latest = None
        self._name_columns()
        self.endResetModel()

    def find(self, identity: object) -> int | None:
        """Return the row number of an image."""
        ids = self._contrast.image_ids
        return ids.index(identity) if identity in ids else None

    def row(self, number: int) -> ComparisonRow:
        """Return a row; the last one is cached, because a view reads its cells one after the other."""
        if self._latest is None or self._latest[0] != number:
            self._latest = (number, self._contrast.row(number))
        return self._latest[1]

    @property
    def rows(self) -> Sequence[ComparisonRow]:
        """Return all rows in the order shown."""
        return self._contrast.rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return images at the top level; none below."""
        return 0 if parent.isValid() else self._contrast.count

    def identity(self, row: ComparisonRow) -> object:
        """Return the image."""
        return row.image_id

    def cell(self, row: ComparisonRow, column: int, role: int) -> Any:
        """Return text, sort value, thumbnail path or score bar."""
        if column == COL_IMAGE:
            return self._image(row, role)
        value = self._value(row, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return NOTHING if value is None else f"{value:+.2f}" if column == self.gain_column else number(value, 2)
        if role == SORT_ROLE:
            return float("-inf") if value is None else value
        if role == BAR_ROLE and COL_FIRST <= column < self.gain_column and value is not None:
            return value, row.truth, self._contrast.lowest, self._contrast.highest
        return None

    def _image(self, row: ComparisonRow, role: int) -> Any:
        if role == PATH_ROLE:
            return row.image_path
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(row.image_name)
        return row.image_name.casefold() if role == SORT_ROLE else None

    def _value(self, row: ComparisonRow, column: int) -> float | None:
        if column == COL_TRUTH:
            return row.truth
        if column == self.gain_column:
            return gain(row)
        scored: Scored | None = row.scored[column - COL_FIRST]
        return scored.score if scored else None

    def _name_columns(self) -> None:
        names = self._contrast.versions
        self.columns = (self.tr("Image"), self.tr("True score"), *names, self.tr("Error reduced by"))
        self.numeric = frozenset(range(COL_TRUTH, len(self.columns)))
