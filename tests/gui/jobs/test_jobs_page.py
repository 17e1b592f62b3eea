"""What the Jobs page offers for a job, driven by its keys and buttons."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from support.fake_engine import run_fake_jobs_until, set_setting
from support.fake_worker import use_fake_worker
from support.projects import rows, write_photos
from support.window import open_in

from engine.contract.events import AnswerSamples, Memory, Started, TrainStep
from studio.models.job_settings import JobSettingsModel
from studio.services.loop import next_action, queue
from studio.services.loop.types import SettingRow, Step
from studio.services.projects import create_and_open
from studio.views.jobs.jobs_page import JobsPage
from studio.views.window.main_window import MainWindow
from studio.widgets.log_view import LogView
from studio.widgets.stepper import Stepper

STEPS = 2500


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose first training is next, with a history, and another iteration behind it in the queue."""
    scores = write_photos(tmp_path / "data")
    folder = tmp_path / "project"
    create_and_open.create_project(folder, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(folder, exclusive=True)
    train = run_fake_jobs_until(project, 2, stage="train")
    assert train is not None
    curve = [TrainStep(n, STEPS, 0.7, 0.1, 0.5, 0.0, 0.0, 1e-5, 1.0) for n in range(1, STEPS + 1)]
    events = [Started("train", STEPS, "steps", device="cpu"), *curve, AnswerSamples(2400, 8, 7, 31.4)]
    events.append(Memory(2_500_000_000, 1_000_000_000))
    queue.append_events(project, train.id, [(1.0, event) for event in events])
    set_setting(project, "bootstrap = 1000", "bootstrap = 500")
    project.close()
    return folder


@pytest.fixture
def page(qtbot: QtBot, empty_window: MainWindow, root: Path) -> JobsPage:
    """The page, with the queue at rest."""
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("jobs")
    jobs = empty_window.shell.jobs
    qtbot.waitUntil(lambda: jobs.model.rowCount() > 0 and jobs.detail.charts is not None, timeout=10_000)
    return jobs


def titles(page: JobsPage) -> list[str]:
    return [row.title for row in page.model.rows]


def choose(qtbot: QtBot, page: JobsPage, title: str) -> None:
    place = titles(page).index(title)
    page.table.setCurrentIndex(page.model.index(place, 0))


def test_that_a_waiting_job_is_moved_by_key_as_far_as_it_may(qtbot: QtBot, page: JobsPage, root: Path) -> None:
    choose(qtbot, page, "Measure iter1/score")
    qtbot.waitUntil(page.down_button.isEnabled)
    assert not page.up_button.isEnabled()  # it measures what is judged before it
    page.table.setFocus()

    def places() -> int:
        return titles(page).index("Generate the pairs of iteration 2") - titles(page).index("Measure iter1/score")

    steps = places()
    for left in reversed(range(steps)):
        qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda left=left: places() == (left or -1))  # type: ignore[misc]
    assert page.current is not None and page.current.title == "Measure iter1/score"  # it stays chosen
    stored = [title for (title,) in rows(root, "SELECT title FROM job ORDER BY position, id")]
    assert stored == titles(page)
    for done in range(1, steps + 1):
        qtbot.waitUntil(page.up_button.isEnabled)
        qtbot.mouseClick(page.up_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda done=done: places() == done)  # type: ignore[misc]
    qtbot.waitUntil(lambda: not page.up_button.isEnabled())
    assert titles(page).index("Measure iter1/score") < titles(page).index("Generate the pairs of iteration 2")


def test_that_the_whole_history_is_in_the_curves_and_memory_is_told(qtbot: QtBot, page: JobsPage) -> None:
    choose(qtbot, page, "Train iter1/score")
    charts = page.detail.charts
    assert charts is not None
    qtbot.waitUntil(lambda: charts.loss.points == STEPS)
    assert [chart.points for chart in (charts.margin, charts.accuracy, charts.rate)] == [STEPS] * 3
    assert "on cpu" in page.detail.facts.text()
    assert "memory 2.5 GB" in page.detail.facts.text() and "device peak 1.0 GB" in page.detail.facts.text()
    sampled = "sampled answers at step 2400: 7 of 8 in the required format, 31 tokens on average"
    assert sampled in page.detail.facts.text()
    choose(qtbot, page, "Merge iter2/merged")
    qtbot.waitUntil(lambda: "sampled answers" not in page.detail.facts.text())


def test_that_a_job_without_curves_leaves_their_room_to_its_log(qtbot: QtBot, page: JobsPage) -> None:
    choose(qtbot, page, "Train iter1/score")
    qtbot.waitUntil(lambda: page.detail.tabs.width() < page.detail.width() * 0.7)
    assert page.detail.stack.isVisible()
    choose(qtbot, page, "Measure iter1/score")
    qtbot.waitUntil(lambda: page.detail.tabs.width() > page.detail.width() * 0.9)
    assert not page.detail.stack.isVisible()


