"""The text of the guide: a page in the theme's colours, its pictures never wider than the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Template

from PySide6.QtCore import QBuffer, Qt, QTimer, QUrl
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
from studio.widgets.theme import current_theme

MARGIN = 20
RESIZED_MS = 60
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


class GuideText(QTextBrowser):
    """Shows pages of the guide. Links are only told, see ``anchorClicked``.

    Pictures are drawn one after the other, so that a page is there at once; their places have the right size from the
    beginning.
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
        self._pause, self._drawing = QTimer(self), QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(RESIZED_MS)
        self._pause.timeout.connect(self._fit_pictures)
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
        self._page, self._waiting = page, []
        theme, size = current_theme(), self.fontInfo().pixelSize()
        sizes = {"h1": round(1.7 * size), "h2": round(1.32 * size), "h3": round(1.1 * size)}
        border = theme.colours["border"]
        table = f'<table border="1" cellspacing="0" cellpadding="5" style="border-color: {border};">'
        document = self.document()
        document.clear()  # the pictures, too
        document.setDefaultStyleSheet(SHEET.substitute(theme.colours, **sizes))
        self._room = self._page_width()
        document.setHtml(_PICTURE.sub(self._with_size, page.html.replace("<table>", table)))
        self._drawing.start()
        self.mark(self._words)

    def go_to(self, anchor: str, words: tuple[str, ...] = ()) -> None:
        """Go to a heading, and to the first of these words below it."""
        document = self.document()
        document.documentLayout().blockBoundingRect(document.lastBlock())  # lays out all of it, which is late otherwise
        if anchor:
            self.scrollToAnchor(anchor)
        self.mark(words)
        if words:
            start = self.cursorForPosition(self.viewport().rect().topLeft())
            found = self._first(words, start.position() if anchor else 0)
            if found is not None:
                self._show_cursor(found)

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

    def scroll_to(self, value: int) -> None:
        """Scroll to a place that :meth:`verticalScrollBar` had."""
        self.verticalScrollBar().setValue(value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pictures when the width has settled."""
        super().resizeEvent(event)
        self._pause.start()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Return a picture that is not drawn yet as nothing; anything else is never loaded."""
        return _nothing() if kind == QTextDocument.ResourceType.ImageResource.value else None

    @property
    def drawn(self) -> bool:
        """Return whether all pictures of the page are there."""
        return not self._waiting

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
