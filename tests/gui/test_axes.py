"""Axes of charts: whole numbers where something is counted, the whole scale of a rating, a scale on histograms."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.services.images.types import Histogram
from studio.widgets.charts import Chart, TrainingChart
from studio.widgets.count_axis import count_ticks
from studio.widgets.lazy_charts import Mark
from studio.widgets.range_histogram import RangeHistogram
from studio.widgets.result_charts import DistributionChart, MetricChart


def ticks(chart: Chart, side: str) -> list[float]:
    axis = chart.plot.getAxis(side)
    low, high = axis.range
    return sorted(value for _space, values in axis.tickValues(low, high, 300) for value in values)


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 400])
def test_that_steps_are_counted_in_whole_numbers(qtbot: QtBot, steps: int) -> None:
    chart = TrainingChart("Loss", "DPO loss", "mark_score")
    qtbot.addWidget(chart)
    chart.resize(420, 260)
    chart.show()
    chart.take_curve(list(range(1, steps + 1)), [0.7 - 0.001 * step for step in range(steps)])
    chart.draw_curve()
    qtbot.wait(20)
    found = ticks(chart, "bottom")
    assert found and all(value == int(value) for value in found)
    assert any(value != int(value) for value in ticks(chart, "left")), "values are no counts"


def test_that_a_rating_shows_its_whole_scale(qtbot: QtBot) -> None:
    chart = MetricChart("Consistency", "Iteration", "Rating (0–4)")
    qtbot.addWidget(chart)
    chart.fix_scale(0, 4)
    chart.set_marks([Mark("base", "base", 0, 2.6, 2.5, 2.7), Mark("iter1/score", "score", 1, 2.8, 2.7, 2.9)])
    low, high = chart.plot.getViewBox().viewRange()[1]
    assert -0.5 < low < 0 and 4 < high < 4.5
    assert [value for value, _text in chart.plot.getAxis("left")._tickLevels[0]] == [0, 1, 2, 3, 4]
    chart.set_marks([])
    assert chart.plot.getViewBox().viewRange()[1] == [low, high]


def test_that_a_histogram_of_labels_has_a_scale_in_percent(qtbot: QtBot) -> None:
    chart = DistributionChart("Predicted labels", "Label (0–9)")
    qtbot.addWidget(chart)
    chart.set_lanes([("base", (0, 3, 7, 0, 0, 0, 0, 0, 0, 0), (1,) * 10), ("iter1", (1,) * 10, (1,) * 10)], ())
    axis = chart.plot.getAxis("right")
    assert axis.isVisible()
    assert axis._tickLevels[0] == [(0.9, "70%"), (0.45, "35%"), (1.9, "70%"), (1.45, "35%")]
    chart.set_lanes([(str(lane), (1,) * 10, (2,) * 10) for lane in range(6)], ())
    assert [text for _place, text in axis._tickLevels[0]] == ["10%"]  # one scale for all lanes


def test_that_a_long_title_is_shown_in_full(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    chart = Chart("Consistency (gpt-4o-2024-08-06 on server.example.org)", "Iteration", "Rating")
    QVBoxLayout(holder).addWidget(chart)
    holder.resize(230, 320)
    holder.show()
    qtbot.wait(20)
    assert (
        chart.title.height()
        >= chart.title.heightForWidth(chart.title.width())
        > chart.title.fontMetrics().height() * 1.5
    )


@pytest.mark.parametrize(
    ("most", "ticks"), [(0, [0]), (1, [0, 1]), (2, [0, 2]), (3, [0, 3]), (31_000, [0, 15_500, 31_000])]
)
def test_that_counts_are_whole_numbers(most: int, ticks: list[int]) -> None:
    assert count_ticks(most) == ticks


def test_that_histograms_of_scores_have_an_axis_beside_the_bars_and_dragging_follows(qtbot: QtBot) -> None:
    histogram = RangeHistogram()
    qtbot.addWidget(histogram)
    histogram.resize(400, 76)
    histogram.show_histogram(Histogram((0.0, 5.0, 10.0), (1200, 8), (1200, 8)))
    assert histogram._left >= histogram.fontMetrics().horizontalAdvance("1,200")
    assert histogram._x_of(0.0) == histogram._left and histogram._x_of(10.0) == 399
    for score in (0.0, 2.5, 10.0):
        assert histogram._score_at(histogram._x_of(score)) == pytest.approx(score)
    assert histogram._score_at(0.0) == 0.0
    histogram.show()
    picture = histogram.grab().toImage()
    beside = [picture.pixelColor(x, y) for x in range(histogram._left - 6) for y in range(60)]
    assert len({colour.rgb() for colour in beside}) > 1, "the numbers are painted"
