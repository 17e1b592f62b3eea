"""The calibration chart: the base and the newest main version, as far as they were measured."""

from __future__ import annotations

from datetime import UTC, datetime

from pytestqt.qtbot import QtBot

from studio.services.loop.types import NextAction
from studio.services.versions.measures import calibration_curve
from studio.services.versions.types import MetricValue, OverviewRows, VersionKind, VersionRow
from studio.views.overview.predictions_and_settings_tabs import DistributionPanel
from studio.widgets.lazy_charts import import_calibration_chart, import_result_charts


def version(number: int, name: str, kind: VersionKind, points: list[tuple[float, float | None]]) -> VersionRow:
    metrics = {"srcc": MetricValue(0.5, 0.4, 0.6, 9)}
    for group, (scored, true) in enumerate(points):
        metrics[f"calibration_scored:{group}"] = MetricValue(scored, None, None, 9)
        metrics[f"calibration_true:{group}"] = MetricValue(true, None, None, 9)
    return VersionRow(number, name, number, kind, (), metrics, None, None, "", datetime.now(UTC))


def rows(*versions: VersionRow) -> OverviewRows:
    names = tuple(row.name for row in versions)
    return OverviewRows(versions, names, {}, (), (0,) * 10, (), NextAction("done", 0), None, False)


def test_that_groups_without_a_value_are_left_out() -> None:
    found = version(0, "base", "base", [(2.0, 3.0), (4.0, None), (5.0, 4.5)])
    assert calibration_curve(found) == ((2.0, 3.0), (5.0, 4.5))
    assert calibration_curve(version(0, "base", "base", [])) == ()


def test_that_base_and_the_newest_measured_version_are_drawn(qtbot: QtBot) -> None:
    panel = DistributionPanel()
    qtbot.addWidget(panel)
    base, first, last = (
        version(0, "base", "base", [(4.0, 3.0), (5.0, 6.0)]),
        version(1, "iter1/score", "score", [(3.0, 3.0), (6.0, 6.0)]),
        version(2, "iter2/<b>merged", "merged", [(2.0, 2.0), (7.0, 7.5)]),
    )
    panel.show_rows(rows(base, first, last))
    panel.add_charts(import_result_charts(), import_calibration_chart())
    assert panel.calibration is not None
    drawn = [(curve.version, curve.colour, curve.points) for curve in panel.calibration.drawn]
    assert drawn == [
        ("base", "mark_base", ((4.0, 3.0), (5.0, 6.0))),
        ("iter2/<b>merged", "mark_merged", ((2.0, 2.0), (7.0, 7.5))),
    ]
    assert [entry.text for entry in panel.calibration.legend] == ["base", "iter2/<b>merged"]
    panel.show_rows(rows(base))
    assert [curve.version for curve in panel.calibration.drawn] == ["base"]
    panel.show_rows(rows(version(0, "base", "base", [])))
    assert panel.calibration.drawn == ()