def test_that_the_frozen_settings_are_shown_beside_those_of_now(qtbot: QtBot, page: JobsPage) -> None:
    settings = page.detail.settings
    choose(qtbot, page, "Train iter1/score")
    qtbot.waitUntil(lambda: settings.model.rowCount() > 20)
    page.detail.tabs.setCurrentWidget(settings)
    settings.only.click()
    assert settings.model.rows == (SettingRow("measure.bootstrap", "1000", "500"),)
    settings.other.setCurrentIndex(1)
    qtbot.waitUntil(lambda: settings.model.rowCount() == 0)
    assert "0 of" in settings.sentence.text()


def test_that_the_steps_of_the_chosen_jobs_iteration_are_shown_and_lead_to_their_jobs(
    qtbot: QtBot, page: JobsPage
) -> None:
    choose(qtbot, page, "Train iter2/score")
    qtbot.waitUntil(lambda: page.stepper.caption.text() == "Iteration 2")
    words = [button.text() for button in page.stepper.buttons]
    assert words[:4] == ["Generate", "Train score", "Train consistency", "Merge"] and words[4] == "Predict 0/3"
    qtbot.mouseClick(page.stepper.buttons[3], Qt.MouseButton.LeftButton)
    assert page.current is not None and page.current.title == "Merge iter2/merged"


def test_that_a_running_job_is_paused_and_resumed(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    scores = write_photos(tmp_path / "other")
    folder = tmp_path / "fresh"
    create_and_open.create_project(folder, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(folder)
    next_action.enqueue_next(project, 0)
    project.close()
    open_in(qtbot, empty_window, folder)
    assert empty_window.shell is not None
    empty_window.shell.show_page("jobs")
    page = empty_window.shell.jobs
    qtbot.waitUntil(page.start_button.isEnabled)
    assert not page.pause_button.isEnabled()
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].done > 2, timeout=10_000)
    qtbot.mouseClick(page.pause_button, Qt.MouseButton.LeftButton)
    assert "Pausing" in page.summary.text()
    qtbot.waitUntil(lambda: page.model.rows[0].state == "paused", timeout=10_000)
    qtbot.waitUntil(page.resume_button.isEnabled)
    use_fake_worker(monkeypatch, "well")
    qtbot.mouseClick(page.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rows[0].state == "done", timeout=20_000)


def test_that_the_log_is_searched_and_grows_in_place(qtbot: QtBot) -> None:
    view = LogView("Log")
    qtbot.addWidget(view)
    view.show()
    view.set_text("first Error\nsecond line\nthird error\n")
    view.text.setFocus()
    qtbot.keyClicks(view.field, "error")
    assert view.count.text() == "2 matches" and len(view.text.extraSelections()) == 2
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert view.text.textCursor().blockNumber() == 0
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert view.text.textCursor().blockNumber() == 2
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert view.text.textCursor().blockNumber() == 0  # round and round
    qtbot.mouseClick(view.back, Qt.MouseButton.LeftButton)
    assert view.text.textCursor().blockNumber() == 2
    view.set_text("first Error\nsecond line\nthird error\n<b>error</b> \x1b[31m\n")
    assert view.count.text() == "3 matches"
    assert "<b>error</b> \u241b[31m" in view.text.toPlainText()
    view.field.clear()
    assert view.count.text() == "" and not view.next.isEnabled()


def test_that_the_steps_keep_their_place_when_only_states_change(qtbot: QtBot) -> None:
    stepper = Stepper("Steps")
    qtbot.addWidget(stepper)
    stepper.set_steps("Iteration 1", [Step("generate", "running", 0, 1, 4), Step("judge", None, 0, 3, None)])
    first = stepper.buttons[0]
    assert not stepper.buttons[1].isEnabled() and "not queued yet" in stepper.buttons[1].accessibleName()
    stepper.set_steps("Iteration 1", [Step("generate", "done", 1, 1, 4), Step("judge", "running", 1, 3, 7)])
    assert stepper.buttons[0] is first and stepper.buttons[1].text() == "Judge 1/3"
    with qtbot.waitSignal(stepper.chosen) as signal:
        qtbot.mouseClick(stepper.buttons[1], Qt.MouseButton.LeftButton)
    assert signal.args == [7]


def test_that_the_settings_model_keeps_the_rules_and_shows_text_literally() -> None:
    model = JobSettingsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows([SettingRow("prompt.template", "<b>a</b>\n\x1b", None), SettingRow("a", "1", "1")])
    assert model.index(0, 1).data() == "<b>a</b> \u241b" and model.index(0, 2).data() == "–"
    assert [model.index(place, 3).data() for place in (0, 1)] == ["≠", ""]
    model.set_rows([])
    assert tester.model() is model
