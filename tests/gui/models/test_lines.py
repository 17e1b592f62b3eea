"""Starting and resuming lines beside the main one, as a person does it in the window; and what came of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QMessageBox
from pytestqt.qtbot import QtBot
from support.fake_engine import run_fake_job, run_fake_jobs_until
from support.fake_worker import use_fake_worker
from support.pair_rows import list_pairs
from support.projects import SPLITS, rows, write_photos
from support.trial import all_actions
from support.window import open_in

from db.models import Metric, ModelVersion
from studio.models.job_table import COL_STAGE
from studio.services.loop import queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.recipes import lines
from studio.services.recipes.registry import RECIPES
from studio.services.review import review_steps
from studio.services.review.types import PairFilter
from studio.services.versions.overview import OverviewReader
from studio.services.versions.types import MetricValue
from studio.views.overview.line_verdict import line_sentence
from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell

VETOED = 3
TOTAL = SPLITS["train"]
STARTED = "SELECT count(*) FROM job WHERE started_at IS NOT NULL AND line != 'main'"
WITHOUT, RETRAIN, RESUME = "lines.without-vetoes", "lines.retrained", "lines.resume"


@pytest.fixture
def make(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> Callable[[Callable[[Project], object]], Shell]:
    """Makes a project, does something with it, and opens it in the window."""

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
        qtbot.waitUntil(lambda: shell.lines._choices is not None)
        return shell

    return begin


Make = Callable[[Callable[[Project], object]], Shell]


def veto(project: Project, iteration: int = 1) -> None:
    ids = [row.id for row in list_pairs(project, PairFilter(iteration=iteration))][:VETOED]
    review_steps.decide_all(project, ids, "veto")


def trained_with_vetoes(project: Project) -> None:
    """Iteration 1, with vetoes before its training."""
    assert run_fake_jobs_until(project, 1, "train") is not None
    veto(project)
    assert run_fake_jobs_until(project, 1) is None


def vetoed_afterwards(project: Project) -> None:
    """Iterations 1 and 2, with vetoes in the first after its training."""
    assert run_fake_jobs_until(project, 2) is None
    veto(project)


def run_queue(project: Project) -> None:
    while (job := queue.next_queued(project)) is not None:
        run_fake_job(project, job)


def question(qtbot: QtBot, shell: Shell) -> QMessageBox:
    """The one question on the screen."""
    qtbot.waitUntil(lambda: any(box.isVisible() for box in shell.findChildren(QMessageBox)))
    (box,) = [box for box in shell.findChildren(QMessageBox) if box.isVisible()]
    assert not box.isModal() and box.textFormat() == Qt.TextFormat.PlainText
    return box


def press(qtbot: QtBot, box: QMessageBox, text: str) -> None:
    qtbot.mouseClick(next(button for button in box.buttons() if button.text() == text), Qt.MouseButton.LeftButton)


def test_that_each_recipe_has_an_action_with_words_that_find_it(make: Make, empty_window: MainWindow) -> None:
    make(trained_with_vetoes)
    actions = all_actions(empty_window)
    for recipe in RECIPES:
        assert (f"lines.{recipe.name}" in actions) is recipe.in_menu, "the page of experiments offers the others"
        if not recipe.in_menu:
            continue
        definition = actions[f"lines.{recipe.name}"].definition
        assert definition.text == recipe.action and definition.menu == "project"
        assert {"vetoes", "help", "experiment", "branch", "compare"} <= set(definition.synonyms.split())
    empty_window.show_commands()
    palette = empty_window.palette_of_commands
    for words in ("did my vetoes help", "experiment", "branch"):
        palette.line.setText(words)
        assert "Train without my vetoes…" in palette.shown
    palette.hide()


@pytest.mark.parametrize(
    ("work", "without", "retrain"),
    [
        (lambda project: None, "No iteration has been trained yet.", "No iteration has been trained yet."),
        (
            lambda project: run_fake_jobs_until(project, 1),
            "No pair of iteration 1 is vetoed.",
            "No pair of iteration 1 was changed since it was trained.",
        ),
        (trained_with_vetoes, "", "No pair of iteration 1 was changed since it was trained."),
        (
            vetoed_afterwards,
            "No pair of iteration 2 is vetoed.",
            "No pair of iteration 2 was changed since it was trained.",
        ),
    ],
)
def test_that_an_action_with_nothing_to_compare_is_off_and_says_why(
    make: Make, empty_window: MainWindow, work: Callable[[Project], object], without: str, retrain: str
) -> None:
    make(work)
    empty_window.menu_bar.opening.emit("project")
    actions = all_actions(empty_window)
    for name, reason in ((WITHOUT, without), (RETRAIN, retrain)):
        assert actions[name].isEnabled() is (not reason)
        assert actions[name].toolTip() == (reason or actions[name].definition.help)
    assert not actions[RESUME].isEnabled() and actions[RESUME].toolTip() == "No line has stopped."


def test_that_the_chosen_version_decides_which_iteration_is_trained_again(
    qtbot: QtBot, make: Make, empty_window: MainWindow
) -> None:
    shell = make(vetoed_afterwards)
    actions = all_actions(empty_window)
    shell.show_page("models")
    qtbot.waitUntil(lambda: len(shell.models.model.rows) == 5)
    assert shell.lines.iteration == 2 and not actions[RETRAIN].isEnabled()
    shell.models.tree.setCurrentIndex(shell.models.model.find("iter1/score"))
    empty_window.menu_bar.opening.emit("project")
    assert shell.lines.iteration == 1 and actions[RETRAIN].isEnabled()
    late = "The vetoes of iteration 1 came after its training: it was trained without them."
    assert not actions[WITHOUT].isEnabled() and actions[WITHOUT].toolTip() == late
    shell.show_page("overview")
    table = shell.overview.results.table
    qtbot.waitUntil(lambda: table.model().rowCount() == 5)
    table.selectRow(1)
    assert shell.lines.iteration == 1
    shell.show_page("pairs")
    assert shell.lines.iteration == 2


def test_that_a_question_says_what_is_trained_and_jobs_shows_it_after_the_answer(
    qtbot: QtBot, make: Make, empty_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    shell = make(trained_with_vetoes)
    shell.show_page("overview")
    root = shell.overview.project.root
    actions = all_actions(empty_window)
    actions[WITHOUT].trigger()
    box = question(qtbot, shell)
    assert box.windowTitle() == "Without my vetoes"
    assert box.text() == f"Train iteration 1 again, on {TOTAL} pairs instead of {TOTAL - VETOED}?"
    details = box.informativeText()
    assert "New versions: without-vetoes/iter1/score. They start from base, as iteration 1 did." in details
    assert "Estimated time: " in details and "based on the jobs of iteration 1" in details
    assert "It runs in the same queue. The versions of the main line stay as they are." in details
    press(qtbot, box, "Cancel")
    qtbot.waitUntil(lambda: not [each for each in shell.findChildren(QMessageBox) if each.isVisible()])
    assert rows(root, "SELECT count(*) FROM line") == [(0,)] and shell.page_name == "overview"
    actions[WITHOUT].trigger()
    press(qtbot, question(qtbot, shell), "Start training")
    qtbot.waitUntil(lambda: shell.page_name == "jobs")
    qtbot.waitUntil(lambda: any(job.line == "without-vetoes" for job in shell.jobs.model.rows))
    qtbot.waitUntil(
        lambda: rows(root, "SELECT count(*) FROM job WHERE started_at IS NOT NULL AND line != 'main'")[0][0] > 0
    )
    assert rows(root, "SELECT name, recipe, iteration, start FROM line") == [
        ("without-vetoes", "without-vetoes", 1, "base")
    ]


def test_that_a_second_line_of_a_kind_is_pointed_out_and_what_waits_is_counted(qtbot: QtBot, make: Make) -> None:
    def work(project: Project) -> None:
        trained_with_vetoes(project)
        lines.start_without_vetoes(project, 1)

    shell = make(work)
    shell.lines.ask("without-vetoes")
    details = question(qtbot, shell).informativeText()
    assert "You already have this line: without-vetoes." in details and "without-vetoes-2/iter1/score" in details
    assert "after the jobs that are waiting now (4)" in details


def test_that_a_line_that_could_only_repeat_the_result_is_refused_before_anything_is_queued(
    qtbot: QtBot, make: Make
) -> None:
    def work(project: Project) -> None:
        """A veto that was taken back before the training leaves a trace in the times, and no difference."""
        assert run_fake_jobs_until(project, 1, "train") is not None
        veto(project)
        review_steps.undo(project)
        run_fake_jobs_until(project, 1)

    shell = make(work)
    said: list[str] = []
    shell.lines._workspace.problem.connect(said.append)
    assert not shell.lines.reason("without-vetoes")
    shell.lines.ask("without-vetoes")
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith("No pair of iteration 1 was excluded from its training by a veto.")
    assert not [box for box in shell.findChildren(QMessageBox) if box.isVisible()]


def test_that_a_veto_on_the_pairs_page_makes_retraining_possible(
    qtbot: QtBot, make: Make, empty_window: MainWindow
) -> None:
    shell = make(lambda project: run_fake_jobs_until(project, 1))
    action = all_actions(empty_window)[RETRAIN]
    assert not action.isEnabled()
    shell.show_page("pairs")
    qtbot.waitUntil(lambda: shell.pairs.current is not None)
    shell.pairs.decide("veto")
    qtbot.waitUntil(action.isEnabled)
    action.trigger()
    text = question(qtbot, shell).text()
    assert text == f"Train iteration 1 again, on {TOTAL - 1} pairs instead of {TOTAL}?"


def test_that_a_line_that_stopped_is_resumed(
    qtbot: QtBot, make: Make, empty_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")

    def work(project: Project) -> None:
        trained_with_vetoes(project)
        lines.start_without_vetoes(project, 1)
        job = queue.next_queued(project)
        assert job is not None
        run_fake_job(project, job)
        for waiting in queue.list_jobs(project):
            if waiting.state == "queued":
                queue.cancel_queued(project, waiting.id)

    shell = make(work)
    action = all_actions(empty_window)[RESUME]
    assert action.isEnabled() and action.toolTip() == action.definition.help
    action.trigger()
    box = question(qtbot, shell)
    assert box.text() == "Resume the line without-vetoes?"
    assert "without-vetoes: Without my vetoes, iteration 1, 1 of 4 jobs done" in box.informativeText()
    press(qtbot, box, "Resume")
    qtbot.waitUntil(lambda: shell.page_name == "jobs")
    qtbot.waitUntil(lambda: any(job.state == "running" for job in shell.jobs.model.rows))
    qtbot.waitUntil(lambda: not action.isEnabled())


def test_that_of_several_lines_that_stopped_one_is_chosen(
    qtbot: QtBot, make: Make, empty_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")

    def work(project: Project) -> None:
        trained_with_vetoes(project)
        lines.start_without_vetoes(project, 1)
        lines.start_without_vetoes(project, 1)
        for waiting in queue.list_jobs(project):
            if waiting.state == "queued":
                queue.cancel_queued(project, waiting.id)

    shell = make(work)
    all_actions(empty_window)[RESUME].trigger()
    box = question(qtbot, shell)
    assert box.text() == "Which line do you want to resume?"
    press(qtbot, box, "Resume without-vetoes-2")
    qtbot.waitUntil(lambda: any(job.state == "running" for job in shell.jobs.model.rows))
    states = {(job.line, job.state) for job in shell.jobs.model.rows if job.line == "without-vetoes"}
    assert states == {("without-vetoes", "cancelled")}


@pytest.mark.parametrize("page", ["overview", "models"])
def test_that_a_right_click_on_a_version_offers_lines(qtbot: QtBot, make: Make, page: str) -> None:
    shell = make(trained_with_vetoes)
    shell.show_page(page)
    view = shell.overview.results.table if page == "overview" else shell.models.tree
    qtbot.waitUntil(lambda: view.model().rowCount() > 0)
    view.customContextMenuRequested.emit(view.visualRect(view.model().index(0, 0)).center())
    menu = next(menu for menu in view.findChildren(QMenu) if menu.isVisible())
    offered = {action.objectName(): action for action in menu.actions()}
    assert {WITHOUT, RETRAIN, RESUME} <= set(offered)
    assert offered[WITHOUT].isEnabled() and not offered[RETRAIN].isEnabled()
    menu.close()


def put_metrics(project: Project, version: str, values: dict[str, tuple[float, float | None, float | None]]) -> None:
    with project.session() as session:
        owner = session.query(ModelVersion).filter_by(name=version).one()
        for name, (value, lo, hi) in values.items():
            session.query(Metric).filter_by(model_version_id=owner.id, name=name, split="test").delete()
            session.add(Metric(model_version_id=owner.id, split="test", name=name, value=value, lo=lo, hi=hi, n=12))


def test_that_the_overview_says_whether_the_vetoes_helped(qtbot: QtBot, make: Make) -> None:
    def work(project: Project) -> None:
        trained_with_vetoes(project)
        lines.start_without_vetoes(project, 1)
        run_queue(project)
        put_metrics(project, "iter1/score", {"srcc": (0.58, 0.5, 0.6)})
        delta = {"srcc_delta:iter1/score": (0.03, 0.01, 0.05), "srcc_p:iter1/score": (0.012, None, None)}
        put_metrics(project, "without-vetoes/iter1/score", {"srcc": (0.61, 0.55, 0.66), **delta})

    shell = make(work)
    shell.show_page("overview")
    label = shell.overview.line_verdicts
    qtbot.waitUntil(label.isVisible)
    assert label.text() == (
        "Without my vetoes (iteration 1): SRCC 0.610 vs. 0.580 with them, difference +0.030 [+0.010, +0.050]. "
        "Your vetoes made the model worse (unlikely to be due to chance, p = 0.012)."
    )


def test_that_every_verdict_answers_the_question_of_its_recipe(make: Make) -> None:
    def work(project: Project) -> None:
        trained_with_vetoes(project)
        lines.start_without_vetoes(project, 1)
        lines.start_without_vetoes(project, 1)
        lines.start_line(project, "retrained", 1, "iter1/score")
        run_queue(project)
        for name in ("without-vetoes", "without-vetoes-2", "retrained"):
            delta = {"srcc_delta:iter1/score": (-0.004, -0.01, 0.002), "srcc_p:iter1/score": (0.4, None, None)}
            put_metrics(project, f"{name}/iter1/score", delta)

    shell = make(work)
    found = OverviewReader(shell.overview.project).read()
    first, second, third = (line_sentence(found, name) for name in found.lines)
    unclear = "difference -0.004 [-0.010, +0.002]. It is not clear whether your vetoes helped (could be due to chance"
    assert unclear in first and second.startswith("Without my vetoes (iteration 1, without-vetoes-2): SRCC ")
    assert third.startswith("retrained/iter1/score")  # from another start: not the decisions alone differ
    assert line_sentence(found, "iter9/score") == ""
    verdict = found.verdicts["without-vetoes/iter1/score"]
    worse = dataclasses.replace(verdict, word="worse", delta=MetricValue(-0.03, -0.05, -0.01, 12), p=0.001)
    helped = dataclasses.replace(found, verdicts={"without-vetoes/iter1/score": worse})
    assert line_sentence(helped, "without-vetoes/iter1/score").endswith(
        "difference -0.030 [-0.050, -0.010]. Your vetoes helped (very unlikely to be due to chance, p = 0.001)."
    )
    for recipe in RECIPES:
        assert set(recipe.answers) == {"better", "worse", "unclear"} and recipe.action.endswith("…")


def test_that_the_jobs_table_names_stages_in_words(qtbot: QtBot, make: Make) -> None:
    shell = make(trained_with_vetoes)
    shell.show_page("jobs")
    model = shell.jobs.model
    qtbot.waitUntil(lambda: len(model.rows) > 3)
    shown = {model.index(place, COL_STAGE).data() for place in range(model.rowCount())}
    assert shown == {"Generate", "Train", "Predict", "Judge", "Measure"}
