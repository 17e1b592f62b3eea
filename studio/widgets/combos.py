"""Choosing in combo boxes without telling anybody."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox


def choose(combo: QComboBox, data: object) -> None:
    """Select the item with this data, or none, without a signal."""
    combo.blockSignals(True)
    combo.setCurrentIndex(combo.findData(data) if data is not None else -1)
    combo.blockSignals(False)
