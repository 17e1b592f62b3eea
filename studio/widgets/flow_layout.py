"""Layouts that break lines: a row of controls, and cards of equal width, are never cut off where it is narrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QSizePolicy,
    QSpacerItem,
    QWidget,
)

from studio.widgets.text_size import scaled

GAP = 6
COMFORT = 150
"""Pixels at 100% that a widget which grows has before the line is broken (fewer, if its content needs fewer)."""
NOWHERE = Qt.AlignmentFlag(0)
"""In the middle of the line."""
TIGHT = 0.6
FIELDS = (QComboBox, QAbstractSpinBox, QAbstractSlider, QLineEdit)
"""What a label right before it names."""
EVEN_HEIGHT = 150
"""Pixels at 100% of the least height of a card."""


class _Lines(QLayout):
    """What both layouts share: a list of items, and a height that depends on the width."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = GAP) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._stretches: list[int] = []
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item."""
        self._items.append(item)
        self._stretches.append(0)
        self.invalidate()

    def addWidget(self, widget: QWidget, stretch: int = 0, alignment: Qt.AlignmentFlag = NOWHERE) -> None:
        """Append a widget; those with a ``stretch`` share the room that is left in their line."""
        super().addWidget(widget)
        self._items[-1].setAlignment(alignment)
        self._stretches[-1] = stretch
        self.invalidate()

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove an item and return it."""
        if not 0 <= index < len(self._items):
            return None
        self._stretches.pop(index)
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more height than the lines need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """More lines where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        if width not in self._heights:
            margins = self.contentsMargins()
            inner = QRect(0, 0, width - margins.left() - margins.right(), 0)
            self._heights[width] = self._arrange(inner, move=False) + margins.top() + margins.bottom()
        return self._heights[width]

    def setGeometry(self, area: QRect) -> None:
        """Lay out the lines."""
        super().setGeometry(area)
        self._arrange(area.marginsRemoved(self.contentsMargins()), move=True)

    def invalidate(self) -> None:
        """Forget sizes: a part has changed."""
        self._heights.clear()
        super().invalidate()

    def _arrange(self, area: QRect, *, move: bool) -> int:
        raise NotImplementedError


class FlowLayout(_Lines):
    """Widgets in reading order, as many in a line as there is room for: a row that breaks where it is narrow.

    Room that is left in a line goes to what has a stretch; without any, to widgets that expand horizontally.
    A label and the field after it stay in one line.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = GAP) -> None:
        self._parts: list[_Part] | None = None
        super().__init__(parent, spacing=spacing)

    def addLayout(self, layout: QLayout, stretch: int = 0) -> None:
        """Append a layout, whose parts stay together."""
        self.addChildLayout(layout)
        self.addItem(layout)
        self._stretches[-1] = stretch

    def addStretch(self, stretch: int = 1) -> None:
        """Append a spring: what follows in its line is at the right."""
        self.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum))
        self._stretches[-1] = stretch

    def addSpacing(self, pixels: int) -> None:
        """Append a gap, which vanishes at the ends of a line."""
        self.addItem(QSpacerItem(pixels, 0, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum))

    def invalidate(self) -> None:
        """Forget sizes: a part has changed."""
        self._parts = None
        super().invalidate()

    def sizeHint(self) -> QSize:
        """Return all in one line."""
        parts = self._known_parts()
        width = sum(part.hint.width() for part in parts) + sum(_gaps(parts, self.spacing()))
        return self._with_margins(QSize(width, max((part.hint.height() for part in parts), default=0)))

    def minimumSize(self) -> QSize:
        """Return as wide as the widest."""
        widest = QSize(0, 0)
        for part in self._known_parts():
            widest = widest.expandedTo(part.least)
        return self._with_margins(widest)

    def _with_margins(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _known_parts(self) -> list[_Part]:
        """Return the visible items with their sizes, which Qt asks for often while it lays out."""
        if self._parts is None:
            springy = any(self._stretches)
            self._parts = [
                _Part.of(item, stretch, springy)
                for item, stretch in zip(self._items, self._stretches, strict=True)
                if not item.isEmpty() or item.spacerItem() is not None
            ]
        return self._parts

    def _lines(self, width: int) -> Iterator[list[_Part]]:
        line: list[_Part] = []
        for part in self._known_parts():
            wider = [*line, part]
            needed = sum(each.tight for each in wider) + sum(_gaps(wider, self.spacing()))
            if line and not part.spacer and needed > width:
                named = [line.pop()] if len(line) > 1 and line[-1].names(part) else []
                yield line
                line = named
                if named and named[0].tight + self.spacing() + part.tight > width:
                    yield line
                    line = []
            if not line and part.spacer and not part.grows:
                continue  # a gap at the beginning of a line
            line.append(part)
        if line:
            yield line

    def _arrange(self, area: QRect, *, move: bool) -> int:
        top = area.top()
        for line in self._lines(area.width()):
            widths = self._widths(line, area.width())
            heights = [part.height(width) for part, width in zip(line, widths, strict=True)]
            height, left = max(heights), area.left()
            for part, width, tall, gap in zip(line, widths, heights, _gaps(line, self.spacing()), strict=True):
                left += gap
                if move and (part.item.alignment() or part.item.layout() is not None):
                    part.item.setGeometry(QRect(left, top, width, height))
                elif move:
                    part.item.setGeometry(QRect(left, top + (height - tall) // 2, width, tall))
                left += width
            if height:
                top += height + self.spacing()
        return max(0, top - area.top() - self.spacing())

    def _widths(self, line: list[_Part], room: int) -> list[int]:
        widths = [min(part.width, room) for part in line]
        left = room - sum(widths) - sum(_gaps(line, self.spacing()))
        for place, part in enumerate(line):  # those that can be narrower make room
            if left < 0:
                spared = min(-left, widths[place] - min(part.tight, room))
                widths[place] -= spared
                left += spared
        growing = [place for place, part in enumerate(line) if part.grows]
        shares = sum(line[place].grows for place in growing)
        for place in growing:
            share = max(0, left) * line[place].grows // shares
            widths[place] += share
            left -= share
            shares -= line[place].grows
        return widths


class EvenLayout(_Lines):
    """Cards of equal width and height: beside each other where each has room, else in several lines.

    Args:
        parent: the widget that they are in.
        spacing: pixels between them.
        least_width: pixels at 100% that a card needs.
        least_height: pixels at 100% that a line needs.
        most_columns: how many there are in a line at most.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        spacing: int = GAP,
        least_width: int = COMFORT,
        least_height: int = EVEN_HEIGHT,
        most_columns: int = 100,
    ) -> None:
        self._most_columns = most_columns
        self._least_width, self._least_height = least_width, least_height
        self._rows = 1
        super().__init__(parent, spacing=spacing)

    def expandingDirections(self) -> Qt.Orientation:
        """Take all the room."""
        return Qt.Orientation.Horizontal | Qt.Orientation.Vertical

    def set_most_columns(self, columns: int) -> None:
        """Limit how many there are in a line."""
        if columns != self._most_columns:
            self._most_columns = columns
            self.invalidate()

    def insertWidget(self, place: int, widget: QWidget, stretch: int = 0) -> None:
        """Put a widget at a place."""
        self.addWidget(widget, stretch)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def sizeHint(self) -> QSize:
        """Return all in one line."""
        shown = self._shown()
        width = max((item.sizeHint().width() for item in shown), default=0)
        height = max((item.sizeHint().height() for item in shown), default=0)
        return QSize(width * len(shown), max(height, self.minimumSize().height()))

    def minimumSize(self) -> QSize:
        """Return the width of one, and the height of the lines that there are now."""
        width = max((item.minimumSize().width() for item in self._shown()), default=0)
        return QSize(width, self._height_of(self._rows) if self._shown() else 0)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _height_of(self, rows: int) -> int:
        tallest = max((item.minimumSize().height() for item in self._shown()), default=0)
        return rows * max(scaled(self._least_height), tallest) + (rows - 1) * self.spacing()

    def _columns(self, width: int) -> int:
        shown = self._shown()
        least = max([scaled(self._least_width), *(item.minimumSize().width() for item in shown)])
        most = max(1, min(len(shown), self._most_columns, (width + self.spacing()) // (least + self.spacing())))
        rows = -(-len(shown) // most) if shown else 1
        return -(-len(shown) // rows) if shown else 1  # the last line is as full as the others, if it can be

    def _arrange(self, area: QRect, *, move: bool) -> int:
        shown = self._shown()
        columns = self._columns(area.width())
        rows = max(1, -(-len(shown) // columns))
        if not move:
            return self._height_of(rows) if shown else 0
        if rows != self._rows:
            self._rows = rows
            self.invalidate()
        for row in range(rows):
            top = area.top() + (area.height() + self.spacing()) * row // rows
            bottom = area.top() + (area.height() + self.spacing()) * (row + 1) // rows - self.spacing()
            line = shown[row * columns : (row + 1) * columns]
            for place, item in enumerate(line):
                left = area.left() + (area.width() + self.spacing()) * place // len(line)
                right = area.left() + (area.width() + self.spacing()) * (place + 1) // len(line) - self.spacing()
                item.setGeometry(QRect(left, top, right - left, bottom - top))
        return area.height()


def _gaps(line: Sequence[_Part], spacing: int) -> list[int]:
    """Return the gap before each part: none beside springs and spacings, as in Qt's own layouts."""
    found, any_before = [], False
    for part in line:
        found.append(spacing if any_before and not part.spacer else 0)
        any_before = any_before or not part.spacer
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """An item with its sizes.

    Attributes:
        width: the room that it should have: what grows can be narrower than its hint.
        tight: the room that is enough before a line is broken: a list may be a little narrower than its longest entry.
    """

    item: QLayoutItem
    least: QSize
    hint: QSize
    grows: int
    width: int
    tight: int
    spacer: bool

    @classmethod
    def of(cls, item: QLayoutItem, stretch: int, springy: bool) -> _Part:
        least, hint = item.minimumSize(), item.sizeHint()
        grows = stretch if springy else int(bool(item.expandingDirections() & Qt.Orientation.Horizontal))
        width = max(least.width(), hint.width())
        if grows:
            width = max(least.width(), min(hint.width(), scaled(COMFORT)) if springy else 0)
        tight = width
        if isinstance(item.widget(), QComboBox):  # whose minimum is its longest entry
            tight = min(width, max(scaled(COMFORT), round(TIGHT * width)))
            least = QSize(min(least.width(), tight), least.height())
        return cls(item, least, hint, grows, width, tight, item.spacerItem() is not None)

    def names(self, other: _Part) -> bool:
        """Return whether this is the label of the field ``other``."""
        label = self.item.widget()
        return isinstance(label, QLabel) and not label.wordWrap() and isinstance(other.item.widget(), FIELDS)

    def height(self, width: int) -> int:
        """Return the height at a width."""
        if self.item.hasHeightForWidth():
            return max(self.least.height(), self.item.heightForWidth(width))
        return self.hint.height()
