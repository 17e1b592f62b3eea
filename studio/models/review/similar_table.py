"""Table model of pairs similar to a chosen one, with a check box for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from studio.models.table import SORT_ROLE, STATE_ROLE, Index, RowTableModel
from studio.services.review.similar_pairs import SimilarPair
from studio.services.review.types import PairVerdict

COL_SIMILARITY, COL_IMAGE, COL_VERDICT, COL_WORDS = range(4)


class SimilarPairsModel(RowTableModel[SimilarPair]):
    """Rows from a threshold on, most similar first. Pairs without a verdict are checked, until a person says otherwise.

    Signal ``checked``: other pairs are checked.
    """

    numeric = frozenset({COL_SIMILARITY})
    checked = Signal()

    def __init__(self, words: dict[PairVerdict, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._all: Sequence[SimilarPair] = ()
        self._threshold = 0.0
        self._wanted: dict[int, bool] = {}
        """Pairs that a person checked or unchecked."""
        self.columns = (self.tr("Similarity"), self.tr("Image"), self.tr("Verdict"), self.tr("Shared words"))
        self.tips = {
            COL_SIMILARITY: self.tr("Cosine of the TF-IDF vectors of chosen and rejected text together"),
            COL_WORDS: self.tr("Those that add most to the similarity"),
        }

    def show_pairs(self, pairs: Sequence[SimilarPair]) -> None:
        """Show these pairs, most similar first; what a person checked or unchecked stays so."""
        self._all = pairs
        self._apply()

    def set_threshold(self, threshold: float) -> None:
        """Show pairs from this similarity (0 to 1) on."""
        self._threshold = threshold
        self._apply()

    @property
    def checked_ids(self) -> list[int]:
        """Return the checked pairs among those shown."""
        return [row.id for row in self._rows if self._is_checked(row)]

    def check_all(self, on: bool) -> None:
        """Check or uncheck all pairs shown."""
        self._wanted |= dict.fromkeys((row.id for row in self._rows), on)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))
        self.checked.emit()

    def settle(self, ids: Sequence[int]) -> None:
        """Forget that a person checked these pairs: they were vetoed."""
        for pair_id in ids:
            self._wanted.pop(pair_id, None)

    def identity(self, row: SimilarPair) -> int:
        """Return the pair."""
        return row.id

    def cell(self, row: SimilarPair, column: int, role: int) -> Any:
        """Return text, check state, sort value, or the verdict as a state."""
        if role == Qt.ItemDataRole.CheckStateRole and column == COL_SIMILARITY:
            return Qt.CheckState.Checked if self._is_checked(row) else Qt.CheckState.Unchecked
        if role == STATE_ROLE:
            return row.verdict if column == COL_VERDICT else None
        if role == Qt.ItemDataRole.DisplayRole:
            verdict = self._words[row.verdict]
            verdict = self.tr("{0}: {1}").format(verdict, row.reason) if row.reason else verdict
            return (f"{100 * row.similarity:.0f}%", row.image_name, verdict, ", ".join(row.shared))[column]
        if role == SORT_ROLE:
            return (row.similarity, row.image_name.casefold(), row.verdict, ", ".join(row.shared))[column]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell: the first one has a check box."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == COL_SIMILARITY else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Check or uncheck a pair."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self._wanted[self.row(index.row()).id] = Qt.CheckState(value) == Qt.CheckState.Checked
        self.dataChanged.emit(index, index)
        self.checked.emit()
        return True

    def _is_checked(self, row: SimilarPair) -> bool:
        return self._wanted.get(row.id, row.verdict == "none")

    def _apply(self) -> None:
        self.set_rows([pair for pair in self._all if pair.similarity >= self._threshold])
        self.checked.emit()
