"""The window that asks versions for suggestions and has them judged: what it says beforehand, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from pytestqt.qtbot import QtBot
from support.literal import problems, settle
from support.projects import SPLITS

from db.models import Job, ModelVersion
from db.queries import suggestions
from studio.models.suggestion_table import COL_BOTH, COL_CHANGE, COL_GRADED, COL_JUDGE, COL_MEAN, COL_N, COL_VERSION
from studio.views.judges.suggestions_window import SuggestionsWindow
from studio.views.window.main_window import MainWindow

HOSTILE = "<b>gpt</b>&@https://judge.example"


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow) -> SuggestionsWindow:
    assert window.shell is not None
    page = window.shell.judges
    window.shell.show_page("judges")
    qtbot.waitUntil(lambda: page.can_grade)
    page.commands["judges.suggestions"].trigger()
    qtbot.waitUntil(lambda: bool(page.findChildren(SuggestionsWindow)))
    found: SuggestionsWindow = page.findChildren(SuggestionsWindow)[0]
    qtbot.waitUntil(found.start_button.isEnabled)
    return found


def store(window: MainWindow, judge: str) -> None:
    assert window.workspace is not None
    with window.workspace.project.session() as session:
        job = Job(stage="judge_suggestions", iteration=1, title="t", state="done", config={}, position=1)
        session.add(job)
        session.flush()
        for name in ("base", "iter1/score"):
            version = session.query(ModelVersion).filter_by(name=name).one()
            figures = [
                {"name": "usefulness", "value": 2.5, "lo": 2.1, "hi": 2.9, "n": 9},
                {"name": "coverage", "value": 0.75, "lo": 0.5, "hi": 0.9, "n": 12},
            ]
            if name != "base":
                figures.append({"name": "usefulness_vs_base", "value": -0.25, "lo": -0.5, "hi": 0.1, "n": 9})
            suggestions.replace_figures(session, version.id, judge, job.id, figures)


def test_that_it_says_what_it_will_ask_and_what_that_costs(qtbot: QtBot, shown: SuggestionsWindow) -> None:
    tests = 2 * SPLITS["test"]
    text = shown.estimate.text()
    assert f"{tests} suggestions of base, iter1/score, judged by gpt-4o-2024-08-06." in text
    assert "Asked first: base, iter1/score." in text and "About 0.0" in text
    assert shown.empty.isVisible() and not shown.table.isVisible()
    shown.sample.clear()
    qtbot.keyClicks(shown.sample, "many")
    assert not shown.start_button.isEnabled()
    qtbot.waitUntil(lambda: "chat.sample" in shown.estimate.text())
    assert not shown.start_button.isEnabled()
    shown.sample.clear()
    qtbot.keyClicks(shown.sample, "3")
    qtbot.waitUntil(lambda: shown.estimate.text().startswith("6 suggestions"))


def test_that_it_starts_what_is_chosen(
    qtbot: QtBot, window: MainWindow, shown: SuggestionsWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Sequence[str], Mapping[str, object], object]] = []
    monkeypatch.setattr(
        window.workspace, "judge_suggestions", lambda names, judge, sample, _then: asked.append((names, judge, sample))
    )
    shown.versions.setCurrentIndex(shown.versions.findText("base"))
    qtbot.waitUntil(shown.start_button.isEnabled)
    shown.start_button.click()
    ((names, judge, sample),) = asked
    assert (names, sample) == (("base",), 500) and judge["model"] == "gpt-4o-2024-08-06"


def test_that_figures_have_intervals_and_n_and_hostile_judges_are_literal(
    qtbot: QtBot, window: MainWindow, shown: SuggestionsWindow
) -> None:
    store(window, HOSTILE)
    assert window.workspace is not None
    window.workspace.results_changed.emit()
    qtbot.waitUntil(lambda: shown.model.rowCount() == 6)
    cells = [[str(shown.model.index(row, column).data()) for column in range(COL_GRADED + 1)] for row in range(6)]
    assert [row[COL_VERSION] for row in cells] == ["base"] * 3 + ["iter1/score"] * 3
    base, trained, unmeasured = cells[0], cells[3], cells[4]
    assert (trained[COL_MEAN], trained[COL_N], trained[COL_GRADED]) == ("2.500 [2.100, 2.900]", "9", "75.0%")
    assert (trained[COL_CHANGE], trained[COL_BOTH]) == ("-0.25 [-0.50, +0.10]", "9")
    assert base[COL_CHANGE] == "–" and unmeasured[COL_MEAN] == "–", "what was not measured is no number"
    assert "<b>gpt</b>&" in base[COL_JUDGE]
    settle(shown)
    assert not problems(shown)
