"""The controls above the grid of a collection: search, order, picks, flags."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.services.scoring.types import CollectionFilter, CollectionOrder, CollectionSort
from studio.views.images.filter_bar import SEARCH_MS
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel


class ScoreFilterBar(QWidget):
    """Signals ``changed``: filter or order; ``left``: the keyboard should go back to the grid."""

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range: tuple[float | None, float | None] = (None, None)
        self.search = QLineEdit()
        self.order = CalmCombo()
        self.direction = QToolButton()
        self.picks = CalmCombo()
        self.explained = QCheckBox(self.tr("Explained"))
        self.unscored = QCheckBox(self.tr("Not scored"))
        self.problem = QCheckBox(self.tr("Problem"))
        self.clear_button = QPushButton(self.tr("Clear filters"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_MS)
        self._timer.timeout.connect(self._on_change)
        self._fill()
        self._connect()
        self._lay_out()
        self._show_dependent()

    @property
    def filter(self) -> CollectionFilter:
        """Return the filter set in the controls."""
        return CollectionFilter(
            low=self._range[0],
            high=self._range[1],
            picks=tuple(self.picks.currentData() or ()),
            explained=self.explained.isChecked(),
            unscored=self.unscored.isChecked(),
            problem=self.problem.isChecked(),
            text=self.search.text().strip(),
        )

    @property
    def sort(self) -> CollectionSort:
        """Return the order set in the controls."""
        return CollectionSort(self.order.currentData(), self.direction.isChecked())

    def show_filter(self, wanted: CollectionFilter, sort: CollectionSort) -> None:
        """Set every control, then emit ``changed`` once."""
        with QSignalBlocker(self):
            self._range = (wanted.low, wanted.high)
            places = [n for n in range(self.picks.count()) if tuple(self.picks.itemData(n)) == wanted.picks]
            self.picks.setCurrentIndex(places[0] if places else 0)
            self.explained.setChecked(wanted.explained)
            self.unscored.setChecked(wanted.unscored)
            self.problem.setChecked(wanted.problem)
            self.search.setText(wanted.text)
            self.order.setCurrentIndex(max(0, self.order.findData(sort.by)))
            self.direction.setChecked(sort.descending)
            self._timer.stop()
        self._on_change()

    def set_range(self, low: float | None, high: float | None) -> None:
        """Another range of scores."""
        if (low, high) != self._range:
            self._range = (low, high)
            self._on_change()

    def clear(self) -> None:
        """Show all images."""
        self.show_filter(CollectionFilter(), self.sort)

    def begin_with_best(self, *, lower_is_better: bool) -> None:
        """Turn the direction so that the best scores come first."""
        with QSignalBlocker(self):
            self.direction.setChecked(not lower_is_better)

    def offer_difference(self, offered: bool) -> None:
        """Offer the order by the difference of two models, or not."""
        place = self.order.findData("difference")
        if offered and place < 0:
            self.order.insertItem(1, self.tr("Difference of the two"), "difference")
        elif not offered and place >= 0:
            self.order.removeItem(place)

    def _on_change(self, *_values: object) -> None:
        self._show_dependent()
        self.changed.emit()

    def _show_dependent(self) -> None:
        descending = self.direction.isChecked()
        self.direction.setText("↓" if descending else "↑")
        self.direction.setAccessibleName(self.tr("Descending") if descending else self.tr("Ascending"))
        self.clear_button.setEnabled(self.filter != CollectionFilter())

    def _fill(self) -> None:
        self.search.setPlaceholderText(self.tr("Search file names and explanations"))
        self.search.setAccessibleName(self.tr("Search in file names and explanations"))
        self.search.setClearButtonEnabled(True)
        orders: tuple[tuple[str, CollectionOrder], ...] = (
            (self.tr("Score"), "score"),
            (self.tr("Name"), "name"),
            (self.tr("Folder"), "path"),
            (self.tr("Pick"), "pick"),
            (self.tr("Order of adding"), "id"),
        )
        for text, by in orders:
            self.order.addItem(text, by)
        self.order.setAccessibleName(self.tr("Order"))
        self.direction.setCheckable(True)
        self.direction.setChecked(True)
        self.picks.setAccessibleName(self.tr("Picked or rejected"))
        for text, values in (
            (self.tr("Picks: all"), ()),
            (self.tr("Picked"), (1,)),
            (self.tr("Not rejected"), (0, 1)),
            (self.tr("Undecided"), (0,)),
            (self.tr("Rejected"), (-1,)),
        ):
            self.picks.addItem(text, values)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.search.returnPressed.connect(self.left)
        for combo in (self.order, self.picks):
            combo.currentIndexChanged.connect(self._on_change)
        for button in (self.direction, self.explained, self.unscored, self.problem):
            button.toggled.connect(self._on_change)
        self.clear_button.clicked.connect(lambda _checked: self.clear())

    def _lay_out(self) -> None:
        first, second = FlowLayout(), FlowLayout()
        first.addWidget(self.search, 1)
        first.addWidget(PlainLabel(self.tr("Sort by"), role="muted"))
        first.addWidget(self.order)
        first.addWidget(self.direction)
        for control in (self.picks, self.explained, self.unscored, self.problem):
            second.addWidget(control)
        second.addStretch(1)
        second.addWidget(self.clear_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addLayout(second)
