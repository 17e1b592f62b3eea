"""The Score page: the grid, the two models, filters, picks with undo, the large view, files that come and go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Picture
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from support.reviewed import BAD_TEXT
from support.scoring.scored_collection import make_scored_collection, write_photos
from support.window import let_it_read, open_in

from db.collections import CollectionImage, CollectionScore
from studio.services.projects import create_and_open
from studio.services.scoring import browsing, collections
from studio.services.scoring.types import ScorerChoice
from studio.views.chat.chat_window import ChatWindow
from studio.views.score.answers_view import ScoreCard
from studio.views.score.score_page import ScorePage
from studio.views.score.scoring_window import ScoringWindow
from studio.views.window.main_window import MainWindow

TOTAL = 12
Ask = Callable[[], list[int]]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "holiday", TOTAL)


@pytest.fixture
def page(qtbot: QtBot, empty_window: MainWindow, reviewed: Path, photos: Path) -> ScorePage:
    """The page with a collection that two versions have scored, the second without explanations."""
    project = create_and_open.open_project(reviewed, exclusive=True)
    make_scored_collection(project, photos)
    with project.session() as session:
        first = session.query(CollectionScore).filter_by(explained=True).order_by(CollectionScore.id).first()
        assert first is not None
        first.text = BAD_TEXT
    project.close()
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
    qtbot.keyClick(empty_window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    page = empty_window.shell.score
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.grid.is_settled())
    let_it_read(qtbot, empty_window)
    qtbot.waitUntil(page.grid.hasFocus)
    return page


def drop(page: ScorePage, paths: list[Path]) -> None:
    """Drop files on the page, as a file manager would."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, buttons, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(50, 50), action, data, buttons, none)
    page.dropEvent(event)
    assert event.isAccepted()


def stored(page: ScorePage) -> dict[str, int]:
    with page.project.reader() as session:
        return {row.name: row.pick for row in session.query(CollectionImage)}


def shown_scores(page: ScorePage) -> list[float]:
    cells = [page.model.row_at(row) for row in range(page.model.rowCount())]
    return [cell.score for cell in cells if cell is not None and cell.score is not None]


def test_that_the_best_image_comes_first(page: ScorePage) -> None:
    scores = shown_scores(page)
    assert len(scores) == TOTAL and scores == sorted(scores, reverse=True)
    assert page.count.text() == f"{TOTAL} of {TOTAL}"
    assert [page.scorers.itemText(n) for n in range(page.scorers.count())] == ["base", "iter1/score"]
    assert page.scorers.currentText() == "iter1/score" and page.state.text() == ""


def test_that_another_model_is_shown_beside(qtbot: QtBot, page: ScorePage) -> None:
    assert page.bar.order.findData("difference") < 0
    page.beside.setCurrentIndex(1)
    page.beside.activated.emit(1)
    qtbot.waitUntil(lambda: page.bar.order.findData("difference") >= 0)
    qtbot.waitUntil(lambda: (page.model.row_at(0) or page).other is not None)  # type: ignore[union-attr]
    cell = page.model.row_at(0)
    assert cell is not None and cell.other is not None
    assert page.model.captions(cell)[1] == f"{cell.other:.2f}"
    qtbot.waitUntil(lambda: len([card for card in page.detail.answers.cards if card.isVisible()]) == 2)
    assert [card.model.text() for card in page.detail.answers.cards[:2]] == ["iter1/score", "base"]


def test_that_texts_of_models_are_shown_as_they_are(qtbot: QtBot, page: ScorePage) -> None:
    page.scorers.setCurrentIndex(0)
    page.scorers.activated.emit(0)
    page.bar.search.setText("bold")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    card = page.detail.answers.cards[0]
    qtbot.waitUntil(lambda: "<b>bold</b>" in card.text.text())
    assert card.text.textFormat() == Qt.TextFormat.PlainText


def test_that_images_are_picked_and_rejected_by_keys_with_undo(qtbot: QtBot, page: ScorePage) -> None:
    names = [cell.name for row in range(TOTAL) if (cell := page.model.row_at(row)) is not None]
    for key in (Qt.Key.Key_P, Qt.Key.Key_X, Qt.Key.Key_P):
        qtbot.keyClick(page.grid, key)
    wanted = {names[0]: 1, names[1]: -1, names[2]: 1}
    qtbot.waitUntil(lambda: {name: pick for name, pick in stored(page).items() if pick} == wanted)
    assert page.grid.currentIndex().row() == 3
    qtbot.waitUntil(lambda: page.can_undo)
    qtbot.keyClick(page.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stored(page)[names[2]] == 0)
    qtbot.waitUntil(lambda: page.grid.currentIndex().row() == 2)  # it goes to what it changed
    qtbot.waitUntil(lambda: page.can_redo)
    qtbot.keyClick(page.grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stored(page)[names[2]] == 1)
    qtbot.keyClick(page.grid, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: stored(page)[names[2]] == 0)


