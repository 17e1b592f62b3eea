"""Where the person has moved the borders between panes and columns, from one run to the next."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QHeaderView, QSplitter, QTableView, QWidget

from studio.window_settings import AppSettings


class LayoutMemory:
    """Splitters and table columns of a page, by the page's name and their place in it.

    A page that was built otherwise since (another number of panes or columns) keeps its own sizes.
    """

    def __init__(self, settings: AppSettings) -> None:
        self._settings = settings

    def restore(self, name: str, page: QWidget) -> None:
        """Gives the page the sizes that it had."""
        for key, splitter in _splitters(name, page):
            sizes = self._settings.sizes(key)
            if len(sizes) == splitter.count() and any(sizes):
                splitter.setSizes(list(sizes))
        for key, header in _headers(name, page):
            widths = self._settings.sizes(key)
            if len(widths) == header.count():
                for column, width in enumerate(widths):
                    if width and header.sectionResizeMode(column) == QHeaderView.ResizeMode.Interactive:
                        header.resizeSection(column, width)

    def save(self, name: str, page: QWidget) -> None:
        """Keeps the page's sizes; those of a pane that was never shown are not known and stay as they were."""
        for key, splitter in _splitters(name, page):
            if any(splitter.sizes()):
                self._settings.set_sizes(key, tuple(splitter.sizes()))
        for key, header in _headers(name, page):
            if header.count() and header.isVisibleTo(page):
                widths = tuple(header.sectionSize(column) for column in range(header.count()))
                self._settings.set_sizes(key, widths)


def _splitters(name: str, page: QWidget) -> Iterator[tuple[str, QSplitter]]:
    for number, splitter in enumerate(page.findChildren(QSplitter)):
        yield f"{name}/panes{number}", splitter


def _headers(name: str, page: QWidget) -> Iterator[tuple[str, QHeaderView]]:
    for number, table in enumerate(page.findChildren(QTableView)):
        yield f"{name}/columns{number}", table.horizontalHeader()
