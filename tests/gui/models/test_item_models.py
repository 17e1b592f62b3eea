"""Every item model under Qt's own tester, filled, refreshed and emptied."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio import text as texts
from studio.models import comparison_table, distributions, job_table, pair_list, setting_changes, version_table
from studio.models.paged_table import KEPT_PAGES, PAGE, PAGES_AT_ONCE
from studio.models.table import BAR_ROLE, OBJECT_ROLE, PROGRESS_ROLE, READ_ROLE, SORT_ROLE, STATE_ROLE
from studio.models.version_verdict_text import verdict_sentence
from studio.services.loop.types import JobRow
from studio.services.review.types import PairRow
from studio.services.settings.types import SettingChange
from studio.services.versions.types import (
    Comparison,
    Distribution,
    MetricValue,
    VerdictWord,
    VersionColumn,
    VersionRow,
    VersionVerdict,
)
from studio.widgets.table_saving import save_table
from studio.widgets.tables import make_table, sorted_by_column

SAME = "b shows no clear difference from a in ranking the test images"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def job_row(number: int, **changes: object) -> JobRow:
    row = JobRow(
        number, "predict", 1, "base", f"Job {number}", "queued", number, 0, 0, "images", NOW, None, None, "", "", None,
        Path("runs"),
    )  # fmt: skip
    return dataclasses.replace(row, **changes)  # type: ignore[arg-type]


def pair_row(number: int) -> PairRow:
    return PairRow(
        number, 1, number, Path("a.png"), f"{number}.png", 5.5, 4, "train", 4, "good", 9, "bad", "none", "both", "", ()
    )


def version_row(number: int, srcc: float | None) -> VersionRow:
    metrics = {} if srcc is None else {"srcc": MetricValue(srcc, srcc - 0.1, srcc + 0.1, 40)}
    return VersionRow(number, f"v{number}", number, "score", (), metrics, None, None, "", NOW)


Watch = Callable[[QAbstractItemModel], None]


@pytest.fixture
def watch(qapp: QApplication) -> Iterator[Watch]:
    """Puts a model under Qt's own tester to the end of the test; testers go before their models, newest first."""
    kept: list[tuple[QAbstractItemModel, QAbstractItemModelTester]] = []

    def begin(model: QAbstractItemModel) -> None:
        kept.append((model, QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)))

    yield begin
    while kept:
        model, tester = kept.pop()
        del tester
        del model


def test_that_the_jobs_model_behaves(watch: Watch) -> None:
    model = job_table.JobsModel()
    watch(model)
    model.set_rows([job_row(1), job_row(2)])
    model.set_rows([job_row(1, state="running", started_at=NOW, done=3, total=9), job_row(2)])
    model.tick()
    assert model.index(0, job_table.COL_STATE).data() == "Running"
    assert model.index(0, job_table.COL_STATE).data(STATE_ROLE) == "running"
    assert model.index(0, job_table.COL_PROGRESS).data() == "3 of 9 images"
    assert model.index(0, job_table.COL_PROGRESS).data(PROGRESS_ROLE) == (3, 9)
    assert model.index(1, job_table.COL_DURATION).data() == texts.NOTHING
    assert model.index(1, 0).data(OBJECT_ROLE).id == 2
    model.set_rows([])
    assert model.rowCount() == 0


def test_that_the_pairs_model_behaves(watch: Watch) -> None:
    model = pair_list.PairsModel()
    watch(model)
    model.set_rows([pair_row(number) for number in range(5)])
    model.put(dataclasses.replace(pair_row(3), verdict="veto"))
    model.put(dataclasses.replace(pair_row(77), verdict="veto"))  # not in the list
    assert [row.verdict for row in model.rows] == ["none", "none", "none", "veto", "none"]
    assert model.index(3, pair_list.COL_VERDICT).data() == "Vetoed"


