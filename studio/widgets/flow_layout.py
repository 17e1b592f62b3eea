"""A layout in lines: as many widgets in a line as there is room for, so that a row of controls is never cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

GAP = 6


class FlowLayout(QLayout):
    """Widgets in reading order. Those that expand horizontally share the room that is left in their line."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = GAP) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._parts: list[_Part] | None = None
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item."""
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove an item and return it."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more height than the lines need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """More lines where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def setGeometry(self, area: QRect) -> None:
        """Lay out the lines."""
        super().setGeometry(area)
        self._arrange(area, move=True)

    def invalidate(self) -> None:
        """Forget sizes: a part has changed."""
        self._parts = None
        self._heights.clear()
        super().invalidate()

    def sizeHint(self) -> QSize:
        """Return all in one line."""
        parts = self._known_parts()
        width = sum(part.hint.width() for part in parts) + self.spacing() * max(0, len(parts) - 1)
        return QSize(width, max((part.hint.height() for part in parts), default=0))

    def minimumSize(self) -> QSize:
        """Return as wide as the widest."""
        widest = QSize(0, 0)
        for part in self._known_parts():
            widest = widest.expandedTo(part.least)
        return widest

    def _known_parts(self) -> list[_Part]:
        """Return the visible items with their sizes, which Qt asks for often while it lays out."""
        if self._parts is None:
            self._parts = [_Part.of(item) for item in self._items if not item.isEmpty()]
        return self._parts

    def _lines(self, width: int) -> Iterator[list[_Part]]:
        line: list[_Part] = []
        used = 0
        for part in self._known_parts():
            if line and used + self.spacing() + part.width > width:
                yield line
                line, used = [], 0
            used += part.width + (self.spacing() if line else 0)
            line.append(part)
        if line:
            yield line

    def _arrange(self, area: QRect, *, move: bool) -> int:
        top = area.top()
        for line in self._lines(area.width()):
            height = max(part.hint.height() for part in line)
            left = area.left()
            for part, width in zip(line, self._widths(line, area.width()), strict=True):
                if move:
                    tall = min(height, part.hint.height())
                    part.item.setGeometry(QRect(left, top + (height - tall) // 2, width, tall))
                left += width + self.spacing()
            top += height + self.spacing()
        return max(0, top - area.top() - self.spacing())

    def _widths(self, line: list[_Part], room: int) -> list[int]:
        widths = [min(part.width, room) for part in line]
        growing = [place for place, part in enumerate(line) if part.grows]
        left = room - sum(widths) - self.spacing() * (len(line) - 1)
        for number, place in enumerate(growing):
            share = left // (len(growing) - number)
            widths[place] += share
            left -= share
        return widths


@dataclass(frozen=True, slots=True)
class _Part:
    """An item with its sizes; ``width`` is the room that it needs: what grows can be as narrow as its minimum."""

    item: QLayoutItem
    least: QSize
    hint: QSize
    grows: bool
    width: int

    @classmethod
    def of(cls, item: QLayoutItem) -> _Part:
        least, hint = item.minimumSize(), item.sizeHint()
        grows = bool(item.expandingDirections() & Qt.Orientation.Horizontal)
        return cls(item, least, hint, grows, least.width() if grows else max(least.width(), hint.width()))
