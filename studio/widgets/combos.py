"""Lists and numbers that a wheel cannot change by accident, and choosing in a list without telling anybody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from studio.widgets.text_size import scaled

LIST_EDGES = 10
"""Pixels of frame and padding at both sides of the list's entries."""


def _is_left_to_page(field: QWidget, event: QWheelEvent) -> bool:
    """Let a wheel scroll the page instead of changing the field's value, unless the field has the keyboard."""
    if field.hasFocus():
        return False
    event.ignore()
    return True


class CalmCombo(QComboBox):
    """A list that no wheel changes by accident. It opens as wide as its longest entry, however narrow the box is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a wheel gives no focus

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        if not _is_left_to_page(self, event):
            super().wheelEvent(event)

    def showPopup(self) -> None:
        """Show the list, with room for its entries."""
        view = self.view()
        bar = view.verticalScrollBar().sizeHint().width() if self.count() > self.maxVisibleItems() else 0
        wanted = view.sizeHintForColumn(0) + bar + scaled(LIST_EDGES)
        view.setMinimumWidth(min(max(self.width(), wanted), self.screen().availableGeometry().width()))
        super().showPopup()


class CalmSpin(QSpinBox):
    """A whole number that no wheel changes by accident."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a wheel gives no focus

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        if not _is_left_to_page(self, event):
            super().wheelEvent(event)


class CalmDoubleSpin(QDoubleSpinBox):
    """A number that no wheel changes by accident."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a wheel gives no focus

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        if not _is_left_to_page(self, event):
            super().wheelEvent(event)


def choose(combo: QComboBox, data: object) -> None:
    """Select the item with this data, or none, without a signal."""
    combo.blockSignals(True)
    combo.setCurrentIndex(combo.findData(data) if data is not None else -1)
    combo.blockSignals(False)