def test_that_several_selected_images_are_picked_as_one_step(qtbot: QtBot, page: ScorePage) -> None:
    shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    view, left = page.grid.viewport(), Qt.MouseButton.LeftButton

    def middle(row: int) -> QPoint:
        return page.grid.visualRect(page.model.index(row, 0)).center()

    qtbot.mouseClick(view, left, pos=middle(0))
    qtbot.mouseClick(view, left, shift, middle(2))
    qtbot.mouseClick(view, left, ctrl, middle(4))
    assert page.grid.selected_rows == [0, 1, 2, 4]
    qtbot.keyClick(page.grid, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: sum(pick == -1 for pick in stored(page).values()) == 4)
    assert page.grid.selected_rows == [0, 1, 2, 4]  # several images stay selected
    page.undo()
    qtbot.waitUntil(lambda: not any(stored(page).values()))
    qtbot.keyClick(page.grid, Qt.Key.Key_Home)
    qtbot.keyClick(page.grid, Qt.Key.Key_Right, shift)
    assert page.grid.selected_rows == [0, 1]


def test_that_one_image_is_chosen_whatever_keys_are_held_down(qtbot: QtBot, page: ScorePage) -> None:
    ctrl = Qt.KeyboardModifier.ControlModifier
    names = [cell.name for row in range(TOTAL) if (cell := page.model.row_at(row)) is not None]
    for key in (Qt.Key.Key_P, Qt.Key.Key_P):
        qtbot.keyClick(page.grid, key)
    qtbot.waitUntil(lambda: stored(page)[names[1]] == 1 and page.can_undo)
    let_it_read(qtbot, page.window())  # type: ignore[arg-type]
    for key, picked in ((Qt.Key.Key_Z, 0), (Qt.Key.Key_Y, 1)):
        qtbot.keyPress(page.grid, key, ctrl)  # not let go while the page reads
        qtbot.waitUntil(lambda picked=picked: stored(page)[names[1]] == picked)  # type: ignore[misc]
        qtbot.waitUntil(lambda: page.grid.currentIndex().row() == 1)
        let_it_read(qtbot, page.window())  # type: ignore[arg-type]
        assert page.grid.selected_rows == [1]
    page.step(1)
    assert page.grid.selected_rows == [2]
    qtbot.keyRelease(page.grid, Qt.Key.Key_Y, ctrl)


def test_that_a_right_click_keeps_the_images_that_are_selected(qtbot: QtBot, page: ScorePage) -> None:
    view = page.grid.viewport()

    def right_click(row: int) -> None:
        place = page.grid.visualRect(page.model.index(row, 0)).center()
        qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=place)
        page.grid.customContextMenuRequested.emit(place)
        menu = next(menu for menu in page.grid.findChildren(QMenu) if menu.isVisible())
        menu.close()

    qtbot.keyClick(page.grid, Qt.Key.Key_Home)
    for _ in range(2):
        qtbot.keyClick(page.grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    right_click(1)
    assert page.grid.selected_rows == [0, 1, 2]
    assert page.grid.currentIndex().row() == 1
    right_click(4)
    assert page.grid.selected_rows == [4]


def test_that_several_images_stay_selected_when_results_arrive(qtbot: QtBot, page: ScorePage) -> None:
    shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(page.grid, Qt.Key.Key_Home)
    for _ in range(2):
        qtbot.keyClick(page.grid, Qt.Key.Key_Right, shift)
    place = page.grid.visualRect(page.model.index(4, 0)).center()
    qtbot.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, ctrl, place)
    assert page.grid.selected_rows == [0, 1, 2, 4]
    ids = set(page.chosen_ids)
    page.refresh()
    let_it_read(qtbot, page.window())  # type: ignore[arg-type]
    assert page.grid.selected_rows == [0, 1, 2, 4]
    page.bar.direction.click()  # the same images in another order
    let_it_read(qtbot, page.window())  # type: ignore[arg-type]
    assert set(page.chosen_ids) == ids and page.grid.selected_rows == [7, 9, 10, 11]
    assert page.grid.currentIndex().row() == 7


