"""The curves of a training, drawn one after the other, and moved together by a person only."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.services.loop.types import TrainPoint
from studio.widgets.charts import TrainingChart
from studio.widgets.training_charts import CurveCharts


@pytest.fixture
def curves(qtbot: QtBot) -> CurveCharts:
    charts = CurveCharts()
    qtbot.addWidget(charts)
    charts.resize(640, 500)
    charts.show()
    return charts


def history(steps: int) -> list[TrainPoint]:
    return [
        TrainPoint(0.0, step, steps, 0.5, 0.1 * step, 0.75, 0.05 * step, -0.05 * step, 1e-4, 1.0)
        for step in range(steps)
    ]


def all_charts(curves: CurveCharts) -> list[TrainingChart]:
    return [curves.loss, curves.rewards, curves.margin, curves.accuracy, curves.gradient, curves.rate]


def drawn(chart: TrainingChart) -> int:
    """Steps that are in the picture."""
    lines = [item.getOriginalDataset()[0] for item in chart.plot.getPlotItem().listDataItems()]
    return max(0 if line is None else len(line) for line in lines)


def shown(chart: TrainingChart) -> tuple[float, float]:
    first, last = chart.plot.viewRange()[0]
    return round(first, 6), round(last, 6)


def test_that_no_two_curves_are_drawn_in_one_go_and_all_are_in_the_end(qtbot: QtBot, curves: CurveCharts) -> None:
    curves.set_history(history(100))
    assert [chart.points for chart in all_charts(curves)] == [100] * 6
    seen = set()

    def done() -> bool:
        seen.add(sum(drawn(chart) == 100 for chart in all_charts(curves)))
        return max(seen) == 6

    qtbot.waitUntil(done)
    assert {0, 6} < seen


def test_that_every_curve_is_drawn_though_steps_come_faster_than_drawings(qtbot: QtBot, curves: CurveCharts) -> None:
    for steps in range(10, 60):
        curves.set_history(history(steps))
        qtbot.wait(8)
    assert min(drawn(chart) for chart in all_charts(curves)) > 10


def test_that_a_person_moves_all_and_new_steps_leave_them_there(qtbot: QtBot, curves: CurveCharts) -> None:
    curves.set_history(history(100))
    qtbot.waitUntil(lambda: all(shown(chart)[1] >= 99 for chart in all_charts(curves)))
    before = shown(curves.margin)
    view = curves.margin.plot.viewport()
    middle = QPointF(view.rect().center())
    no_button, no_key, no_phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    place = QPointF(view.mapToGlobal(middle.toPoint()))
    turned = QWheelEvent(
        middle, place, QPointF(0, 0).toPoint(), QPointF(0, 240).toPoint(), no_button, no_key, no_phase, False
    )
    QApplication.sendEvent(view, turned)
    moved = shown(curves.margin)
    assert before[0] < moved[0] < moved[1] < before[1]
    assert {shown(chart) for chart in all_charts(curves)} == {moved}
    curves.set_history(history(200))
    qtbot.waitUntil(lambda: all(drawn(chart) == 200 for chart in all_charts(curves)))
    assert {shown(chart) for chart in all_charts(curves)} == {moved}


def test_that_chosen_and_rejected_are_two_curves_with_a_legend(qtbot: QtBot, curves: CurveCharts) -> None:
    curves.set_history(history(10))
    qtbot.waitUntil(lambda: drawn(curves.rewards) == 10)
    ends = {
        round(float(values[-1]), 2)
        for item in curves.rewards.plot.getPlotItem().listDataItems()
        if (values := item.getOriginalDataset()[1]) is not None and len(values)
    }
    assert ends == {0.45, -0.45}
    assert [(entry.shape, entry.text) for entry in curves.rewards.legend] == [
        ("line", "chosen"),
        ("dashes", "rejected"),
    ]
