"""Splitters whose panes keep room for what is in them, and that fold where there is no room for panes side by side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QWidget

from studio.widgets.text_size import kept_size, scaled

LEAST_HEIGHT = 170
"""Pixels at 100% of a folded pane, so that it can be read; the page scrolls if that is too much."""


DRAGGED = "dragged"
"""Property of a splitter whose border a person has dragged, now or before: its page leaves it where it is."""


class FittingSplitter(QSplitter):
    """No pane is lower than its rows of controls need, which may break into several lines. (Qt's asks for one line.)"""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Vertical, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self._least = QSize()
        self.setChildrenCollapsible(False)

    def minimumSizeHint(self) -> QSize:
        """Return the room for all panes as they are now."""
        panes = self._panes()
        gaps = self.handleWidth() * max(0, len(panes) - 1)
        widths = [_least_width(pane) for pane in panes]
        heights = [self._least_height(pane) for pane in panes]
        if self.orientation() == Qt.Orientation.Vertical:
            return QSize(max(widths, default=0), sum(heights) + gaps)
        return QSize(sum(widths) + gaps, max(heights, default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the panes their room."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Give the panes their room after a change in one."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _panes(self) -> list[QWidget]:
        panes = (self.widget(place) for place in range(self.count()))
        return [pane for pane in panes if pane is not None and not pane.isHidden()]

    def _fit(self) -> None:
        vertical = self.orientation() == Qt.Orientation.Vertical
        for pane in self._panes():
            least = self._least_height(pane) if vertical else kept_size(pane, "least_height")
            if pane.minimumHeight() != least:
                pane.setMinimumHeight(least)
        needed = self.minimumSizeHint()
        if needed != self._least:
            self._least = needed
            self.updateGeometry()

    def _least_height(self, pane: QWidget) -> int:
        width = self.width() if self.orientation() == Qt.Orientation.Vertical else pane.width()
        return max(kept_size(pane, "least_height"), least_height(pane, width))


class FoldingSplitter(FittingSplitter):
    """Panes side by side, which fold by themselves to stand below each other where their widths do not fit.

    When it unfolds, they have the sizes of before.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._beside: list[int] = []

    @property
    def folded(self) -> bool:
        """Return whether the panes are below each other."""
        return self.orientation() == Qt.Orientation.Vertical

    def minimumSizeHint(self) -> QSize:
        """Return the width of the widest pane: it can fold."""
        widest = max((_least_width(pane) for pane in self._panes()), default=0)
        return QSize(widest, super().minimumSizeHint().height())

    def _least_height(self, pane: QWidget) -> int:
        least = super()._least_height(pane)
        return max(least, scaled(LEAST_HEIGHT)) if self.folded else least

    def _fit(self) -> None:
        panes = self._panes()
        needed = sum(_least_width(pane) for pane in panes) + self.handleWidth() * (len(panes) - 1)
        folds = needed > self.width()
        if folds and not self.folded:
            self._beside = self.sizes()
            self.setOrientation(Qt.Orientation.Vertical)
            self.setSizes([1000 for _size in self._beside])
        elif self.folded and not folds:
            self.setOrientation(Qt.Orientation.Horizontal)
            if any(self._beside):
                self.setSizes(self._beside)
        super()._fit()


def least_height(widget: QWidget, width: int) -> int:
    """Return the height that a widget must have at a width, in which rows of controls may break."""
    match widget:
        case QTabWidget() | QStackedWidget():
            shown: QWidget | None = widget.currentWidget()
            inner = 0 if shown is None else least_height(shown, width)
            bar = widget.tabBar().sizeHint().height() if isinstance(widget, QTabWidget) else 0
            return max(widget.minimumSizeHint().height(), bar + inner)
    layout = widget.layout()
    if layout is not None and layout.hasHeightForWidth():
        return layout.minimumHeightForWidth(width)
    return widget.minimumSizeHint().height()


def _least_width(pane: QWidget) -> int:
    return max(kept_size(pane, "least_width"), pane.minimumWidth(), pane.minimumSizeHint().width())
