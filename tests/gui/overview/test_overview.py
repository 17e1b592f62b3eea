"""The Overview: marks, verdicts, distributions, changed settings, and what can be saved."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from support.fake_worker import use_fake_worker
from support.projects import rows, write_photos
from support.reviewed import make_reviewed_project
from support.window import open_in

from db.models import Job, JobEvent, Line, Metric, ModelVersion
from studio.models import measure_table
from studio.models.version_table import COL_CONSISTENCY, COL_TONE, COL_VERDICT
from studio.services.errors import StudioError
from studio.services.estimating.types import AheadStage, EstimateRange, StageTime, TimeLeft
from studio.services.loop.types import NextAction
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.recipes.version_names import BASE
from studio.services.versions.measures import JUDGED
from studio.services.versions.types import MetricValue
from studio.text import with_interval
from studio.views.overview.overview_page import OverviewPage
from studio.views.window.main_window import MainWindow
from studio.widgets.chart_saving import save_chart
from studio.widgets.file_dialogs import file_name_of
from studio.widgets.lazy_charts import Mark, place_marks
from studio.widgets.table_saving import save_table
from studio.widgets.theme import current_theme


@pytest.fixture
def page(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> OverviewPage:
    """The Overview of a project whose first version is better than the base."""
    root = make_reviewed_project(tmp_path / "p", tmp_path / "p-data")
    project = create_and_open.open_project(root)
    with project.session() as session:
        owner = session.query(ModelVersion).filter_by(name="iter1/score").one()
        for name, value, lo, hi in (("srcc_delta", 0.41, 0.3, 0.5), ("srcc_p", 0.002, None, None)):
            session.add(
                Metric(model_version_id=owner.id, split="test", name=f"{name}:base", value=value, lo=lo, hi=hi, n=12)
            )
    project.close()
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("overview")
    found = empty_window.shell.overview
    qtbot.waitUntil(lambda: found.charts_ready and found.results.model.rowCount() == 2, timeout=10_000)
    return found


def test_that_it_is_told_in_words_whether_the_version_is_better(page: OverviewPage) -> None:
    assert page.results.model.index(1, COL_VERDICT).data() == "better: +0.41 [0.30, 0.50]"
    assert page.verdict.isVisible()
    assert page.verdict.text().splitlines() == [
        "iter1/score is better than base: better scores.",
        "SRCC +0.410 [0.300, 0.500] · Consistency: not judged · Format failures: not measured",
    ]
    tip = "SRCC: very unlikely to be due to chance, p = 0.002."
    assert tip in page.verdict.toolTip()


def test_that_charts_stand_two_by_two_where_the_window_is_tall(page: OverviewPage) -> None:
    def places() -> list[tuple[int, int]]:
        corners = [chart.mapTo(page, QPoint(0, 0)) for chart in page.results.charts.values()]
        return [(corner.x() > page.width() / 3, corner.y() > corners[0].y()) for corner in corners]

    assert [below for _right, below in places()] == [False] * 4
    page.window().resize(2200, 1400)
    QApplication.processEvents()
    assert places() == [(False, False), (True, False), (False, True), (True, True)]


def test_that_lone_marks_stand_on_their_tick_and_others_around_it() -> None:
    kinds = ("score", "consistency", "merged")
    marks = [Mark("base", "base", 0, 0.1), Mark("iter1/score", "score", 1, 0.5)]
    marks += [Mark(f"iter2/{kind}", kind, 2, 0.6) for kind in kinds]
    places = dict(zip([mark.version for mark in marks], place_marks(marks), strict=True))
    assert (places["base"], places["iter1/score"], places["iter2/merged"]) == (0.0, 1.0, 2.0)
    assert places["iter2/score"] < 2 < places["iter2/consistency"]


def test_that_the_line_follows_the_main_versions_only(qtbot: QtBot, page: OverviewPage) -> None:
    chart = page.results.charts["srcc"]
    chart.set_marks(
        [
            Mark("base", "base", 0, 0.1, main=True),
            Mark("iter1/score", "score", 1, 0.5, main=True),
            Mark("iter2/score", "score", 2, 0.6),
            Mark("iter2/consistency", "consistency", 2, 0.3),
            Mark("iter2/merged", "merged", 2, 0.7, main=True),
        ]
    )
    assert [value for _, value in chart.line] == [0.1, 0.5, 0.7]


def test_that_the_mouse_over_a_mark_shows_its_row_and_a_click_compares(qtbot: QtBot, page: OverviewPage) -> None:
    chart = page.results.charts["srcc"]
    qtbot.waitUntil(lambda: chart.plot.width() > 100 and chart.plot.getPlotItem().getViewBox().width() > 50)
    at = chart.plot.mapFromScene(chart.position_of("iter1/score"))
    qtbot.mouseMove(chart.plot.viewport(), at)
    qtbot.waitUntil(chart.tip.isVisible)
    assert "SRCC 0.720 [0.670, 0.760]" in chart.tip.text()
    assert "Compared with base: better: +0.41" in chart.tip.text()
    assert page.results.table.currentIndex().row() == 1
    with qtbot.waitSignal(page.compare_wanted) as wanted:
        qtbot.mouseClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert wanted.args == [["base", "iter1/score"]]


def test_that_enter_on_a_version_opens_the_comparison(qtbot: QtBot, page: OverviewPage) -> None:
    table = page.results.table
    table.setFocus()
    table.selectRow(1)
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    window = page.window()
    assert isinstance(window, MainWindow) and window.shell is not None
    qtbot.waitUntil(window.shell.compare.isVisible)
    qtbot.waitUntil(lambda: window.shell is not None and bool(window.shell.compare.model.rows))


def test_that_predicted_labels_stand_beside_the_truth(qtbot: QtBot, page: OverviewPage) -> None:
    page.tabs.setCurrentWidget(page.distribution)
    panel = page.distribution
    assert panel.model.rowCount() == 2 and panel.chart is not None
    assert not panel.warning.isVisible()
    assert panel.chart.highest > 0


def test_that_unchanged_settings_leave_a_sentence(page: OverviewPage) -> None:
    page.tabs.setCurrentWidget(page.changes)
    assert page.changes.empty.isVisible() and "No setting has changed" in page.changes.empty.text()


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_that_every_chart_can_be_saved(page: OverviewPage, tmp_path: Path, suffix: str) -> None:
    page.tabs.setCurrentWidget(page.distribution)
    assert page.distribution.chart is not None
    for chart in (*page.results.charts.values(), page.distribution.chart):
        file = tmp_path / f"{file_name_of(chart.title.text())}.{suffix}"
        chart.save.save_to(file)
        if suffix == "png":
            image = QImage(str(file))
            colours = [image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)]
            ground = current_theme()["base"].rgb()
            assert image.width() > 200 and 0.5 < colours.count(ground) / len(colours) < 0.99
        else:
            text = file.read_text("utf-8")
            assert "<svg" in text and "<path" in text and chart.title.text() in text
    assert len(list(tmp_path.glob(f"*.{suffix}"))) == 5


def test_that_a_chart_is_not_saved_under_another_name_or_where_nothing_can_be(
    page: OverviewPage, tmp_path: Path
) -> None:
    picture = page.results.charts["srcc"].picture()
    with pytest.raises(StudioError, match=r"\.png or \.svg"):
        save_chart(picture, tmp_path / "chart.exe")
    with pytest.raises(StudioError, match="Could not save"):
        save_chart(picture, tmp_path / "nowhere" / "chart.png")
    assert not list(tmp_path.glob("chart*"))


def test_that_the_tables_have_a_button_and_a_menu_for_csv(qtbot: QtBot, page: OverviewPage, tmp_path: Path) -> None:
    buttons = [button.accessibleName() for button in page.findChildren(QPushButton) if "CSV" in button.accessibleName()]
    assert len(buttons) == 5
    assert [action.text() for action in page.results.table.actions()] == ["Save as CSV…"]
    file = tmp_path / "versions.csv"
    with qtbot.waitSignal(save_table(page.results.table, file).finished):
        pass
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert rows[1]["Version"] == "iter1/score"
    assert rows[1]["SRCC change [95% CI]"] == "better: +0.41 [0.30, 0.50]"


def test_that_the_stop_for_review_is_chosen_beside_the_button_and_kept(qtbot: QtBot, page: OverviewPage) -> None:
    qtbot.waitUntil(lambda: page.review.isVisible() and page.button.isEnabled())
    assert not page.review.isChecked()
    qtbot.mouseClick(page.review, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.project.settings.loop.review)
    page.refresh()
    qtbot.wait(300)
    assert page.review.isChecked()
    qtbot.mouseClick(page.review, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.project.settings.loop.review)


@pytest.fixture
def with_line(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> OverviewPage:
    """The Overview of a project with the line "without-vetoes" beside its first iteration."""
    root = make_reviewed_project(tmp_path / "p", tmp_path / "p-data")
    project = create_and_open.open_project(root)
    with project.session() as session:
        version = ModelVersion(
            name="without-vetoes/iter1/score", line="without-vetoes", iteration=1, kind="score", parents=["base"],
            hyperparameters={},
        )  # fmt: skip
        session.add(version)
        session.add(Line(name="without-vetoes", recipe="of a newer release", iteration=1, start="iter1/score"))
        session.flush()
        own = (
            ("srcc", 0.6, 0.5, 0.7),
            ("srcc_delta:iter1/score", -0.12, -0.2, -0.04),
            ("srcc_p:iter1/score", 0.01, None, None),
        )
        for name, value, lo, hi in own:
            session.add(Metric(model_version_id=version.id, split="test", name=name, value=value, lo=lo, hi=hi, n=12))
    project.close()
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("overview")
    found = empty_window.shell.overview
    qtbot.waitUntil(lambda: found.charts_ready and found.results.model.rowCount() == 3, timeout=10_000)
    return found


def test_that_another_line_is_shown_with_its_paired_interval_against_the_main_line(with_line: OverviewPage) -> None:
    table = with_line.results.model
    assert table.index(2, 0).data() == "without-vetoes/iter1/score"
    assert table.index(2, COL_VERDICT).data() == "worse: -0.12 [-0.20, -0.04]"
    assert "worse than iter1/score" in table.index(2, COL_VERDICT).data(Qt.ItemDataRole.ToolTipRole)
    heading = table.headerData(COL_VERDICT, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "previous main version" in heading
    told = "without-vetoes/iter1/score ranks the test images worse than iter1/score: SRCC -0.12 [-0.20, -0.04]"
    assert told in with_line.line_verdicts.text() and with_line.line_verdicts.isVisible()
    chart = with_line.results.charts["srcc"]
    assert chart.line == [(0.0, 0.31), (0.92, 0.72)], "the main line does not go through it"
    assert chart.branches == {"without-vetoes": [(0.0, 0.31), (1.08, 0.6)]}
    assert "Dashed: other lines" in [entry.text for entry in with_line.results.legend._entries]


def test_that_marks_of_the_same_kind_on_two_lines_stand_apart() -> None:
    marks = [Mark("iter1/score", "score", 1, 0.5), Mark("x/iter1/score", "score", 1, 0.6)]
    first, second = place_marks(marks)
    assert first < 1 < second


def test_that_measures_are_those_of_the_latest_version_until_another_is_chosen(page: OverviewPage) -> None:
    panel = page.measures
    page.tabs.setCurrentWidget(panel)
    shown = panel.version.currentData()
    assert shown == page.results.model.rows[-1].name and panel.previous.text().startswith(f"Previous: {BASE}. p is not")
    row = next(row for row in panel.model.rows if row.measure.name == "srcc")
    place = panel.model.rows.index(row)
    assert panel.model.index(place, measure_table.COL_VALUE).data() == with_interval(row.metric)
    judged = [row for row in panel.model.rows if row.measure.group == "judge"]
    assert [row.metric for row in judged] == [None] * len(JUDGED), "nobody has graded"
    place = panel.model.rows.index(judged[0])
    assert panel.model.index(place, measure_table.COL_VALUE).data() == "not measured"
    panel.version.setCurrentIndex(panel.version.findData(BASE))
    panel.version.activated.emit(panel.version.currentIndex())
    assert all(row.base is None for row in panel.model.rows) and panel.previous.text() == ""
    page.measures.show_rows(page._rows)  # type: ignore[arg-type]
    assert panel.version.currentData() == BASE


def test_that_a_judge_or_the_estimate_can_be_chosen_for_chart_and_table(page: OverviewPage) -> None:
    rows, panel = page._rows, page.results
    assert rows is not None and panel.judge.isHidden(), "nobody has graded"
    means = {"gpt@there": 3.5, "person:Ann": 2.5}
    graded = {judge: {"consistency": MetricValue(mean, 2.0, 3.9, 5)} for judge, mean in means.items()}
    versions = tuple(dataclasses.replace(row, judged=graded).graded_by("gpt@there") for row in rows.versions)
    panel.show_rows(dataclasses.replace(rows, versions=versions))
    offered = [panel.judge.itemText(place) for place in range(panel.judge.count())]
    assert offered == ["gpt", "Ann", "Word tone (estimate)"] and not panel.judge.isHidden()
    for place, cell, title in ((1, "2.500 (n = 5)", "Consistency (Ann)"), (0, "3.500 (n = 5)", "Consistency (gpt)")):
        panel.judge.setCurrentIndex(place)
        panel.judge.activated.emit(place)
        assert panel.model.index(0, COL_CONSISTENCY).data() == cell and not panel.table.isColumnHidden(COL_CONSISTENCY)
        assert panel.charts["consistency"].title.text() == title
    panel.judge.setCurrentIndex(2)
    panel.judge.activated.emit(2)
    assert panel.table.isColumnHidden(COL_CONSISTENCY) and not panel.table.isColumnHidden(COL_TONE)
    assert panel.charts["consistency"].title.text() == "Word tone (estimate)"


def test_that_experiments_are_in_the_table_and_have_their_own_page_for_the_rest(with_line: OverviewPage) -> None:
    rows = with_line._rows
    assert rows is not None
    name = "without-vetoes/iter1/score"
    as_experiment = dataclasses.replace(rows, recipes={name: "sft-score"})
    with_line.results.show_rows(as_experiment)
    assert with_line.results.model.rowCount() == 3
    chart = with_line.results.charts["srcc"]
    assert chart.branches == {} and chart.line == [(0.0, 0.31), (1.0, 0.72)]
    assert "Dashed: other lines" not in [entry.text for entry in with_line.results.legend._entries]
    with_line._on_rows(as_experiment)
    assert not with_line.line_verdicts.isVisible()
    with_line._on_rows(rows)
    assert with_line.line_verdicts.isVisible()


def note(
    project: Project, version: str, text: str, code: str = "calibration_bin_means", stage: str = "measure"
) -> None:
    """A finished stage of a version that warned of something."""
    config = json.loads(project.settings.to_json())
    with project.session() as session:
        job = Job(
            stage=stage, iteration=1, version_name=version, title="Measure", state="done", config=config,
            position=1, line="main", options={},
        )  # fmt: skip
        session.add(job)
        session.flush()
        body = {"level": "warning", "code": code, "text": text}
        session.add(JobEvent(job_id=job.id, at=0.0, kind="Note", body=body))


def test_that_what_the_measurement_warned_of_is_on_the_page(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    root = make_reviewed_project(tmp_path / "p", tmp_path / "p-data")
    project = create_and_open.open_project(root)
    note(project, "base", "base: something about the base.")
    note(project, "iter1/score", "iter1/score: an old reason.")
    note(project, "iter1/score", "iter1/score: the label probabilities of 12 validation images hardly differ.")
    note(project, "iter1/score", "a.png cannot be read.", "image_problem", "predict")
    project.close()
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    page = empty_window.shell.overview
    qtbot.waitUntil(page.warnings.isVisible)
    assert page.warnings.text() == "iter1/score: the label probabilities of 12 validation images hardly differ."


def test_that_everything_that_is_planned_can_be_run_at_once(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "slow")
    scores = write_photos(tmp_path / "data")
    create_and_open.create_project(
        tmp_path / "p", images=scores.parent / "images", scores=scores, model="some/model",
        edits={"loop": {"iterations": 3}},
    )  # fmt: skip
    open_in(qtbot, empty_window, tmp_path / "p")
    assert empty_window.shell is not None
    page = empty_window.shell.overview
    qtbot.waitUntil(lambda: page.all_button.isVisible() and page.all_button.isEnabled())
    assert page.all_button.text() == "Run all to iteration 3" and page.button.text() == "Measure the base model"
    qtbot.mouseClick(page.all_button, Qt.MouseButton.LeftButton)
    last = "SELECT max(iteration) FROM job"
    qtbot.waitUntil(lambda: rows(tmp_path / "p", last) == [(3,)])
    page.workspace.stop_queue()
    qtbot.waitUntil(lambda: not page.workspace.running)


def test_that_run_all_is_not_offered_where_one_step_is_all_that_is_left(qtbot: QtBot, page: OverviewPage) -> None:
    qtbot.waitUntil(page.button.isEnabled)
    assert page._rows is not None
    rows_of_page = dataclasses.replace(page._rows, planned=2, action=NextAction("run_iteration", 2), finished=None)
    page._on_rows(rows_of_page)
    assert not page.all_button.isVisible()
    page._on_rows(dataclasses.replace(rows_of_page, planned=3))
    assert page.all_button.isVisible() and page.all_button.text() == "Run all to iteration 3"


def test_that_the_time_of_all_that_is_planned_is_a_range(qtbot: QtBot, page: OverviewPage) -> None:
    assert page.time_left.isHidden(), "nothing was timed"
    seconds = EstimateRange(240.0, 361.0)
    found = TimeLeft((StageTime(AheadStage("train", "Train", "score", 20.0), "cuda", seconds),))
    page._show_time_left(found)
    assert not page.time_left.isHidden() and page.time_left.text() == "Time left for all that is planned: 4 to 6 min."
    assert page.time_left.toolTip() == "Train (cuda): 4 to 6 min"
    page._show_time_left(TimeLeft(()))
    assert page.time_left.isHidden()
