"""The list of test images on which two versions are compared."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import PATH_ROLE, SORT_ROLE, RowTableModel
from studio.models.texts import NOTHING, number
from studio.services.rows import ComparedImage, Output

COL_IMAGE, COL_TRUTH, COL_LEFT, COL_RIGHT, COL_GAIN = range(5)


def output_of(row: ComparedImage, version: str) -> Output | None:
    """What this version said about the image; None where it was not asked."""
    return next((output for output in row.outputs if output.version == version), None)


def gain(row: ComparedImage, left: str, right: str) -> float | None:
    """By how much the right version is nearer to the truth than the left (calibrated scores); negative: farther."""
    scores = [output.score if (output := output_of(row, name)) else None for name in (left, right)]
    if scores[0] is None or scores[1] is None:
        return None
    return abs(scores[0] - row.truth) - abs(scores[1] - row.truth)


class ComparisonModel(RowTableModel[ComparedImage]):
    """One row an image, in the order in which the service sorted them."""

    numeric = frozenset({COL_TRUTH, COL_LEFT, COL_RIGHT, COL_GAIN})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._versions = ("", "")
        self.columns = (self.tr("Image"), self.tr("Truth"), "", "", self.tr("Nearer by"))

    def show(self, rows: list[ComparedImage], left: str, right: str) -> None:
        """Shows these images as seen by two versions."""
        self.beginResetModel()
        self._versions = (left, right)
        self.columns = (self.tr("Image"), self.tr("Truth"), left, right, self.tr("Nearer by"))
        self._rows = rows
        self.endResetModel()

    def identity(self, row: ComparedImage) -> object:
        """The image."""
        return row.image_id

    def cell(self, row: ComparedImage, column: int, role: int) -> Any:
        """Text, sort value, and the path for the thumbnail."""
        if role == PATH_ROLE:
            return row.image_path if column == COL_IMAGE else None
        if column == COL_IMAGE:
            texts = {Qt.ItemDataRole.DisplayRole: row.image_name, SORT_ROLE: row.image_name.casefold()}
            return texts.get(role)
        value = self._value(row, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return NOTHING if value is None else f"{value:+.2f}" if column == COL_GAIN else number(value, 2)
        if role == SORT_ROLE:
            return float("-inf") if value is None else value
        return None

    def _value(self, row: ComparedImage, column: int) -> float | None:
        match column:
            case 1:
                return row.truth
            case 4:
                return gain(row, *self._versions)
            case _:
                output = output_of(row, self._versions[column - COL_LEFT])
                return output.score if output else None