def test_that_the_versions_model_and_its_sorting_behave(watch: Watch) -> None:
    model = version_table.VersionsModel()
    watch(model)
    proxy = sorted_by_column(model)
    watch(proxy)
    model.set_rows([version_row(1, 0.3), version_row(2, None), version_row(3, 0.7)])
    assert model.index(0, version_table.COL_SRCC).data() == "0.300 [0.200, 0.400]"
    assert model.index(1, version_table.COL_SRCC).data() == texts.NOTHING
    proxy.sort(version_table.COL_SRCC, Qt.SortOrder.DescendingOrder)
    assert [proxy.index(row, 0).data() for row in range(3)] == ["v3", "v1", "v2"]


def test_that_the_cell_of_consistency_says_how_many_were_graded_and_its_tip_by_whom() -> None:
    found = {"consistency": MetricValue(3.2, 3.0, 3.4, 9), "coverage": MetricValue(0.9, 0.6, 1.0, 10)}
    tone = {"word_tone": MetricValue(2.5, None, None, 10)}
    row = dataclasses.replace(version_row(1, 0.3), judged={"gpt@there": found})
    row = dataclasses.replace(row, metrics=row.metrics | tone).graded_by("gpt@there")
    model = version_table.VersionsModel()
    model.set_rows([row, row.graded_by("nobody")])
    assert model.index(0, version_table.COL_CONSISTENCY).data() == "3.200 (n = 9)"
    tip = model.index(0, version_table.COL_CONSISTENCY).data(Qt.ItemDataRole.ToolTipRole)
    assert "Judged by gpt@there: 9 of 10 explanations have a grade" in tip
    assert model.index(1, version_table.COL_CONSISTENCY).data() == texts.NOTHING
    assert [model.index(place, version_table.COL_TONE).data() for place in (0, 1)] == ["2.500", "2.500"]


def test_that_the_comparison_model_behaves(watch: Watch) -> None:
    model = comparison_table.ComparisonModel()
    watch(model)
    two, no = (1, 1), (None, None)
    left = VersionColumn((7.0, None), two, (True, True), (False, False), no)
    right = VersionColumn((5.5, 5.0), two, (True, None), (False, None), no)
    model.show(
        Comparison(
            ("a", "b"), ("a", "b"), "change", Path("/r"), (1, 2), ("x/1.png", "2.png"), ("1.png", "2.png"), (5.0, 5.0),
            (4, 4), (left, right), 0.0, 10.0,
        )
    )  # fmt: skip
    assert model.row(0).image_path == Path("/r/x/1.png") and model.row(1).scored[1] is None
    assert model.index(0, model.gain_column).data() == "+1.50"
    assert model.index(0, comparison_table.COL_FIRST).data(BAR_ROLE) == (7.0, 5.0, 0.0, 10.0)
    assert model.index(1, model.gain_column).data() == texts.NOTHING
    assert model.index(1, comparison_table.COL_FIRST).data() == texts.NOTHING
    assert model.headerData(model.gain_column - 1, Qt.Orientation.Horizontal) == "b"
    assert (model.find(2), model.find(9)) == (1, None)
    model.show(Comparison((), (), "change", Path()))
    assert model.rowCount() == 0


def test_that_the_models_of_the_overview_behave(watch: Watch) -> None:
    spread, settings, table = (
        distributions.DistributionsModel(),
        setting_changes.ChangesModel(),
        version_table.VersionsModel(),
    )
    for model in (spread, settings, table):
        watch(model)
    stuck = Distribution("v1", 10, (0, 10, *[0] * 8), (0, 10, *[0] * 8), 1, 0)
    spread.show((stuck,), {"v1": MetricValue(0.25, 0.1, 0.4, 10)})
    assert [spread.index(0, column).data() for column in range(spread.columnCount())] == [
        "v1", "stuck on label 1", "1 (100% of answers)", "1 of 10", "25.0% [10.0, 40.0]", "0",
    ]  # fmt: skip
    settings.set_rows([SettingChange(2, "settings", "training.beta", "0.1", "<b>0.2</b>")])
    assert settings.index(0, setting_changes.COL_NOW).data() == "<b>0.2</b>"
    told = VersionVerdict("v0", "better", MetricValue(0.468, 0.375, 0.554, 40), 0.002)
    table.show([version_row(1, 0.6)], {"v1": told})
    assert table.index(0, version_table.COL_VERDICT).data() == "better: +0.47 [0.38, 0.55]"
    settings.set_rows([])
    spread.show((), {})