def test_that_filters_by_pick_follow_what_is_picked(qtbot: QtBot, page: ScorePage) -> None:
    page.bar.picks.setCurrentIndex(page.bar.picks.findText("Undecided"))
    qtbot.keyClick(page.grid, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL - 1)
    page.bar.clear_button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL)
    assert not page.bar.clear_button.isEnabled()


def test_that_a_range_of_the_histogram_shows_only_its_images(qtbot: QtBot, page: ScorePage) -> None:
    scores = shown_scores(page)
    page.histogram.brushed.emit((scores[3] + scores[4]) / 2 if scores[3] != scores[4] else scores[3], None)
    wanted = sum(score >= page.bar.filter.low for score in scores if page.bar.filter.low is not None)
    qtbot.waitUntil(lambda: page.model.rowCount() == wanted)
    assert 0 < wanted < TOTAL


def test_that_the_large_view_steps_and_picks_and_goes_back(qtbot: QtBot, page: ScorePage) -> None:
    qtbot.keyClick(page.grid, Qt.Key.Key_O)
    assert page.is_large
    qtbot.waitUntil(page.large.hasFocus)
    first = page.model.row_at(0)
    assert first is not None
    qtbot.waitUntil(lambda: page.large.name.text() == first.name)
    qtbot.keyClick(page.large, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.grid.currentIndex().row() == 1)
    qtbot.keyClick(page.large, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: sum(stored(page).values()) == 1)
    assert page.grid.currentIndex().row() == 2
    qtbot.keyClick(page.large, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: page.large.pick.isVisible())
    qtbot.keyClick(page.large, Qt.Key.Key_Escape)
    assert not page.is_large
    qtbot.waitUntil(page.grid.hasFocus)


def test_that_one_can_talk_about_an_image_of_a_collection(qtbot: QtBot, page: ScorePage, photos: Path) -> None:
    assert page.can_chat
    qtbot.keyClick(page.grid, Qt.Key.Key_T)
    found = ChatWindow.of(page.workspace, page)
    assert found is not None
    qtbot.waitUntil(lambda: found.opened is not None)
    assert found.opened is not None and found.opened.subject.path == page.current_path
    assert (found.opened.subject.image_id, found.opened.partner.version) == (None, "iter1/score")
    page.step(1)
    qtbot.waitUntil(lambda: page.current_path is not None)
    page.chat()
    qtbot.waitUntil(lambda: found.opened is not None and found.opened.subject.path == page.current_path)
    found.close()


def test_that_new_files_are_found_by_a_key_and_missing_ones_are_told(
    qtbot: QtBot, page: ScorePage, photos: Path
) -> None:
    Picture.new("RGB", (40, 30)).save(photos / "new.jpg")
    (photos / "._new.jpg").write_bytes(b"side")
    (photos / "photo 00.jpg").unlink()
    qtbot.keyClick(page.grid, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL + 1)
    qtbot.waitUntil(lambda: "1 not scored by this model" in page.state.text() and "1 file missing" in page.state.text())
    assert page.state.text().endswith("Skipped 1 file that macOS writes beside images (._ or __MACOSX): not images")
    page.bar.problem.setChecked(True)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    qtbot.waitUntil(lambda: "not there any more" in page.detail.problem.text())


def test_that_a_collection_is_renamed_and_deleted_after_a_question(qtbot: QtBot, page: ScorePage, photos: Path) -> None:
    qtbot.keyClick(page.grid, Qt.Key.Key_F2)
    qtbot.waitUntil(page.name_bar.field.hasFocus)
    page.name_bar.field.setText("Autumn")
    qtbot.keyClick(page.name_bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.collections.currentText() == "Autumn")
    assert page.grid.hasFocus()
    page.rename()
    qtbot.keyClick(page.name_bar.field, Qt.Key.Key_Escape)
    page.delete()
    assert "Autumn, scores and picks of 12 images" in page.question.label.text()
    qtbot.keyClick(page.question.yes, Qt.Key.Key_Escape)
    assert [row.name for row in collections.list_collections(page.project)] == ["Autumn"]
    page.delete()
    qtbot.keyClick(page.question.yes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.front.currentIndex() == 0)
    assert collections.list_collections(page.project) == [] and len(list(photos.iterdir())) == TOTAL


