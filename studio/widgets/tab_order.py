"""Tab order follows the layout, also for parts created later."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QStackedWidget, QTabWidget, QWidget


def order_as_read(page: QWidget) -> None:
    """Give the controls of a page the order in which its layouts, splitters, tabs and stacks hold them."""
    for one, other in itertools.pairwise(dict.fromkeys(_controls(page))):
        QWidget.setTabOrder(one, other)


def _controls(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    for part in _parts(widget):
        if part is not None:
            yield from _controls(part)


def _parts(widget: QWidget) -> Iterator[QWidget | None]:
    match widget:
        case QSplitter() | QStackedWidget():
            yield from (widget.widget(place) for place in range(widget.count()))
        case QTabWidget():
            yield widget.tabBar()
            yield from (widget.widget(place) for place in range(widget.count()))
        case QScrollArea():
            yield widget.widget()
        case _:
            yield from _held(widget.layout())


def _held(layout: QLayout | None) -> Iterator[QWidget | None]:
    for place in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(place) if layout is not None else None
        if item is not None:
            yield item.widget()
            yield from _held(item.layout())
