"""Table model of chosen/rejected pairs with verdicts, and display names of flags and veto scopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.paged_table import PagedTableModel
from studio.models.table import SORT_ROLE, STATE_ROLE
from studio.services.review.types import PairRow, PairVerdict, VetoScope
from studio.text import number

COL_VERDICT, COL_IMAGE, COL_TRUTH, COL_SCORES, COL_WHY = range(5)
_VERDICT_ORDER = {"none": 0, "veto": 1, "keep": 2}


translate = QCoreApplication.translate


class PairsModel(PagedTableModel[PairRow]):
    """One row for each pair, in list order. "Scores" are the requested scores: chosen, then rejected."""

    numeric = frozenset({COL_TRUTH})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = (
            self.tr("Verdict"),
            self.tr("Image"),
            self.tr("True score"),
            self.tr("Scores"),
            self.tr("Flags"),
        )
        self.words: dict[PairVerdict, str] = {
            "none": self.tr("Unreviewed"),
            "keep": self.tr("Kept"),
            "veto": self.tr("Vetoed"),
        }
        self.flag_words = {
            **flag_words(),
            "low_margin": self.tr("low margin"),  # the column is narrow
            "near_identical": self.tr("near-identical"),
        }

    def key(self, row: PairRow) -> int:
        """Return the pair."""
        return row.id

    def put(self, row: PairRow) -> None:
        """Show a new state of one pair, if it is in the list."""
        place = self.find(row.id)
        if place is not None:
            self.replace(place, row)

    def put_all(self, rows: Sequence[PairRow]) -> None:
        """Show new states of pairs of the list whose rows have been read."""
        self.replace_all({row.id: row for row in rows})

    def cell(self, row: PairRow, column: int, role: int) -> Any:
        """Return text, sort value, and the verdict as a state."""
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
                return self.verdict_text(row)
            case 1:
                return row.image_name
            case 2:
                return number(row.truth, 2)
            case 3:
                return f"{row.chosen_score} | {row.rejected_score}"
            case _:
                return self._why(row)

    def verdict_text(self, row: PairRow) -> str:
        """Return the verdict in words, with the reason of a veto that has one."""
        return (
            self.tr("{0}: {1}").format(self.words[row.verdict], row.reason) if row.reason else self.words[row.verdict]
        )

    def _why(self, row: PairRow) -> str:
        if not row.flags:
            return ""
        first = self.flag_words[row.flags[0]]
        return first if len(row.flags) == 1 else self.tr("{0}, +{1}").format(first, len(row.flags) - 1)

    def _sort(self, row: PairRow, column: int) -> str | float:
        match column:
            case 0:
                return _VERDICT_ORDER[row.verdict]
            case 1:
                return row.image_name.casefold()
            case 2:
                return row.truth
            case 3:
                return abs(row.chosen_score - row.rejected_score)
            case _:
                return row.suspicion


def flag_words() -> dict[str, str]:
    """Return the display name of each flag, most serious first."""
    return {
        "format": translate("PairsModel", "format failure"),
        "identical": translate("PairsModel", "identical texts"),
        "rejected_praises": translate("PairsModel", "positive rejected text"),
        "chosen_criticises": translate("PairsModel", "negative chosen text"),
        "low_margin": translate("PairsModel", "low margin after training"),
        "near_identical": translate("PairsModel", "near-identical texts"),
        "truncated": translate("PairsModel", "cut off at token limit"),
        "length": translate("PairsModel", "lengths differ"),
    }


def scope_words() -> dict[VetoScope, str]:
    """Return the display name of each veto scope."""
    return {
        "both": translate("PairsModel", "both sets"),
        "score": translate("PairsModel", "score set"),
        "consistency": translate("PairsModel", "consistency set"),
    }
