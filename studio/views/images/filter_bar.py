"""The controls above the grid: search, order, filters, saved filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.services.images.types import (
    ChangedRatings,
    ImageFilter,
    ImageOrder,
    ImageSort,
    SavedImageFilter,
    Tag,
    TagCount,
)
from studio.services.projects.types import SPLITS
from studio.text import button_text, one_line, tool_tip
from studio.widgets.combos import CalmCombo, CalmDoubleSpin
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_size

SEARCH_MS = 200
LEAST = 0.5
"""Change of the score, in the original scale, that is offered first."""


class ChoiceButton(QPushButton):
    """A button whose menu ticks any number of values; none ticked is all."""

    changed = Signal()

    def __init__(self, title: str, values: Sequence[object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        menu = QMenu(self)
        self.ticks: dict[object, QAction] = {}
        for value in values:
            action = menu.addAction(str(value))
            action.setCheckable(True)
            action.toggled.connect(self._on_tick)
            self.ticks[value] = action
        self.setMenu(menu)
        self._update_text()

    @property
    def chosen(self) -> tuple[object, ...]:
        """Return the ticked values in their order."""
        return tuple(value for value, action in self.ticks.items() if action.isChecked())

    def choose(self, values: Sequence[object]) -> None:
        """Tick exactly these, without a signal."""
        with QSignalBlocker(self):
            for value, action in self.ticks.items():
                action.setChecked(value in values)
        self._update_text()

    def _on_tick(self, _ticked: bool) -> None:
        self._update_text()
        self.changed.emit()

    def _update_text(self) -> None:
        chosen = ", ".join(str(value) for value in self.chosen)
        self.setText(f"{self._title}: {chosen or self.tr('all')}")


class ImageFilterBar(QWidget):
    """Two rows of controls.

    Signals:
        changed: filter or order have changed.
        save_wanted(str), remove_wanted(str): a saved filter by its name.
        left: the keyboard should go back to the grid.
    """

    changed = Signal()
    save_wanted = Signal(str)
    remove_wanted = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range: tuple[float | None, float | None] = (None, None)
        self._saved: dict[str, SavedImageFilter] = {}
        self.search = QLineEdit()
        self.order = CalmCombo()
        self.direction = QToolButton()
        self.splits = ChoiceButton(self.tr("Split"), SPLITS)
        self.bins = ChoiceButton(self.tr("Bin"), range(10))
        self.tag = CalmCombo()
        self.change = CalmCombo()
        self.least = CalmDoubleSpin()
        self.problem = QCheckBox(self.tr("Problem"))
        self.vetoed = QCheckBox(self.tr("Vetoed"))
        self.clear_button = QPushButton(self.tr("Clear filters"))
        self.saved_button = QPushButton(self.tr("Saved filters"))
        self.saved_menu = QMenu(self)
        self.name = QLineEdit()
        self._fill()
        self._connect()
        self._lay_out()
        self._show_dependent()

    @property
    def filter(self) -> ImageFilter:
        """Return the filter set in the controls."""
        pair = self.change.currentData()
        return ImageFilter(
            splits=tuple(split for split in SPLITS if split in self.splits.chosen),
            bins=tuple(number for number in range(10) if number in self.bins.chosen),
            low=self._range[0],
            high=self._range[1],
            problem=self.problem.isChecked(),
            vetoed=self.vetoed.isChecked(),
            tag=self.tag.currentData(),
            changed=None if pair is None else ChangedRatings(pair[0], pair[1], round(self.least.value(), 4)),
            text=self.search.text().strip(),
        )

    @property
    def sort(self) -> ImageSort:
        """Return the order set in the controls."""
        return ImageSort(self.order.currentData(), self.direction.isChecked())

    def show_filter(self, wanted: ImageFilter, sort: ImageSort) -> None:
        """Set every control, then emit ``changed`` once."""
        with QSignalBlocker(self):
            self.splits.choose(wanted.splits)
            self.bins.choose(wanted.bins)
            self._range = (wanted.low, wanted.high)
            self.problem.setChecked(wanted.problem)
            self.vetoed.setChecked(wanted.vetoed)
            self._choose(self.tag, wanted.tag, "" if wanted.tag is None else _tag_text(wanted.tag))
            pair = None if wanted.changed is None else (wanted.changed.before, wanted.changed.after)
            self._choose(self.change, pair, "" if pair is None else self._change_text(*pair))
            self.least.setValue(LEAST if wanted.changed is None else wanted.changed.least)
            self.search.setText(wanted.text)
            self.order.setCurrentIndex(max(0, self.order.findData(sort.by)))
            self.direction.setChecked(sort.descending)
            self._timer.stop()
        self._show_dependent()
        self.changed.emit()

    def set_range(self, low: float | None, high: float | None) -> None:
        """Another range of scores."""
        if (low, high) != self._range:
            self._range = (low, high)
            self._on_change()

    def offer(self, versions: Sequence[str]) -> None:
        """Pairs of versions, older and newer."""
        pairs = [(old, new) for place, old in enumerate(versions) for new in versions[place + 1 :]]
        chosen = self.change.currentData()
        with QSignalBlocker(self.change):
            self.change.clear()
            self.change.addItem(self.tr("Changed: any"), None)
            for pair in pairs:
                self.change.addItem(self._change_text(*pair), pair)
            self._choose(self.change, chosen, "" if chosen is None else self._change_text(*chosen))
        self.change.setEnabled(bool(pairs))

    def offer_tags(self, tags: Sequence[TagCount]) -> None:
        """Tags with their counts."""
        chosen = self.tag.currentData()
        with QSignalBlocker(self.tag):
            self.tag.clear()
            self.tag.addItem(self.tr("Tag: any"), None)
            for count in tags:
                self.tag.addItem(f"{_tag_text(count.tag)} ({count.images:,})", count.tag)
            self._choose(self.tag, chosen, "" if chosen is None else _tag_text(chosen))
        self.tag.setEnabled(self.tag.count() > 1)

    def offer_saved(self, saved: Sequence[SavedImageFilter]) -> None:
        """Fill the menu of saved filters."""
        self._saved = {one.name: one for one in saved}
        self.saved_menu.clear()
        for one in saved:
            self._add(self.saved_menu, one.name, partial(self.show_filter, one.filter, one.sort))
        if not saved:
            self.saved_menu.addAction(self.tr("No saved filters")).setEnabled(False)
        self.saved_menu.addSeparator()
        self._add(self.saved_menu, self.tr("Save current filter…"), self.ask_name)
        if saved:
            removing = self.saved_menu.addMenu(self.tr("Remove"))
            for one in saved:
                self._add(removing, one.name, partial(self.remove_wanted.emit, one.name))

    def ask_name(self) -> None:
        """Show the field for the name; Return saves, Escape leaves it."""
        self.name.show()
        self.name.setFocus()

    def _add(self, menu: QMenu, text: str, action: Callable[[], object]) -> None:
        entry = menu.addAction(button_text(text))
        entry.setToolTip(tool_tip(one_line(text)))
        entry.triggered.connect(lambda _checked: action())

    def _choose(self, combo: QComboBox, data: object, text: str) -> None:
        """Choose the entry with these data, adding it where it is not offered (a saved filter may be older)."""
        place = next((n for n in range(combo.count()) if combo.itemData(n) == data), -1)
        if place < 0 and data is not None:
            combo.addItem(text, data)
            place = combo.count() - 1
        combo.setCurrentIndex(max(0, place))

    def _change_text(self, before: str, after: str) -> str:
        return self.tr("Changed: {0} → {1}").format(one_line(before), one_line(after))

    def _on_change(self, *_values: object) -> None:
        self._show_dependent()
        self.changed.emit()

    def _show_dependent(self) -> None:
        self.least.setVisible(self.change.currentData() is not None)
        descending = self.direction.isChecked()
        self.direction.setText("↓" if descending else "↑")
        name = self.tr("Descending") if descending else self.tr("Ascending")
        self.direction.setAccessibleName(name)
        self.clear_button.setEnabled(self.filter != ImageFilter())

    def _fill(self) -> None:
        self.search.setPlaceholderText(self.tr("Search names, tags and explanations"))
        self.search.setAccessibleName(self.tr("Search in names, tags and explanations"))
        self.search.setClearButtonEnabled(True)
        self.order.setAccessibleName(self.tr("Order"))
        orders: tuple[tuple[str, ImageOrder], ...] = (
            (self.tr("File order"), "id"),
            (self.tr("Name"), "name"),
            (self.tr("Score"), "score"),
            (self.tr("Split"), "split"),
            (self.tr("Bin"), "bin"),
            (self.tr("Predicted score"), "predicted"),
            (self.tr("Prediction error"), "error"),
        )
        for text, by in orders:
            self.order.addItem(text, by)
        self.direction.setCheckable(True)
        self.tag.setAccessibleName(self.tr("Tag"))
        self.change.setAccessibleName(self.tr("Changed between versions"))
        for combo, text in ((self.tag, self.tr("Tag: any")), (self.change, self.tr("Changed: any"))):
            combo.addItem(text, None)
            combo.setEnabled(False)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(10)
        self.least.setAccessibleName(self.tr("Minimum score change"))
        self.least.setPrefix("≥ ")
        keep_size(self.least, width=96)
        self.least.lineEdit().setTextMargins(5, 0, 0, 0)
        self.least.setRange(0.01, 1e6)
        self.least.setSingleStep(0.1)
        self.least.setValue(LEAST)
        self.saved_button.setMenu(self.saved_menu)
        self.name.setPlaceholderText(self.tr("Filter name"))
        self.name.setAccessibleName(self.tr("Filter name"))
        keep_size(self.name, width=160)
        self.name.hide()
        self.offer_saved(())

    def _connect(self) -> None:
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_MS)
        self._timer.timeout.connect(self._on_change)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.search.returnPressed.connect(self.left)
        for combo in (self.order, self.tag, self.change):
            combo.currentIndexChanged.connect(self._on_change)
        for button in (self.direction, self.problem, self.vetoed):
            button.toggled.connect(self._on_change)
        self.splits.changed.connect(self._on_change)
        self.bins.changed.connect(self._on_change)
        self.least.valueChanged.connect(self._on_change)
        self.clear_button.clicked.connect(lambda _checked: self.show_filter(ImageFilter(), self.sort))
        self.name.returnPressed.connect(self._save)

    def _save(self) -> None:
        self.save_wanted.emit(self.name.text())
        self.name.clear()
        self.name.hide()
        self.left.emit()

    def _lay_out(self) -> None:
        first, second = FlowLayout(), FlowLayout()
        first.addWidget(self.search, 1)
        first.addWidget(PlainLabel(self.tr("Sort by"), role="muted"))
        for widget in (self.order, self.direction, self.saved_button, self.name):
            first.addWidget(widget)
        filters = (self.splits, self.bins, self.tag, self.change, self.least, self.problem, self.vetoed)
        for control in filters:
            second.addWidget(control)
        second.addStretch(1)
        second.addWidget(self.clear_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addLayout(second)


def _tag_text(tag: Tag) -> str:
    return one_line(f"{tag.key}: {tag.value}")
