"""Keys in the real window: in a text field they are text. That each does its action, test_actions_run holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from support.fake_worker import use_fake_worker
from support.projects import SPLITS, rows, write_photos
from support.situations.gated import make_gated_project
from support.trial import press
from support.window import open_in

from studio.services.loop import next_action
from studio.services.projects import create_and_open
from studio.views.pairs.pairs_page import PairsPage
from studio.views.window.main_window import MainWindow
from studio.views.window.shortcut_sheet import KeySheet
from studio.window_settings import AppSettings

TOTAL = SPLITS["train"]


@pytest.fixture
def pairs(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page with its list."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    page = window.shell.pairs
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.current is not None)
    return page


def decided(page: PairsPage) -> int:
    return sum(row.verdict != "none" for row in page.model.rows)


@pytest.mark.parametrize("by_key", [True, False])
def test_that_the_review_gate_opens_by_key_and_by_button(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_key: bool
) -> None:
    use_fake_worker(monkeypatch, "well")
    root = make_gated_project(tmp_path / "gated", tmp_path / "data")
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("pairs")
    page = empty_window.shell.pairs
    qtbot.waitUntil(page.train_button.isVisible, timeout=10_000)
    assert page.train_button.text() == f"Train on {TOTAL} pairs"
    press(page.window(), "V")
    qtbot.waitUntil(lambda: page.train_button.text() == f"Train on {TOTAL - 1} pairs", timeout=10_000)
    if by_key:
        press(page.window(), "Ctrl+Return")
    else:
        qtbot.mouseClick(page.train_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "train" in {stage for (stage,) in rows(root, "SELECT stage FROM job")}, timeout=10_000)
    qtbot.waitUntil(lambda: not page.train_button.isVisible(), timeout=10_000)
    page.workspace.stop_queue()
    qtbot.waitUntil(lambda: not page.workspace.running, timeout=20_000)


def new_project(tmp_path: Path) -> Path:
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "new"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    return root


def test_that_the_keys_of_the_images_page_work(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    window.shell.show_page("images")
    images = window.shell.images
    qtbot.waitUntil(lambda: images.model.rowCount() > 2)
    first = images.grid.currentIndex().row()
    press(window, "Right")
    assert images.grid.currentIndex().row() == first + 1
    size = images.size_slider.value()
    press(window, "+")
    assert images.size_slider.value() == size + 1
    press(window, "-")
    assert images.size_slider.value() == size
    press(window, "Ctrl+F")
    assert images.bar.search.hasFocus()


def test_that_the_log_of_a_job_is_searched_by_key_from_the_queue(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    root = new_project(tmp_path)
    project = create_and_open.open_project(root, exclusive=True)
    next_action.enqueue_next(project, 0)
    project.close()
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("jobs")
    page = empty_window.shell.jobs
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    page.detail.tabs.setCurrentWidget(page.detail.settings)
    page.table.setFocus()
    press(empty_window, "Ctrl+F")
    assert page.detail.log_view.field.hasFocus()
    page.detail.log.setFocus()
    press(empty_window, "Ctrl+F")
    assert page.detail.log_view.field.hasFocus()


def text_fields(page: QWidget) -> list[QWidget]:
    """Where a person can write on this page."""
    fields: list[QWidget] = [
        field
        for field in page.findChildren(QLineEdit)
        if not field.isReadOnly() and not isinstance(field.parent(), QComboBox)
    ]
    return fields + [field for field in page.findChildren(QPlainTextEdit) if not field.isReadOnly()]


def test_that_no_key_typed_into_a_text_field_does_anything_else(
    qtbot: QtBot, pairs: PairsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    pairs.annotate()
    note_field = pairs.window().focusWidget()
    assert isinstance(note_field, QLineEdit)
    pairs.edit()
    fields = [field for field in text_fields(pairs) if field.isVisible()]
    assert len(fields) >= 4  # search, note, both texts
    letters = "vVkKeErRnNuUcCfFwWsSzZ/+-?19"
    for field in fields:
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        QTest.keyClicks(field, letters)
        shown = field.text() if isinstance(field, QLineEdit) else field.toPlainText()  # type: ignore[attr-defined]
        assert letters in shown, field.accessibleName()
    assert rows(pairs.project.root, "SELECT count(*) FROM decision") == [(0,)]
    assert rows(pairs.project.root, "SELECT count(*) FROM job") == [(0,)]
    assert not pairs.window().findChildren(KeySheet)
    pairs.detail.editor.cancel()


def test_that_the_palette_takes_letters_as_text(qtbot: QtBot, pairs: PairsPage, settings: AppSettings) -> None:
    press(pairs.window(), "Ctrl+K")
    palette = pairs.window().palette_of_commands  # type: ignore[attr-defined]
    qtbot.waitUntil(palette.line.hasFocus)
    QTest.keyClicks(palette.line, "vku")
    assert palette.line.text() == "vku" and decided(pairs) == 0
    press(pairs.window(), "Esc")
    qtbot.waitUntil(lambda: not palette.isVisible())
