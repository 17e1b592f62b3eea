"""Two to four versions on the same test image."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from support.projects import SPLITS
from support.reviewed import BAD_TEXT, make_reviewed_project
from support.window import open_in

from db.models import Image, ModelVersion, Prediction
from studio.models.comparison_table import COL_FIRST, COL_IMAGE, COL_TRUTH
from studio.models.table import SORT_ROLE, STATE_ROLE
from studio.services.projects import create_and_open
from studio.services.versions.types import ColumnOrder
from studio.text import printable
from studio.views.compare.compare_page import ComparePage
from studio.views.window.main_window import MainWindow
from studio.widgets.table_saving import save_table
from studio.widgets.theme import current_theme

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


def test_that_a_header_sorts_by_its_column_and_again_the_other_way_round(qtbot: QtBot, page: ComparePage) -> None:
    header = page.table.horizontalHeader()

    def click(column: int) -> None:
        at = QPoint(header.sectionViewportPosition(column) + 12, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def column(place: int) -> list[object]:
        return [page.model.index(row, place).data(SORT_ROLE) for row in range(page.model.rowCount())]

    gain = page.model.gain_column
    click(gain)
    qtbot.waitUntil(lambda: page.model.contrast.order == "improved")
    assert page.order.currentData() == "improved" and column(gain) == sorted(column(gain), reverse=True)  # type: ignore[type-var]
    click(gain)
    qtbot.waitUntil(lambda: page.model.contrast.order == "worsened")
    assert page.order.currentData() == "worsened" and column(gain) == sorted(column(gain))  # type: ignore[type-var]
    assert header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
    click(COL_FIRST)
    qtbot.waitUntil(lambda: page.model.contrast.order == ColumnOrder("base"))
    assert column(COL_FIRST) == sorted(column(COL_FIRST), reverse=True)  # type: ignore[type-var]
    assert header.sortIndicatorSection() == COL_FIRST and page.order.currentIndex() == -1
    click(COL_IMAGE)
    qtbot.waitUntil(lambda: page.model.contrast.order == ColumnOrder("name", descending=False))
    pick(page.order, "improved")
    qtbot.waitUntil(lambda: page.model.contrast.order == "improved")


def plant_change(root: Path, name: str, base: float, trained: float) -> None:
    """Sets how far both versions are from the truth of one image."""
    project = create_and_open.open_project(root)
    with project.session() as session:
        image = session.query(Image).filter_by(name=name).one()
        for version, error in (("base", base), ("iter1/score", trained)):
            found = session.query(Prediction).join(ModelVersion).filter(ModelVersion.name == version)
            found.filter(Prediction.image_id == image.id).one().score = image.mean_score + error
    project.close()


def test_that_colour_and_sign_mean_better_or_worse_and_marked_words_neither(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path
) -> None:
    plant_change(reviewed, "test_03.png", 0.5, -3.0)
    plant_change(reviewed, "test_04.png", 1.0, -1.0)
    open_in(qtbot, empty_window, reviewed)
    page = shown(qtbot, empty_window)
    wanted = {
        "test_00.png": ("better", "▲ closer to the true score by 2.00", "success"),
        "test_03.png": ("worse", "▼ further from the true score by 2.50", "danger"),
        "test_04.png": ("same", "= as far from the true score as before", ""),
    }
    for place, row in enumerate(page.model.rows):
        if row.image_name in wanted:
            state, words, tone = wanted[row.image_name]
            index = page.model.index(place, page.model.gain_column)
            assert index.data(STATE_ROLE) == state
            page.table.setCurrentIndex(index)
            first, second = page.cards.cards[:2]
            assert first.change.isHidden() and second.change.text() == words
            assert second.change.property("tone") == tone
    assert {card.text._tone for card in page.cards.cards} == {"accent"}, "different is neither better nor worse"
    assert page.count.text() == f"{TESTS} test images: {TESTS - 2} closer to the true score, 1 further"
    assert page.count.text() in page.count.toolTip() and "compared with" in page.count.toolTip()
    picture = page.table.viewport().grab().toImage()
    shades = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 2) for y in range(picture.height())}
    assert {current_theme()["success"].name(), current_theme()["danger"].name()} & shades


def test_that_the_comparison_is_saved_as_picture_and_as_html_that_loads_nothing(
    qtbot: QtBot, page: ComparePage, tmp_path: Path
) -> None:
    row = page.current
    assert row is not None
    page.save_picture_to(tmp_path / "one.png")
    qtbot.waitUntil((tmp_path / "one.png").exists)
    picture = QImage(str(tmp_path / "one.png"))
    assert picture.width() == 2320 and picture.height() > 400
    page.save_html_to(tmp_path / "one.html", [page.table.currentIndex().row()])
    qtbot.waitUntil((tmp_path / "one.html").exists)
    text = (tmp_path / "one.html").read_text("utf-8")
    found = Tags()
    found.feed(text)
    assert found.tags.count("article") == 1 and "b" not in found.tags and "script" not in found.tags
    assert all(source.startswith("data:image/jpeg;base64,") for source in found.sources) and len(found.sources) == 1
    assert row.image_name in found.text and printable(BAD_TEXT).split("bell")[0] in found.text
    assert "▲ better: 2.00 closer to the true score" in found.text
    page.save_html_to(tmp_path / "all.html", range(TESTS))
    qtbot.waitUntil((tmp_path / "all.html").exists)
    every = Tags()
    every.feed((tmp_path / "all.html").read_text("utf-8"))
    assert every.tags.count("article") == TESTS
    places = [every.text.index(one.image_name) for one in page.model.rows]
    assert places == sorted(places), "in the order of the list"


class Tags(HTMLParser):
    """The tags, the sources of images and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps the tag."""
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        """Keeps the text."""
        self.text += data


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


def test_that_a_blind_test_hides_the_versions_until_the_end(qtbot: QtBot, page: ComparePage, tmp_path: Path) -> None:
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
    shown = [blind.model.index(0, column).data() for column in range(blind.model.columnCount())]
    assert shown[:3] == ["iter1/score", "11", "0.96"] and shown[5:] == [str(TESTS), "1"]
    assert float(shown[3]) < 0.96 < float(shown[4]) and blind.table.isVisible()
    qtbot.waitUntil(lambda: blind.chart is not None and len(blind.chart.bars) == 3)
    assert blind.chart is not None and blind.chart.bars[-1].main and blind.chart.bars[-1].value == 0.5
    writer = save_table(blind.table, tmp_path / "blind.csv")
    with qtbot.waitSignal(writer.finished):
        pass
    lines = (tmp_path / "blind.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Version,Preferred,Win rate") and lines[1].startswith("iter1/score,11,0.96")
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
