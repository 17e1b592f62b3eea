"""The list of chosen/rejected pairs with their verdicts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.models.table import SORT_ROLE, STATE_ROLE, RowTableModel
from studio.models.texts import number
from studio.services.rows import PairRow, Verdict

COL_VERDICT, COL_IMAGE, COL_TRUTH, COL_CHOSEN, COL_REJECTED = range(5)


class PairsModel(RowTableModel[PairRow]):
    """One row a pair, in the order of generation."""

    numeric = frozenset({COL_TRUTH, COL_CHOSEN, COL_REJECTED})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Verdict"),
            self.tr("Image"),
            self.tr("Truth"),
            self.tr("Chosen"),
            self.tr("Rejected"),
        )
        self.words: dict[Verdict, str] = {
            "none": self.tr("Unreviewed"),
            "keep": self.tr("Kept"),
            "veto": self.tr("Vetoed"),
        }

    def identity(self, row: PairRow) -> object:
        """The pair."""
        return row.id

    def set_verdict(self, pair_id: int, verdict: Verdict) -> None:
        """Shows another verdict on one pair, if it is in the list."""
        place = self.find(pair_id)
        if place is not None:
            self.replace(place, replace(self.row(place), verdict=verdict))

    def cell(self, row: PairRow, column: int, role: int) -> Any:
        """Text, sort value, and the verdict as a state."""
        if role == STATE_ROLE:
            return row.verdict if column == COL_VERDICT else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == SORT_ROLE:
            return self._sort(row, column)
        return None

    def _text(self, row: PairRow, column: int) -> str:
        match column:
            case 0:
                return self.words[row.verdict]
            case 1:
                return row.image_name
            case 2:
                return number(row.truth, 2)
            case 3:
                return str(row.chosen_score)
            case _:
                return str(row.rejected_score)

    def _sort(self, row: PairRow, column: int) -> str | float:
        match column:
            case 0:
                return row.verdict
            case 1:
                return row.image_name.casefold()
            case 2:
                return row.truth
            case 3:
                return row.chosen_score
            case _:
                return row.rejected_score
