"""Filter bar of the pair list: iteration, state, flag, order and search; more of it on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.models.pair_list import flag_words
from studio.services.review.types import Bounds, FilterCounts, PairFilter, PairOrder
from studio.text import one_line
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.range_field import RangeField
from studio.widgets.text_size import keep_size

SEARCH_MS = 250
SEARCH_WIDTH = 110


class PairFilterBar(QWidget):
    """Signals ``changed`` on a new filter or order, ``done`` when the search is left with Return or Escape."""

    changed = Signal()
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reviewer = ""
        """Whose review is filtered."""
        self.iteration = _combo(self.tr("Iteration"), 8)
        self.state = _combo(self.tr("Review state"), 9)
        self.flag = _combo(self.tr("Flag"), 9)
        self.order = _combo(self.tr("Order"), 13)
        self.search = QLineEdit()
        self.more_button = QPushButton()
        self.more = QWidget()
        self.reason = _combo(self.tr("Reason of the veto"), 12)
        self.distance = RangeField(self.tr("Score distance"), self.tr("Between chosen and rejected score"))
        self.words = RangeField(self.tr("Words"), self.tr("Words of one of the two texts"))
        self.margin = RangeField(self.tr("Margin"), self.tr("Reward margin after training, where it was measured"))
        self.score = RangeField(self.tr("Image score"), self.tr("True mean score of the image"))
        self.clear_button = QPushButton()
        self._ranges = (self.distance, self.words, self.margin, self.score)
        self._timer = QTimer(self)
        self._fill()
        self._lay_out()

    @property
    def filter(self) -> PairFilter:
        """Return the filter; its iteration is None before any is known."""
        return PairFilter(
            self.iteration.currentData(),
            self.state.currentData(),
            self.flag.currentData(),
            self.search.text(),
            reason=self.reason.currentData(),
            distance=Bounds(*self.distance.range),
            words=Bounds(*self.words.range),
            margin=Bounds(*self.margin.range),
            score=Bounds(*self.score.range),
            reviewer=self.reviewer,
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

    def offer_reasons(self, reasons: Sequence[str]) -> None:
        """Offer these reasons and those that are counted, without a signal; the chosen one stays."""
        chosen = self.reason.currentData()
        wanted = [reason for reason in dict.fromkeys((*reasons, *([chosen] if chosen else []))) if reason]
        with QSignalBlocker(self.reason):
            self.reason.clear()
            self._add(self.reason, self.tr("Any reason"), None)
            for reason in wanted:
                self._add(self.reason, one_line(reason), reason)
            self._add(self.reason, self.tr("No reason given"), "")
            choose(self.reason, chosen)
        self.reason.setToolTip(self.tr("Reason of the veto"))

    def show_counts(self, counts: FilterCounts) -> None:
        """Show how many pairs each choice would list, in brackets behind it.

        That of disagreements only while it is chosen: it would change with each verdict, and reveal the other one.
        """
        known = [self.reason.itemData(place) for place in range(self.reason.count())]
        if other := [reason for reason in counts.reasons if reason not in known]:
            self.offer_reasons([*(reason for reason in known if reason), *other])
        vetoed = sum(counts.reasons.values())
        for combo, numbers, everything in (
            (self.state, counts.states, counts.all_states),
            (self.flag, counts.flags, counts.all_flags),
            (self.reason, counts.reasons, vetoed),
        ):
            for place in range(combo.count()):
                text, choice = combo.itemData(place, _TEXT), combo.itemData(place)
                count = everything if choice is None else numbers.get(choice, 0)
                reveals = choice == "disagree" and combo.currentData() != "disagree"
                combo.setItemText(place, text if reveals else f"{text} ({count:,})")

    def show_all_of(self, iteration: int) -> None:
        """Clear all filters but the iteration, without a signal."""
        choose(self.iteration, iteration)
        for combo in (self.state, self.flag, self.reason):
            choose(combo, None)
        for field in self._ranges:
            field.clear()
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)

    def clear(self) -> None:
        """Clear all filters but the iteration."""
        self.show_all_of(self.iteration.currentData())
        self.changed.emit()

    def next_state(self, step: int) -> None:
        """Select the filter ``step`` positions further, wrapping around."""
        self.state.setCurrentIndex((self.state.currentIndex() + step) % self.state.count())

    def next_flag(self) -> None:
        """Select the next flag, wrapping around."""
        self.flag.setCurrentIndex((self.flag.currentIndex() + 1) % self.flag.count())

    def next_order(self) -> None:
        """Select the next order."""
        self.order.setCurrentIndex((self.order.currentIndex() + 1) % self.order.count())

    @property
    def more_text(self) -> str:
        """Return the text of the button that shows the second part: with the number of filters set in it."""
        number = sum(any(end is not None for end in field.range) for field in self._ranges)
        number += self.reason.currentData() is not None
        return self.tr("More filters ({0})").format(number) if number else self.tr("More filters")

    @property
    def is_filtering(self) -> bool:
        """Return whether any filter but the iteration is set."""
        return self.filter != PairFilter(self.iteration.currentData(), reviewer=self.reviewer)

    def _add(self, combo: QComboBox, text: str, data: object) -> None:
        combo.addItem(text, data)
        combo.setItemData(combo.count() - 1, text, _TEXT)

    def _fill(self) -> None:
        for text, data in (
            (self.tr("All"), None),
            (self.tr("Unreviewed"), "unreviewed"),
            (self.tr("Suspicious"), "suspicious"),
            (self.tr("Vetoed"), "veto"),
            (self.tr("Kept"), "keep"),
            (self.tr("Edited"), "edited"),
            (self.tr("With notes"), "noted"),
            (self.tr("Disagreements"), "disagree"),
        ):
            self._add(self.state, text, data)
        differing = self.tr(
            "Pairs that another reviewer decided differently. The filter reveals their verdict: use it after both have "
            "finished"
        )
        self.state.setItemData(self.state.count() - 1, differing, Qt.ItemDataRole.ToolTipRole)
        self._add(self.flag, self.tr("Any flag"), None)
        for flag, word in flag_words().items():
            self._add(self.flag, word, flag)
        self.offer_reasons(())
        self.order.addItem(self.tr("As generated"), "generation")
        self.order.addItem(self.tr("Suspicious first"), "suspicion")
        self.order.addItem(self.tr("Most doubtful first"), "doubt")
        learned = self.tr("By the chance of a veto, learned from the verdicts so far")
        self.order.setItemData(self.order.count() - 1, learned, Qt.ItemDataRole.ToolTipRole)
        self.search.setPlaceholderText(self.tr("Search in texts, notes and names"))
        self.search.setAccessibleName(self.tr("Search in texts, notes and names"))
        self.search.setClearButtonEnabled(True)
        self.more_button.setCheckable(True)
        self.more.hide()
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_MS)
        self._timer.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.search.returnPressed.connect(self.done)
        for combo in (self.iteration, self.state, self.flag, self.order, self.reason):
            combo.currentIndexChanged.connect(lambda _place: self.changed.emit())
        for field in self._ranges:
            field.changed.connect(self.changed)

    def _lay_out(self) -> None:
        first, second = FlowLayout(), FlowLayout(self.more, spacing=10)
        keep_size(self.search, least_width=SEARCH_WIDTH)
        for widget in (self.iteration, self.state, self.flag, self.order, self.search, self.more_button):
            first.addWidget(widget)
        for part in (self.reason, *self._ranges, self.clear_button):
            second.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(first)
        layout.addWidget(self.more)


_TEXT = int(Qt.ItemDataRole.UserRole) + 1
"""Role of an item's text without its count."""


def choose(combo: QComboBox, data: object) -> None:
    """Select the item with this data, or the first one, without a signal."""
    combo.blockSignals(True)
    combo.setCurrentIndex(max(0, combo.findData(data)) if combo.count() else -1)
    combo.blockSignals(False)


def _combo(name: str, characters: int) -> QComboBox:
    combo = CalmCombo()
    combo.setAccessibleName(name)
    combo.setMinimumContentsLength(characters)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)  # counts change
    return combo
