"""Every action of the Score page by its keys, from the palette and from its menu."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Picture
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot
from support.scoring.scored_collection import make_scored_collection, write_photos
from support.trial import Acts, Trial
from support.window import let_it_read, open_in

from db.collections import CollectionImage
from studio.services.loop import queue
from studio.services.projects import create_and_open
from studio.views.chat.chat_window import ChatWindow
from studio.views.score.results_window import ResultsWindow
from studio.views.score.score_page import ScorePage
from studio.views.score.scoring_window import ScoringWindow
from studio.views.window.main_window import MainWindow

TOTAL = 8
acts = Acts()


class FileManager(QObject):
    """Stands in for the file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Keeps what would be opened."""
        self.urls.append(url.toString())


@pytest.fixture
def files() -> Iterator[FileManager]:
    found = FileManager()
    QDesktopServices.setUrlHandler("file", found, "open")
    yield found
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def trial(qtbot: QtBot, empty_window: MainWindow, reviewed: Path, tmp_path: Path, files: FileManager) -> Trial:
    project = create_and_open.open_project(reviewed, exclusive=True)
    make_scored_collection(project, write_photos(tmp_path / "holiday", TOTAL))
    project.close()
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None and empty_window.workspace is not None
    empty_window.workspace.start_queue = lambda *_given, **_named: None  # type: ignore[method-assign]  # no model here
    empty_window.shell.show_page("score")
    page = empty_window.shell.score
    qtbot.waitUntil(lambda: page.model.rowCount() == TOTAL and page.grid.is_settled())
    let_it_read(qtbot, empty_window)
    found = Trial(qtbot, empty_window)
    found.files = files  # type: ignore[attr-defined]
    return found


def page_of(trial: Trial) -> ScorePage:
    page = trial.shell.score
    for _ in range(2):  # an undo that is being shown goes to its image
        trial.until(lambda: page._wanted is None and not page._timer.isActive())
        let_it_read(trial.qtbot, trial.window)
    page.show_grid()
    page.grid.setFocus()
    page.grid.setCurrentIndex(page.model.index(2, 0))
    trial.until(lambda: page.current_path is not None)
    return page


def picks_of(page: ScorePage) -> dict[int, int]:
    with page.project.reader() as session:
        return {row.id: row.pick for row in session.query(CollectionImage)}


@acts("score.new", "score.again", "window.score")
def ask(trial: Trial, name: str) -> None:
    page_of(trial)
    trial.opens(name, ScoringWindow)
    trial.until(trial.window.isActiveWindow)


@acts("score.results")
def take_out(trial: Trial, name: str) -> None:
    page_of(trial)
    trial.opens(name, ResultsWindow)
    trial.until(trial.window.isActiveWindow)


@acts("score.chat")
def chat(trial: Trial, name: str) -> None:
    page_of(trial)
    trial.opens(name, ChatWindow)
    trial.until(trial.window.isActiveWindow)


@acts("score.look-again")
def look_again(trial: Trial, name: str) -> None:
    page = page_of(trial)
    path, count = page.current_path, page.model.rowCount()
    assert path is not None
    Picture.new("RGB", (40, 30)).save(path.parent / f"new {count}.jpg")
    trial.do(name)
    trial.until(lambda: page.model.rowCount() == count + 1)


@acts("score.rename")
def rename(trial: Trial, name: str) -> None:
    page = page_of(trial)
    trial.do(name)
    trial.until(page.name_bar.isVisible)
    page.name_bar.cancel()


@acts("score.delete")
def delete(trial: Trial, name: str) -> None:
    page = page_of(trial)
    trial.do(name)
    trial.until(page.question.isVisible)
    page.question.dismiss()


@acts("score.pick", "score.reject", "score.unmark")
def pick(trial: Trial, name: str) -> None:
    page = page_of(trial)
    chosen, wanted = page.current_id, {"score.pick": 1, "score.reject": -1, "score.unmark": 0}[name]
    assert chosen is not None
    page.pick(1 if wanted == 0 else 0)
    trial.until(lambda: picks_of(page)[chosen] == (1 if wanted == 0 else 0))
    page_of(trial)
    trial.do(name)
    trial.until(lambda: picks_of(page)[chosen] == wanted)


@acts("score.undo", "score.redo")
def undo(trial: Trial, name: str) -> None:
    page = page_of(trial)
    chosen = page.current_id
    assert chosen is not None
    page.pick(0)
    page_of(trial)
    page.pick(1)
    trial.until(lambda: picks_of(page)[chosen] == 1 and page.can_undo)
    if name == "score.redo":
        page.undo()
        trial.until(lambda: picks_of(page)[chosen] == 0 and page.can_redo)
    trial.do(name)
    trial.until(lambda: picks_of(page)[chosen] == (1 if name == "score.redo" else 0))


@acts("score.large")
def large(trial: Trial, name: str) -> None:
    page = page_of(trial)
    trial.do(name)
    trial.until(lambda: page.is_large)
    page.show_grid()


@acts("score.back", "score.next", "score.previous")
def within_large(trial: Trial, name: str) -> None:
    page = page_of(trial)
    page.toggle_large()
    trial.do(name)
    if name == "score.back":
        trial.until(lambda: not page.is_large)
    else:
        trial.until(lambda: page.grid.currentIndex().row() == (3 if name == "score.next" else 1))
    page.show_grid()


@acts("score.explain")
def explain(trial: Trial, name: str) -> None:
    page = page_of(trial)
    before = len(queue.list_jobs(page.project))
    trial.do(name)
    trial.until(lambda: len(queue.list_jobs(page.project)) == before + 1)
    assert queue.list_jobs(page.project)[-1].title == "Score holiday – iter1/score (1)"


@acts("score.show-in-folder")
def show_in_folder(trial: Trial, name: str) -> None:
    page_of(trial)
    trial.do(name)
    files: FileManager = trial.files  # type: ignore[attr-defined]
    assert files.urls.pop().endswith("/holiday")


@acts("score.copy-path")
def copy_path(trial: Trial, name: str) -> None:
    page = page_of(trial)
    QGuiApplication.clipboard().clear()
    trial.do(name)
    assert QGuiApplication.clipboard().text() == str(page.current_path)


@acts("score.search")
def search(trial: Trial, name: str) -> None:
    page = page_of(trial)
    trial.do(name)
    assert page.bar.search.hasFocus()


@acts("score.larger", "score.smaller")
def resize(trial: Trial, name: str) -> None:
    page = page_of(trial)
    page.size_slider.setValue(2)
    trial.do(name)
    assert page.size_slider.value() == (3 if name == "score.larger" else 1)


@acts("score.clear-filter")
def clear_filter(trial: Trial, name: str) -> None:
    page = page_of(trial)
    page.bar.search.setText("photo 01")
    trial.until(lambda: page.model.rowCount() == 1)
    trial.do(name)
    trial.until(lambda: page.model.rowCount() == TOTAL and page.bar.search.text() == "")


def in_parts(size: int = 8) -> list[list[str]]:
    """The actions, a few in one window; what adds images comes last."""
    names = sorted(acts, key=lambda name: (name == "score.look-again", name))
    return [names[start : start + size] for start in range(0, len(names), size)]


@pytest.mark.parametrize("names", in_parts(), ids=lambda names: names[0])
def test_that_an_action_works_by_key_from_the_palette_and_from_its_menu(trial: Trial, names: list[str]) -> None:
    for name in names:
        try:
            trial.every_way(acts[name], name)
        except (Exception, pytest.fail.Exception) as error:
            error.add_note(f"the action {name}, by {trial.route} {trial.key}")
            raise
