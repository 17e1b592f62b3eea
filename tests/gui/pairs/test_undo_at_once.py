"""Undo and redo are on the screen with their key; the database, which may be slow, has the last word."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.pair_rows import list_pairs
from support.projects import SPLITS

from db.queries import reviews
from studio.services.review import review_steps
from studio.services.review.types import PairFilter
from studio.views.pairs.pairs_page import PairsPage
from studio.views.window.main_window import MainWindow

TOTAL = SPLITS["train"]


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> PairsPage:
    """The Pairs page with its list."""
    assert window.shell is not None
    window.shell.show_page("pairs")
    found = window.shell.pairs
    qtbot.waitUntil(lambda: found.model.rowCount() == TOTAL and found.current is not None)
    found.table.setFocus()
    return found


@pytest.fixture
def busy_disk(page: PairsPage) -> Iterator[threading.Event]:
    """Nothing is written before this is set: another write comes first."""
    let_go = threading.Event()
    page.workspace.background.write(lambda: let_go.wait(20), lambda _done: None)
    yield let_go
    let_go.set()


def press(qtbot: QtBot, page: PairsPage, keys: str) -> None:
    for key in keys:
        target = page.window().focusWidget() or page
        if key == "U":
            qtbot.keyClick(target, Qt.Key.Key_U, Qt.KeyboardModifier.ShiftModifier)
        else:
            qtbot.keyClicks(target, key)


def shown(page: PairsPage) -> list[str]:
    return [row.verdict for row in page.model.rows]


def saved(qtbot: QtBot, page: PairsPage) -> list[str]:
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    return [row.verdict for row in list_pairs(page.project, PairFilter(iteration=1))]


def test_that_undo_and_redo_are_seen_before_they_are_written(
    qtbot: QtBot, page: PairsPage, busy_disk: threading.Event
) -> None:
    press(qtbot, page, "vk2")
    press(qtbot, page, "uu")
    assert shown(page)[:3] == ["veto", "none", "none"] and page.table.currentIndex().row() == 1
    assert page.feedback.text() == f"Undone: {page.model.row(1).image_name}"
    press(qtbot, page, "U")
    assert shown(page)[:3] == ["veto", "keep", "none"] and page.feedback.text().startswith("Redone")
    busy_disk.set()
    assert saved(qtbot, page) == shown(page) == ["veto", "keep"] + ["none"] * (TOTAL - 2)


def test_that_who_goes_on_after_an_undo_is_not_called_back(
    qtbot: QtBot, page: PairsPage, busy_disk: threading.Event
) -> None:
    press(qtbot, page, "vvuk")
    assert page.table.currentIndex().row() == 2
    busy_disk.set()
    assert saved(qtbot, page)[:3] == ["veto", "keep", "none"]
    qtbot.waitUntil(lambda: page.progress.text() == f"2 of {TOTAL} reviewed, 1 vetoed")
    assert page.table.currentIndex().row() == 2 and shown(page)[:3] == ["veto", "keep", "none"]


def test_that_an_edit_undone_and_done_again_has_its_texts_and_flags(qtbot: QtBot, page: PairsPage) -> None:
    assert page.current is not None
    row = page.current
    page.pair_actions.edit(row, row.rejected_text, row.rejected_text)
    qtbot.waitUntil(lambda: page.current is not None and "identical" in page.current.flags)
    press(qtbot, page, "u")
    assert page.current.chosen_text == row.chosen_text and page.current.flags == row.flags
    press(qtbot, page, "U")
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    qtbot.waitUntil(lambda: page.current is not None and "identical" in page.current.flags)


def test_that_what_the_database_does_instead_is_shown_in_the_end(qtbot: QtBot, page: PairsPage) -> None:
    press(qtbot, page, "vv")
    saved(qtbot, page)
    second = page.model.row(1).id
    with page.project.session() as session:
        reviews.reset(session, [second], "its texts were replaced behind the window's back")
    press(qtbot, page, "u")
    assert page.table.currentIndex().row() == 1, "the window believes that it undoes the second verdict"
    saved(qtbot, page)
    qtbot.waitUntil(lambda: shown(page) == ["none"] * TOTAL)
    assert page.table.currentIndex().row() == 0 and review_steps.history(page.project).undo is None
