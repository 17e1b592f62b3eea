"""The probabilities of the ten labels as bars, with the range that holds most of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.text import number
from studio.widgets.text_size import TEXT_EVENTS, scaled
from studio.widgets.theme import THEME_EVENTS, current_theme

HEIGHT = 46
FOOT = 14
"""Pixels below the bars for the labels."""


class LabelDistribution(QWidget):
    """Ten bars, one for each label, over the scores that the labels stand for; the written one in the accent colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[float, ...] = ()
        self._label: int | None = None
        self._signs: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Probability of each label"))

    def show_shares(self, shares: Sequence[float], label: int | None, values: Sequence[float]) -> None:
        """Show other probabilities, which sum to 1, over the scores of ``values``, one for each label."""
        self._shares, self._label = tuple(shares), label
        spread = max(values) - min(values)
        digits = 2 if spread < 3 else 1 if spread < 50 else 0
        self._signs = tuple(number(value, digits) for value in values)
        said = self.tr("label {0} ({1}): {2}")
        words = ", ".join(
            said.format(place, number(value, 2), f"{share:.0%}")
            for place, (share, value) in enumerate(zip(shares, values, strict=True))
            if share >= 0.005
        )
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, scaled(max(HEIGHT, FOOT + 30)))

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme."""
        super().changeEvent(event)
        if event.type() in (*THEME_EVENTS, *TEXT_EVENTS):
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars, scaled to the highest."""
        if not self._shares:
            return
        painter, theme = QPainter(self), current_theme()
        font = painter.font()
        font.setPixelSize(scaled(10))
        painter.setFont(font)
        width, high = self.width() / len(self._shares), max(self._shares) or 1.0
        foot = scaled(FOOT)
        room = self.height() - foot
        for place, share in enumerate(self._shares):
            tall = max(1.0, (room - 2) * share / high)
            colour = theme["accent" if place == self._label else "mark_base"]
            painter.fillRect(QRectF(place * width + 2, room - tall, width - 4, tall), colour)
            painter.setPen(theme["muted"])
            sign = self._signs[place]
            painter.drawText(QRectF(place * width, room, width, foot), Qt.AlignmentFlag.AlignCenter, sign)
        painter.end()
