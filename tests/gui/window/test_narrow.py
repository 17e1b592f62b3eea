"""A narrow window with large texts: what is worked with is in view, and nothing is painted over other texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication, QComboBox, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from support.scoring.scored_collection import make_scored_collection, write_photos
from support.window import let_it_read, open_in

from studio.services.images.types import Histogram
from studio.services.projects import create_and_open
from studio.views.window.main_window import MainWindow
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.image_grid import SIDES
from studio.widgets.labels import PlainLabel
from studio.widgets.legend import Legend, LegendEntry
from studio.widgets.range_histogram import RangeHistogram
from studio.widgets.tables import make_table
from studio.widgets.text_size import NORMAL
from studio.widgets.theme import apply_theme, show_text_size


@pytest.fixture
def large(qapp: QApplication) -> Iterator[None]:
    """Texts at 150%, and at 100% afterwards."""
    qapp.setStyle("Fusion")
    apply_theme(qapp, dark=False)
    show_text_size(qapp, 150)
    yield
    show_text_size(qapp, NORMAL)
    apply_theme(qapp, dark=False)


def test_that_a_grid_shows_a_whole_image_where_the_page_is_low(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path, tmp_path: Path, large: None
) -> None:
    project = create_and_open.open_project(reviewed, exclusive=True)
    make_scored_collection(project, write_photos(tmp_path / "holiday", 12))
    project.close()
    empty_window.resize(1024, 700)
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
    for name in ("score", "images"):
        empty_window.shell.show_page(name)
        page = empty_window.shell.score if name == "score" else empty_window.shell.images
        qtbot.waitUntil(lambda page=page: page.model.rowCount() > 0)  # type: ignore[misc]
        let_it_read(qtbot, empty_window)
        for side in (SIDES[1], SIDES[-1]):
            page.grid.side = side
            qtbot.wait(50)
            assert page.grid.viewport().height() >= page.grid.visualRect(page.model.index(0, 0)).height()


def test_that_a_verdict_can_be_given_without_scrolling(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path, large: None
) -> None:
    empty_window.resize(1024, 700)
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.shell is not None
    empty_window.shell.show_page("pairs")
    let_it_read(qtbot, empty_window)
    page = empty_window.shell.pairs
    for button in (page.buttons.veto_button, page.buttons.reason_button, page.buttons.keep_button):
        place = QRect(button.mapTo(empty_window, QPoint(0, 0)), button.size())
        assert empty_window.rect().contains(place)
        assert all(
            area.viewport().rect().contains(QRect(button.mapTo(area.viewport(), QPoint(0, 0)), button.size()))
            for area in empty_window.findChildren(QScrollArea)
            if area.isAncestorOf(button)
        )
    header = page.table.horizontalHeader()
    assert page.table.columnWidth(1) >= page.table.sizeHintForColumn(1)
    assert header.sectionSize(2) >= page.table.fontMetrics().horizontalAdvance("True score")


def test_that_a_legend_in_a_row_has_the_height_of_its_lines(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    legend, column, row = (
        Legend([LegendEntry("o", "text", "some words") for _ in range(6)]),
        QVBoxLayout(holder),
        FlowLayout(),
    )
    row.addWidget(legend)
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(1)
    holder.resize(legend.sizeHint().width() * 2 // 3, 300)
    holder.show()
    assert legend.height() >= legend.heightForWidth(legend.width()) > 1.5 * legend.sizeHint().height()


def test_that_a_label_stays_with_its_field(qtbot: QtBot) -> None:
    holder, label, field, before = QWidget(), PlainLabel("Sort by"), QComboBox(), PlainLabel("x" * 20)
    qtbot.addWidget(holder)
    field.addItem("by the date of the photograph")
    row = FlowLayout(holder)
    for widget in (before, label, field):
        row.addWidget(widget)
    holder.resize(before.sizeHint().width() + label.sizeHint().width() + 40, 200)
    holder.show()
    assert label.y() > before.geometry().bottom()
    assert abs(label.geometry().center().y() - field.geometry().center().y()) <= 1
    holder.resize(1000, 200)
    qtbot.waitUntil(lambda: abs(label.geometry().center().y() - before.geometry().center().y()) <= 1)


@pytest.mark.parametrize(("width", "words"), [(700, "score (dotted: bin boundaries)"), (200, "score"), (90, "")])
def test_that_the_words_below_a_histogram_leave_the_ends_free(qtbot: QtBot, width: int, words: str) -> None:
    chart = RangeHistogram()
    qtbot.addWidget(chart)
    chart.show_histogram(Histogram(edges=(0.9, 5.0, 9.0), counts=(3, 4), total=(3, 4), bin_edges=(4.0,)))
    chart.resize(width, chart.sizeHint().height())
    assert chart.caption == words


def test_that_no_column_is_narrower_than_its_title(qtbot: QtBot) -> None:
    model = QStandardItemModel(3, 3)
    model.setHorizontalHeaderLabels(["Name", "A rather long title", "B"])
    table = make_table(model, "Table", stretch=0)
    qtbot.addWidget(table)
    for column in (1, 2):
        table.setColumnWidth(column, 60)
    table.resize(600, 200)
    table.show()
    assert table.columnWidth(1) > table.fontMetrics().horizontalAdvance("A rather long title")
    assert table.columnWidth(2) == 60
