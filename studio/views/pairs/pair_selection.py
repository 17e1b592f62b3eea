"""Which pairs of the list are selected, by their ids, so that reading the list again does not lose them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QItemSelectionModel, QObject, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableView

from studio.models.pair_list import PairsModel

FLAGS = QItemSelectionModel.SelectionFlag
REPLACE = FLAGS.ClearAndSelect | FLAGS.Rows


class PairSelection(QObject):
    """The selected rows of a table of pairs: Shift and Ctrl extend the selection, Ctrl+A selects all.

    Signal ``changed(int)``: so many pairs are selected now.
    """

    changed = Signal(int)

    def __init__(self, table: QTableView, model: PairsModel) -> None:
        super().__init__(table)
        self._table, self._model = table, model
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.selectionModel().selectionChanged.connect(lambda _new, _old: self.changed.emit(self.count))

    @property
    def count(self) -> int:
        """Return how many pairs are selected."""
        return sum(last - first + 1 for first, last in self._ranges())

    @property
    def places(self) -> list[int]:
        """Return the selected rows, ascending."""
        return [place for first, last in sorted(self._ranges()) for place in range(first, last + 1)]

    @property
    def ids(self) -> list[int]:
        """Return the ids of the selected pairs, in the order of the list."""
        places = self.places
        return [int(number) for number in self._model.ids[places]] if places else []

    def select_all(self) -> None:
        """Select all pairs of the list; the current one stays."""
        self._table.selectAll()

    def go_to(self, place: int) -> None:
        """Make the pair at this place the current and only selected one, whatever keys are held down."""
        index = self._model.index(place, 0)
        self._table.selectionModel().setCurrentIndex(index, REPLACE)
        self._table.scrollTo(index)

    def restore(self, ids: list[int], place: int) -> None:
        """Make the pair at ``place`` current, and select those of ``ids`` that are listed, if it is one of them."""
        wanted = self._model.selection_of(ids)
        self.go_to(place)
        if wanted.contains(self._model.index(place, 0)):
            self._table.selectionModel().select(wanted, REPLACE)

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Return first and last row of each selected stretch of rows."""
        selection = self._table.selectionModel().selection()
        for stretch in (selection.at(place) for place in range(selection.count())):
            yield stretch.top(), stretch.bottom()
