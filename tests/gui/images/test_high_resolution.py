"""Screens with several pixels a point: pictures keep their place and get the pixels that there are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from studio.models.image_list import ImagesModel
from studio.widgets.image_cell import CellPainter


@pytest.mark.gui
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_that_a_thumbnail_of_screen_pixels_fills_its_place_and_no_more(qtbot: QtBot, ratio: float) -> None:
    side = 100
    canvas = QImage(QSize(200, 200) * ratio, QImage.Format.Format_RGB32)
    canvas.setDevicePixelRatio(ratio)
    canvas.fill(QColor("white"))
    thumbnail = QPixmap(round(side * ratio), round(side * ratio))
    thumbnail.fill(QColor("red"))
    painter = QPainter(canvas)
    cells = CellPainter(side, QFontMetrics(painter.font()), ImagesModel())
    cells.begin(painter)
    cells.paint(painter, QRect(0, 0, cells.least_width, cells.height), None, thumbnail, problem=False, current=False)
    painter.end()
    red = [
        (x, y)
        for x in range(canvas.width())
        for y in range(canvas.height())
        if canvas.pixelColor(x, y) == QColor("red")
    ]
    across = {x for x, _ in red}
    assert len(red) == thumbnail.width() * thumbnail.height() == len(across) ** 2
