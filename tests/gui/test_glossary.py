"""Words of measurement are explained where they stand: charts, table heads and the guide, from one glossary."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot
from support.window import let_it_read

from studio.models.experiment_table import ExperimentTable
from studio.models.version_tree import VersionTree
from studio.services.glossary import glossary, glossary_markdown
from studio.services.guide.chapters import GLOSSARY, read_guide
from studio.views.window.main_window import MainWindow
from studio.widgets.help_tip import HelpTip


def test_that_the_overviews_charts_explain_their_metric_by_pointer_and_keyboard(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.shell is not None
    window.shell.show_page("overview")
    page = window.shell.overview
    qtbot.waitUntil(lambda: page.charts_ready and page.results.model.rowCount() == 2)
    titles = {}
    for name, chart in page.results.charts.items():
        assert isinstance(chart.help, HelpTip) and chart.help.toolTip().startswith("<p>")
        titles[name] = chart.help.accessibleName()
    assert titles == {
        "srcc": "Help: SRCC", "plcc": "Help: PLCC", "rmse": "Help: RMSE", "consistency": "Help: Word tone"
    }  # fmt: skip
    tip = page.results.charts["srcc"].help
    assert tip is not None
    tip.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(tip, Qt.Key.Key_Space)
    qtbot.waitUntil(QToolTip.isVisible)
    assert "rank correlation" in QToolTip.text()
    let_it_read(qtbot, window)


def test_that_heads_of_tables_explain_metrics() -> None:
    head, role = Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    tree, experiments = VersionTree(), ExperimentTable()
    for model, columns in ((tree, ("SRCC [95% CI]", "PLCC")), (experiments, ("SRCC [95% CI]", "Format"))):
        names = [model.headerData(place, head) for place in range(model.columnCount())]
        for column in columns:
            assert len(model.headerData(names.index(column), head, role)) > 60, column


def test_that_the_guide_has_every_term_of_the_glossary_and_each_is_plain() -> None:
    page = read_guide().page(GLOSSARY)
    assert page is not None and page.title == "Glossary"
    written = {section.heading: section.text for section in page.sections}
    for term in glossary().values():
        assert written[term.title] == term.text
        assert term.text.endswith(".") and "_" not in term.text and len(term.text) < 400
    assert glossary("xx") == glossary() and glossary_markdown().startswith("# Glossary\n\n## 95% interval\n")
