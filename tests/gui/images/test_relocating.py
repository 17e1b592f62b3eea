"""A moved image folder is noticed on the Images page, found again, and its pictures are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from support.window import let_it_read, open_in

from studio.views.images.images_page import ImagesPage
from studio.views.window.main_window import MainWindow


@pytest.fixture
def moved(reviewed: Path, tmp_path: Path) -> Path:
    """The images' folder after it was renamed."""
    (tmp_path / "data" / "images").rename(tmp_path / "data" / "photographs")
    return tmp_path / "data" / "photographs"


@pytest.fixture
def page(qtbot: QtBot, empty_window: MainWindow, reviewed: Path, moved: Path) -> ImagesPage:
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
    empty_window.shell.show_page("images")
    return empty_window.shell.images


def test_that_a_missing_folder_is_said_and_found_again(
    qtbot: QtBot, empty_window: MainWindow, page: ImagesPage, moved: Path, tmp_path: Path
) -> None:
    qtbot.waitUntil(page.message.isVisible)
    assert "images does not exist" in page.message.label.text()
    qtbot.mouseClick(page.message.action_button, Qt.MouseButton.LeftButton)
    (dialog,) = page.findChildren(QFileDialog)
    dialog.close()
    page.relocator.look_in(moved)
    qtbot.waitUntil(lambda: bool(page.findChildren(QMessageBox)))
    (box,) = page.findChildren(QMessageBox)
    assert "All 48 images are there." in box.informativeText()
    (use,) = (button for button in box.buttons() if button.text() == "Use this folder")
    qtbot.mouseClick(use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.current_path is not None and page.current_path.parent == moved)
    let_it_read(qtbot, empty_window)
    assert not page.message.isVisible()
    assert f'root = "{moved}"' in (tmp_path / "project" / "studio.toml").read_text("utf-8")


def test_that_a_folder_without_the_images_is_refused_with_an_example(
    qtbot: QtBot, empty_window: MainWindow, page: ImagesPage, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    page.relocator.look_in(tmp_path / "other")
    assert empty_window.shell is not None
    qtbot.waitUntil(empty_window.shell.message.isVisible)
    assert "None of the 48 images" in empty_window.shell.message.label.text()
    assert ".png" in empty_window.shell.message.label.text() and not page.findChildren(QMessageBox)
