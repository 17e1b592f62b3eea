"""Saved sizes of panes and columns that were dragged, in pixels at a text size of 100%."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHeaderView, QSplitter, QTableView, QWidget

from studio.widgets.folding_splitter import DRAGGED, FoldingSplitter
from studio.widgets.text_size import keep_size, scaled, unscaled
from studio.window_settings import AppSettings

LEAST_WIDTH = 220
LEAST_HEIGHT = 96
"""Pixels of a pane that has no minimum size of its own: enough for a table or a chart that can be read."""
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class LayoutMemory:
    """Splitters and table columns of a page, by the page's name and their place in it.

    Only dragged sizes are saved: the default size of a pane or column depends on the project, and a pane
    behind an empty state has none that means anything. A page that was built otherwise since (another number of panes
    or columns) has its own sizes.
    """

    def __init__(self, settings: AppSettings) -> None:
        self._settings = settings

    def attach(self, name: str, page: QWidget) -> None:
        """Give the page the sizes that were dragged before, and keeps those that are dragged from now on."""
        for number, splitter in enumerate(page.findChildren(QSplitter)):
            self._attach_panes(f"{name}/panes{number}", splitter)
        for number, table in enumerate(page.findChildren(QTableView)):
            self._attach_columns(f"{name}/columns{number}", table.horizontalHeader())

    def _attach_panes(self, key: str, splitter: QSplitter) -> None:
        for pane in _panes(splitter):
            _keep_readable(pane, splitter.orientation())
        sizes = self._settings.sizes(key)
        if len(sizes) == splitter.count() and all(sizes):
            splitter.setSizes([scaled(size) for size in sizes])
            splitter.setProperty(DRAGGED, True)

        def keep(_position: int, _number: int) -> None:
            if isinstance(splitter, FoldingSplitter) and splitter.folded:
                return
            if all(pane.isVisible() for pane in _panes(splitter)):
                splitter.setProperty(DRAGGED, True)
                self._settings.set_sizes(key, tuple(unscaled(size) for size in splitter.sizes()))

        splitter.splitterMoved.connect(keep)  # a drag alone emits it

    def _attach_columns(self, key: str, header: QHeaderView) -> None:
        widths = self._settings.sizes(key)
        if len(widths) == header.count():
            for column, width in enumerate(widths):
                if width and header.sectionResizeMode(column) == QHeaderView.ResizeMode.Interactive:
                    header.resizeSection(column, scaled(width))
        _ColumnDrags(header, lambda dragged: self._settings.set_sizes(key, tuple(map(unscaled, dragged))))


class _ColumnDrags(QObject):
    """Reports column widths after a header border was dragged or double-clicked."""

    def __init__(self, header: QHeaderView, dragged: Callable[[tuple[int, ...]], None]) -> None:
        super().__init__(header)
        self._header = header
        self._dragged = dragged
        self._before: tuple[int, ...] = ()
        header.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Compare the widths before and after the mouse button was held."""
        if event.type() in _PRESSES:
            self._before = self._widths()
        elif event.type() == QEvent.Type.MouseButtonRelease and self._before not in ((), self._widths()):
            self._dragged(self._widths())
        return False

    def _widths(self) -> tuple[int, ...]:
        return tuple(self._header.sectionSize(column) for column in range(self._header.count()))


def _panes(splitter: QSplitter) -> Iterator[QWidget]:
    found = (splitter.widget(number) for number in range(splitter.count()))
    return (pane for pane in found if pane is not None)


def _keep_readable(pane: QWidget, orientation: Qt.Orientation) -> None:
    """A pane without a minimum size of its own gets one, so that no border can be dragged over it."""
    hint = pane.minimumSizeHint()
    if orientation == Qt.Orientation.Horizontal:
        if max(hint.width(), pane.minimumWidth()) < LEAST_WIDTH:
            keep_size(pane, least_width=LEAST_WIDTH)
    elif max(hint.height(), pane.minimumHeight()) < LEAST_HEIGHT:
        keep_size(pane, least_height=LEAST_HEIGHT)
