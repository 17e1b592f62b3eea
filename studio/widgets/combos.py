"""Combo boxes: one that a wheel cannot change by accident, and choosing in one without telling anybody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class CalmCombo(QComboBox):
    """A wheel over it scrolls the page, and changes the value only while it has the keyboard, which no wheel gives."""

    def __init__(self) -> None:
        super().__init__()
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