@pytest.mark.parametrize(
    ("word", "p", "told"),
    [
        (
            "better",
            0.0001,
            "b ranks the test images better than a: {0} (very unlikely to be due to chance, p < 0.001).",
        ),
        ("worse", 0.03, "b ranks the test images worse than a: {0} (unlikely to be due to chance, p = 0.030)."),
        (
            "unclear",
            0.9,
            "b shows no clear difference from a in ranking the test images: {0} (could be due to chance, p = 0.90).",
        ),
        ("unclear", None, f"{SAME}: {{0}}."),
    ],
)
def test_that_a_verdict_is_told_in_words(word: VerdictWord, p: float | None, told: str) -> None:
    found = verdict_sentence("b", VersionVerdict("a", word, MetricValue(0.1, 0.05, 0.15, 9), p))
    assert found == told.format("SRCC +0.10 [0.05, 0.15]")


def test_that_the_same_rows_keep_the_selection_and_others_reset(qtbot: QtBot) -> None:
    model = job_table.JobsModel()
    model.set_rows([job_row(1), job_row(2)])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_rows([job_row(1), job_row(2, state="done")])
    with qtbot.waitSignal(model.modelReset):
        model.set_rows([job_row(1), job_row(2), job_row(3)])


def test_that_the_time_left_counts_neither_the_start_nor_what_was_done_before_it() -> None:
    clock = iter([160.0, 170.0])
    estimate = job_table.RateEstimate(now=lambda: next(clock))
    resumed = job_row(1, state="running", done=500, total=1000)
    assert estimate.seconds_left(resumed) is None
    assert estimate.seconds_left(dataclasses.replace(resumed, done=501)) is None
    assert estimate.seconds_left(dataclasses.replace(resumed, done=601)) == pytest.approx(39.9)
    left = estimate.left(dataclasses.replace(resumed, done=601))
    assert left is not None and left.middle == pytest.approx(39.9)
    assert left.high / left.middle == pytest.approx(1 + 0.05 + 0.25 * 399 / 1000), "narrower towards the end"
    assert estimate.seconds_left(dataclasses.replace(resumed, state="done")) is None


def test_that_the_time_left_does_not_jump_after_a_resume() -> None:
    """50 s for 500 units; then 60 s of loading the model, and a checkpoint that is 10 units behind."""
    clock = iter([160.0, 160.5, 161.0])
    estimate = job_table.RateEstimate(now=lambda: next(clock))
    resumed = job_row(1, state="running", done=500, total=1000, worked_seconds=50.0, worked_units=500)
    left = [estimate.seconds_left(dataclasses.replace(resumed, done=done)) for done in (500, 490, 495, 500)]
    assert left == pytest.approx([50.0, 51.0, 50.5, 50.0])


def test_that_a_job_that_waits_for_a_stopped_one_says_for_which(qtbot: QtBot) -> None:
    model = job_table.JobsModel()
    model.set_rows([job_row(1, waits_for="Train iter1/score"), job_row(2)])
    assert [model.index(place, job_table.COL_STATE).data() for place in (0, 1)] == [
        "Waits for: Train iter1/score",
        "Queued",
    ]


def test_that_a_finished_job_shows_how_long_it_took() -> None:
    row = job_row(1, state="done", started_at=NOW, finished_at=NOW + timedelta(seconds=185))
    assert job_table.elapsed_text(row) == "3 min 05 s"


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (7620, "2 h 07 min")])
def test_that_durations_read_well(seconds: float, text: str) -> None:
    assert texts.duration(seconds) == text


def test_that_sort_values_are_numbers(qtbot: QtBot) -> None:
    model = pair_list.PairsModel()
    model.set_rows([pair_row(1)])
    assert model.index(0, pair_list.COL_TRUTH).data(SORT_ROLE) == 5.5


