"""Every action of the window, really done by each of its keys, from the palette and from its menu."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from support import fake_engine
from support.compared import make_compared_project
from support.fake_engine import run_fake_job, run_fake_jobs_until
from support.fake_worker import use_fake_worker
from support.pair_rows import list_pairs
from support.projects import SPLITS, rows, write_photos
from support.situations.gated import make_gated_project
from support.trial import Acts, DoneError, Trial, all_actions, press, tried_in
from support.window import open_in

from studio.services.errors import StudioError
from studio.services.experiments import merging
from studio.services.loop import next_action, queue
from studio.services.projects import create_and_open
from studio.services.recipes import lines
from studio.services.review import review_steps
from studio.services.review.types import PairFilter
from studio.views.base_models.model_picker import ModelPickerWindow
from studio.views.chat.chat_window import ChatWindow
from studio.views.image_window import ImageWindow
from studio.views.judges.suggestions_window import SuggestionsWindow
from studio.views.overview.judge_window import JudgeWindow
from studio.views.overview.probe_window import ProbeWindow
from studio.views.pairs.pairs_page import PairsPage
from studio.views.pairs.review_summary import ReviewSummaryWindow
from studio.views.pairs.reviewers.reviewers_window import ReviewersWindow
from studio.views.pairs.similar.similar_window import SimilarPairsWindow
from studio.views.pairs.triage.triage_tools import ReviewSession
from studio.views.pairs.veto_reasons_window import VetoReasonsWindow
from studio.views.settings.judge_key_window import JudgeKeyWindow
from studio.views.settings.prompt_window import PromptWindow
from studio.views.window.about import AboutWindow
from studio.views.window.guide import GuideWindow
from studio.views.window.main_window import MainWindow
from studio.views.window.pages import page_definitions
from studio.views.window.shortcut_sheet import KeySheet
from studio.widgets.text_size import set_text_percent
from studio.window_settings import AppSettings

TOTAL = SPLITS["train"]
acts = Acts()
ON_JOBS = (
    *("jobs.start", "jobs.pause", "jobs.cancel", "jobs.resume", "jobs.up", "jobs.down", "jobs.open-folder"),
    *("jobs.copy-error", "jobs.search", "jobs.next-match", "jobs.previous-match", "jobs.save-table"),
)
"""These need a queue."""
ON_START = ("start.open", "start.remove", "window.demo", "window.finished-demo")
"""These need the start page."""
ON_ADVICE = ("overview.suggestion",)
ON_REVIEW = ("jobs.review",)
"""This needs a review that training waits for."""
ON_MODELS = ("models.export", "models.compare", "models.pin", "models.delete", "models.discard", "models.undo")
"""These need versions of two iterations."""
VERSION = "iter2/merged"
ON_EXPERIMENTS = ("experiments.apply",)
"""This needs merges."""
ON_LINES = ("lines.without-vetoes", "lines.retrained", "lines.resume")
"""These need vetoes before a training and after it, and a line that has stopped."""


class Opened(QObject):
    """Stands in for the browser and the file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Keeps what would be opened."""
        self.urls.append(url.toString())


@pytest.fixture
def opened() -> Iterator[Opened]:
    """What the system was asked to open."""
    found = Opened()
    for scheme in ("https", "file"):
        QDesktopServices.setUrlHandler(scheme, found, "open")
    yield found
    for scheme in ("https", "file"):
        QDesktopServices.unsetUrlHandler(scheme)


# The window


@acts("window.new")
def new(trial: Trial, name: str) -> None:
    trial.do(name)
    trial.until(lambda: trial.window.wizard is not None and trial.window.wizard.isVisible())


@acts("window.open", "project.export-pairs", "project.export-predictions", "project.export-metrics")
@acts("project.export-review-log")
@acts("project.import-pairs", "project.archive", "overview.save-table", "pairs.save-table", "compare.save-table")
@acts("judges.save-table", "compare.save-picture", "compare.save-html", "compare.save-listed", "images.relocate")
def asks_for_a_file(trial: Trial, name: str) -> None:
    page = name.split(".")[0]
    if page in trial.shell.pages:
        go(trial, page)
    trial.opens(name, QFileDialog)


@acts("project.export")
def export(trial: Trial, name: str) -> None:
    trial.do(name)
    trial.until(lambda: trial.shell.panel is not None and trial.shell.panel.isVisible())
    assert trial.shell.panel is not None
    trial.shell.panel.close()


@acts("project.report")
def report(trial: Trial, name: str) -> None:
    trial.opens(name, QFileDialog)
    assert trial.shell.panel is not None
    trial.shell.panel.close()
    trial.window.activateWindow()


@acts("window.open-archive")
def open_archive(trial: Trial, name: str) -> None:
    trial.opens(name, QDialog)


@acts("window.close-project")
def close_project(trial: Trial, name: str) -> None:
    root = trial.shell.overview.project.root
    trial.do(name)
    trial.until(lambda: trial.window.shell is None and trial.window.start.isVisible())
    open_in(trial.qtbot, trial.window, root)


@acts("window.quit")
def leave(trial: Trial, name: str) -> None:
    trial.do(name)
    trial.until(lambda: not trial.window.isVisible())
    trial.window.show()


@acts("window.commands")
def palette(trial: Trial, name: str) -> None:
    if trial.route == "palette":
        trial.window.show_commands()
    trial.do(name)
    trial.until(trial.window.palette_of_commands.isVisible)
    trial.window.palette_of_commands.hide()


@acts("window.appearance-system", "window.appearance-light", "window.appearance-dark")
def appearance(trial: Trial, name: str) -> None:
    shown = looks(trial)
    mode = name.rsplit("-", 1)[1]
    trial.window.choose_appearance("dark" if mode == "light" else "light")
    trial.do(name)
    assert trial.window.appearance == mode and trial.shell.settings.appearance.currentData() == mode
    assert shown[-1] == mode


@acts("window.text-larger", "window.text-smaller", "window.text-normal")
def text_size(trial: Trial, name: str) -> None:
    shown = looks(trial)
    trial.window.choose_text_percent(125)
    trial.do(name)
    wanted = {"window.text-larger": 150, "window.text-smaller": 110, "window.text-normal": 100}[name]
    assert trial.window.text_percent == wanted and trial.shell.settings.text_size.currentData() == wanted
    assert shown[-1] == wanted
    trial.window.choose_text_percent(100)


@acts("window.full-screen")
def full_screen(trial: Trial, name: str) -> None:
    before = trial.window.isFullScreen()
    trial.do(name)
    trial.until(lambda: trial.window.isFullScreen() is not before)
    assert all_actions(trial.window)[name].isChecked() is not before


@acts("window.guide")
def guide(trial: Trial, name: str) -> None:
    trial.opens(name, GuideWindow)


@acts("window.keys")
def keys(trial: Trial, name: str) -> None:
    trial.opens(name, KeySheet)


@acts("window.about")
def about(trial: Trial, name: str) -> None:
    trial.opens(name, AboutWindow)


@acts("window.paper")
def paper(trial: Trial, name: str) -> None:
    trial.do(name)
    assert opened_urls(trial) == ["https://arxiv.org/abs/2506.02708"]


@acts("window.demo")
def demo(trial: Trial, name: str) -> None:
    def fails() -> Path:
        raise StudioError("There is no room for a demo.", "Make some.")

    trial.window._services = dataclasses.replace(trial.window._services, make_demo=fails)
    trial.window.start.message.hide()
    trial.do(name)
    trial.until(trial.window.start.message.isVisible)


@acts("window.finished-demo")
def finished_demo(trial: Trial, name: str) -> None:
    def fails() -> Path:
        raise StudioError("There is no room for the finished demo.", "Make some.")

    trial.window._services = dataclasses.replace(trial.window._services, make_finished_demo=fails)
    trial.window.start.message.hide()
    trial.do(name)
    trial.until(trial.window.start.message.isVisible)
    assert "no room for the finished demo" in trial.window.start.message.label.text()


@acts("start.open")
def open_selected(trial: Trial, name: str) -> None:
    trial.do(name)
    trial.until(lambda: trial.window.shell is not None)
    trial.window.close_project()
    trial.until(lambda: trial.window.shell is None)


@acts("start.remove")
def remove(trial: Trial, name: str) -> None:
    start = trial.window.start
    trial.window._settings.remember_project(Path("/elsewhere") / str(trial.tries))
    trial.window._show_start()
    before = start.recent.count()
    start.recent.setFocus()
    trial.do(name)
    trial.until(lambda: start.recent.count() == before - 1)


# The project


@acts(*(f"project.go-{page.name}" for page in page_definitions()))
def go_to(trial: Trial, name: str) -> None:
    wanted = name.rsplit("-", 1)[1]
    go(trial, "jobs" if wanted != "jobs" else "models")
    trial.do(name)
    assert trial.shell.page_name == wanted and trial.shell.buttons[wanted].isChecked()
    marked = [other for other in trial.shell.pages if trial.shell.commands[f"project.go-{other}"].isChecked()]
    assert marked == [wanted]


@acts("project.settings")
def project_settings(trial: Trial, name: str) -> None:
    go(trial, "jobs")
    trial.do(name)
    assert trial.shell.page_name == "settings"


@acts("overview.next-step", "overview.run-all")
def next_step(trial: Trial, name: str) -> None:
    go(trial, "overview")
    trial.do(name)
    trial.until(lambda: trial.shell.page_name == "jobs")
    trial.until(lambda: trial.window.workspace is not None and trial.window.workspace.running)
    at_rest(trial)


@acts("overview.measure", "overview.reread")
def evaluate_again(trial: Trial, name: str) -> None:
    go(trial, "overview")
    trial.until(lambda: trial.shell.overview.results.proxy.rowCount() == 2)
    next_step(trial, name)


@acts("overview.review")
def review(trial: Trial, name: str) -> None:
    page = trial.shell.overview
    go(trial, "overview")
    trial.until(page.review.isVisible)
    before = page.review.isChecked()
    trial.do(name)
    trial.until(lambda: page.review.isChecked() is not before and not page._saving_review)
    assert all_actions(trial.window)[name].isChecked() is not before


@acts("overview.compare")
def compare_selected(trial: Trial, name: str) -> None:
    go(trial, "overview")
    table = trial.shell.overview.results.table
    trial.until(lambda: table.model().rowCount() == 2)
    table.selectRow(1)
    trial.do(name)
    trial.until(lambda: trial.shell.page_name == "compare")


@acts("overview.suggestion")
def suggestion(trial: Trial, name: str) -> None:
    go(trial, "overview")
    trial.until(lambda: trial.shell.overview.has_suggestion)
    trial.do(name)
    trial.until(lambda: trial.shell.page_name == "compare")


@acts("overview.judge")
def judge_versions(trial: Trial, name: str) -> None:
    go(trial, "overview")
    trial.until(lambda: trial.shell.overview.results.proxy.rowCount() == 2)
    trial.opens(name, JudgeWindow)


@acts("overview.probe")
def probe_versions(trial: Trial, name: str) -> None:
    go(trial, "overview")
    trial.until(lambda: trial.shell.overview.results.proxy.rowCount() == 2)
    trial.opens(name, ProbeWindow)


# Images


@acts("images.open", "pairs.open-image", "compare.open-image")
def open_image(trial: Trial, name: str) -> None:
    go(trial, name.split(".")[0])
    trial.opens(name, ImageWindow)


@acts("judges.suggestions")
def suggestions(trial: Trial, name: str) -> None:
    go(trial, "judges")
    trial.opens(name, SuggestionsWindow)


@acts("images.chat", "compare.chat")
def chat(trial: Trial, name: str) -> None:
    go(trial, name.split(".")[0])
    trial.opens(name, ChatWindow)


@acts("settings.prompt", "images.prompt", "compare.prompt")
def prompt(trial: Trial, name: str) -> None:
    go(trial, name.split(".")[0])
    trial.opens(name, PromptWindow)


@acts("images.show-in-folder")
def show_in_folder(trial: Trial, name: str) -> None:
    go(trial, "images")
    trial.do(name)
    assert opened_urls(trial)[0].endswith("/images")


@acts("images.copy-path")
def copy_path(trial: Trial, name: str) -> None:
    go(trial, "images")
    QGuiApplication.clipboard().clear()
    trial.do(name)
    assert QGuiApplication.clipboard().text().endswith(".png")


@acts("settings.model")
def choose_model(trial: Trial, name: str) -> None:
    go(trial, "settings")
    trial.until(lambda: bool(trial.shell.settings.form.texts()["model.base"]))
    trial.opens(name, ModelPickerWindow)
    trial.until(trial.window.isActiveWindow)


@acts("images.search", "pairs.search", "settings.search")
def search(trial: Trial, name: str) -> None:
    page = name.split(".")[0]
    go(trial, page)
    field = {
        "images": trial.shell.images.bar.search,
        "pairs": trial.shell.pairs.controls.search,
        "settings": trial.shell.settings.search,
    }[page]
    trial.shell.buttons[page].setFocus()
    trial.do(name)
    assert field.hasFocus()
    trial.shell.buttons[page].setFocus()


@acts("images.larger", "images.smaller")
def thumbnails(trial: Trial, name: str) -> None:
    go(trial, "images")
    slider = trial.shell.images.size_slider
    slider.setValue(2)
    trial.do(name)
    assert slider.value() == (3 if name == "images.larger" else 1)


@acts("images.save-filter")
def save_filter(trial: Trial, name: str) -> None:
    go(trial, "images")
    trial.do(name)
    assert trial.shell.images.bar.name.isVisible()
    press(trial.window, "Esc")
    trial.shell.images.grid.setFocus()


@acts("images.clear-filter")
def clear_filter(trial: Trial, name: str) -> None:
    go(trial, "images")
    bar = trial.shell.images.bar
    bar.vetoed.setChecked(True)
    trial.do(name)
    assert not bar.vetoed.isChecked()


# Pairs


@acts("pairs.veto", "pairs.keep")
def decide(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    trial.do(name)
    assert verdicts(page)[:2] == [name.split(".")[1], "none"] and page.table.currentIndex().row() == 1
    take_back(trial)


@acts("pairs.reason-1", "pairs.reason-2", "pairs.reason-3", "pairs.reason-4", "pairs.reason-5")
@acts("pairs.reason-6", "pairs.reason-7", "pairs.reason-8", "pairs.reason-9")
def veto_for_a_reason(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.tools._on_reasons(tuple(f"reason {number}" for number in range(1, 10)))
    trial.do(name)
    assert (page.model.rows[0].verdict, page.model.rows[0].reason) == ("veto", f"reason {name[-1]}")
    assert page.table.currentIndex().row() == 1
    take_back(trial)


@acts("pairs.edit-reasons", "pairs.summary", "pairs.similar")
def windows_of_the_review(trial: Trial, name: str) -> None:
    first_pair(trial)
    windows: dict[str, type[QDialog]] = {
        "pairs.edit-reasons": VetoReasonsWindow,
        "pairs.summary": ReviewSummaryWindow,
        "pairs.similar": SimilarPairsWindow,
    }
    trial.opens(name, windows[name])


@acts("pairs.reviewers")
def reviewers_of_the_project(trial: Trial, name: str) -> None:
    first_pair(trial)
    trial.opens(name, ReviewersWindow)


@acts("pairs.use-decision")
def use_decision(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.reviewers.choose("Ann")
    trial.until(lambda: page.model.rowCount() == TOTAL and page.current is not None)
    page.go_to(1)
    page.decide("veto")
    page.go_to(1)
    trial.until(lambda: page.pair_actions.saving == 0)
    trial.do(name)
    trial.until(lambda: page.pair_actions.saving == 0)
    page.reviewers.choose("")
    trial.until(lambda: page.model.rowCount() == TOTAL and page.current is not None)
    assert verdicts(page)[:3] == ["none", "veto", "none"]
    page.pair_actions.undo()
    trial.until(lambda: page.pair_actions.saving == 0)


@acts("pairs.doubtful")
def most_doubtful(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    trial.do(name)
    trial.until(lambda: page.triage.bar.quality.text().startswith("Too few verdicts to learn from"))
    page.triage.forget()


@acts("pairs.end-session")
def end_session(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.triage.session = ReviewSession(1, page.model.ids[:3])
    page.refresh()
    trial.until(lambda: page.model.rowCount() == 3)
    trial.do(name)
    trial.until(lambda: page.model.rowCount() == TOTAL)


@acts("pairs.next-unreviewed")
def next_unreviewed(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.decide("keep")
    page.decide("keep")
    page.table.setCurrentIndex(page.model.index(0, 0))
    trial.do(name)
    assert page.table.currentIndex().row() == 2
    take_back(trial)
    take_back(trial)


@acts("pairs.select-all")
def select_all_pairs(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.go_to(2)
    assert page.selection.count == 1
    trial.do(name)
    assert page.selection.count == TOTAL and page.table.currentIndex().row() == 2


@acts("pairs.focus")
def focus_review(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    before = page.focused
    trial.do(name)
    assert page.focused is not before and page.focus.isVisible() is page.focused
    assert page.table.isVisible() is not page.focused
    page.show_focus(False)


@acts("pairs.more-filters")
def more_filters(trial: Trial, name: str) -> None:
    controls = first_pair(trial).controls
    before = controls.more.isHidden()
    trial.do(name)
    assert controls.more.isHidden() is not before
    assert controls.more_button.isChecked() is before


@acts("pairs.clear-filters")
def clear_filters(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.controls.state.setCurrentIndex(1)
    page.controls.distance.low.setText("3")
    trial.do(name)
    assert not page.controls.is_filtering and page.controls.distance.low.text() == ""
    trial.until(lambda: page.model.rowCount() == TOTAL)


@acts("pairs.scope-both", "pairs.scope-score", "pairs.scope-consistency")
def scope(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    wanted = name.rsplit("-", 1)[1]
    page.scope.setCurrentIndex(page.scope.findData("score" if wanted == "both" else "both"))
    trial.do(name)
    page.decide("veto")
    assert page.veto_scope == wanted and page.model.rows[0].scope == wanted
    take_back(trial)


@acts("pairs.next-scope")
def next_scope(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    before = page.scope.currentIndex()
    trial.do(name)
    assert page.scope.currentIndex() == (before + 1) % page.scope.count()


@acts("pairs.edit")
def edit(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    editor = page.detail.editor
    for closing, expected in (("Ctrl+Return", True), ("Esc", False)):
        before = page.current
        assert before is not None
        trial.do(name)
        trial.until(editor.chosen.hasFocus)
        for letter in "VKU":
            press(trial.window, letter)
        press(trial.window, closing)
        trial.until(lambda: editor.row is None and page.pair_actions.saving == 0)
        assert page.current is not None
        assert (page.current.chosen_text.casefold() == "vku" + before.chosen_text.casefold()) is expected
        assert set(verdicts(page)) == {"none"}
    take_back(trial)


@acts("pairs.regenerate")
def regenerate(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.table.setCurrentIndex(page.model.index(trial.tries, 0))
    trial.do(name)
    assert page.model.rows[trial.tries - 1].redrawing and page.table.currentIndex().row() == trial.tries
    trial.until(lambda: ("generate",) in rows(page.project.root, "SELECT stage FROM job"))
    at_rest(trial)


@acts("pairs.note")
def note(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    for closing, expected in (("Esc", ""), ("Return", "vk")):
        trial.do(name)
        press(trial.window, "V")
        press(trial.window, "K")
        press(trial.window, closing)
        trial.until(lambda: page.pair_actions.saving == 0 and not page.note_bar.isVisible())
        assert page.current is not None and page.current.note.casefold() == expected
    assert set(verdicts(page)) == {"none"}
    take_back(trial)


@acts("pairs.veto-all", "pairs.keep-all")
def decide_all(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    trial.do(name)
    assert str(TOTAL) in page.question.label.text() and set(verdicts(page)) == {"none"}
    press(trial.window, "Return")
    trial.until(lambda: set(verdicts(page)) == {name.split(".")[1].split("-")[0]})
    words = f"Undo {name.split('.')[1].split('-')[0]} of {TOTAL} pairs"
    trial.until(lambda: page.commands["pairs.undo"].text() == words)
    take_back(trial)
    trial.until(lambda: set(verdicts(page)) == {"none"})


@acts("pairs.undo")
def undo(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.decide("veto")
    trial.do(name)
    trial.until(lambda: set(verdicts(page)) == {"none"} and page.pair_actions.saving == 0)


@acts("pairs.redo")
def redo(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.decide("veto")
    take_back(trial)
    trial.do(name)
    trial.until(lambda: verdicts(page)[0] == "veto" and page.pair_actions.saving == 0)
    take_back(trial)


@acts("pairs.train")
def train(trial: Trial, name: str) -> None:
    """Here it saves what is being edited; the gate has a test of its own in test_keys."""
    page = first_pair(trial)
    page.edit()
    page.detail.editor.chosen.setPlainText(f"Better {trial.tries}")
    trial.do(name)
    trial.until(lambda: page.detail.editor.row is None and page.pair_actions.saving == 0)
    assert page.current is not None and page.current.chosen_text == f"Better {trial.tries - 1}"


@acts("pairs.previous", "pairs.next")
def step(trial: Trial, name: str) -> None:
    page = first_pair(trial)
    page.table.setCurrentIndex(page.model.index(3, 0))
    trial.do(name)
    assert page.table.currentIndex().row() == (4 if name == "pairs.next" else 2)


@acts("pairs.next-filter", "pairs.previous-filter")
def filters(trial: Trial, name: str) -> None:
    state = first_pair(trial).controls.state
    state.setCurrentIndex(0)
    trial.do(name)
    assert state.currentIndex() == (1 if name == "pairs.next-filter" else state.count() - 1)
    state.setCurrentIndex(0)


@acts("pairs.next-flag")
def flag(trial: Trial, name: str) -> None:
    flags = first_pair(trial).controls.flag
    trial.do(name)
    assert flags.currentIndex() == 1
    flags.setCurrentIndex(0)


@acts("pairs.next-order")
def order(trial: Trial, name: str) -> None:
    controls = first_pair(trial).controls
    before = controls.sorting
    trial.do(name)
    assert controls.sorting != before


@acts("pairs.zoom")
def zoom_whole(trial: Trial, name: str) -> None:
    canvas = first_pair(trial).detail.image.canvas
    trial.until(lambda: canvas.scale_factor > 0)
    before = canvas.fitted
    trial.do(name)
    assert canvas.fitted is not before


@acts("pairs.zoom-in", "pairs.zoom-out")
def zoom(trial: Trial, name: str) -> None:
    canvas = first_pair(trial).detail.image.canvas
    trial.until(lambda: canvas.scale_factor > 0)
    before = canvas.scale_factor
    trial.do(name)
    assert (canvas.scale_factor > before) is (name == "pairs.zoom-in")


@acts("pairs.show-image", "compare.show-image")
def show_image(trial: Trial, name: str) -> None:
    page = first_pair(trial) if name.startswith("pairs") else compare_list(trial)
    current = page.current
    assert current is not None
    trial.do(name)
    trial.until(lambda: trial.shell.page_name == "images" and trial.shell.images.current_id == current.image_id)


# Compare and the blind test


@acts("compare.previous", "compare.next")
def compare_step(trial: Trial, name: str) -> None:
    page = compare_list(trial)
    page.table.setCurrentIndex(page.model.index(3, 0))
    trial.do(name)
    assert page.table.currentIndex().row() == (4 if name == "compare.next" else 2)


@acts("compare.blind")
def begin_blind(trial: Trial, name: str) -> None:
    page = compare_list(trial)
    trial.do(name)
    trial.until(page.blind.isVisible)
    page.blind.left.emit()


@acts("blind.prefer-1", "blind.prefer-2", "blind.tie")
def vote(trial: Trial, name: str) -> None:
    view = blind_test(trial)
    assert view.state is not None
    before = view.state.voted
    trial.do(name)
    trial.until(lambda: view.state is not None and view.state.voted == before + 1)
    view.undo()
    trial.until(lambda: view.state is not None and view.state.voted == before)


@acts("blind.undo")
def undo_vote(trial: Trial, name: str) -> None:
    view = blind_test(trial)
    view.vote(1)
    trial.until(lambda: view.state is not None and view.state.voted == 1)
    trial.do(name)
    trial.until(lambda: view.state is not None and view.state.voted == 0)


@acts("blind.reveal", "blind.anew")
def reveal(trial: Trial, name: str) -> None:
    view = blind_test(trial)
    view.vote(1)
    trial.until(lambda: view.state is not None and view.state.voted == 1)
    trial.do(name)
    if name == "blind.reveal":
        trial.until(lambda: view.state is not None and view.state.revealed_at is not None)
        view.begin_anew()
    trial.until(lambda: view.state is not None and view.state.voted == 0 and view.state.revealed_at is None)


@acts("blind.leave")
def leave_blind(trial: Trial, name: str) -> None:
    view = blind_test(trial)
    trial.do(name)
    trial.until(lambda: not view.isVisible())


# Judges and grading


@acts("judges.grade")
def begin_grading(trial: Trial, name: str) -> None:
    page = judges_list(trial)
    trial.do(name)
    trial.until(page.grading.isVisible)
    page.leave_grading()


@acts("grading.grade-1", "grading.grade-2", "grading.grade-3", "grading.grade-4", "grading.grade-5", "grading.skip")
def give_grade(trial: Trial, name: str) -> None:
    view = grading(trial)
    before = view.state
    trial.do(name)
    trial.until(lambda: view.state is not before)
    assert view.state is not None and view.state.card is not None
    if name == "grading.skip":
        assert view.state.done == 1
    else:
        assert view.state.card.grades[0] == int(name[-1]) - 1
    view.undo()
    trial.until(lambda: view.state is not None and view.state.card is not None and view.state.done == 0)


@acts("grading.undo")
def undo_grade(trial: Trial, name: str) -> None:
    view = grading(trial)
    view.grade(3)
    trial.until(lambda: view.can_undo)
    trial.do(name)
    trial.until(lambda: not view.can_undo)


@acts("grading.image")
def image_of_grading(trial: Trial, name: str) -> None:
    view = grading(trial)
    before = view.image.isHidden()
    trial.do(name)
    assert view.image.isHidden() is not before


@acts("grading.more")
def grade_more(trial: Trial, name: str) -> None:
    view = grading(trial)
    assert view.state is not None
    view._gradings._goal = 0  # a round is done
    view._on_state(dataclasses.replace(view.state, goal=0, card=None))
    view.setFocus()
    trial.do(name)
    trial.until(lambda: view.state is not None and view.state.card is not None)


@acts("grading.leave")
def leave_grading(trial: Trial, name: str) -> None:
    view = grading(trial)
    trial.do(name)
    trial.until(lambda: not view.isVisible())


# Models and settings


@acts("models.export")
def export_version(trial: Trial, name: str) -> None:
    choose_version(trial)
    export(trial, name)


@acts("models.compare")
def compare_with_base(trial: Trial, name: str) -> None:
    choose_version(trial)
    trial.do(name)
    trial.until(lambda: trial.shell.page_name == "compare")


@acts("models.pin")
def pin(trial: Trial, name: str) -> None:
    page = choose_version(trial).models
    before = page.current is not None and page.current.pinned
    trial.do(name)
    trial.until(lambda: page.current is not None and page.current.pinned is not before)


@acts("models.delete", "models.discard")
def delete(trial: Trial, name: str) -> None:
    choose_version(trial)
    trial.opens(name, QMessageBox)


@acts("models.undo")
def undo_delete(trial: Trial, name: str) -> None:
    page = choose_version(trial).models
    page.delete()
    box = trial.dialog(QMessageBox)
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if button.text() == "Delete").click()
    trial.until(lambda: page.commands["models.undo"].text() == f"Undo delete of {VERSION}")
    trial.window.activateWindow()  # the question had the keyboard
    trial.until(trial.window.isActiveWindow)
    trial.do(name)
    trial.until(lambda: len(page.model.rows) == 5)


@acts("experiments.new", "experiments.merges", "experiments.search")
def ask_what_to_try(trial: Trial, name: str) -> None:
    go(trial, "experiments")
    trial.opens(name, QDialog)


@acts("experiments.apply")
def use_best_settings(trial: Trial, name: str) -> None:
    go(trial, "experiments")
    page = trial.shell.experiments
    page.tabs.setCurrentWidget(page.merges)
    trial.until(lambda: page.best is not None)
    trial.opens(name, QMessageBox)


@acts("lines.without-vetoes", "lines.retrained")
def start_line(trial: Trial, name: str) -> None:
    """Each time another line is begun, and the Jobs page shows it."""
    go(trial, "overview")
    before = lines_of(trial)
    trial.do(name)
    answer(trial, "Start training")
    trial.until(lambda: trial.shell.page_name == "jobs")
    trial.until(lambda: len(lines_of(trial)) == len(before) + 1)
    assert lines_of(trial)[-1] == (name.split(".")[1], 1)
    at_rest(trial)


@acts("lines.resume")
def resume_line(trial: Trial, name: str) -> None:
    go(trial, "overview")
    trial.do(name)
    answer(trial, "Resume")
    trial.until(lambda: trial.shell.page_name == "jobs")
    trial.until(lambda: any(job.state == "running" for job in trial.shell.jobs.model.rows))
    at_rest(trial)


@acts("settings.save", "settings.revert")
def save_settings(trial: Trial, name: str) -> None:
    go(trial, "settings")
    page = trial.shell.settings
    trial.until(lambda: bool(page._saved))
    field = page.form.editor("project.seed")
    field.setText(str(100 + trial.tries))  # type: ignore[attr-defined]
    page.form.edited.emit()
    trial.do(name)
    trial.until(lambda: not page.can_save and not page.can_revert)
    trial.qtbot.wait(200)  # what was saved is read once more
    saved = f"seed = {99 + trial.tries}" in (page.project.root / "studio.toml").read_text("utf-8")
    assert saved is (name == "settings.save")


@acts("settings.judge-key")
def enter_judge_key(trial: Trial, name: str) -> None:
    go(trial, "settings")
    trial.until(lambda: bool(trial.shell.settings._saved))
    trial.opens(name, JudgeKeyWindow)


# Jobs


@acts("jobs.start")
def start(trial: Trial, name: str) -> None:
    trial.do(name)
    trial.until(lambda: trial.shell.jobs.can_pause)
    paused(trial)
    trial.shell.jobs.resume()
    trial.until(lambda: trial.shell.jobs.can_pause)
    raise DoneError


@acts("jobs.pause")
def pause(trial: Trial, name: str) -> None:
    running(trial)
    trial.do(name)
    trial.until(lambda: trial.shell.jobs.model.rows[0].state == "paused")


@acts("jobs.cancel")
def cancel(trial: Trial, name: str) -> None:
    running(trial)
    trial.do(name)
    trial.until(lambda: trial.shell.jobs.model.rows[0].state == "cancelled")
    at_rest(trial)


@acts("jobs.resume")
def resume(trial: Trial, name: str) -> None:
    running(trial)
    paused(trial)
    assert trial.shell.jobs.commands[name].text() == "Resume"
    trial.do(name)
    trial.until(lambda: trial.shell.jobs.model.rows[0].state == "running")


@acts("jobs.up", "jobs.down")
def move(trial: Trial, name: str) -> None:
    page = trial.shell.jobs

    def place() -> int:
        return [row.title for row in page.model.rows].index("Measure base")

    page.table.setCurrentIndex(page.model.index(place(), 0))
    if name == "jobs.up":
        trial.until(lambda: page.may_move(1))
        page.move_by(1)
        trial.until(lambda: place() == 3)
    trial.until(lambda: page.current is not None and page.current.title == "Measure base")
    page.table.setFocus()
    trial.do(name)
    trial.until(lambda: place() == (2 if name == "jobs.up" else 3))
    if name == "jobs.down":
        trial.until(lambda: page.may_move(-1))
        page.move_by(-1)
        trial.until(lambda: place() == 2)


@acts("jobs.review")
def review_pairs(trial: Trial, name: str) -> None:
    go(trial, "jobs")
    trial.do(name)
    trial.until(lambda: trial.shell.page_name == "pairs")


@acts("jobs.open-folder")
def open_folder(trial: Trial, name: str) -> None:
    running(trial)
    trial.do(name)
    assert "/runs/" in opened_urls(trial)[0]


@acts("jobs.copy-error")
def copy_error(trial: Trial, name: str) -> None:
    page = trial.shell.jobs
    if not page.error_text:
        page.workspace.start_queue()
        trial.until(lambda: page.model.rows[0].state == "failed" and bool(page.error_text))
    QGuiApplication.clipboard().clear()
    trial.do(name)
    assert QGuiApplication.clipboard().text() == "The model is tired. Let it sleep."


@acts("jobs.search")
def search_log(trial: Trial, name: str) -> None:
    page = trial.shell.jobs
    page.table.setFocus()
    trial.do(name)
    assert page.detail.log_view.field.hasFocus()


@acts("jobs.next-match", "jobs.previous-match")
def matches(trial: Trial, name: str) -> None:
    view = trial.shell.jobs.detail.log_view
    view.set_text("one two one two one")
    view.field.setText("one")
    view.go_on()
    before = view.text.textCursor().position()
    trial.do(name)
    assert view.text.textCursor().position() != before
    view.clear()


@acts("jobs.save-table")
def save_jobs(trial: Trial, name: str) -> None:
    trial.opens(name, QFileDialog)


def looks(trial: Trial) -> list[str | int]:
    """What the window is to look like from now on, newest last. Only noted: ``test_settings_page``, ``test_live_theme``
    and ``test_text_size`` look at a window that does, which takes seconds each time."""
    noted: list[str | int] = []

    def resize(percent: int) -> None:
        set_text_percent(percent)
        noted.append(percent)

    services = trial.window._services
    trial.window._services = dataclasses.replace(services, show_appearance=noted.append, show_text_size=resize)
    return noted


def go(trial: Trial, page: str) -> None:
    """Brings a page with its rows to the front."""
    trial.shell.show_page(page)
    ready: dict[str, Callable[[], bool]] = {
        "images": lambda: trial.shell.images.current_path is not None,
        "pairs": lambda: trial.shell.pairs.current is not None and trial.shell.pairs.pair_actions.saving == 0,
        "compare": lambda: trial.shell.compare.current is not None,
    }
    if page in ready:
        trial.until(ready[page])


def first_pair(trial: Trial) -> PairsPage:
    """The Pairs page with its first pair."""
    go(trial, "pairs")
    page = trial.shell.pairs
    trial.until(lambda: page.model.rowCount() == TOTAL)
    page.table.setCurrentIndex(page.model.index(0, 0))
    page.table.setFocus()
    trial.until(lambda: page.current is not None)
    return page


def verdicts(page: PairsPage) -> list[str]:
    return [row.verdict for row in page.model.rows]


def take_back(trial: Trial) -> None:
    """Undoes what was done last, and waits until that is known."""
    acts = trial.shell.pairs.pair_actions
    trial.until(lambda: acts.saving == 0)
    acts.undo()
    trial.until(lambda: acts.saving == 0 and acts.history is not None)


def compare_list(trial: Trial):  # type: ignore[no-untyped-def]
    go(trial, "compare")
    trial.shell.compare.table.setFocus()
    return trial.shell.compare


def blind_test(trial: Trial):  # type: ignore[no-untyped-def]
    page = compare_list(trial)
    if not page.blind.isVisible():
        page.begin_blind()
    trial.until(lambda: page.blind.state is not None and page.blind.state.card is not None and not page.blind._busy)
    page.blind.setFocus()
    return page.blind


def judges_list(trial: Trial):  # type: ignore[no-untyped-def]
    go(trial, "judges")
    page = trial.shell.judges
    trial.until(lambda: page.judges.rowCount() > 0 and page.can_grade)
    page.grader.setCurrentText("Ann")
    page.table.setFocus()
    return page


def grading(trial: Trial):  # type: ignore[no-untyped-def]
    go(trial, "judges")
    page = trial.shell.judges
    if not page.grading.isVisible():
        judges_list(trial).grade()
    view = page.grading
    trial.until(lambda: view.state is not None and view.state.card is not None and not view._busy)
    view.setFocus()
    return view


def choose_version(trial: Trial):  # type: ignore[no-untyped-def]
    go(trial, "models")
    page = trial.shell.models
    trial.until(lambda: len(page.model.rows) == 5)
    page.tree.setCurrentIndex(page.model.find(VERSION))
    trial.until(lambda: page.current is not None and page.current.version.name == VERSION)
    page.tree.setFocus()
    return trial.shell


def lines_of(trial: Trial) -> list[tuple[object, ...]]:
    """Recipe and iteration of the lines."""
    return rows(trial.shell.overview.project.root, "SELECT recipe, iteration FROM line ORDER BY id")


def answer(trial: Trial, text: str) -> None:
    """Presses a button of the question on the screen."""
    trial.until(lambda: trial.dialog(QMessageBox) is not None)
    box = trial.dialog(QMessageBox)
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if button.text() == text).click()
    trial.window.activateWindow()  # the question had the keyboard
    trial.until(trial.window.isActiveWindow)


def at_rest(trial: Trial) -> None:
    workspace = trial.window.workspace
    assert workspace is not None
    workspace.stop_queue()
    trial.until(lambda: not workspace.running)


def running(trial: Trial) -> None:
    """The first job runs, or goes on."""
    page = trial.shell.jobs
    page.table.setCurrentIndex(page.model.index(0, 0))
    if page.model.rows[0].state == "running":
        return
    trial.until(lambda: not page.workspace.running)
    if page.can_resume:
        page.resume()
    else:
        page.workspace.start_queue()
    trial.until(lambda: page.model.rows[0].state == "running" and page.can_pause and page.can_cancel)


def paused(trial: Trial) -> None:
    trial.shell.jobs.pause()
    trial.until(lambda: trial.shell.jobs.model.rows[0].state == "paused" and trial.shell.jobs.can_resume)
    trial.until(lambda: not trial.shell.jobs.workspace.running)


def opened_urls(trial: Trial) -> list[str]:
    """What was opened since the last look."""
    found: Opened = trial.opened  # type: ignore[attr-defined]
    urls, found.urls = found.urls, []
    return urls


def in_one_window(names: Sequence[str], size: int = 8) -> list[list[str]]:
    """Actions that are tried one after the other in the same window, a few of a page at a time."""
    found = [name for name in names if not name.endswith(ALONE)]
    alone = [[name] for name in names if name not in found]
    pages = {name.split(".")[0]: [each for each in found if each.split(".")[0] == name.split(".")[0]] for name in found}
    shared = [page[start : start + size] for page in pages.values() for start in range(0, len(page), size)]
    return [*alone, *shared]


def every_way(trial: Trial, names: Sequence[str]) -> None:
    """Tries each of the actions by all its routes."""
    for name in names:
        try:
            trial.every_way(acts[name], name)
        except (Exception, pytest.fail.Exception) as error:
            error.add_note(f"the action {name}, by {trial.route} {trial.key}")
            raise


@pytest.fixture
def trial(qtbot: QtBot, empty_window: MainWindow, opened: Opened) -> Trial:
    found = Trial(qtbot, empty_window)
    found.opened = opened  # type: ignore[attr-defined]
    return found


ALONE = (
    *(
        "save-table",
        "save-picture",
        "save-html",
        "save-listed",
        "open-image",
        ".chat",
        ".prompt",
        ".relocate",
        ".open",
        ".new",
        "archive",
        ".guide",
        ".keys",
        ".about",
        "-pairs",
        "-predictions",
    ),
    *(
        "-metrics",
        "-review-log",
        "edit-reasons",
        "pairs.summary",
        "pairs.similar",
        "pairs.reviewers",
        ".export",
        ".report",
        "close-project",
        "quit",
        "regenerate",
        "next-step",
        "run-all",
        ".save",
        ".revert",
        ".measure",
        ".reread",
    ),
)
"""These leave a window without the focus, another project, running jobs or other settings."""
OTHERS = [
    name
    for name in acts
    if name not in (*ON_JOBS, *ON_START, *ON_MODELS, *ON_EXPERIMENTS, *ON_LINES, *ON_ADVICE, *ON_REVIEW)
]


@pytest.mark.parametrize("names", in_one_window(OTHERS), ids=lambda names: names[0])
def test_that_an_action_works_by_key_from_the_palette_and_from_its_menu(
    trial: Trial, reviewed: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    use_fake_worker(monkeypatch, "slow")
    open_in(trial.qtbot, trial.window, reviewed)
    every_way(trial, names)


@pytest.mark.parametrize("name", ON_JOBS)
def test_that_an_action_on_the_queue_works_by_key_from_the_palette_and_from_its_menu(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    use_fake_worker(monkeypatch, "fail" if name == "jobs.copy-error" else "pausable")
    open_in(trial.qtbot, trial.window, with_queue(tmp_path))
    trial.shell.show_page("jobs")
    trial.until(lambda: trial.shell.jobs.current is not None)
    every_way(trial, [name])


@pytest.mark.parametrize("name", ON_START)
def test_that_an_action_of_the_start_page_works_by_key_from_the_palette_and_from_its_menu(
    trial: Trial, reviewed: Path, settings: AppSettings, name: str
) -> None:
    settings.remember_project(reviewed)
    trial.window._show_start()
    every_way(trial, [name])


def test_that_an_action_on_a_version_works_by_key_from_the_palette_and_from_its_menu(
    trial: Trial, tmp_path: Path
) -> None:
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "trained"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(root, exclusive=True)
    run_fake_jobs_until(project, 2)
    project.close()
    open_in(trial.qtbot, trial.window, root)
    every_way(trial, ON_MODELS)


def test_that_the_suggested_step_works_by_key_from_the_palette_and_from_its_menu(trial: Trial, tmp_path: Path) -> None:
    open_in(trial.qtbot, trial.window, make_compared_project(tmp_path / "p", tmp_path / "data", "lost format"))
    every_way(trial, ON_ADVICE)


def test_that_the_review_is_found_from_the_jobs_by_every_way(trial: Trial, tmp_path: Path) -> None:
    open_in(trial.qtbot, trial.window, make_gated_project(tmp_path / "p", tmp_path / "data"))
    every_way(trial, ON_REVIEW)


def test_that_an_action_on_merges_works_from_the_palette_and_from_its_menu(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_engine, "_ACTED", ("generate", "predict", "judge"))
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "merged"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(root, exclusive=True)
    run_fake_jobs_until(project, 2)
    merging.start(project, 2, merging.variants(["linear"]))
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)
    project.close()
    open_in(trial.qtbot, trial.window, root)
    every_way(trial, ON_EXPERIMENTS)


@pytest.mark.parametrize("name", ON_LINES)
def test_that_an_action_on_lines_works_from_the_palette_and_from_its_menu(
    trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    use_fake_worker(monkeypatch, "slow")
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "trained"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(root, exclusive=True)
    run_fake_jobs_until(project, 1, "train")
    pairs = [row.id for row in list_pairs(project, PairFilter(iteration=1))]
    review_steps.decide_all(project, pairs[:3], "veto")
    run_fake_jobs_until(project, 1)
    review_steps.decide_all(project, pairs[3:5], "veto")
    if name == "lines.resume":
        lines.start_without_vetoes(project, 1)
        for job in queue.list_jobs(project):
            if job.state == "queued":
                queue.cancel_queued(project, job.id)
    project.close()
    open_in(trial.qtbot, trial.window, root)
    every_way(trial, [name])


def with_queue(folder: Path) -> Path:
    """A project with the jobs of the base in the queue, and those of the first iteration behind them."""
    scores = write_photos(folder / "data")
    root = folder / "queued"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(root, exclusive=True)
    next_action.enqueue_next(project, 1)
    assert queue.list_jobs(project)[2].title.startswith("Measure")
    project.close()
    return root


def test_that_no_action_is_untried(qtbot: QtBot, window: MainWindow) -> None:
    known = set(all_actions(window)) | {action.definition.id for action in window.start.commands}
    tried = set(acts) | tried_in(Path(__file__).parent)
    assert tried == known - {"blind.prefer-3", "blind.prefer-4"}  # as the first two, with more versions
