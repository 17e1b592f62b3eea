"""Filter bar of the pair list: iteration, state, flag, order and search."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from studio.models.pair_list import flag_words
from studio.services.review.types import PairFilter, PairOrder

SEARCH_MS = 250


class PairFilterBar(QWidget):
    """Signals ``changed`` on a new filter or order, ``done`` when the search is left with Return or Escape."""

    changed = Signal()
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.iteration = _combo(self.tr("Iteration"), 118)
        self.state = _combo(self.tr("Review state"), 112)
        self.flag = _combo(self.tr("Flag"), 158)
        self.order = _combo(self.tr("Order"), 170)
        self.search = QLineEdit()
        self._timer = QTimer(self)
        self._fill()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.iteration, self.state, self.flag, self.order):
            layout.addWidget(widget)
        layout.addWidget(self.search, 1)

    @property
    def filter(self) -> PairFilter:
        """Return the filter; its iteration is None before any is known."""
        return PairFilter(
            self.iteration.currentData(), self.state.currentData(), self.flag.currentData(), self.search.text()
        )

    @property
    def sorting(self) -> PairOrder:
        """Return the order wanted."""
        return get_args(PairOrder)[self.order.currentIndex()]  # type: ignore[no-any-return]

    def offer(self, iterations: list[int], chosen: int | None) -> None:
        """Show these iterations, without a signal."""
        offered = [self.iteration.itemData(place) for place in range(self.iteration.count())]
        if offered != iterations:
            self.iteration.blockSignals(True)
            self.iteration.clear()
            for number in iterations:
                self.iteration.addItem(self.tr("Iteration {0}").format(number), number)
            self.iteration.blockSignals(False)
        choose(self.iteration, chosen)

    def show_all_of(self, iteration: int) -> None:
        """Clear all filters but the iteration, without a signal."""
        choose(self.iteration, iteration)
        choose(self.state, None)
        choose(self.flag, None)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)

    def next_state(self, step: int) -> None:
        """Select the filter ``step`` positions further, wrapping around."""
        self.state.setCurrentIndex((self.state.currentIndex() + step) % self.state.count())

    def next_flag(self) -> None:
        """Select the next flag, wrapping around."""
        self.flag.setCurrentIndex((self.flag.currentIndex() + 1) % self.flag.count())

    def next_order(self) -> None:
        """Select the other order."""
        self.order.setCurrentIndex((self.order.currentIndex() + 1) % self.order.count())

    def _fill(self) -> None:
        for text, data in (
            (self.tr("All"), None),
            (self.tr("Unreviewed"), "unreviewed"),
            (self.tr("Suspicious"), "suspicious"),
            (self.tr("Vetoed"), "veto"),
            (self.tr("Kept"), "keep"),
            (self.tr("Edited"), "edited"),
            (self.tr("With notes"), "noted"),
        ):
            self.state.addItem(text, data)
        self.flag.addItem(self.tr("Any flag"), None)
        for flag, word in flag_words().items():
            self.flag.addItem(word, flag)
        self.order.addItem(self.tr("Generation order"), "generation")
        self.order.addItem(self.tr("Most suspicious first"), "suspicion")
        self.search.setPlaceholderText(self.tr("Search in texts, notes and names"))
        self.search.setAccessibleName(self.tr("Search in texts, notes and names"))
        self.search.setClearButtonEnabled(True)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_MS)
        self._timer.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.search.returnPressed.connect(self.done)
        for combo in (self.iteration, self.state, self.flag, self.order):
            combo.currentIndexChanged.connect(lambda _place: self.changed.emit())


def choose(combo: QComboBox, data: object) -> None:
    """Select the item with this data, or the first one, without a signal."""
    combo.blockSignals(True)
    combo.setCurrentIndex(max(0, combo.findData(data)) if combo.count() else -1)
    combo.blockSignals(False)


def _combo(name: str, width: int) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setMinimumWidth(width)
    return combo
