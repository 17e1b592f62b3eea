"""Base against a trained version."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.projects import SPLITS
from support.reviewed import BAD_TEXT

from studio.models.comparison import COL_GAIN, COL_LEFT, COL_TRUTH
from studio.models.table import SORT_ROLE
from studio.views.compare import ComparePage
from studio.views.main_window import MainWindow
from studio.widgets.labels import printable


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> ComparePage:
    """The Compare page with its list read."""
    assert window.shell is not None
    window.shell.show_page("compare")
    found = window.shell.compare
    qtbot.waitUntil(lambda: found.model.rowCount() == SPLITS["test"])
    return found


def test_that_the_base_stands_beside_the_latest_version(page: ComparePage) -> None:
    assert (page.left.currentText(), page.right.currentText()) == ("base", "iter1/score")
    row = page.model.rows[0]
    index = page.model.index(0, COL_TRUTH)
    assert index.data() == f"{row.truth:.2f}"
    assert page.model.index(0, COL_LEFT).data() == f"{row.truth + 2:.2f}"
    assert page.detail.left.score.text() == f"{row.truth + 2:.2f}"
    assert "off by +2.00" in page.detail.left.facts.text()
    assert "consistency 3 of 4" in page.detail.left.facts.text()


def test_that_the_explanations_are_literal_and_marked(page: ComparePage) -> None:
    assert printable(BAD_TEXT) in page.detail.right.text.toPlainText()
    assert page.detail.left.text.marked() == ["base"]


def test_that_the_largest_change_comes_first_and_the_order_can_be_changed(qtbot: QtBot, page: ComparePage) -> None:
    gains = [page.model.index(place, COL_GAIN).data(SORT_ROLE) for place in range(page.model.rowCount())]
    assert gains == sorted(gains, reverse=True)
    page.order.setCurrentIndex(page.order.findData("error"))
    qtbot.waitUntil(
        lambda: page.model.index(0, COL_GAIN).data(SORT_ROLE) < page.model.index(5, COL_GAIN).data(SORT_ROLE)
    )
    page.order.setCurrentIndex(page.order.findData("name"))
    qtbot.waitUntil(
        lambda: [row.image_name for row in page.model.rows] == sorted(r.image_name for r in page.model.rows)
    )


def test_that_arrows_walk_through_the_images(qtbot: QtBot, page: ComparePage) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Right)
    qtbot.keyClick(page.table, Qt.Key.Key_Right)
    qtbot.keyClick(page.table, Qt.Key.Key_Left)
    assert page.table.currentIndex().row() == 1
    assert page.detail.name.text() == page.model.row(1).image_name


def test_that_any_version_can_be_chosen(qtbot: QtBot, page: ComparePage) -> None:
    page.left.setCurrentIndex(page.left.findData("iter1/score"))
    qtbot.waitUntil(lambda: page.detail.left.version.text() == "iter1/score")
    assert page.detail.left.text.marked() == []


def test_that_images_and_thumbnails_arrive(qtbot: QtBot, page: ComparePage) -> None:
    view = page.detail.image
    qtbot.waitUntil(view.canvas.isVisible)
    qtbot.waitUntil(lambda: page.workspace.images.pixmap(page.model.row(0).image_path, 80) is not None)
    qtbot.mouseClick(view.full_button, Qt.MouseButton.LeftButton)
    assert view.canvas.scale_factor == pytest.approx(1.0)
    qtbot.mouseClick(view.fit_button, Qt.MouseButton.LeftButton)
    assert view.canvas.scale_factor > 1.0  # the test images are small
