"""A double click on any picture shows it large, also where there is no list to step through."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support.projects import write_photos
from support.trial import all_actions
from support.window import let_it_read, open_in

from studio.services.projects import create_and_open
from studio.views.image_window import ImageWindow
from studio.views.settings.prompt_window import PromptWindow
from studio.views.window.main_window import MainWindow
from studio.widgets.image_view import ImageView


def open_large(qtbot: QtBot, view: ImageView, owner: QWidget) -> ImageWindow:
    qtbot.waitUntil(lambda: view.path is not None and view.isVisible())
    QTest.mouseDClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    found = ImageWindow.of(owner)
    assert found is not None and found.view.path == view.path
    return found


def test_that_pictures_of_the_prompt_and_the_blind_test_open_large(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    window.shell.show_page("compare")
    compare = window.shell.compare
    qtbot.waitUntil(lambda: compare.current is not None)
    all_actions(window)["compare.blind"].trigger()
    qtbot.waitUntil(lambda: compare.blind.state is not None and compare.blind.state.card is not None)
    shown = open_large(qtbot, compare.blind.image, compare.blind)
    assert shown.back.isHidden() and shown.next.isHidden()
    qtbot.keyClick(shown, Qt.Key.Key_Right)  # there is no list
    assert shown.isVisible()
    shown.close()
    all_actions(window)["settings.prompt"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(PromptWindow)))
    (prompt,) = window.findChildren(PromptWindow)
    open_large(qtbot, prompt.image, prompt).close()


def test_that_pictures_of_pairs_and_compare_open_large_with_their_lists(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    window.shell.show_page("pairs")
    pairs = window.shell.pairs
    qtbot.waitUntil(lambda: pairs.current is not None)
    shown = open_large(qtbot, pairs.detail.image, pairs)
    assert shown.next.isVisible()
    shown.close()


def test_that_a_project_without_pairs_offers_nothing_to_undo(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    scores = write_photos(tmp_path / "data")
    create_and_open.create_project(
        tmp_path / "new", images=tmp_path / "data" / "images", scores=scores, model="some/model"
    )
    open_in(qtbot, empty_window, tmp_path / "new")
    assert empty_window.shell is not None
    actions = all_actions(empty_window)
    assert not actions["pairs.undo"].isEnabled() and not actions["pairs.redo"].isEnabled()
    empty_window.shell.show_page("pairs")
    let_it_read(qtbot, empty_window)
    assert not actions["pairs.undo"].isEnabled() and not actions["pairs.redo"].isEnabled()
    assert not actions["pairs.veto"].isEnabled()
