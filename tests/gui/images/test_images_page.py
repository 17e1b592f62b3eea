"""The Images page: grid, keys, filters, brushing, search, saved filters, detail, thumbnails, hostile texts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.reviewed import BAD_TEXT
from support.window import open_in

from studio.models.image_list import ImagesModel
from studio.models.paged_table import PAGE
from studio.pictures import read_thumbnail
from studio.services.images import saved_filters
from studio.services.images.thumbnail_cache import ThumbnailFolder
from studio.services.images.types import ImageCell, ImageFilter
from studio.views.images.images_page import ImagesPage
from studio.views.window.main_window import MainWindow
from studio.widgets.image_grid import SIDES, ImageGrid
from studio.widgets.image_loader import ImageLoader
from studio.widgets.thumbnails import ThumbnailLoader

TOTAL = 48


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> ImagesPage:
    assert window.shell is not None
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    page = window.shell.images
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.grid.is_settled(), timeout=10_000)
    qtbot.waitUntil(page.grid.hasFocus)
    return page


def shows(qtbot: QtBot, page: ImagesPage, count: int) -> None:
    qtbot.waitUntil(lambda: page.model.rowCount() == count)


def cell(image_id: int) -> ImageCell:
    return ImageCell(image_id, Path(f"/nowhere/{image_id}.png"), f"{image_id}.png", 5.0, "train", 4, "", None)


def test_that_the_model_keeps_the_rules_of_item_models(qtbot: QtBot) -> None:
    model, asked = ImagesModel(), list[list[int]]()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.rows_wanted.connect(asked.append)
    count = 2 * PAGE - 6
    model.set_ids(np.arange(1, count + 1, dtype=np.int64))
    assert model.index(3, 0).data() is None
    model.request_range(PAGE - 4, PAGE + 4)
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert sorted(asked[0]) == list(range(1, count + 1))
    model.request_range(PAGE - 4, PAGE + 4)
    qtbot.wait(20)
    assert len(asked) == 1  # a page is asked for once
    model.add_rows({image_id: cell(image_id) for image_id in asked[0]})
    assert model.index(3, 0).data() == "4.png" and model.find(count) == count - 1 and model.find(count + 1) is None
    model.set_ids(np.arange(count, 0, -1, dtype=np.int64))
    model.add_rows({image_id: cell(image_id) for image_id in asked[0]})  # too late: the rows are others now
    assert model.row_at(3) is None
    model.set_ids(np.empty(0, dtype=np.int64))
    model.request_range(0, 0)
    qtbot.wait(20)
    assert model.rowCount() == 0 and len(asked) == 1
    assert tester.model() is model


def test_that_the_arrows_go_through_the_grid_and_the_detail_follows(qtbot: QtBot, page: ImagesPage) -> None:
    columns = page.grid.columns
    for key, row in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + columns),
        (Qt.Key.Key_Left, columns),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, TOTAL - 1),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(page.grid, key)
        assert page.grid.currentIndex().row() == row
    qtbot.keyClick(page.grid, Qt.Key.Key_End)
    assert page.grid.first_visible > 0  # it scrolled there
    qtbot.waitUntil(lambda: page.detail.name.text() == "test_11.png")
    cards = [card for card in page.detail.cards if card.isVisible()]
    assert [card.version.text() for card in cards] == ["base", "iter1/score"]
    assert "off by +2.00" in cards[0].facts.text()


def test_that_a_click_chooses_what_is_under_it(qtbot: QtBot, page: ImagesPage) -> None:
    rect = page.grid.visualRect(page.model.index(page.grid.columns + 1, 0))
    qtbot.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert page.grid.currentIndex().row() == page.grid.columns + 1
    assert not page.grid.indexAt(QPoint(1, 1)).isValid()


def test_that_letters_do_not_search_through_the_rows(qtbot: QtBot, page: ImagesPage) -> None:
    qtbot.keyClicks(page.grid, "te")
    assert page.grid.currentIndex().row() == 0


def test_that_every_filter_and_order_reaches_the_grid(qtbot: QtBot, page: ImagesPage) -> None:
    page.bar.splits.ticks["test"].trigger()
    shows(qtbot, page, 12)
    assert page.count.text() == "12 of 48" and page.bar.splits.text() == "Split: test"
    page.bar.change.setCurrentIndex(1)
    page.bar.least.setValue(1.5)
    qtbot.waitUntil(lambda: 0 < page.model.rowCount() < 12)
    assert page.bar.least.isVisible()
    page.bar.clear_button.click()
    shows(qtbot, page, TOTAL)
    for box in (page.bar.problem, page.bar.vetoed):
        box.click()
        shows(qtbot, page, 0)
        assert page.stack.currentIndex() == 0  # a sentence says that nothing matches
        box.click()
        shows(qtbot, page, TOTAL)
    page.bar.bins.ticks[9].trigger()
    qtbot.waitUntil(lambda: 0 < page.model.rowCount() < TOTAL)
    page.bar.clear_button.click()
    shows(qtbot, page, TOTAL)
    first = page.model.id_at(0)
    page.bar.order.setCurrentIndex(page.bar.order.findData("error"))
    page.bar.direction.click()
    qtbot.waitUntil(lambda: page.model.id_at(0) != first)
    assert page.bar.direction.text() == "↓"


def test_that_search_works_by_keyboard_and_letters_stay_text(qtbot: QtBot, page: ImagesPage) -> None:
    qtbot.keyClick(page.grid, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.bar.search.hasFocus)
    qtbot.keyClicks(page.bar.search, "val_0")
    shows(qtbot, page, 10)
    qtbot.keyClicks(page.bar.search, "s+-")
    assert page.bar.search.text() == "val_0s+-" and not page.bar.name.isVisible()
    shows(qtbot, page, 0)
    page.bar.search.setText("harsh")
    shows(qtbot, page, 24)
    qtbot.keyClick(page.bar.search, Qt.Key.Key_Return)
    assert page.grid.hasFocus()


def test_that_the_chosen_image_stays_chosen_through_a_filter(qtbot: QtBot, page: ImagesPage) -> None:
    page.grid.setCurrentIndex(page.model.index(30, 0))
    chosen = page.current_id
    page.bar.splits.ticks["val"].trigger()
    shows(qtbot, page, 12)
    assert page.current_id == chosen
    page.bar.clear_button.click()
    shows(qtbot, page, TOTAL)
    assert page.current_id == chosen


def test_that_brushing_the_histogram_filters_and_a_click_takes_it_away(qtbot: QtBot, page: ImagesPage) -> None:
    bars, button = page.histogram, Qt.MouseButton.LeftButton
    middle, y = bars.width() // 2, 20
    qtbot.mousePress(bars, button, pos=QPoint(middle, y))
    qtbot.mouseMove(bars, QPoint(bars.width() - 1, y))
    qtbot.mouseRelease(bars, button, pos=QPoint(bars.width() - 1, y))
    qtbot.waitUntil(lambda: 0 < page.model.rowCount() < TOTAL)
    low = page.bar.filter.low
    assert low is not None and abs(page.low.value() - low) < 0.01
    scores = [row.score for n in range(page.model.rowCount()) if (row := page.model.row_at(n)) is not None]
    assert all(score >= low for score in scores)
    qtbot.mouseClick(bars, button, pos=QPoint(middle, y))
    shows(qtbot, page, TOTAL)
    page.high.setValue(3.0)
    qtbot.waitUntil(lambda: 0 < page.model.rowCount() < TOTAL)
    assert page.bar.filter == ImageFilter(high=3.0)


def test_that_a_filter_is_saved_chosen_and_removed(qtbot: QtBot, page: ImagesPage) -> None:
    page.bar.splits.ticks["val"].trigger()
    shows(qtbot, page, 12)
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Qt.Key.Key_S)
    qtbot.waitUntil(page.bar.name.hasFocus)
    qtbot.keyClicks(page.bar.name, "<b>mine & yours</b>")
    qtbot.keyClick(page.bar.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.bar.saved_menu.actions()[0].text() == "<b>mine && yours</b>")
    assert [one.name for one in saved_filters.saved_filters(page.project)] == ["<b>mine & yours</b>"]
    page.bar.clear_button.click()
    shows(qtbot, page, TOTAL)
    page.bar.saved_menu.actions()[0].trigger()
    shows(qtbot, page, 12)
    assert page.bar.splits.text() == "Split: val"
    page.bar.saved_menu.actions()[-1].menu().actions()[0].trigger()
    qtbot.waitUntil(lambda: saved_filters.saved_filters(page.project) == [])


def test_that_the_size_of_the_pictures_changes_by_key(qtbot: QtBot, page: ImagesPage) -> None:
    page.grid.setFocus()
    place = SIDES.index(page.grid.side)
    qtbot.keyClick(page.grid, Qt.Key.Key_Plus)
    assert page.grid.side == SIDES[place + 1]
    qtbot.keyClick(page.grid, Qt.Key.Key_Minus)
    qtbot.keyClick(page.grid, Qt.Key.Key_Minus)
    assert page.grid.side == SIDES[place - 1]
    qtbot.waitUntil(page.grid.is_settled, timeout=10_000)


def test_that_texts_of_models_are_shown_literally(qtbot: QtBot, page: ImagesPage) -> None:
    qtbot.keyClick(page.grid, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: len(page.detail.cards) == 2 and page.detail.cards[1].isVisible())
    shown = page.detail.cards[1].text
    assert "<b>bold</b> <img src='file:///etc/hostname'>" in shown.text() and "\x07" not in shown.text()
    assert "\u202e" in BAD_TEXT and "\u202e" not in shown.text()
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in page.findChildren(QLabel))


def test_that_a_missing_file_says_so_and_holds_up_nothing(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path
) -> None:
    (reviewed.parent / "data" / "images" / "train_00.png").unlink()
    window = empty_window
    open_in(qtbot, window, reviewed)
    assert window.shell is not None
    window.shell.show_page("images")
    page = window.shell.images
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.grid.is_settled(), timeout=10_000)
    first = page.model.row_at(0)
    assert first is not None and "missing" in page.grid.loader.problem(first.path)
    qtbot.waitUntil(lambda: "missing" in page.detail.image.message.text())


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{number:03}.jpg" for number in range(120)]
    for number, file in enumerate(files):
        Picture.new("RGB", (400, 300), (number, 0, 0)).save(file)
    return files


def test_that_pictures_come_from_the_disk_the_second_time(
    qtbot: QtBot, tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ThumbnailFolder(tmp_path / "project")
    image, problem = read_thumbnail(folder, photos[5], 128)
    assert image is not None and (image.width, image.height, problem) == (128, 96, "")
    monkeypatch.setattr("studio.pictures.decode", lambda *_: pytest.fail("the file was decoded again"))
    again, _problem = read_thumbnail(folder, photos[5], 128)
    assert again is not None and (again.width, again.height) == (128, 96)


def test_that_what_is_scrolled_away_is_not_read(qtbot: QtBot, tmp_path: Path, photos: list[Path]) -> None:
    loader = ThumbnailLoader(ThumbnailFolder(tmp_path / "project"))
    came: set[Path] = set()
    loader.arrived.connect(came.update)
    try:
        loader.want(photos[:100], 64)
        loader.want(photos[100:], 64)
        qtbot.waitUntil(lambda: loader.idle, timeout=10_000)
        assert set(photos[100:]) <= came
        assert len(came) < 30  # of the first hundred only those that were in hand
    finally:
        loader.close()


def test_that_a_quarter_of_a_million_rows_cost_no_more_than_the_screen(qtbot: QtBot, tmp_path: Path) -> None:
    model, asked = ImagesModel(), []
    model.rows_wanted.connect(lambda ids: asked.append(len(ids)))
    loader = ThumbnailLoader(ThumbnailFolder(tmp_path))
    grid = ImageGrid(model, loader)
    qtbot.addWidget(grid)
    grid.resize(800, 600)
    grid.show()
    model.set_ids(np.arange(1, 250_001, dtype=np.int64))
    jump: Callable[[int], None] = grid.verticalScrollBar().setValue
    jump(grid.verticalScrollBar().maximum())
    assert (
        grid.last_visible == 249_999 and grid.visualRect(model.index(249_999, 0)).bottom() <= grid.viewport().height()
    )
    assert sum(asked) < 600
    loader.close()


@pytest.mark.parametrize("kind", ["thumbnails", "pictures"])
def test_that_closing_does_not_wait_for_a_picture_that_takes_long(
    qtbot: QtBot, tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> tuple[None, str]:
        begun.set()
        assert go_on.wait(20)
        return None, "late"

    monkeypatch.setattr("studio.widgets.thumbnails.read_thumbnail", slow)
    monkeypatch.setattr("studio.widgets.image_loader.read_image", slow)
    came: list[object] = []
    before = set(threading.enumerate())
    loader: ThumbnailLoader | ImageLoader
    if kind == "thumbnails":
        loader = ThumbnailLoader(ThumbnailFolder(tmp_path / "project"))
        loader.arrived.connect(came.append)
        loader.want(photos, 64)
    else:
        loader = ImageLoader()
        loader.failed.connect(lambda *read: came.append(read))
        loader.pixmap(photos[0])
    assert begun.wait(10)
    start = time.monotonic()
    loader.close()
    assert time.monotonic() - start < 0.5  # it waits for a tenth of a second at most; the rest is a slow machine
    go_on.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()
    qtbot.wait(30)
    assert came == []
    assert not (tmp_path / "project").exists()
