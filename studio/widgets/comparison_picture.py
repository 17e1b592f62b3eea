"""A compared image with its answers as one picture, in the theme's colours. Texts are literal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QImageWriter, QPainter, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication

from engine.contract.atomic_files import write_bytes
from studio.models.comparison_table import change_text
from studio.services.errors import StudioError
from studio.services.reports.comparison_page import SavedAnswer, SavedComparison
from studio.text import NOTHING, number, one_line, printable
from studio.widgets.score_bar import paint_bar
from studio.widgets.theme import Theme, current_theme

SCALE = 2.0
"""Pixels of the file per logical pixel."""
WIDTH, MARGIN, GAP = 1160.0, 24.0, 20.0
SIDE = 400.0
"""Largest width and height of the image."""
HEAD = 34.0
CHANGE_SIGNS = {"better": "▲", "worse": "▼", "same": "="}
TONES = {"better": "success", "worse": "danger", "same": "muted"}
Span = tuple[float, float]


def save_comparison(item: SavedComparison, bounds: Span, file: Path) -> None:
    """Write the picture as PNG; the file is replaced atomically.

    Raises:
        StudioError: the file cannot be written.
    """
    out = QBuffer()
    out.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(out, QByteArray(b"png")).write(paint_comparison(item, bounds))
    try:
        write_bytes(file, bytes(out.data().data()))
    except OSError as error:
        raise StudioError(f"Could not save {file}: {error.strerror}.", "Choose another file.") from error


def paint_comparison(item: SavedComparison, bounds: Span) -> QImage:
    """Return the picture; ``bounds`` are the lowest and the highest score of the comparison."""
    theme = current_theme()
    picture = QImage.fromData(QByteArray(item.picture)) if item.picture else QImage()
    drawing = _Drawing(theme, bounds)
    head = drawing.document(one_line(item.name), 17, bold=True, width=WIDTH - 2 * MARGIN)
    truth = drawing.document(
        QApplication.translate("ComparisonPicture", "True score {0} (bin {1}), the line on each bar").format(
            number(item.truth, 2), item.bin
        ),
        13,
        width=WIDTH - 2 * MARGIN,
        colour="muted",
    )
    size = picture.size().scaled(QSize(int(SIDE), int(SIDE)), Qt.AspectRatioMode.KeepAspectRatio)
    left = MARGIN + (size.width() + GAP if not picture.isNull() else 0)
    blocks = [drawing.answer(answer, WIDTH - MARGIN - left) for answer in item.answers]
    top = MARGIN + head.size().height() + truth.size().height() + GAP / 2
    answers = sum(height for height, _paint in blocks) + GAP * (len(blocks) - 1)
    height = top + max(answers, size.height() if not picture.isNull() else 0) + MARGIN
    image = QImage(QSize(round(WIDTH * SCALE), round(height * SCALE)), QImage.Format.Format_RGB32)
    image.fill(theme["base"])
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    _draw(painter, head, QPointF(MARGIN, MARGIN))
    _draw(painter, truth, QPointF(MARGIN, MARGIN + head.size().height()))
    if not picture.isNull():
        painter.drawImage(QRectF(MARGIN, top, size.width(), size.height()), picture)
    for block_height, paint in blocks:
        paint(painter, QPointF(left, top))
        top += block_height + GAP
    painter.end()
    return image


class _Drawing:
    def __init__(self, theme: Theme, bounds: Span) -> None:
        self._theme, self._bounds = theme, bounds

    def document(
        self, text: str, pixels: int, *, width: float, bold: bool = False, colour: str = "text"
    ) -> QTextDocument:
        """Return plain text, laid out in a width."""
        document = QTextDocument()
        document.setDocumentMargin(0)
        font = QFont(QApplication.font())
        font.setPixelSize(pixels)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        document.setDefaultFont(font)
        document.setTextWidth(width)
        document.setPlainText(printable(text))
        look = QTextCharFormat()
        look.setForeground(self._theme[colour])
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeCharFormat(look)
        return document

    def answer(self, answer: SavedAnswer, width: float) -> tuple[float, Callable[[QPainter, QPointF], None]]:
        """Return height and painter of one version's answer."""
        score = None if answer.scored is None else answer.scored.score
        parts = [self.document(one_line(answer.version), 15, bold=True, width=width - 120)]
        if answer.state:
            text = f"{CHANGE_SIGNS[answer.state]} {change_text(answer.gain)}"
            parts.append(self.document(text, 13, bold=True, width=width, colour=TONES[answer.state]))
        parts.append(self._explanation(answer, width))
        number_of = self.document(NOTHING if score is None else number(score, 2), 20, bold=True, width=110)
        heights = [part.size().height() for part in parts]
        bar = (score, answer.truth, *self._bounds) if score is not None else None

        def paint(painter: QPainter, at: QPointF) -> None:
            _draw(painter, number_of, QPointF(at.x() + width - number_of.idealWidth(), at.y() - 4))
            top = at.y()
            for place, part in enumerate(parts):
                _draw(painter, part, QPointF(at.x(), top))
                top += heights[place] + 2
                if not place and bar is not None:
                    paint_bar(painter, QRectF(at.x(), top, width, 18), bar)
                    top += 20

        return sum(heights) + 2 * len(heights) + (20 if bar is not None else 0), paint

    def _explanation(self, answer: SavedAnswer, width: float) -> QTextDocument:
        document = self.document("".join(text for text, _own in answer.pieces), 13, width=width)
        own = QTextCharFormat()
        own.setBackground(self._theme["accent_soft"])
        own.setFontUnderline(True)
        at, cursor = 0, QTextCursor(document)
        for text, differs in answer.pieces:
            length = len(printable(text).encode("utf-16-le")) // 2
            if differs:
                cursor.setPosition(at)
                cursor.setPosition(at + length, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(own)
            at += length
        return document


def _draw(painter: QPainter, document: QTextDocument, at: QPointF) -> None:
    painter.save()
    painter.translate(at)
    document.drawContents(painter)
    painter.restore()
