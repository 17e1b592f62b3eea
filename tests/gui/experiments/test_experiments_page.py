"""The Experiments page and the windows that start experiments, as a person uses them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot
from support import fake_engine
from support.fake_engine import run_fake_job, run_fake_jobs_until
from support.fake_worker import use_fake_worker
from support.projects import rows, write_photos
from support.window import open_in

from studio.models import experiment_table as columns
from studio.services.experiments import catalogue, merging, searching
from studio.services.experiments.types import SearchSpace
from studio.services.loop import queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.views.experiments.experiment_panel import ExperimentPanel
from studio.views.experiments.merge_window import MergeWindow
from studio.views.experiments.new_window import NewExperimentWindow
from studio.views.experiments.search_window import SearchWindow
from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell

Make = Callable[[Callable[[Project], object]], Shell]


@pytest.fixture
def make(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Project], object]], Shell]:
    """Makes a project, does something with it, and opens it in the window, on the page."""
    monkeypatch.setattr(fake_engine, "_ACTED", ("generate", "predict", "judge"))

    def begin(work: Callable[[Project], object]) -> Shell:
        scores = write_photos(tmp_path / "data")
        root = tmp_path / "project"
        create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
        project = create_and_open.open_project(root, exclusive=True)
        work(project)
        project.close()
        open_in(qtbot, empty_window, root)
        shell = empty_window.shell
        assert shell is not None
        shell.show_page("experiments")
        qtbot.waitUntil(lambda: bool(shell.experiments.rows))
        return shell

    return begin


def run_queue(project: Project) -> None:
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)


def with_everything(project: Project) -> None:
    run_fake_jobs_until(project, 2)
    catalogue.start(project, "sft-score")
    merging.start(project, 2, merging.variants(["ties", "linear"], [0.3]))
    run_queue(project)
    name = searching.begin(project, SearchSpace((1e-4,), (0.2,), (16,)), 1)
    searching.advance(project, name)
    run_queue(project)


def texts(panel: ExperimentPanel, column: int) -> list[str]:
    return [panel.proxy.index(row, column).data() for row in range(panel.proxy.rowCount())]


def dialog_of(shell: Shell, kind: type[QDialog]) -> QDialog:
    return next(each for each in shell.window().findChildren(kind) if each.isVisible())


def test_that_each_tab_has_its_table_and_charts(qtbot: QtBot, make: Make) -> None:
    shell = make(with_everything)
    page = shell.experiments
    qtbot.waitUntil(lambda: bool(page.search.charts))
    assert texts(page.ablations, columns.COL_NAME) == [
        *("Before training", "Main line, iteration 1", "Main line, iteration 2", "SFT on scores"),
    ]
    assert texts(page.merges, columns.COL_NAME) == ["Main line, iteration 2", "ties, density 0.3", "linear"]
    assert texts(page.search, columns.COL_NAME) == ["learning rate 0.0001, beta 0.2, rank 16"]
    assert texts(page.ablations, columns.COL_DELTA)[2:] == ["compared with this", "+0.000 [+0.000, +0.000]"]
    assert page.search.table.isColumnHidden(columns.COL_SRCC), "the test split is not shown for a search"
    assert [bar.name for bar in page.ablations.charts[0].bars] == texts(page.ablations, columns.COL_NAME)
    assert [bar.main for bar in page.ablations.charts[0].bars] == [False, False, True, False]
    left = page.ablations.charts[0].plot.getAxis("left")
    assert left.fixedWidth > 80, "the names have room beside the axis"


def test_that_the_best_by_validation_is_written_into_the_settings(qtbot: QtBot, make: Make) -> None:
    shell = make(with_everything)
    page = shell.experiments
    apply = page.commands["experiments.apply"]
    assert not apply.isEnabled() and "Compare merges" in apply.toolTip()
    page.tabs.setCurrentWidget(page.search)
    assert apply.isEnabled()
    apply.trigger()
    qtbot.waitUntil(lambda: any(box.isVisible() for box in shell.findChildren(QMessageBox)))
    box = next(box for box in shell.findChildren(QMessageBox) if box.isVisible())
    assert box.text() == "Use learning rate 0.0001, beta 0.2, rank 16?"
    assert "training.learning_rate = 0.0001" in box.informativeText()
    next(button for button in box.buttons() if button.text() == "Use").click()
    qtbot.waitUntil(lambda: "Settings changed: training.learning_rate" in page.message.text())
    training = tomllib.loads((page.project.root / "studio.toml").read_text("utf-8"))["training"]
    assert (training["learning_rate"], training["beta"], training["rank"]) == (1e-4, 0.2, 16)


def test_that_chosen_experiments_are_queued(qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_worker(monkeypatch, "slow")
    shell = make(lambda project: run_fake_jobs_until(project, 2))
    page = shell.experiments
    page.commands["experiments.new"].trigger()
    window = dialog_of(shell, NewExperimentWindow)
    assert isinstance(window, NewExperimentWindow)
    for name, box in window.boxes.items():
        box.setChecked(name in ("dpo-once", "radius-1"))
    assert window.note.text().startswith("2 experiments")
    window.start_button.click()
    root = page.project.root
    qtbot.waitUntil(lambda: rows(root, "SELECT name FROM line ORDER BY id") == [("dpo-once",), ("radius-1",)])
    qtbot.waitUntil(lambda: any(row.name == "radius-1" for row in page.rows))
    assert page.tabs.currentWidget() is page.ablations
    shell.jobs.workspace.stop_queue()
    qtbot.waitUntil(lambda: not shell.jobs.workspace.running)


def test_that_an_experiment_that_would_repeat_the_main_line_says_so(
    qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = make(lambda project: run_fake_jobs_until(project, 2))
    shell.experiments.workspace.start_experiments(["radius-2"])
    qtbot.waitUntil(lambda: "has these settings itself" in shell.message.label.text())


def test_that_the_merge_window_counts_its_merges(qtbot: QtBot, make: Make) -> None:
    shell = make(lambda project: run_fake_jobs_until(project, 2))
    shell.experiments.commands["experiments.merges"].trigger()
    window = dialog_of(shell, MergeWindow)
    assert isinstance(window, MergeWindow)
    qtbot.waitUntil(lambda: window.iteration.count() == 1)
    assert window.note.text() == "11 merges; each is predicted and measured."
    for box in window.methods.values():
        box.setChecked(False)
    assert not window.start_button.isEnabled()
    window.close()


def test_that_the_search_window_refuses_what_is_no_number(qtbot: QtBot, make: Make) -> None:
    shell = make(lambda project: run_fake_jobs_until(project, 1))
    shell.experiments.commands["experiments.search"].trigger()
    window = dialog_of(shell, SearchWindow)
    assert isinstance(window, SearchWindow)
    assert window.note.text().startswith("12 trials of 45 combinations")
    for text in ("", "a", "0", "-1", "16, 1.5", "nan", "1e99"):
        window.fields["rank"].setText(text)
        window.update_note()
        assert not window.start_button.isEnabled(), text
    window.fields["rank"].setText("16")
    window.update_note()
    assert window.note.text().startswith("12 trials of 15 combinations")
    window.close()


def test_that_the_next_trial_follows_while_the_window_is_open(
    qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first trial is finished by hand, since the fake worker has no weights."""
    use_fake_worker(monkeypatch, "slow")
    shell = make(lambda project: run_fake_jobs_until(project, 1))
    workspace = shell.experiments.workspace
    workspace.start_search(SearchSpace((1e-4, 2e-4), (0.2,), (16,)), 2)
    qtbot.waitUntil(lambda: workspace.running)
    workspace.stop_queue()
    qtbot.waitUntil(lambda: not workspace.running)
    project = workspace.project
    state = searching.state(project, "search")
    assert (state.ended, state.trials) == (0, 2) and state.waiting, "a stopped trial is not followed by another"
    for job_id in state.waiting:
        if queue.job(project, job_id).state != "queued":
            queue.resume(project, job_id)
    run_queue(project)
    workspace.jobs_changed.emit()
    qtbot.waitUntil(lambda: len([row for row in shell.experiments.rows if row.group == "search"]) == 2)
    workspace.stop_queue()
    qtbot.waitUntil(lambda: not workspace.running)
