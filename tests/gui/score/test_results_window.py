"""The results of a collection out of the window: table, contact sheet, copies, sidecars with their undo."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.scoring.scored_collection import TEXT, make_scored_collection, write_photos
from support.window import let_it_read, open_in

from studio.services.projects import create_and_open
from studio.services.sidecars.xmp import read
from studio.views.score.results_window import ResultsWindow
from studio.views.score.score_page import ScorePage
from studio.views.window.main_window import MainWindow

TOTAL = 10


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "holiday", TOTAL)


@pytest.fixture
def page(qtbot: QtBot, empty_window: MainWindow, reviewed: Path, photos: Path) -> ScorePage:
    project = create_and_open.open_project(reviewed, exclusive=True)
    make_scored_collection(project, photos)
    project.close()
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
    empty_window.shell.show_page("score")
    page = empty_window.shell.score
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.grid.is_settled())
    page.scorers.setCurrentIndex(0)  # base, which has explained all
    page.scorers.activated.emit(0)
    qtbot.waitUntil(lambda: page.loaded.columns is not None and page.loaded.columns.scorer == page.scorers.itemData(0))
    let_it_read(qtbot, empty_window)
    qtbot.waitUntil(lambda: page.has_results and page.grid.is_settled())
    return page


@pytest.fixture
def window(qtbot: QtBot, page: ScorePage) -> ResultsWindow:
    qtbot.waitUntil(lambda: page.commands["score.results"].isEnabled())
    qtbot.keyClick(page.grid, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    found = page.findChild(ResultsWindow)
    assert isinstance(found, ResultsWindow)
    qtbot.waitUntil(found.write_button.isEnabled)
    return found


def done(qtbot: QtBot, window: ResultsWindow, text: str) -> None:
    def says() -> None:
        assert window.message.isVisible() and text in window.message.label.text(), window.message.label.text()

    qtbot.waitUntil(says)
    qtbot.waitUntil(lambda: not window._workspace.outgoing.busy)


def test_that_stars_are_previewed_written_and_undone(qtbot: QtBot, window: ResultsWindow, photos: Path) -> None:
    assert window.which.currentText() == f"{TOTAL} shown images"
    window.rule.kind.setCurrentIndex(window.rule.kind.findData("thresholds"))
    for field, value in zip(window.rule.lowest, (7.0, 6.0, 5.0, 4.0, 3.0), strict=True):
        field.setValue(value)
    qtbot.waitUntil(lambda: window.plan.text().startswith(f"{TOTAL} new sidecars"))
    shown = [label.text() for label in window.rule.counts]
    assert not list(photos.glob("*.xmp")), "a preview writes nothing"
    window.write_button.click()
    done(qtbot, window, f"{TOTAL} sidecars created, 0 changed")
    written = [read(file.read_bytes()) for file in photos.glob("*.jpg.xmp")]
    ratings = [one["Rating"].text for one in written]
    assert [str(ratings.count(str(stars))) for stars in (5, 4, 3, 2, 1, 0)] == shown
    assert all(one["Description"].text == TEXT for one in written)
    qtbot.waitUntil(window.undo_button.isEnabled)
    window.undo_button.click()
    done(qtbot, window, f"{TOTAL} sidecars deleted")
    assert not list(photos.glob("*.xmp"))
    qtbot.waitUntil(lambda: window.write_button.isEnabled() and not window.undo_button.isEnabled())


def test_that_stars_by_score_are_previewed_where_lower_scores_are_better(qtbot: QtBot, page: ScorePage) -> None:
    assert page.shown is not None
    model = dataclasses.replace(page.loaded.models[0], lower_is_better=True)
    ids = [int(key) for key in page.model.ids]
    window = ResultsWindow(page.workspace, page.shown, [model], {"shown": ids, "picked": [], "selected": []}, page)
    window.show()
    window.rule.kind.setCurrentIndex(window.rule.kind.findData("thresholds"))
    for field, value in zip(window.rule.lowest, (3.0, 4.0, 5.0, 6.0, 7.0), strict=True):
        field.setValue(value)
    qtbot.waitUntil(window.write_button.isEnabled)
    scores = [item.score for item in window._items if item.score is not None]
    assert window.rule.counts[0].text() == str(sum(score <= 3 for score in scores))
    assert sum(int(label.text()) for label in window.rule.counts) == TOTAL
    window.close()


def test_that_a_rule_that_makes_no_sense_writes_nothing(qtbot: QtBot, window: ResultsWindow) -> None:
    window.rule.shares[0].setValue(90)
    qtbot.waitUntil(lambda: "are not parts of a whole" in window.plan.text())
    assert not window.write_button.isEnabled()
    window.rule.kind.setCurrentIndex(window.rule.kind.findData("none"))
    qtbot.waitUntil(window.write_button.isEnabled)
    assert {label.text() for label in window.rule.counts} == {""}


def test_that_picked_images_are_offered_first_and_copied(
    qtbot: QtBot, page: ScorePage, photos: Path, tmp_path: Path
) -> None:
    page.grid.setCurrentIndex(page.model.index(0, 0))
    names = [cell.name for row in (0, 1) if (cell := page.model.row_at(row)) is not None]
    for _ in names:
        qtbot.keyClick(page.grid, Qt.Key.Key_P)
    page.take_out()
    window = page.findChild(ResultsWindow)
    assert isinstance(window, ResultsWindow) and window.which.currentText() == "2 picked images"
    window.collect(tmp_path / "best")
    done(qtbot, window, "2 files in")
    assert sorted(file.name for file in (tmp_path / "best").iterdir()) == sorted(names)
    assert len(list(photos.iterdir())) == TOTAL
    window.collect(photos)
    done(qtbot, window, "is the folder of the pictures themselves")


def test_that_a_table_and_a_contact_sheet_are_saved_in_the_order_of_the_grid(
    qtbot: QtBot, page: ScorePage, window: ResultsWindow, tmp_path: Path
) -> None:
    names = [cell.name for row in range(TOTAL) if (cell := page.model.row_at(row)) is not None]
    window.write_table(tmp_path / "t.csv")
    done(qtbot, window, f"Saved {TOTAL} rows")
    assert window.open_button.isVisible()
    lines = (tmp_path / "t.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == names
    window.write_sheet(tmp_path / "s.html")
    done(qtbot, window, f"Saved {TOTAL} pictures")
    text = (tmp_path / "s.html").read_text("utf-8")
    assert [text.index(name) for name in names] == sorted(text.index(name) for name in names)
    window.write_table(tmp_path / "t.xlsx")
    done(qtbot, window, ".csv or .parquet")