def test_that_what_is_dropped_is_offered_for_scoring(qtbot: QtBot, page: ScorePage, photos: Path) -> None:
    (photos / "up").symlink_to("..")
    drop(page, [photos, photos / "photo 01.jpg"])
    qtbot.waitUntil(lambda: page.findChild(ScoringWindow) is not None)
    window = page.findChild(ScoringWindow)
    assert isinstance(window, ScoringWindow)
    assert [window.sources.item(n).text() for n in range(window.sources.count())] == [
        str(photos), str(photos / "photo 01.jpg"),
    ]  # fmt: skip
    qtbot.waitUntil(lambda: window.estimate.text().startswith("12 images to score, 12 explanations to write."))
    assert window.estimate.text().endswith("1 link to a folder outside was not followed: up.")
    assert window.choice is None and not window.start_button.isEnabled()  # no version has been measured
    assert window.no_model.isVisible() and "open its project first" in window.no_model.text()
    window.remove_button.click()
    window.remove_button.click()
    qtbot.waitUntil(lambda: window.estimate.text() == "Add a folder or images, or drop them here.")
    assert not window.start_button.isEnabled()
    window.use_export(photos)
    qtbot.waitUntil(lambda: "is not an exported model" in window.estimate.text())
    window.close()


def test_that_a_collection_that_is_done_says_so(qtbot: QtBot, page: ScorePage) -> None:
    page.score_again()
    qtbot.waitUntil(lambda: page.findChild(ScoringWindow) is not None)
    window = page.findChild(ScoringWindow)
    assert isinstance(window, ScoringWindow)
    window.what.setCurrentIndex(window.what.findData("none"))
    assert window.choice == ScorerChoice("iter1/score")  # what is shown is offered first
    assert not window.no_model.isVisible()
    qtbot.waitUntil(lambda: window.estimate.text() == "This model has scored all of these images.")
    assert not window.start_button.isEnabled()
    window.what.setCurrentIndex(window.what.findData("extremes"))
    qtbot.waitUntil(lambda: window.estimate.text() == "12 explanations to write.")
    assert window.start_button.isEnabled()
    window.close()


def test_that_another_order_begins_at_its_first_image_unless_one_was_chosen(qtbot: QtBot, page: ScorePage) -> None:
    assert page.current_id == page.model.ids[0]
    page.bar.direction.click()
    qtbot.waitUntil(lambda: shown_scores(page) == sorted(shown_scores(page)) and len(shown_scores(page)) == TOTAL)
    assert page.grid.currentIndex().row() == 0, "nobody chose the best image: it was only shown first"
    page.grid.setCurrentIndex(page.model.index(1, 0))
    chosen = page.current_id
    page.bar.direction.click()
    qtbot.waitUntil(lambda: (page.model.find(chosen or 0) or 0) > TOTAL // 2)
    qtbot.waitUntil(lambda: page.current_id == chosen)


def test_that_a_card_has_one_scale_and_says_what_its_score_is(qtbot: QtBot, page: ScorePage) -> None:
    assert page.loaded.columns is not None
    detail = browsing.detail(page.project, page.loaded.columns, page.current_id or 0)
    answer = detail.answers[0]
    shares, values = (0.0,) * 6 + (0.3, 0.5, 0.2, 0.0), tuple(2.5 + 0.5 * place for place in range(10))
    card = ScoreCard()
    qtbot.addWidget(card)
    card.show_answer(replace(answer, score=5.95, low=5.5, high=6.5, shares=shares, values=values, label=7), "base")
    assert card.score.text() == "5.95"
    assert card.facts.text().startswith(
        "Probability-weighted mean of the scores below the bars; 90% range: 5.50 to 6.50 · most likely label: 7 (6.00)"
    )
    assert "in the answer" not in card.facts.text()
    assert card.shares.toolTip() == "label 6 (5.50): 30%, label 7 (6.00): 50%, label 8 (6.50): 20%"
    card.show_answer(replace(answer, shares=shares, values=values, label=8), "base")
    assert "most likely label: 7 (6.00) · label in the answer: 8 (6.50)" in card.facts.text()


def test_that_the_newest_collection_is_shown_first(qtbot: QtBot, page: ScorePage, tmp_path: Path) -> None:
    (tmp_path / "aardvarks").mkdir()
    Picture.new("RGB", (40, 30)).save(tmp_path / "aardvarks" / "a.png")
    (tmp_path / "zebras").mkdir()
    Picture.new("RGB", (40, 30)).save(tmp_path / "zebras" / "z.png")
    for name in ("zebras", "aardvarks"):
        made = collections.create(page.project, [tmp_path / name])
        page._collection = None
        page.refresh()
        qtbot.waitUntil(lambda made=made: page.shown is not None and page.shown.id == made)
