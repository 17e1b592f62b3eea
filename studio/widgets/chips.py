"""Short words in small frames, as many in a line as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.text import one_line
from studio.widgets.labels import PlainLabel

GAP = 4


class Chips(QWidget):
    """Words in a flow of lines; hidden while there is none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._chips: list[PlainLabel] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_words(())

    def show_words(self, words: Sequence[str], tone: str = "warning") -> None:
        """Put these words in the place of the last ones."""
        if [chip.text() for chip in self._chips] == list(words) and self._chips:
            return
        for chip in self._chips:
            chip.deleteLater()
        self._chips = [self._chip(word, tone) for word in words]
        self.setAccessibleName(f"{self._name}: {', '.join(words)}" if words else "")
        self.setVisible(bool(words))
        self._arrange(self.width())
        self.updateGeometry()

    def words(self) -> list[str]:
        """Return what is shown."""
        return [chip.text() for chip in self._chips]

    def hasHeightForWidth(self) -> bool:
        """More lines where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        return self._arrange(width, move=False)

    def sizeHint(self) -> QSize:
        """As wide as it is, as high as its lines."""
        return QSize(max(self.width(), 100), self._arrange(max(self.width(), 100), move=False))

    def minimumSizeHint(self) -> QSize:
        """Return one chip wide, all lines high."""
        return QSize(60, self._arrange(max(self.width(), 100), move=False))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the lines again."""
        super().resizeEvent(event)
        self._arrange(self.width())
        self.updateGeometry()

    def _chip(self, word: str, tone: str) -> PlainLabel:
        chip = PlainLabel(one_line(word), role="chip", parent=self)
        chip.setProperty("tone", tone)
        chip.show()
        return chip

    def _arrange(self, width: int, *, move: bool = True) -> int:
        x = y = line = 0
        for chip in self._chips:
            chip.ensurePolished()
            size = chip.sizeHint()
            if x and x + size.width() > width:
                x, y, line = 0, y + line + GAP, 0
            if move:
                chip.setGeometry(QRect(QPoint(x, y), QSize(min(size.width(), width), size.height())))
            x, line = x + size.width() + GAP, max(line, size.height())
        return y + line
