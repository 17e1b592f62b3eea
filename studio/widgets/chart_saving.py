"""Charts as PNG and SVG: what is on the screen, with its title and legend, in the theme's colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QMenu, QToolButton, QWidget

from engine.contract.atomic_files import write_bytes
from studio.services.errors import StudioError
from studio.widgets.file_dialogs import ask_save_file, file_name_of
from studio.widgets.icons import icon
from studio.widgets.legend import LegendEntry, legend_rows, paint_legend
from studio.widgets.notices import confirm_on, show_problem
from studio.widgets.theme import THEME_EVENTS, current_theme

__all__ = ["ChartPicture", "LegendEntry", "SaveButton", "save_chart"]

FORMATS = ("png", "svg")
PNG_SCALE = 2.0
MARGIN = 12
TITLE_HEIGHT = 28
LEGEND_HEIGHT = 22
TITLE_PIXELS = 15
LEGEND_PIXELS = 12


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """A plot as shown, with title and legend."""

    title: str
    legend: Sequence[LegendEntry]
    plot: QGraphicsView

    @property
    def legend_rows(self) -> list[list[LegendEntry]]:
        """Return the legend as it fits over the plot."""
        return legend_rows(QFontMetrics(self.font(LEGEND_PIXELS)), self.legend, self.plot.viewport().width())

    def font(self, pixels: int) -> QFont:
        """Return the plot's font in a size."""
        font = QFont(self.plot.font())
        font.setPixelSize(pixels)
        return font

    @property
    def size(self) -> QSize:
        """Of the whole picture, in logical pixels."""
        head = TITLE_HEIGHT + LEGEND_HEIGHT * len(self.legend_rows)
        return self.plot.viewport().size() + QSize(2 * MARGIN, head + 2 * MARGIN)


class SaveButton(QToolButton):
    """An icon with a menu of formats; "Saved" appears beside it for a moment."""

    def __init__(self, picture: Callable[[], ChartPicture], parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = picture
        self.setAccessibleName(self.tr("Save chart as image"))
        self.setToolTip(self.tr("Save chart as image"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIcon(icon("save"))
        self.setProperty("role", "quiet")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        for suffix in FORMATS:
            menu.addAction(suffix.upper()).triggered.connect(lambda _on=False, suffix=suffix: self.ask(suffix))
        self.setMenu(menu)

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme's colours."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS:
            self.setIcon(icon("save"))

    def ask(self, suffix: str) -> None:
        """Ask for a file, then saves."""
        title = self.tr("Save chart as {0}").format(suffix.upper())
        name = f"{file_name_of(self._picture().title)}.{suffix}"
        ask_save_file(self, title, name, [f"{suffix.upper()} (*.{suffix})"], self.save_to, suffix)

    def save_to(self, file: Path) -> None:
        """Save and confirm on the button; show an error."""
        try:
            save_chart(self._picture(), file)
        except StudioError as error:
            show_problem(self, str(error))
            return
        confirm_on(self, self.tr("Saved"))


def save_chart(picture: ChartPicture, file: Path) -> None:
    """Write PNG or SVG, depending on the suffix; the file is replaced atomically.

    Raises:
        StudioError: another suffix, or the file cannot be written.
    """
    suffix = file.suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        raise StudioError(f"{file.name} has no supported image format.", "Use a name that ends in .png or .svg.")
    data = _svg(picture) if suffix == "svg" else _png(picture)
    try:
        write_bytes(file, data)
    except OSError as error:
        raise StudioError(f"Could not save {file}: {error.strerror}.", "Choose another file.") from error


def _png(picture: ChartPicture) -> bytes:
    image = QImage(picture.size * PNG_SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.scale(PNG_SCALE, PNG_SCALE)
    _paint(picture, painter)
    painter.end()
    out = _buffer()
    QImageWriter(out, QByteArray(b"png")).write(image)
    return bytes(out.data().data())


def _svg(picture: ChartPicture) -> bytes:
    from PySide6.QtSvg import QSvgGenerator

    out = _buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(out)
    generator.setSize(picture.size)
    generator.setViewBox(QRectF(0, 0, picture.size.width(), picture.size.height()))
    generator.setTitle(picture.title)
    painter = QPainter(generator)
    _paint(picture, painter)
    painter.end()
    return bytes(out.data().data())


def _buffer() -> QBuffer:
    out = QBuffer()
    out.open(QBuffer.OpenModeFlag.WriteOnly)
    return out


def _paint(picture: ChartPicture, painter: QPainter) -> None:
    theme, size = current_theme(), picture.size
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), theme["base"])
    font = picture.font(TITLE_PIXELS)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(theme["text"])
    painter.drawText(QRectF(MARGIN, MARGIN, size.width() - 2 * MARGIN, TITLE_HEIGHT), 0, picture.title)
    top = MARGIN + TITLE_HEIGHT
    painter.setFont(picture.font(LEGEND_PIXELS))
    for row in picture.legend_rows:
        paint_legend(painter, row, MARGIN, top + LEGEND_HEIGHT / 2 - 4)
        top += LEGEND_HEIGHT
    view = picture.plot.viewport().rect()
    _set_export_mode(picture.plot, True)
    try:
        picture.plot.render(painter, QRectF(MARGIN, top, view.width(), view.height()), view)
    finally:
        _set_export_mode(picture.plot, False)


def _set_export_mode(plot: QGraphicsView, on: bool) -> None:
    """Let pyqtgraph's marks be drawn as shapes, not as the small pixmaps that are quicker on a screen."""
    from pyqtgraph import ScatterPlotItem

    items: list[QGraphicsItem] = plot.scene().items()
    for item in items:
        if isinstance(item, ScatterPlotItem):
            item.setExportMode(on, {"antialias": True, "resolutionScale": 1.0} if on else None)