def test_that_a_list_of_any_length_reads_only_what_is_looked_at(qtbot: QtBot) -> None:
    model = pair_list.PairsModel()
    asked: list[list[int]] = []
    model.rows_wanted.connect(asked.append)
    ids = np.arange(60_000, dtype=np.int64)[::-1]
    model.set_ids(ids, [pair_row(number) for number in ids[:PAGE].tolist()])
    assert model.rowCount() == 60_000 and model.index(3, pair_list.COL_IMAGE).data() == "59996.png"
    assert (model.row_at(30_000), model.index(30_000, pair_list.COL_IMAGE).data()) == (None, None)
    assert model.find(29_999) == 30_000
    qtbot.waitUntil(lambda: bool(asked))
    assert len(asked) == 1 and 29_999 in asked[0] and len(asked[0]) <= PAGE * PAGES_AT_ONCE
    model.add_rows({number: pair_row(number) for number in asked[0]})
    assert model.index(30_000, pair_list.COL_IMAGE).data() == "29999.png"
    model.set_ids(ids[1:], ())
    assert model.row_at(0) is None and model.rowCount() == 59_999


def test_that_only_the_pages_looked_at_last_are_kept_and_asked_for(qtbot: QtBot) -> None:
    model = pair_list.PairsModel()  # Qt's own tester would walk all rows at every signal

    def answer(ids: list[int]) -> None:
        asked.append(ids)
        model.add_rows({number: pair_row(number) for number in ids})

    asked: list[list[int]] = []
    model.rows_wanted.connect(answer)
    model.set_ids(np.arange(60_000, dtype=np.int64))
    for page in range(10):  # within one turn of the window, as when a scroll bar is dragged
        model.request_range(page * PAGE, page * PAGE)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0] == list(range(6 * PAGE, 10 * PAGE))
    for page in range(20, 20 + KEPT_PAGES):
        model.request_range(page * PAGE, page * PAGE)
        qtbot.waitUntil(lambda page=page: model.row_at(page * PAGE) is not None)
    assert model.row_at(9 * PAGE) is None


def test_that_rows_of_an_unchanged_list_stay_until_they_are_read_anew(watch: Watch, qtbot: QtBot) -> None:
    model = pair_list.PairsModel()
    watch(model)
    asked: list[list[int]] = []
    model.rows_wanted.connect(asked.append)
    ids = np.arange(3 * PAGE, dtype=np.int64)
    model.set_rows([pair_row(number) for number in ids.tolist()])
    vetoed = [dataclasses.replace(pair_row(number), verdict="veto") for number in range(PAGE)]
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_ids(ids, vetoed)
    last = model.index(3 * PAGE - 1, pair_list.COL_VERDICT)
    assert (model.row(0).verdict, last.data(), last.data(READ_ROLE)) == ("veto", "Unreviewed", False)
    qtbot.waitUntil(lambda: asked == [list(range(2 * PAGE, 3 * PAGE))])
    model.ask_again()  # what came was older than a decision
    qtbot.waitUntil(lambda: len(asked) == 2)
    model.add_rows({})  # all of them have gone
    assert (last.data(), last.data(READ_ROLE)) == (None, True)


def test_that_a_saved_table_has_the_rows_that_were_still_to_be_read(qtbot: QtBot, tmp_path: Path) -> None:
    model = pair_list.PairsModel()
    model.rows_wanted.connect(lambda ids: model.add_rows({number: pair_row(number) for number in ids}))
    model.set_ids(np.arange(3 * PAGE, dtype=np.int64))
    view = make_table(model, "Pairs", stretch=pair_list.COL_IMAGE)
    qtbot.addWidget(view)
    with qtbot.waitSignal(save_table(view, tmp_path / "pairs.csv").finished):
        pass
    lines = (tmp_path / "pairs.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines] == ["Image", *(f"{number}.png" for number in range(3 * PAGE))]
