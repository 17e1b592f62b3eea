"""A range of numbers in two short fields, either of which may be empty."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_size

TYPING_MS = 350
FIELD_WIDTH = 54


class RangeField(QWidget):
    """Signal ``changed``: another range is set. What is not a number is marked, and leaves its side open."""

    changed = Signal()

    def __init__(self, title: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.low, self.high = QLineEdit(), QLineEdit()
        self._range = self.range
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self._look)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(PlainLabel(title, role="muted"))
        for field, name, hint in (
            (self.low, self.tr("{0}: from"), self.tr("from")),
            (self.high, self.tr("{0}: to"), self.tr("to")),
        ):
            field.setAccessibleName(name.format(title))
            field.setPlaceholderText(hint)
            keep_size(field, width=FIELD_WIDTH)
            field.setToolTip(tip)
            field.textEdited.connect(lambda _text: self._timer.start())
            field.editingFinished.connect(self._look)
            layout.addWidget(field)

    @property
    def range(self) -> tuple[float | None, float | None]:
        """Return both ends; None leaves a side open."""
        return _number(self.low.text()), _number(self.high.text())

    def clear(self) -> None:
        """Open both sides, without a signal."""
        with QSignalBlocker(self):
            for field in (self.low, self.high):
                field.clear()
            self._look()

    def _look(self) -> None:
        self._timer.stop()
        for field in (self.low, self.high):
            state = "wrong" if field.text().strip() and _number(field.text()) is None else ""
            if field.property("state") != state:
                field.setProperty("state", state)
                field.style().unpolish(field)
                field.style().polish(field)
        if self.range != self._range:
            self._range = self.range
            self.changed.emit()


def _number(text: str) -> float | None:
    """Return the number; None for nothing, and for what is not a finite one. A decimal comma is accepted."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
