"""The command palette: type a few letters to find a page or an action; Return runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.models.table import Index
from studio.text import one_line
from studio.widgets.fuzzy import fit
from studio.widgets.icons import blank_icon
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_size, scaled
from studio.widgets.theme import current_theme

WIDTH, ROWS, TOP = 560, 11, 64
ROW_HEIGHT = 30
KEY_MARGIN = 20
ICON_SIDE = 16
PLACE_ROLE = int(Qt.ItemDataRole.UserRole)
KEY_ROLE = PLACE_ROLE + 1


@dataclass(frozen=True, slots=True)
class Command:
    """A command; ``where`` names its page, ``synonyms`` are other words that find it."""

    title: str
    where: str
    run: Callable[[], object]
    synonyms: str = ""
    key: str = ""
    icon: QIcon = field(default_factory=QIcon)

    @property
    def text(self) -> str:
        """Return what is searched and shown."""
        return f"{self.where}: {self.title}" if self.where else self.title

    def fits(self, letters: str) -> int | None:
        """Return the match score; None: no match. A synonym must start with the typed text, and counts less."""
        found = [score for score in (fit(letters, self.text), self._fits_synonym(letters)) if score is not None]
        return max(found, default=None)

    def _fits_synonym(self, letters: str) -> int | None:
        words, whole = letters.casefold().split(), self.synonyms.casefold().split()
        if not words or not all(any(other.startswith(word) for other in whole) for word in words):
            return None
        return fit(letters, letters) if len("".join(words)) > 1 else None


class CommandDelegate(QStyledItemDelegate):
    """A row with its key at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row, then the key."""
        key = str(index.data(KEY_ROLE) or "")
        width = option.fontMetrics.horizontalAdvance(key) + KEY_MARGIN if key else 0
        area = QRect(option.rect)
        super().paint(painter, option, index)
        if key:
            painter.save()
            painter.setPen(current_theme()["muted"])
            where = area.adjusted(area.width() - width, 0, -KEY_MARGIN // 2, 0)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, key)
            painter.restore()


class Palette(QFrame):
    """An overlay that closes on Escape, on a choice, or when it loses the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setProperty("role", "palette")
        self.setAccessibleName(self.tr("Commands"))
        self.line = QLineEdit()
        self.line.setPlaceholderText(self.tr("Type to find a page or an action"))
        self.line.setAccessibleName(self.tr("Find a page or an action"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pages and actions"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        keep_size(self.list, icon=ICON_SIDE)
        self.list.setItemDelegate(CommandDelegate(self.list))
        self.nothing = PlainLabel(self.tr("No results."), role="muted")
        self._commands: list[Command] = []
        self._before: QWidget | None = None
        self.line.textChanged.connect(self._on_text)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._run())
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        for widget in (self.line, self.list, self.nothing):
            column.addWidget(widget)
        self.hide()

    def open_with(self, commands: Sequence[Command]) -> None:
        """Show the palette with these commands, or hide it if it is open."""
        if self.isVisible():
            self._close()
            return
        window = self._window
        self._commands = list(commands)
        self._before = window.focusWidget()
        self.line.clear()
        self._on_text("")
        width = min(scaled(WIDTH), window.width() - 40)
        height = min(scaled(84 + ROWS * ROW_HEIGHT), window.height() - TOP - 20)
        self.setGeometry((window.width() - width) // 2, TOP, width, height)
        self.show()
        self.raise_()
        self.line.setFocus()

    @property
    def shown(self) -> list[str]:
        """Return the texts that are listed, the best first."""
        return [self.list.item(place).text() for place in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return the line keeps the letters; the arrows move in the list."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
            key = Qt.Key(event.key())
            if key in moves:
                last = self.list.count() - 1
                self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + moves[key])))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
            if key == Qt.Key.Key_Escape:
                self._close()
                return True
        return super().eventFilter(watched, event)

    def _on_text(self, letters: str) -> None:
        fits = [(score, place) for place, c in enumerate(self._commands) if (score := c.fits(letters)) is not None]
        ordered = sorted(fits, key=lambda found: (-found[0], found[1])) if letters.strip() else fits
        self.list.clear()
        for _score, place in ordered:
            item = QListWidgetItem(one_line(self._commands[place].text))
            item.setData(PLACE_ROLE, place)
            item.setData(KEY_ROLE, self._commands[place].key)
            sign = self._commands[place].icon
            item.setIcon(blank_icon() if sign.isNull() else sign)
            item.setSizeHint(QSize(0, scaled(ROW_HEIGHT)))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.nothing.setVisible(not ordered)

    def _run(self) -> None:
        if self.list.currentRow() < 0:
            return
        item = self.list.currentItem()
        command = self._commands[item.data(PLACE_ROLE)]
        self._close()
        command.run()

    def _close(self) -> None:
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
