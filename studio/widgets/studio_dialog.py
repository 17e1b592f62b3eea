"""What all windows over the main one share: they fit on the screen at any size of texts, and scroll if they must."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QLayout, QVBoxLayout, QWidget

from studio.widgets.page_area import PageArea
from studio.widgets.text_size import scaled

FRAME = 40
"""Pixels left for the frame that the desktop draws around a window."""


class StudioDialog(QDialog):
    """A dialog whose layout is put into a :class:`PageArea` when it is first shown.

    It is as large as it wants to be, but never larger than the screen, and grows with what it shows.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page_area: PageArea | None = None
        self._first_size: tuple[int, int] | None = None
        self._kept_width = 0

    def set_size(self, width: int, height: int) -> None:
        """Set the first size, in pixels at 100%."""
        self._first_size = (width, height)

    def keep_width(self, width: int) -> None:
        """Fix the width, in pixels at 100%, as far as the screen has room."""
        self._kept_width = width
        self._apply_width()

    @property
    def largest(self) -> QSize:
        """Return the largest size: that of the screen, or of the window under it."""
        room = self.screen().availableSize() - QSize(0, FRAME)
        under = self.parentWidget()
        return room if under is None else room.expandedTo(under.window().size())

    def setVisible(self, visible: bool) -> None:
        """Take the right size before the dialog is first shown."""
        layout = self.layout()
        if visible and self._page_area is None and layout is not None:
            self._page_area = self._put_in_area(layout)
            self._take_size(self._page_area)
        super().setVisible(visible)

    def renew_size(self, ratio: float) -> None:
        """Take a size for another size of texts, ``ratio`` times the one before."""
        self._apply_width()
        self.resize((QSize(self.size()) * ratio).boundedTo(self.largest))

    def _apply_width(self) -> None:
        if self._kept_width:
            self.setFixedWidth(min(scaled(self._kept_width), self.largest.width()))

    def _put_in_area(self, layout: QLayout) -> PageArea:
        body = QWidget()
        body.setProperty("role", "page")
        body.setLayout(layout)  # Qt moves layout and widgets to the body
        area = PageArea(body)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(area)
        area.short.connect(self._grow)
        return area

    def _take_size(self, area: PageArea) -> None:
        self.ensurePolished()
        self._apply_width()
        width, height = self.sizeHint().width(), 0
        if self._first_size is not None:
            width, height = scaled(self._first_size[0]), scaled(self._first_size[1])
        elif self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            width, height = self.width(), self.height()
        width = max(self.minimumWidth(), min(width, self.maximumWidth(), self.largest.width()))
        least = area.least_height(width)
        preferred = area.heightForWidth(width) if area.hasHeightForWidth() else self.sizeHint().height()
        height = max(height or preferred, least, self.minimumHeight())
        self.resize(QSize(width, height).boundedTo(self.largest))

    def _grow(self, by: int) -> None:
        if self.isVisible():
            self.resize(self.width(), min(self.height() + by, max(self.height(), self.largest.height())))
