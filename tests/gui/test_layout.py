"""Borders stay where a person dragged them; what a project happens to show or hide changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QHeaderView, QSplitter, QTableView, QWidget
from pytestqt.qtbot import QtBot
from support.projects import write_photos
from support.window import let_it_read, open_in

from studio import app
from studio.services.projects.create_and_open import create_project
from studio.views.window.layout_memory import LEAST_HEIGHT, LEAST_WIDTH
from studio.views.window.main_window import MainWindow
from studio.window_settings import AppSettings

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def empty_project(tmp_path: Path) -> Path:
    """A project in which no job has run: Pairs and Jobs show a sentence in the place of their panes."""
    scores = write_photos(tmp_path / "photos")
    create_project(tmp_path / "empty", images=tmp_path / "photos" / "images", scores=scores, model="demo")
    return tmp_path / "empty"


def drag(qtbot: QtBot, widget: QWidget, start: QPoint, by: QPoint) -> None:
    qtbot.mouseMove(widget, start)
    qtbot.mousePress(widget, LEFT, pos=start)
    for part in range(1, 5):
        qtbot.mouseMove(widget, start + by * part / 4)
    qtbot.mouseRelease(widget, LEFT, pos=start + by)
    qtbot.wait(30)


def drag_border(qtbot: QtBot, splitter: QSplitter, by: QPoint) -> None:
    handle = splitter.handle(1)
    drag(qtbot, handle, handle.rect().center(), by)


def panes_of(window: MainWindow, page: str, number: int = 0) -> QSplitter:
    assert window.shell is not None
    window.shell.show_page(page)
    found: list[QSplitter] = window.shell.pages[page][1].findChildren(QSplitter)
    return found[number]


def pair_panes(qtbot: QtBot, window: MainWindow) -> QSplitter:
    splitter = panes_of(window, "pairs")
    qtbot.waitUntil(lambda: splitter.isVisible(), timeout=10_000)
    qtbot.wait(100)
    return splitter


def close(qtbot: QtBot, window: MainWindow) -> None:
    window.close_project()
    qtbot.waitUntil(lambda: window.shell is None)


def test_that_a_project_without_pairs_does_not_spoil_the_layout_of_one_that_has_them(
    qtbot: QtBot, empty_window: MainWindow, settings: AppSettings, reviewed: Path, empty_project: Path
) -> None:
    open_in(qtbot, empty_window, reviewed)
    before = pair_panes(qtbot, empty_window).sizes()
    close(qtbot, empty_window)
    open_in(qtbot, empty_window, empty_project)
    for page in ("pairs", "jobs", "models", "compare", "overview", "images"):
        panes_of(empty_window, page)
        let_it_read(qtbot, empty_window)
    empty_window.close()
    again = app.build_window(settings)
    qtbot.addWidget(again)
    again.resize(1280, 720)
    again.show()
    open_in(qtbot, again, reviewed)
    assert pair_panes(qtbot, again).sizes() == before
    again.close()


def test_that_a_border_stays_where_a_person_dragged_it(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path, empty_project: Path
) -> None:
    open_in(qtbot, empty_window, reviewed)
    splitter = pair_panes(qtbot, empty_window)
    before = splitter.sizes()
    drag_border(qtbot, splitter, QPoint(-60, 0))
    dragged = splitter.sizes()
    assert dragged[0] < before[0] - 40
    close(qtbot, empty_window)
    open_in(qtbot, empty_window, empty_project)
    panes_of(empty_window, "pairs")
    let_it_read(qtbot, empty_window)
    close(qtbot, empty_window)
    open_in(qtbot, empty_window, reviewed)
    assert pair_panes(qtbot, empty_window).sizes() == dragged


def test_that_nothing_is_kept_that_was_not_dragged(
    qtbot: QtBot, empty_window: MainWindow, settings: AppSettings, reviewed: Path
) -> None:
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
    for page in empty_window.shell.pages:
        panes_of(empty_window, page) if page != "settings" else empty_window.shell.show_page(page)
        let_it_read(qtbot, empty_window)
    pair_panes(qtbot, empty_window).setSizes([300, 800])
    empty_window.resize(1000, 640)
    qtbot.wait(50)
    close(qtbot, empty_window)
    store: QSettings = settings._store
    assert [key for key in store.allKeys() if key.startswith(("dragged/", "sizes/"))] == []


def test_that_a_column_keeps_the_width_that_it_was_dragged_to(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path
) -> None:
    def header() -> QHeaderView:
        pair_panes(qtbot, empty_window)
        assert empty_window.shell is not None
        found: list[QTableView] = empty_window.shell.pages["pairs"][1].findChildren(QTableView)
        return found[0].horizontalHeader()

    open_in(qtbot, empty_window, reviewed)
    shown = header()
    place = next(n for n in range(shown.count()) if shown.sectionResizeMode(n) == QHeaderView.ResizeMode.Interactive)
    before = shown.sectionSize(place)
    edge = QPoint(shown.sectionViewportPosition(place) + before - 1, shown.height() // 2)
    drag(qtbot, shown.viewport(), edge, QPoint(24, 0))
    assert shown.sectionSize(place) == before + 24
    close(qtbot, empty_window)
    open_in(qtbot, empty_window, reviewed)
    assert header().sectionSize(place) == before + 24


def test_that_no_pane_can_be_dragged_away(qtbot: QtBot, empty_window: MainWindow, reviewed: Path) -> None:
    open_in(qtbot, empty_window, reviewed)
    splitter = pair_panes(qtbot, empty_window)
    for by in (QPoint(-2000, 0), QPoint(2000, 0)):
        drag_border(qtbot, splitter, by)
        assert min(splitter.sizes()) >= LEAST_WIDTH
    models = panes_of(empty_window, "models")
    for by in (QPoint(0, -2000), QPoint(0, 2000)):
        drag_border(qtbot, models, by)
        assert min(models.sizes()) >= LEAST_HEIGHT


def test_that_sizes_of_an_earlier_version_are_not_taken_over(
    qtbot: QtBot, empty_window: MainWindow, settings: AppSettings, reviewed: Path
) -> None:
    """They may be those of panes that were hidden."""
    settings._store.setValue("sizes/pairs/panes0", "1060 40")
    open_in(qtbot, empty_window, reviewed)
    assert min(pair_panes(qtbot, empty_window).sizes()) > 300
