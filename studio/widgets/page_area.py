"""A page in an area that scrolls down only if the page does not fit, and never sideways."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QStyle, QWidget


class PageArea(QScrollArea):
    """The page is as wide as the area, and as high as the area or, if that is not enough, as it must be.

    (Qt's own resizable scroll area takes the preferred height of a page with wrapped texts for its minimum.)

    Signals:
        short(int): the page needs so many more pixels of height than the area has.
    """

    short = Signal(int)

    def __init__(self, page: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        if page is not None:
            self.set_page(page)

    def set_page(self, page: QWidget) -> None:
        """Show the page, the first one. One that was made in the area's viewport is styled once, not again here."""
        self.setWidget(page)
        page.setAutoFillBackground(False)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the page's."""
        page = self.widget()
        return super().sizeHint() if page is None else page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the page's width and a little height."""
        page = self.widget()
        least = super().minimumSizeHint()
        return least if page is None else QSize(page.minimumSizeHint().width(), least.height())

    def hasHeightForWidth(self) -> bool:
        """Return whether the page has."""
        page = self.widget()
        return page is not None and page.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """Return the page's."""
        page = self.widget()
        return -1 if page is None else page.heightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page the new room."""
        self._fit()
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the page again when its layout has changed."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
        return super().eventFilter(watched, event)

    def least_height(self, width: int) -> int:
        """Return the height that the page must have at a width."""
        page = self.widget()
        if page is None:
            return 0
        layout = page.layout()
        if layout is not None and layout.hasHeightForWidth():
            return max(page.minimumHeight(), layout.minimumHeightForWidth(width))
        return max(page.minimumHeight(), page.minimumSizeHint().height())

    def _fit(self) -> None:
        page = self.widget()
        if page is None:
            return
        room = self.maximumViewportSize()
        width, least = room.width(), self.least_height(room.width())
        if least > room.height():
            width -= self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar())
            least = self.least_height(width)
        wanted = QSize(width, max(room.height(), least))
        if page.size() != wanted:
            page.resize(wanted)
        if least > room.height():
            self.short.emit(least - room.height())


class InnerArea(PageArea):
    """The part of a page that scrolls by itself where the page is low, so that the rest of the page stays in view."""

    def hasHeightForWidth(self) -> bool:
        """It takes the height that the rest leaves."""
        return False

    def heightForWidth(self, width: int) -> int:
        """It takes the height that the rest leaves."""
        return -1
