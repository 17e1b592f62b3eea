"""A layout in lines: as many widgets in a line as there is room for, so that a row of controls is never cut off."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

GAP = 6


class FlowLayout(QLayout):
    """Widgets in reading order. Those that expand horizontally share the room that is left in their line."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = GAP) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
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
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:
        """Lay out the lines."""
        super().setGeometry(area)
        self._arrange(area, move=True)

    def sizeHint(self) -> QSize:
        """Return all in one line."""
        shown = list(self._shown())
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((item.sizeHint().height() for item in shown), default=0))

    def minimumSize(self) -> QSize:
        """Return as wide as the widest."""
        sizes = [item.minimumSize() for item in self._shown()]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def _shown(self) -> Iterator[QLayoutItem]:
        return (item for item in self._items if not item.isEmpty())

    def _lines(self, width: int) -> Iterator[list[QLayoutItem]]:
        line: list[QLayoutItem] = []
        used = 0
        for item in self._shown():
            needed = _width(item)
            if line and used + self.spacing() + needed > width:
                yield line
                line, used = [], 0
            used += needed + (self.spacing() if line else 0)
            line.append(item)
        if line:
            yield line

    def _arrange(self, area: QRect, *, move: bool) -> int:
        top = area.top()
        for line in self._lines(area.width()):
            widths = self._widths(line, area.width())
            height = max(item.sizeHint().height() for item in line)
            left = area.left()
            for item, width in zip(line, widths, strict=True):
                if move:
                    tall = min(height, item.sizeHint().height())
                    item.setGeometry(QRect(left, top + (height - tall) // 2, width, tall))
                left += width + self.spacing()
            top += height + self.spacing()
        return max(0, top - area.top() - self.spacing())

    def _widths(self, line: list[QLayoutItem], room: int) -> list[int]:
        widths = [min(_width(item), room) for item in line]
        growing = [place for place, item in enumerate(line) if item.expandingDirections() & Qt.Orientation.Horizontal]
        left = room - sum(widths) - self.spacing() * (len(line) - 1)
        for number, place in enumerate(growing):
            share = left // (len(growing) - number)
            widths[place] += share
            left -= share
        return widths


def _width(item: QLayoutItem) -> int:
    """Return the room that an item needs: what expands can be as narrow as its minimum."""
    minimum, hint = item.minimumSize().width(), item.sizeHint().width()
    return minimum if item.expandingDirections() & Qt.Orientation.Horizontal else max(minimum, hint)
