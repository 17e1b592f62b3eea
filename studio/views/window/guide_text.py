"""The text of the guide: a page in the theme's colours, its pictures never wider than the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template

from PySide6.QtCore import QBuffer, QEvent, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QImage,
    QImageReader,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from studio.services.guide.types import GuidePage
from studio.widgets.text_size import TEXT_EVENTS
from studio.widgets.theme import THEME_EVENTS, Theme, current_theme

MARGIN = 20
RENEWED_MS = 60
"""Pause after changes of width, letters and colours, after which the page is renewed once for all of them."""
NARROWEST = 120
SHEET = Template("""
h1 { font-size: ${h1}px; margin-top: 0px; margin-bottom: 10px; }
h2 { font-size: ${h2}px; margin-top: 20px; margin-bottom: 6px; }
h3 { font-size: ${h3}px; margin-top: 14px; margin-bottom: 2px; }
p, li { line-height: 132%; }
p { margin-top: 6px; margin-bottom: 8px; }
p.picture { line-height: 100%; margin-top: 12px; margin-bottom: 12px; }
li { margin-bottom: 4px; }
a { color: $accent; }
code { font-family: monospace; background-color: $alternate; }
pre { font-family: monospace; background-color: $alternate; margin-top: 8px; margin-bottom: 10px; }
pre { white-space: pre-wrap; }
th { background-color: $alternate; text-align: left; }
""")
"""The style sheet of Qt's documents, which knows a small part of CSS; with the theme's colours and sizes in pixels."""
_PICTURE = re.compile(r'<p><img src="([^"]*)"([^>]*)></p>')


@dataclass(frozen=True, slots=True)
class TextPlace:
    """What is read at the top: a paragraph, and how much of its height is above; the same at any size and width."""

    paragraph: int = 0
    above: float = 0.0


class GuideText(QTextBrowser):
    """Shows pages of the guide. Links are only told, see ``anchorClicked``.

    Pictures are drawn one after the other, so that a page is there at once; their places have the right size from the
    beginning. What is read stays at the top when width, letters or colours change.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(MARGIN)
        self._pictures: Mapping[str, bytes] = {}
        self._decoded: dict[str, QImage] = {}
        self._waiting: list[str] = []
        self._page: GuidePage | None = None
        self._words: tuple[str, ...] = ()
        self._room = 0
        self._look: tuple[Theme, int] | None = None
        """Colours and size of letters in which the page is rendered."""
        self._kept = TextPlace()
        """What was read before the changes for which the page waits to be renewed."""
        self._pause, self._drawing = QTimer(self), QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(RENEWED_MS)
        self._pause.timeout.connect(self._renew)
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(0)
        self._drawing.timeout.connect(self._draw_next)

    def set_pictures(self, pictures: Mapping[str, bytes]) -> None:
        """Use these files' bytes, by their path below the folder of documents."""
        self._pictures = pictures

    def show_page(self, page: GuidePage) -> None:
        """Show a page from its beginning."""
        if page is not self._page:
            self._decoded.clear()
        self._page = page
        self._render()
        self.scroll_to(TextPlace())

    def go_to(self, anchor: str, words: tuple[str, ...] = ()) -> None:
        """Go to a heading, and to the first of these words below it."""
        self._lay_out_all()
        if anchor:
            self.scrollToAnchor(anchor)
        self.mark(words)
        if words:
            start = self.cursorForPosition(self.viewport().rect().topLeft())
            found = self._first(words, start.position() if anchor else 0)
            if found is not None:
                self._show_cursor(found)
        self._kept = self._top()

    def mark(self, words: tuple[str, ...]) -> None:
        """Mark all places of these words."""
        self._words = words
        shown = QTextCharFormat()
        shown.setBackground(current_theme()["warning_soft"])
        shown.setForeground(current_theme()["text"])
        marks = []
        for word in words:
            cursor = self.document().find(word)
            while not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = cursor, shown
                marks.append(mark)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(marks)

    @property
    def marked(self) -> list[str]:
        """Return what is marked."""
        return [mark.cursor.selectedText() for mark in self.extraSelections()]

    @property
    def place(self) -> TextPlace:
        """Return what is read at the top."""
        return self._kept if self._pause.isActive() else self._top()

    def scroll_to(self, place: TextPlace) -> None:
        """Bring a place to the top."""
        self._lay_out_all()
        paragraph = self.document().findBlockByNumber(place.paragraph)
        box = self.document().documentLayout().blockBoundingRect(paragraph)
        first = place == TextPlace()  # with the margin above it
        self.verticalScrollBar().setValue(0 if first else round(box.top() + place.above * box.height()))
        self._kept = place

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pictures when the width has settled."""
        self._renew_later()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take other colours, and letters of another size, when all of them have changed."""
        if event.type() in (*THEME_EVENTS, *TEXT_EVENTS) and hasattr(self, "_drawing"):
            self._renew_later()
        super().changeEvent(event)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Return a picture that is not drawn yet as nothing; anything else is never loaded."""
        return _nothing() if kind == QTextDocument.ResourceType.ImageResource.value else None

    @property
    def drawn(self) -> bool:
        """Return whether the page is shown as it should be, with all its pictures."""
        return not self._waiting and not self._pause.isActive()

    def _renew_later(self) -> None:
        """Renew the page after a pause; called before the first change, since afterwards something else is on top."""
        if not self._pause.isActive():
            self._kept = self._top()
        self._pause.start()

    def _renew(self) -> None:
        """Show the page in the present width, letters and colours, with the same text at the top."""
        if self._page is None:
            return
        place = self._kept  # the bar may vanish for a moment while the page is rendered, which is one more change
        if self._look != self._present_look():
            self._render()
        else:
            self._fit_pictures()
        self.scroll_to(place)

    def _render(self) -> None:
        assert self._page is not None  # it is called for a page
        self._waiting, self._room = [], self._page_width()  # before the bar vanishes
        self._look = theme, size = self._present_look()
        sizes = {"h1": round(1.7 * size), "h2": round(1.32 * size), "h3": round(1.1 * size)}
        border = theme.colours["border"]
        table = f'<table border="1" cellspacing="0" cellpadding="5" style="border-color: {border};">'
        document = self.document()
        document.clear()  # the pictures, too
        document.setDefaultStyleSheet(SHEET.substitute(theme.colours, **sizes))
        document.setHtml(_PICTURE.sub(self._with_size, self._page.html.replace("<table>", table)))
        self._drawing.start()
        self.mark(self._words)

    def _present_look(self) -> tuple[Theme, int]:
        return current_theme(), self.fontInfo().pixelSize()

    def _top(self) -> TextPlace:
        value = self.verticalScrollBar().value()
        if not value:
            return TextPlace()
        paragraph = self.cursorForPosition(QPoint(self.viewport().width() // 2, 0)).block()
        box = self.document().documentLayout().blockBoundingRect(paragraph)
        return TextPlace(paragraph.blockNumber(), (value - box.top()) / max(1.0, box.height()))

    def _lay_out_all(self) -> None:
        """Lay out the whole page, which Qt does late otherwise."""
        document = self.document()
        document.documentLayout().blockBoundingRect(document.lastBlock())

    def _page_width(self) -> int:
        return max(NARROWEST, self.viewport().width() - 2 * MARGIN - 2)

    def _with_size(self, found: re.Match[str]) -> str:
        """Return a picture's paragraph with the size in which it is shown, and have the picture drawn."""
        name = found[1]
        width, height = self._size(name)
        self._waiting.append(name)
        return f'<p class="picture"><img src="{name}" width="{width}" height="{height}"{found[2]}></p>'

    def _fit_pictures(self) -> None:
        """Give each picture the width of the page again, unless it is smaller."""
        if self._room == self._page_width():
            return
        self._room = self._page_width()
        places: list[tuple[int, QTextImageFormat]] = []
        block = self.document().begin()
        while block.isValid():
            parts = block.begin()
            while not parts.atEnd():
                part = parts.fragment()
                if part.charFormat().isImageFormat():
                    places.append((part.position(), part.charFormat().toImageFormat()))
                parts += 1
            block = block.next()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for position, form in places:
            width, height = self._size(form.name())
            form.setWidth(width)
            form.setHeight(height)
            cursor.setPosition(position)
            cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(form)
        cursor.endEditBlock()
        self._waiting = [form.name() for _position, form in places]
        self._drawing.start()

    def _draw_next(self) -> None:
        """Draw one picture; the next one when the window has done everything else."""
        if not self._waiting:
            return
        name = self._waiting.pop(0)
        if name not in self._decoded:
            self._decoded[name] = QImage.fromData(self._bytes(name))
        whole, scale = self._decoded[name], self.devicePixelRatioF()
        if not whole.isNull():
            width, _height = self._size(name)
            pixels = min(whole.width(), round(width * scale))
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = whole if pixels == whole.width() else whole.scaledToWidth(pixels, smooth)
            self.document().addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), picture)
            self.viewport().update()
        self._drawing.start()

    def _size(self, name: str) -> tuple[int, int]:
        """Return the width and height in which a picture is shown: its own, but no wider than the page."""
        device = QBuffer()
        device.setData(self._bytes(name))
        size = QImageReader(device).size()  # reads the head alone
        if size.isEmpty():
            return 1, 1
        width = min(self._room, size.width())
        return width, round(size.height() * width / size.width())

    def _bytes(self, name: str) -> bytes:
        path = QUrl(self._page.name).resolved(QUrl(name)).path() if self._page is not None else name
        return self._pictures.get(path, b"")

    def _first(self, words: tuple[str, ...], start: int) -> QTextCursor | None:
        found = [cursor for word in words if not (cursor := self.document().find(word, start)).isNull()]
        return min(found, key=lambda cursor: cursor.position(), default=None)

    def _show_cursor(self, cursor: QTextCursor) -> None:
        """Bring a place into view without selecting it."""
        cursor.clearSelection()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()


@cache
def _nothing() -> QImage:
    """Return a picture that shows nothing."""
    picture = QImage(1, 1, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    return picture
