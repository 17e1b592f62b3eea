"""Every key of the key sheet, pressed in the real window, does what the sheet says; in a text field it is text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from support.fake_engine import run_fake_job
from support.fake_worker import use_fake_worker
from support.projects import SPLITS, rows, write_photos
from support.window import open_in

from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.views.pairs.pairs_page import PairsPage
from studio.views.window.main_window import MainWindow
from studio.views.window.shortcut_sheet import KeySheet
from studio.window_settings import AppSettings

TOTAL = SPLITS["train"]


def press(window: QWidget, keys: str) -> None:
    """A key combination, to what has the focus in the window."""
    combination = QKeySequence(keys)[0]
    QTest.keyClick(window.focusWidget() or window, combination.key(), combination.keyboardModifiers())


@pytest.fixture
def pairs(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page with its list."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    page = window.shell.pairs
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.current is not None)
    return page


def verdicts(page: PairsPage) -> list[str]:
    return [row.verdict for row in page.model.rows]


def decided(page: PairsPage) -> int:
    return sum(verdict != "none" for verdict in verdicts(page))


Act = Callable[[QtBot, PairsPage], None]
ON_PAIRS: dict[str, Act] = {}


def key(name: str) -> Callable[[Act], Act]:
    """This tries the line of the sheet with this name."""

    def keep(act: Act) -> Act:
        ON_PAIRS[name] = act
        return act

    return keep


@key("V")
def veto(qtbot: QtBot, page: PairsPage) -> None:
    press(page.window(), "V")
    assert verdicts(page)[:2] == ["veto", "none"] and page.table.currentIndex().row() == 1


@key("C")
def scope(qtbot: QtBot, page: PairsPage) -> None:
    assert page.veto_scope == "both"
    press(page.window(), "C")
    covered = page.veto_scope
    press(page.window(), "V")
    assert covered != "both" and page.model.rows[0].scope == covered
    press(page.window(), "C")
    press(page.window(), "C")
    assert page.veto_scope == "both"


@key("K")
def keep_pair(qtbot: QtBot, page: PairsPage) -> None:
    press(page.window(), "K")
    assert verdicts(page)[:2] == ["keep", "none"] and page.table.currentIndex().row() == 1


@key("E")
def edit(qtbot: QtBot, page: PairsPage) -> None:
    editor = page.detail.editor
    for closing, expected in (("Ctrl+Return", True), ("Esc", False)):
        before = page.current
        assert before is not None
        press(page.window(), "E")
        qtbot.waitUntil(editor.chosen.hasFocus)
        for letter in "VKU":
            press(page.window(), letter)
        press(page.window(), closing)
        qtbot.waitUntil(lambda: editor.row is None and page.acts.saving == 0)
        assert page.current is not None
        assert (page.current.chosen_text.casefold() == "vku" + before.chosen_text.casefold()) is expected
        assert decided(page) == 0


@key("R")
def redraw(qtbot: QtBot, page: PairsPage) -> None:
    press(page.window(), "R")
    assert page.model.rows[0].redrawing and page.table.currentIndex().row() == 1
    qtbot.waitUntil(lambda: "Another wrong score is queued" in page.said.text(), timeout=10_000)
    assert rows(page.project.root, "SELECT stage, title FROM job") == [
        ("generate", "Draw other wrong scores, iteration 1")
    ]
    page.workspace.stop_queue()
    qtbot.waitUntil(lambda: not page.workspace.running, timeout=20_000)


@key("N")
def note(qtbot: QtBot, page: PairsPage) -> None:
    for closing, expected in (("Esc", ""), ("Return", "vk")):
        press(page.window(), "N")
        press(page.window(), "V")
        press(page.window(), "K")
        press(page.window(), closing)
        qtbot.waitUntil(lambda: page.acts.saving == 0 and not page.note_bar.isVisible())
        assert page.current is not None and page.current.note.casefold() == expected
    assert decided(page) == 0


@key("U, Ctrl+Z")
def undo(qtbot: QtBot, page: PairsPage) -> None:
    for keys in ("U", "Ctrl+Z"):
        press(page.window(), "V")
        press(page.window(), keys)
        qtbot.waitUntil(lambda: decided(page) == 0 and page.acts.saving == 0)


@key("Shift+U, Ctrl+Shift+Z")
def redo(qtbot: QtBot, page: PairsPage) -> None:
    press(page.window(), "V")
    for keys in ("Shift+U", "Ctrl+Shift+Z"):
        press(page.window(), "U")
        qtbot.waitUntil(lambda: decided(page) == 0 and page.acts.saving == 0)
        press(page.window(), keys)
        qtbot.waitUntil(lambda: decided(page) == 1 and page.acts.saving == 0)


@key("← →")
def step(qtbot: QtBot, page: PairsPage) -> None:
    for keys, place in (("Right", 1), ("Right", 2), ("Left", 1)):
        press(page.window(), keys)
        assert page.table.currentIndex().row() == place


@key("F, Shift+F")
def filters(qtbot: QtBot, page: PairsPage) -> None:
    press(page.window(), "F")
    assert page.controls.state.currentText() == "Unreviewed"
    press(page.window(), "Shift+F")
    press(page.window(), "Shift+F")
    assert page.controls.state.currentIndex() == page.controls.state.count() - 1


@key("W")
def reason(qtbot: QtBot, page: PairsPage) -> None:
    press(page.window(), "W")
    assert page.controls.flag.currentIndex() == 1


@key("S")
def order(qtbot: QtBot, page: PairsPage) -> None:
    press(page.window(), "S")
    assert page.controls.sorting == "suspicion"
    press(page.window(), "S")
    assert page.controls.sorting == "generation"


@key("/")
def search(qtbot: QtBot, page: PairsPage) -> None:
    press(page.window(), "/")
    assert page.controls.search.hasFocus()
    press(page.window(), "Return")
    assert page.table.hasFocus()


@key("Shift+V, Shift+K")
def decide_all(qtbot: QtBot, page: PairsPage) -> None:
    for keys, verdict in (("Shift+V", "veto"), ("Shift+K", "keep")):
        press(page.window(), keys)
        assert str(TOTAL) in page.question.label.text() and decided(page) in (0, TOTAL)
        press(page.window(), "Return")
        qtbot.waitUntil(lambda verdict=verdict: set(verdicts(page)) == {verdict}, timeout=10_000)


@key("Z")
def zoom_whole(qtbot: QtBot, page: PairsPage) -> None:
    canvas = page.detail.image.canvas
    qtbot.waitUntil(lambda: canvas.scale_factor > 0)
    assert canvas.fitted
    press(page.window(), "Z")
    assert not canvas.fitted
    press(page.window(), "Z")
    assert canvas.fitted


@key("+ -")
def zoom(qtbot: QtBot, page: PairsPage) -> None:
    canvas = page.detail.image.canvas
    qtbot.waitUntil(lambda: canvas.scale_factor > 0)
    before = canvas.scale_factor
    press(page.window(), "+")
    larger = canvas.scale_factor
    press(page.window(), "-")
    assert larger > before and canvas.scale_factor < larger


@key("Ctrl+Return")
def train(qtbot: QtBot, page: PairsPage) -> None:
    """Nothing waits for the review here; the gate has tests of its own."""
    press(page.window(), "Ctrl+Return")
    assert not page.train_button.isVisible() and rows(page.project.root, "SELECT count(*) FROM job") == [(0,)]


@pytest.mark.parametrize("name", ON_PAIRS)
def test_that_the_key_does_what_the_sheet_says(
    qtbot: QtBot, pairs: PairsPage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    use_fake_worker(monkeypatch, "slow")
    ON_PAIRS[name](qtbot, pairs)


def test_that_no_line_of_the_pairs_section_is_untried(qtbot: QtBot) -> None:
    sheet = KeySheet()
    qtbot.addWidget(sheet)
    assert set(ON_PAIRS) == {keys for keys, _meaning in sheet.sections["pairs"][1]}


@pytest.mark.parametrize("by_key", [True, False])
def test_that_the_review_gate_opens_by_key_and_by_button(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_key: bool
) -> None:
    use_fake_worker(monkeypatch, "well")
    root = new_project(tmp_path)
    project = create_and_open.open_project(root, exclusive=True)
    project_with_gate(project)
    project.close()
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


def project_with_gate(project: Project) -> None:
    """The first iteration up to its review."""
    next_action.enqueue_next(project, 1, review=True)
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
    assert next_action.review_pending(project, 1)


def new_project(tmp_path: Path) -> Path:
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "new"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    return root


EVERYWHERE: dict[str, Callable[[MainWindow], bool]] = {
    "Ctrl+K": lambda window: window.palette_of_commands.isVisible(),
    "Ctrl+N": lambda window: window.wizard is not None and window.wizard.isVisible(),
    "Ctrl+O": lambda window: any(dialog.isVisible() for dialog in window.findChildren(QFileDialog)),
    "Ctrl+W": lambda window: window.shell is None and window.start.isVisible(),
    "Ctrl+Q": lambda window: not window.isVisible(),
    "?": lambda window: any(sheet.isVisible() for sheet in window.findChildren(KeySheet)),
}
ELSEWHERE = {"Ctrl+1 … Ctrl+7", "Tab, Shift+Tab", "Wheel"}
"""Tried in a test of their own: below, in that of the tab order and in that of the image."""


@pytest.mark.parametrize("keys", EVERYWHERE)
def test_that_the_keys_work_everywhere(qtbot: QtBot, window: MainWindow, keys: str) -> None:
    assert window.shell is not None
    window.shell.show_page("pairs")
    if keys == "?":
        QTest.keyClicks(window.focusWidget() or window, "?")
    else:
        press(window, keys)
    qtbot.waitUntil(lambda: EVERYWHERE[keys](window), timeout=10_000)
    for dialog in window.findChildren(QFileDialog):
        dialog.reject()


def test_that_ctrl_and_a_digit_go_to_every_page_in_the_order_of_the_rail(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    for digit, name in enumerate(window.shell.pages, start=1):
        press(window, f"Ctrl+{digit}")
        assert window.shell.stack.currentWidget() is window.shell.pages[name][1]
    assert digit == 7


def test_that_no_line_for_everywhere_is_untried(qtbot: QtBot) -> None:
    sheet = KeySheet()
    qtbot.addWidget(sheet)
    assert set(EVERYWHERE) | ELSEWHERE == {keys for keys, _meaning in sheet.sections["everywhere"][1]}


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
