"""The faithfulness probe in the window: what it is for, how it is started, what it shows; and hostile texts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.fake_engine_child import use_fake_engine
from support.hostile import MARK, canary, make_hostile_project, payloads
from support.literal import problems, settle
from support.projects import SPLITS, rows
from support.window import let_it_read, open_in

from studio.models import probe_table as columns
from studio.services.projects import create_and_open
from studio.views.overview.overview_page import OverviewPage
from studio.views.overview.probe_examples import ProbeExamplesWindow, spans_of
from studio.views.overview.probe_window import ProbeWindow
from studio.views.window.main_window import MainWindow
from studio.widgets.lazy_charts import ProbeLine, ProbePoint, import_probe_chart

TESTS = SPLITS["test"]


def calibrate(root: Path) -> None:
    """Let all versions be measured, as far as a probe asks."""
    values = json.dumps({"reference": list(range(10)), "method": "bin_means", "reason": ""})
    with closing(sqlite3.connect(root / "project.sqlite")) as database, database:
        database.execute("UPDATE model_version SET calibration = ?", (values,))


@pytest.fixture
def page(qtbot: QtBot, empty_window: MainWindow, reviewed: Path) -> OverviewPage:
    """Overview of a project whose versions can be probed, its tab for the probe in front."""
    calibrate(reviewed)
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
    found = empty_window.shell.overview
    qtbot.waitUntil(lambda: found.results.proxy.rowCount() == 2 and found.charts_ready)
    found.tabs.setCurrentWidget(found.probe)
    return found


def opened(qtbot: QtBot, page: OverviewPage, button: QPushButton) -> ProbeWindow:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.window().findChildren(ProbeWindow)) == 1)
    (found,) = page.window().findChildren(ProbeWindow)
    qtbot.waitUntil(lambda: bool(found.estimate.text()))
    return found


def type_in(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.selectAll()
    field.del_()
    qtbot.keyClicks(field, text)


def leave_only(shown: ProbeWindow, *names: str) -> None:
    for name, box in shown.boxes.items():
        box.setChecked(name in names)


@pytest.mark.child
def test_that_a_probe_is_started_from_the_empty_tab_and_fills_it(
    qtbot: QtBot, page: OverviewPage, reviewed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_engine(monkeypatch)
    panel = page.probe
    assert panel.stack.currentIndex() == 0 and panel.first_button.text() == "Probe versions…"
    shown = opened(qtbot, page, panel.first_button)
    assert shown.estimate.text().startswith(f"{2 * TESTS * 29} answers: {TESTS} images, each untouched and in 28")
    assert shown.estimate.text().endswith("by base, iter1/score.") and shown.start_button.isEnabled()
    leave_only(shown, "blur", "monochrome")
    assert not shown.start_button.isEnabled(), "not before the estimate is there"
    qtbot.waitUntil(lambda: f"{2 * TESTS * 5} answers" in shown.estimate.text())
    type_in(qtbot, shown.sample, "4")
    type_in(qtbot, shown.strengths, "0.5, 1")
    qtbot.waitUntil(lambda: shown.estimate.text().startswith("32 answers: 4 images, each untouched and in 3 degraded"))
    with qtbot.waitSignal(shown.destroyed):
        qtbot.keyClick(shown.sample, Qt.Key.Key_Return)
    states = "SELECT version_name, state FROM job WHERE stage = 'probe' ORDER BY id"
    qtbot.waitUntil(lambda: rows(reviewed, states) == [("base", "done"), ("iter1/score", "done")], timeout=60_000)
    qtbot.waitUntil(lambda: not page.workspace.running, timeout=20_000)
    qtbot.waitUntil(lambda: panel.stack.currentIndex() == 1 and panel.version.count() == 2, timeout=20_000)
    shown_rows = [(row.degradation, row.strength) for row in panel.model.rows]
    assert shown_rows == [("blur", 0.5), ("blur", 1.0), ("monochrome", 1.0), ("all", 0.5), ("all", 1.0)]
    again = opened(qtbot, page, panel.again_button)
    type_in(qtbot, again.sample, "4")
    type_in(qtbot, again.strengths, "0.5, 1")
    leave_only(again, "blur", "monochrome")
    expected = "Already probed with these settings: base, iter1/score."
    qtbot.waitUntil(lambda: again.estimate.text() == expected)
    assert not again.start_button.isEnabled()
    again.close()


def fill(root: Path, texts: tuple[str, str] = ("A sharp picture.", "It is blurry.")) -> None:
    """Figures and answers of two versions, as two probes would leave them, and one kept copy."""
    figures = [
        ("blur", 0.0, "order", 0.6, 0.4, 0.8), ("blur", 0.5, "score_change", -0.5, -0.7, -0.3),
        ("blur", 1.0, "score_change", -1.5, -1.8, -1.2), ("blur", 1.0, "named", 0.25, 0.1, 0.4),
        ("blur", 1.0, "named_untouched", 0.05, 0.0, 0.1), ("blur", 1.0, "naming_gain", 0.2, 0.1, 0.3),
        ("tilt", 1.0, "score_change", 0.0, -0.1, 0.1), ("all", 1.0, "score_change", -0.75, -0.9, -0.6),
    ]  # fmt: skip
    against = [("blur", 1.0, "score_change_vs_base", -1.0, -1.2, -0.8), ("blur", 1.0, "naming_gain_vs_base", 0.1, 0, 0)]
    calibrate(root)
    project = create_and_open.open_project(root)
    config = project.settings.to_json()
    project.close()
    with closing(sqlite3.connect(root / "project.sqlite")) as database, database:
        job = database.execute(
            "INSERT INTO job (stage, iteration, title, state, config, position, done, total, unit, created_at, options,"
            " worked_seconds, worked_units) VALUES ('probe', 0, 'Probe', 'done', ?, 99, 1, 1, 'images',"
            " '2026-01-01T00:00:00+00:00', '{}', 0, 0)",
            (config,),
        ).lastrowid
        versions = database.execute("SELECT id, name FROM model_version ORDER BY id").fetchall()
        images = database.execute("SELECT id FROM image WHERE split = 'test' ORDER BY id LIMIT 3").fetchall()
        for version, name in versions:
            for figure in figures + ([] if name == "base" else against):
                database.execute(
                    "INSERT INTO probe_figure (model_version_id, degradation, strength, name, value, lo, hi, n, job_id)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, 3, ?)", (version, *figure, job),
                )  # fmt: skip
            for (image,) in images:
                for degradation, strength, text, label in (("none", 0.0, texts[0], 7), ("blur", 1.0, texts[1], 5)):
                    logprobs = json.dumps([0.0 if digit == label else -80.0 for digit in range(10)])
                    database.execute(
                        "INSERT INTO probe_answer (model_version_id, image_id, degradation, strength, logprobs, label,"
                        " text, raw, parse_ok, truncated, job_id) VALUES (?, ?, ?, ?, ?, ?, ?, '', 1, 0, ?)",
                        (version, image, degradation, strength, logprobs, label, text, job),
                    )
    kept = root / "cache" / "probe" / f"{images[1][0]}-blur-1.jpg"
    kept.parent.mkdir(parents=True)
    Image.new("RGB", (40, 30), "teal").save(kept)


def cell(page: OverviewPage, row: int, column: int, role: int = Qt.ItemDataRole.DisplayRole) -> str:
    return str(page.probe.model.index(row, column).data(role))


@pytest.fixture
def probed(qtbot: QtBot, empty_window: MainWindow, reviewed: Path) -> OverviewPage:
    """Overview of a project with two probes."""
    fill(reviewed)
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
    found = empty_window.shell.overview
    qtbot.waitUntil(lambda: found.probe.chart is not None and found.probe.version.count() == 2)
    found.tabs.setCurrentWidget(found.probe)
    return found


def test_that_the_newest_version_is_shown_against_base(probed: OverviewPage) -> None:
    panel = probed.probe
    assert panel.chosen == "iter1/score"
    assert cell(probed, 1, columns.COL_DEGRADATION) == "Blur"
    assert cell(probed, 1, columns.COL_SCORE) == "-1.50 [-1.80, -1.20]"
    assert cell(probed, 1, columns.COL_SCORE_VS) == "-1.00 [-1.20, -0.80]"
    assert cell(probed, 1, columns.COL_NAMED) == "25.0%" and cell(probed, 1, columns.COL_GAIN) == "+20 [+10, +30]"
    assert cell(probed, 0, columns.COL_GAIN) == "–", "what was not measured is no number"
    assert "+0.60 [+0.40, +0.80]" in cell(probed, 1, columns.COL_SCORE, Qt.ItemDataRole.ToolTipRole)
    assert not panel.table.isColumnHidden(columns.COL_SCORE_VS)
    assert panel.chart is not None
    drawn = {(line.lane, line.colour): line.points for line in panel.chart.drawn}
    assert {key[1] for key in drawn} == {"mark_base", "mark_score"}
    assert [(point.strength, point.value) for point in drawn[0, "mark_score"]] == [(0.5, -0.5), (1.0, -1.5)]
    assert len(drawn) == 6, "blur, tilt and the average, for two versions"


def test_that_base_alone_is_compared_with_nothing(probed: OverviewPage) -> None:
    panel = probed.probe
    panel.version.setCurrentIndex(0)
    assert panel.chosen == "base" and panel.table.isColumnHidden(columns.COL_SCORE_VS)
    assert panel.chart is not None and {line.colour for line in panel.chart.drawn} == {"mark_base"}
    panel.refresh()
    assert panel.chosen == "base", "a refresh leaves the choice"


def test_that_examples_show_both_images_and_texts(qtbot: QtBot, probed: OverviewPage) -> None:
    panel = probed.probe
    panel.table.setCurrentIndex(panel.table.model().index(1, 0))
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(probed.window().findChildren(ProbeExamplesWindow)) == 1)
    (shown,) = probed.window().findChildren(ProbeExamplesWindow)
    qtbot.waitUntil(lambda: len(shown.examples) == 3)
    assert shown.name.text().startswith("Blur, 1 · test_01.png · 1 of 3"), "the one with a kept picture first"
    qtbot.waitUntil(lambda: shown.before.canvas.isVisible() and shown.after.canvas.isVisible())
    base, score = shown.rows
    assert (base.version, score.version) == ("base", "iter1/score")
    assert [text.toPlainText() for text in score.texts] == ["A sharp picture.", "It is blurry."]
    assert score.texts[1].marked() == ["blurry"] and score.texts[0].marked() == []
    assert score.heads[0].text() == "iter1/score: score 7.00"
    assert score.heads[1].text() == "score 5.00 (-2.00) · names it: blurry"
    qtbot.keyClick(shown, Qt.Key.Key_Right)
    assert "2 of 3" in shown.name.text() and "are kept, not this one" in shown.after.message.text()
    qtbot.keyClick(shown, Qt.Key.Key_Left)
    assert "1 of 3" in shown.name.text()
    with qtbot.waitSignal(shown.destroyed):
        qtbot.keyClick(shown, Qt.Key.Key_Escape)


def test_that_names_of_degradations_take_two_rows_where_there_is_no_room(qtbot: QtBot) -> None:
    chart = import_probe_chart().ProbeChart("Score change", "Score")
    qtbot.addWidget(chart)
    chart.set_lines(["Blur", "Tilt", "Average"], [ProbeLine(0, "mark_base", (ProbePoint(1.0, -1.0),))], ())
    chart.resize(900, 300)
    chart.show()
    axis = chart.plot.getAxis("bottom")

    def names() -> list[str]:
        return [name for _, name in axis._tickLevels[0]]

    qtbot.waitUntil(lambda: names() == ["Blur", "Tilt", "Average"] and axis.height() > 0)
    high = axis.height()
    chart.resize(210, 300)
    qtbot.waitUntil(lambda: names() == ["Blur", "\nTilt", "Average"])
    qtbot.waitUntil(lambda: axis.height() > high)


def test_where_words_are_in_a_text() -> None:
    text = "It is not, in truth, Sharp."
    (span,) = spans_of("The horizon isn't\nlevel.", "isn't level")
    assert ("The horizon isn't\nlevel."[span.start : span.end]) == "isn't\nlevel"
    assert spans_of(text, "not sharp") == [] == spans_of(text, None)


def test_that_hostile_texts_are_shown_literally(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    with canary(tmp_path) as bird:
        data = tmp_path / "data"
        data.mkdir()
        root = make_hostile_project(tmp_path / "project", data, bird.path)
        texts = payloads(bird.path)
        fill(root, (texts[1], f"It is blurry. {texts[3]}"))
        open_in(qtbot, empty_window, root)
        bird.opened()
        assert empty_window.shell is not None
        page = empty_window.shell.overview
        qtbot.waitUntil(lambda: page.probe.chart is not None and page.probe.version.count() == 4)
        page.tabs.setCurrentWidget(page.probe)
        page.probe.table.setCurrentIndex(page.probe.table.model().index(1, 0))
        page.probe.show_examples()
        shown = next(each for each in empty_window.findChildren(ProbeExamplesWindow))
        qtbot.waitUntil(lambda: len(shown.examples) == 3)
        page.probe_versions()
        qtbot.waitUntil(lambda: len(empty_window.findChildren(ProbeWindow)) == 1)
        let_it_read(qtbot, empty_window)
        assert MARK in shown.rows[1].texts[1].toPlainText() and shown.name.text().startswith("Blur, 1")
        for widget in (empty_window, shown, *empty_window.findChildren(ProbeWindow)):
            settle(widget)
            assert not problems(widget)
        assert not bird.opened()
