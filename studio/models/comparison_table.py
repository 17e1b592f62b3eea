"""Table model of the compared test images, with one column for each version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, Qt

from studio.models.table import BAR_ROLE, PATH_ROLE, SORT_ROLE, STATE_ROLE, Index, RowTableModel
from studio.services.versions.comparison import gain, gain_sign
from studio.services.versions.types import ColumnOrder, Comparison, ComparisonRow, Scored
from studio.text import NOTHING, number, one_line

COL_IMAGE, COL_TRUTH, COL_FIRST = range(3)
translate = QCoreApplication.translate
EMPTY = Comparison((), (), "change", Path())


CHANGE_STATES = {1: "better", -1: "worse", 0: "same"}


def row_gain(row: ComparisonRow) -> float | None:
    """Return how much smaller the last version's error is than the first's; negative if it is larger."""
    return gain(row.truth, tuple(None if scored is None else scored.score for scored in row.scored))


def change_text(value: float | None) -> str:
    """Return in words whether an error became smaller; "" if that is unknown."""
    if value is None:
        return ""
    texts = {
        1: translate("ComparisonModel", "closer to the true score by {0}"),
        -1: translate("ComparisonModel", "further from the true score by {0}"),
        0: translate("ComparisonModel", "as far from the true score as before"),
    }
    return texts[gain_sign(value)].format(f"{abs(value):.2f}")


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

    def column_name(self, column: int) -> str:
        """Return the column's name in a ``ColumnOrder``."""
        if column in (COL_IMAGE, COL_TRUTH):
            return "name" if column == COL_IMAGE else "truth"
        return "gain" if column == self.gain_column else self._contrast.versions[column - COL_FIRST]

    def sorted_column(self) -> tuple[int, Qt.SortOrder] | None:
        """Return the column that the images are sorted by, and how; None for an order that no column shows."""
        order = self._contrast.order
        if isinstance(order, ColumnOrder):
            names = [self.column_name(column) for column in range(self.columnCount())]
            column, descending = (names.index(order.column) if order.column in names else -1), order.descending
        else:
            places = {"name": COL_IMAGE, "improved": self.gain_column, "worsened": self.gain_column}
            column, descending = places.get(order, -1), order == "improved"
        if column < 0:
            return None
        return column, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder

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
        if column == self.gain_column:
            if role == STATE_ROLE and value is not None:
                return CHANGE_STATES[gain_sign(value)]
            if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
                return change_text(value)
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
            return row_gain(row)
        scored: Scored | None = row.scored[column - COL_FIRST]
        return scored.score if scored else None

    def _name_columns(self) -> None:
        names = self._contrast.versions
        self.columns = (self.tr("Image"), self.tr("True score"), *names, self.tr("Error reduced by"))
        self.numeric = frozenset(range(COL_TRUTH, len(self.columns)))
