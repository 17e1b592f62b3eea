"""Lists and numbers that a wheel cannot change by accident, and choosing in a list without telling anybody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from studio.widgets.text_size import scaled

LIST_EDGES = 10
"""Pixels of frame and padding at both sides of the list's entries."""


class CalmCombo(QComboBox):
    """A wheel over it scrolls the page, and changes the value only while it has the keyboard, which no wheel gives.

    Its list is as wide as its longest entry, however narrow the box is.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        """Show the list, with room for its entries."""
        view = self.view()
        bar = view.verticalScrollBar().sizeHint().width() if self.count() > self.maxVisibleItems() else 0
        wanted = view.sizeHintForColumn(0) + bar + scaled(LIST_EDGES)
        view.setMinimumWidth(min(max(self.width(), wanted), self.screen().availableGeometry().width()))
        super().showPopup()


class CalmSpin(QSpinBox):
    """A whole number that a wheel changes only while it has the keyboard, as :class:`CalmCombo`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmDoubleSpin(QDoubleSpinBox):
    """A number that a wheel changes only while it has the keyboard, as :class:`CalmCombo`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def choose(combo: QComboBox, data: object) -> None:
    """Select the item with this data, or none, without a signal."""
    combo.blockSignals(True)
    combo.setCurrentIndex(combo.findData(data) if data is not None else -1)
    combo.blockSignals(False)
