"""Two to four versions on the same test image."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from support.projects import SPLITS
from support.reviewed import BAD_TEXT, make_reviewed_project
from support.window import open_in

from db.models import ModelVersion, Prediction
from studio.models.comparison_table import COL_FIRST, COL_TRUTH
from studio.models.table import SORT_ROLE
from studio.services.projects import create_and_open
from studio.text import printable
from studio.views.compare.compare_page import ComparePage
from studio.views.window.main_window import MainWindow
from studio.widgets.table_saving import save_table

TESTS = SPLITS["test"]


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> ComparePage:
    """The Compare page with its list read."""
    return shown(qtbot, window)


def shown(qtbot: QtBot, window: MainWindow) -> ComparePage:
    assert window.shell is not None
    window.shell.show_page("compare")
    found = window.shell.compare
    qtbot.waitUntil(lambda: found.model.rowCount() == TESTS)
    qtbot.waitUntil(lambda: found.cards.cards[0].text.toPlainText() != "")
    return found


@pytest.fixture
def four(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> ComparePage:
    """The page on a project with four measured versions."""
    root = make_reviewed_project(tmp_path / "four", tmp_path / "four-data")
    project = create_and_open.open_project(root)
    with project.session() as session:
        source = session.query(ModelVersion).filter_by(name="iter1/score").one()
        predictions = session.query(Prediction).filter_by(model_version_id=source.id).all()
        for number, name in enumerate(("iter2/score", "iter2/merged"), start=1):
            version = ModelVersion(
                name=name, iteration=2, kind=name.split("/")[1], parents=["base"], hyperparameters={}
            )
            session.add(version)
            session.flush()
            add_metric(session, version.id)
            for row in predictions:
                copied = {key: getattr(row, key) for key in ("image_id", "logprobs", "label", "raw", "parse_ok")}
                session.add(
                    Prediction(
                        **copied, model_version_id=version.id, score=(row.score or 0) - number, truncated=False,
                        explained=True, text=f"{name} says: the light is hard.",
                    )
                )  # fmt: skip
    project.close()
    open_in(qtbot, empty_window, root)
    return shown(qtbot, empty_window)


def add_metric(session: object, version_id: int) -> None:
    from db.models import Metric
    from db.queries import versions

    row = {"value": 0.5, "lo": 0.4, "hi": 0.6, "n": TESTS, "job_id": None}
    assert Metric.__tablename__ == "metric"
    versions.replace_metrics(
        session, version_id, [{"model_version_id": version_id, "split": "test", "name": "srcc", **row}]
    )  # type: ignore[arg-type]


def pick(combo: QComboBox, value: str) -> None:
    place = combo.findData(value)
    assert place >= 0, value
    combo.setCurrentIndex(place)


def test_that_the_base_stands_beside_the_latest_version(page: ComparePage) -> None:
    assert page.model.contrast.versions == ("base", "iter1/score")
    assert [picker.currentData() for picker in page.pickers] == ["base", "iter1/score", "", ""]
    row = page.model.rows[0]
    assert page.model.index(0, COL_TRUTH).data() == f"{row.truth:.2f}"
    assert page.model.index(0, COL_FIRST).data() == f"{row.truth + 2:.2f}"
    first = page.cards.cards[0]
    assert first.score.text() == f"{row.truth + 2:.2f}"
    assert "off by +2.00" in first.facts.text() and "word tone fits 3 of 4" in first.facts.text()
    assert f"true score {row.truth:.2f}" in first.bar.accessibleName()
    assert [card.isVisible() for card in page.cards.cards] == [True, True, False, False]


def test_that_the_model_of_the_list_is_sound(page: ComparePage) -> None:
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal, page.model)
    page.model.show(page.model.contrast)


def test_that_the_explanations_are_literal_and_marked(page: ComparePage) -> None:
    first, second = (card.text for card in page.cards.cards[:2])
    assert printable(BAD_TEXT) in second.toPlainText()
    assert first.marked() == ["base"]


def test_that_merged_text_strikes_out_what_only_the_first_column_has(qtbot: QtBot, page: ComparePage) -> None:
    page.modes.setCurrentIndex(1)
    first, second = (card.text for card in page.cards.cards[:2])
    assert second.struck() == ["base"] and first.struck() == first.marked() == []
    assert second.toPlainText().startswith("base iter1/score says: the light is soft.")
    page.modes.setCurrentIndex(0)
    assert second.struck() == [] and second.toPlainText().startswith("iter1/score says")


def test_that_the_largest_change_comes_first_and_the_order_can_be_changed(qtbot: QtBot, page: ComparePage) -> None:
    gain = page.model.gain_column
    gains = [page.model.index(place, gain).data(SORT_ROLE) for place in range(page.model.rowCount())]
    assert gains == sorted(gains, reverse=True)
    pick(page.order, "name")
    qtbot.waitUntil(lambda: page.model.contrast.order == "name")
    assert [row.image_name for row in page.model.rows] == sorted(row.image_name for row in page.model.rows)
    for order in ("error", "disagreement"):
        pick(page.order, order)
        qtbot.waitUntil(lambda order=order: page.model.contrast.order == order)


def test_that_a_sorted_list_keeps_the_image(qtbot: QtBot, page: ComparePage) -> None:
    page.step(3)
    assert page.current is not None
    kept = page.current.image_id
    pick(page.order, "name")
    qtbot.waitUntil(lambda: page.model.contrast.order == "name")
    assert page.current.image_id == kept


def test_that_arrows_walk_through_the_images(qtbot: QtBot, page: ComparePage) -> None:
    page.table.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(page.table, key)
    assert page.table.currentIndex().row() == 1
    assert page.name.text() == page.model.row(1).image_name


def test_that_four_versions_stand_in_columns(qtbot: QtBot, four: ComparePage) -> None:
    assert four.model.contrast.versions == ("base", "iter2/merged")
    pick(four.pickers[2], "iter1/score")
    qtbot.waitUntil(lambda: len(four.model.contrast.versions) == 3)
    pick(four.pickers[3], "iter2/score")
    qtbot.waitUntil(lambda: len(four.model.contrast.versions) == 4)
    names = ("base", "iter2/merged", "iter1/score", "iter2/score")
    assert four.model.contrast.versions == names
    heads = [four.model.headerData(column, Qt.Orientation.Horizontal) for column in range(COL_FIRST, COL_FIRST + 4)]
    assert tuple(heads) == names
    assert [card.version.text() for card in four.cards.cards] == list(names)
    qtbot.waitUntil(lambda: four.cards.cards[3].text.toPlainText().startswith("iter2/score says"))
    assert all(card.isVisible() for card in four.cards.cards)
    pick(four.pickers[2], "")
    qtbot.waitUntil(lambda: four.model.contrast.versions == ("base", "iter2/merged", "iter2/score"))


def test_that_a_version_chosen_twice_changes_places(qtbot: QtBot, page: ComparePage) -> None:
    pick(page.pickers[0], "iter1/score")
    qtbot.waitUntil(lambda: page.model.contrast.versions == ("iter1/score", "base"))
    qtbot.waitUntil(lambda: page.cards.cards[0].version.text() == "iter1/score")


def test_that_a_click_on_a_point_chooses_its_row_and_a_row_its_point(qtbot: QtBot, page: ComparePage) -> None:
    page.modes.setCurrentIndex(2)
    qtbot.waitUntil(lambda: len(page.scatter.charts) > 1 and page.scatter.charts[1].count == TESTS, timeout=10_000)
    chart = page.scatter.charts[1]
    qtbot.waitUntil(lambda: chart.plot.width() > 100)
    wanted = page.model.row(7).image_id
    at = chart.plot.mapFromScene(chart.position_of(wanted))
    qtbot.mouseClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: page.table.currentIndex().row() == 7)
    assert [each.chosen for each in page.scatter.charts[:2]] == [wanted, wanted]
    page.step(-3)
    assert chart.chosen == page.model.row(4).image_id


def test_that_images_and_thumbnails_arrive(qtbot: QtBot, page: ComparePage) -> None:
    view = page.image
    qtbot.waitUntil(view.canvas.isVisible)
    qtbot.waitUntil(lambda: page.workspace.images.pixmap(page.model.row(0).image_path, 80) is not None)
    qtbot.mouseClick(view.full_button, Qt.MouseButton.LeftButton)
    assert view.canvas.scale_factor == pytest.approx(1.0)


def test_that_the_list_is_saved_as_csv(qtbot: QtBot, page: ComparePage, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    with qtbot.waitSignal(save_table(page.table, file).finished) as done:
        pass
    assert done.args == [""]
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    assert rows[0] == ["Image", "True score", "base", "iter1/score", "Error reduced by"]
    assert len(rows) == TESTS + 1 and rows[1][0] == page.model.row(0).image_name
    assert rows[1][4].startswith("'+")


def test_that_a_blind_test_hides_the_versions_until_the_end(qtbot: QtBot, page: ComparePage) -> None:
    blind = begin_blind(qtbot, page)
    words = " ".join(label.text() for label in blind.findChildren(type(blind.progress)))
    assert "iter1/score" not in words and "base" not in words
    for voted in range(1, TESTS + 1):
        assert blind.state is not None and blind.state.card is not None
        texts = blind.state.card.texts
        assert [card.text.toPlainText() for card in blind.cards[:2]] == [printable(text) for text in texts]
        better = next(place for place, text in enumerate(texts, 1) if text.startswith("iter1"))
        qtbot.keyClick(blind, Qt.Key.Key_0 if voted == 1 else Qt.Key(Qt.Key.Key_0.value + better))
        qtbot.waitUntil(lambda voted=voted: blind.state is not None and blind.state.voted == voted)
    assert "All images rated" in blind.result.text()
    qtbot.mouseClick(blind.reveal_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "You preferred iter1/score" in blind.result.text())
    assert f"iter1/score: preferred on 11 of {TESTS} images, win rate 0.96 [" in blind.result.text()
    qtbot.keyClick(blind, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.table.isVisible)


def test_that_a_blind_test_goes_on_after_a_restart_and_votes_can_be_taken_back(
    qtbot: QtBot, window: MainWindow, reviewed: Path
) -> None:
    page = shown(qtbot, window)
    blind = begin_blind(qtbot, page)
    for voted in (1, 2, 3):
        qtbot.keyClick(blind, Qt.Key.Key_1)
        qtbot.waitUntil(lambda voted=voted: blind.state is not None and blind.state.voted == voted)
    qtbot.keyClick(blind, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: blind.state is not None and blind.state.voted == 2)
    qtbot.keyClick(blind, Qt.Key.Key_9)
    assert blind.state is not None
    ahead = blind.state.card
    window.close_project()
    qtbot.waitUntil(lambda: window.shell is None)
    open_in(qtbot, window, reviewed)
    again = begin_blind(qtbot, shown(qtbot, window))
    assert again.state is not None and again.state.voted == 2
    assert again.state.card is not None and ahead is not None and again.state.total == TESTS
    qtbot.mouseClick(again.anew_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.state is not None and again.state.voted == 0)


def begin_blind(qtbot: QtBot, page: ComparePage):  # type: ignore[no-untyped-def]
    qtbot.mouseClick(page.blind_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.blind.state is not None and page.blind.state.card is not None)
    page.blind.setFocus()
    return page.blind
