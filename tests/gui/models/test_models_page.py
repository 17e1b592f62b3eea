"""The Models page, driven by its keys and buttons."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from support.fake_engine import run_fake_jobs_until
from support.pair_rows import list_pairs
from support.projects import rows, write_photos
from support.window import open_in

from studio.models.version_tree import COL_PARENTS, VersionTree
from studio.services.projects import create_and_open
from studio.services.recipes import lines
from studio.services.review import review_steps
from studio.services.review.types import PairFilter
from studio.services.versions import version_lifecycle
from studio.views.models.models_page import ModelsPage
from studio.views.tasks.closing import wait_until_closed
from studio.views.window.main_window import MainWindow


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project after two iterations."""
    scores = write_photos(tmp_path / "data")
    folder = tmp_path / "project"
    create_and_open.create_project(folder, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(folder, exclusive=True)
    run_fake_jobs_until(project, 2)
    project.close()
    return folder


@pytest.fixture
def page(qtbot: QtBot, empty_window: MainWindow, root: Path) -> ModelsPage:
    """The page in the window."""
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("models")
    found = empty_window.shell.models
    qtbot.waitUntil(lambda: len(found.model.rows) == 5)
    return found


def choose(page: ModelsPage, name: str) -> None:
    page.tree.setCurrentIndex(page.model.find(name))


def names(page: ModelsPage) -> list[str]:
    return [row.version.name for row in page.model.rows]


def answer(qtbot: QtBot, page: ModelsPage, text: str) -> str:
    qtbot.waitUntil(lambda: any(box.isVisible() for box in page.findChildren(QMessageBox)))
    box = next(box for box in page.findChildren(QMessageBox) if box.isVisible())
    assert not box.isModal()
    button = next(button for button in box.buttons() if button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return box.text()


def test_that_versions_stand_under_what_they_were_made_from(page: ModelsPage) -> None:
    model = page.model
    base = model.index(0, 0)
    assert base.data() == "base" and model.rowCount() == 1
    first = model.index(0, 0, base)
    assert first.data() == "iter1/score"
    second = [model.index(place, 0, first).data() for place in range(model.rowCount(first))]
    assert second == ["iter2/score", "iter2/consistency"]
    merged = model.find("iter2/merged")
    assert merged.parent().data() == "iter2/score"
    assert merged.siblingAtColumn(COL_PARENTS).data() == "iter2/score, iter2/consistency"
    assert page.current is not None and page.current.version.name == "iter2/merged"  # the newest is chosen first


def test_that_a_version_is_deleted_after_a_question_with_the_bytes_and_put_back_by_key(
    qtbot: QtBot, page: ModelsPage, root: Path
) -> None:
    choose(page, "iter2/score")
    assert not page.delete_button.isEnabled() and "iter2/merged depends on it" in page.reason.text()
    choose(page, "iter2/merged")
    qtbot.mouseClick(page.delete_button, Qt.MouseButton.LeftButton)
    answer(qtbot, page, "Cancel")
    assert len(page.model.rows) == 5
    qtbot.mouseClick(page.delete_button, Qt.MouseButton.LeftButton)
    assert "This will free " in answer(qtbot, page, "Delete")
    qtbot.waitUntil(lambda: "iter2/merged" not in names(page))
    assert rows(root, "SELECT count(*) FROM model_version WHERE name = 'iter2/merged'") == [(0,)]
    qtbot.waitUntil(lambda: page.undo_button.isEnabled())
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    page.tree.setFocus()
    qtbot.keyClick(page.tree, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "iter2/merged" in names(page))
    assert (root / "models/iter2/merged").is_dir()
    qtbot.waitUntil(lambda: not page.undo_button.isEnabled())


def test_that_closing_the_project_frees_what_was_deleted(
    qtbot: QtBot, page: ModelsPage, empty_window: MainWindow, root: Path
) -> None:
    choose(page, "iter2/merged")
    qtbot.mouseClick(page.delete_button, Qt.MouseButton.LeftButton)
    answer(qtbot, page, "Delete")
    qtbot.waitUntil(lambda: len(page.model.rows) == 4)
    assert (root / version_lifecycle.TRASH).is_dir()
    empty_window.close_project()
    assert wait_until_closed(root, 10)
    assert not (root / version_lifecycle.TRASH).exists()


def test_that_a_pinned_version_cannot_be_deleted(qtbot: QtBot, page: ModelsPage) -> None:
    choose(page, "iter2/merged")
    qtbot.mouseClick(page.pin_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.pin_button.text() == "Unpin")
    assert not page.delete_button.isEnabled() and "it is pinned" in page.reason.text()
    assert page.tree.currentIndex().data() == "iter2/merged (pinned)"
    qtbot.mouseClick(page.pin_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.delete_button.isEnabled)


def test_that_export_opens_the_panel_with_the_version_that_is_chosen(
    qtbot: QtBot, page: ModelsPage, empty_window: MainWindow
) -> None:
    choose(page, "iter1/score")
    qtbot.mouseClick(page.export_button, Qt.MouseButton.LeftButton)
    assert empty_window.shell is not None and empty_window.shell.panel is not None
    panel = empty_window.shell.panel
    qtbot.waitUntil(lambda: panel.version.version.currentText() == "iter1/score")
    assert panel.isVisible() and not panel.isModal()
    choose(page, "base")
    assert not page.export_button.isEnabled() and not page.pin_button.isEnabled()


def test_that_hyperparameters_and_metrics_are_told_literally(page: ModelsPage) -> None:
    choose(page, "iter2/score")
    text = page.detail.toPlainText()
    assert "SRCC: 0.500 [0.400, 0.600]" in text and "Learning rate (learning_rate): " in text
    assert "Size of the adapter, LoRA rank (rank): " in text


def test_that_the_tree_keeps_the_rules_of_item_models(root: Path) -> None:
    project = create_and_open.open_project(root)
    found = version_lifecycle.list_models(project)
    project.close()
    model = VersionTree()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for shown in (found, found[:3], found, []):
        model.set_rows(shown)
    model.set_rows(found)
    model.set_rows([*found[:-1], found[0]][:0])
    assert model.rowCount(QModelIndex()) == 0 and tester.model() is model


def test_that_a_line_is_discarded_with_what_it_frees_and_comes_back(
    qtbot: QtBot, empty_window: MainWindow, root: Path
) -> None:
    project = create_and_open.open_project(root, exclusive=True)
    ids = [row.id for row in list_pairs(project, PairFilter(iteration=2))][:3]
    review_steps.decide_all(project, ids, "veto")
    lines.retrain_with_decisions(project, 2)
    run_fake_jobs_until(project, 2)
    project.close()
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("models")
    page = empty_window.shell.models
    qtbot.waitUntil(lambda: len(page.model.rows) == 8)
    choose(page, "retrained/iter2/merged")
    assert page.discard_button.text() == "Discard line…"
    page.discard_button.click()
    assert answer(qtbot, page, "Discard").startswith("Discard retrained? This will free ")
    qtbot.waitUntil(lambda: len(page.model.rows) == 5)
    qtbot.waitUntil(lambda: page.undo_button.text() == "Undo delete of retrained")
    page.undo()
    qtbot.waitUntil(lambda: len(page.model.rows) == 8)


def test_that_the_latest_iteration_is_discarded_and_an_earlier_one_is_held(
    qtbot: QtBot, empty_window: MainWindow, page: ModelsPage
) -> None:
    said: list[str] = []
    page.workspace.problem.connect(said.append)
    choose(page, "iter1/score")
    page.discard()
    qtbot.waitUntil(lambda: bool(said))
    assert "iter1 cannot be discarded" in said[0] and "iteration 2 follows it" in said[0]
    choose(page, "iter2/merged")
    assert page.discard_button.text() == "Discard iteration…"
    page.discard()
    answer(qtbot, page, "Discard")
    qtbot.waitUntil(lambda: names(page) == ["base", "iter1/score"])
    page.undo()
    qtbot.waitUntil(lambda: len(page.model.rows) == 5)
