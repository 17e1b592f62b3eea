"""The program's own line icons: SVG files from ``resources/icons``, drawn in the colours of the current theme.

The files use ``currentColor``; an icon is drawn once for each theme and kept. GUI thread only.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from studio.widgets.theme import current_theme, load_theme

ICON_FOLDER = Path(resources.__file__).parent / "icons"
SIDES = (16, 20, 24, 32, 48)
"""Pixels of a side; Qt takes the nearest larger one, so that dense screens get sharp icons."""
WINDOW_SIDES = (16, 24, 32, 48, 64, 128, 256)


def icon(name: str) -> QIcon:
    """Return the icon in the colours of the current theme; an empty name gives an empty icon.

    Raises:
        FileNotFoundError: there is no file of this name.
    """
    return _coloured(name, current_theme().dark) if name else QIcon()


@cache
def blank_icon() -> QIcon:
    """Return an icon that shows nothing and takes its room, for lists in which only some rows have one."""
    pixmap = QPixmap(SIDES[0], SIDES[0])
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)


@cache
def window_icon() -> QIcon:
    """Return the program's sign, in its own colours."""
    found = QIcon()
    for side in WINDOW_SIDES:
        found.addPixmap(_drawn((ICON_FOLDER / "score-studio.svg").read_text("utf-8"), side))
    return found


@cache
def _coloured(name: str, dark: bool) -> QIcon:
    source, theme = (ICON_FOLDER / f"{name}.svg").read_text("utf-8"), load_theme(dark)
    found = QIcon()
    modes = ((QIcon.Mode.Normal, "text"), (QIcon.Mode.Active, "text"), (QIcon.Mode.Disabled, "disabled"))
    for mode, colour in modes:
        for side in SIDES:
            found.addPixmap(_drawn(source.replace("currentColor", theme.colours[colour]), side), mode)
    return found


def _drawn(source: str, side: int) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap
