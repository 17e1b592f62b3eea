"""The verdict, the advice on another iteration and the button that follows it, on the Overview page and in status."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.compared import CASES, make_compared_project
from support.window import open_in

from studio.cli import status
from studio.views.overview.overview_page import OverviewPage
from studio.views.window.main_window import MainWindow

Opened = Callable[[str], OverviewPage]


@pytest.fixture
def opened(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> Opened:
    """Opens a project with these planted metrics and returns its Overview."""

    def open_case(case: str) -> OverviewPage:
        root = make_compared_project(tmp_path / "p", tmp_path / "data", case)
        open_in(qtbot, empty_window, root)
        assert empty_window.shell is not None
        empty_window.shell.show_page("overview")
        page = empty_window.shell.overview
        qtbot.waitUntil(lambda: page.verdict.isVisible(), timeout=10_000)
        return page

    return open_case


def _primary(page: OverviewPage) -> list[str]:
    buttons = (page.button, page.suggestion)
    return [button.text() for button in buttons if button.isVisible() and button.property("role") == "primary"]


def test_that_a_gain_is_told_against_both_and_the_next_iteration_is_offered(opened: Opened) -> None:
    page = opened("gained")
    assert page.verdict.text().splitlines() == [
        "iter2/merged is better than iter1/score: better scores and more consistent explanations.",
        "SRCC +0.031 [0.019, 0.043] · Consistency +0.31 [0.22, 0.40] · Format failures -0.2 [-1.2, 0.8] points",
        "iter2/merged is better than base: better scores and more consistent explanations.",
    ]
    base = "SRCC +0.350 [0.290, 0.410] · Consistency +0.35 [0.29, 0.41] · Format failures -1.0 [-1.9, -0.1] points"
    assert f"Against base: {base}." in page.verdict.toolTip()
    assert page.verdict.property("level") == "better"
    assert _primary(page) == ["Run iteration 3"] and not page.suggestion.isVisible()
    assert "You can stop here and compare the versions, or run one more iteration." in page.sentence.text()
    assert "corrected for 6 comparisons" in page.verdict.toolTip()


def test_that_lost_format_is_worse_in_spite_of_a_gain_and_comparing_is_the_blue_button(
    qtbot: QtBot, opened: Opened
) -> None:
    page = opened("lost format")
    assert page.verdict.text().startswith(
        "iter2/merged is partly worse than iter1/score: more format failures, but better scores.\n"
    )
    assert page.verdict.property("level") == "worse"
    assert "Another iteration is unlikely to help: iter2/merged has more format failures." in page.sentence.text()
    assert _primary(page) == ["Compare with iter1/score"]
    assert page.button.isEnabled() and page.button.text() == "Run iteration 3"
    with qtbot.waitSignal(page.compare_wanted) as wanted:
        page.suggestion.click()
    assert wanted.args == [["iter1/score", "iter2/merged"]]


def test_that_lost_consistency_is_worse(opened: Opened) -> None:
    page = opened("lost consistency")
    assert "worse than iter1/score: less consistent explanations." in page.verdict.text()
    assert _primary(page) == ["Compare with iter1/score"]


def test_that_too_few_images_are_told_with_how_many_more(opened: Opened) -> None:
    page = opened("too few")
    assert "no clear difference from iter1/score" in page.verdict.text()
    assert "Consistency: not judged" in page.verdict.text()
    assert "Word tone -1.00 [-1.90, -0.10] (estimate)" in page.verdict.text()
    assert page.verdict.property("level") == "unclear"  # though better than the base
    few = "12 test images are too few to tell whether the last iteration helped. About 2,100 more would be needed."
    assert few in page.sentence.text()
    assert _primary(page) == ["Run iteration 3"]


def test_that_a_plateau_offers_the_export_of_the_best_version(qtbot: QtBot, opened: Opened) -> None:
    page = opened("plateau")
    reason = "unlikely to help: the last one changed SRCC by +0.001, at most +0.008; a useful gain is 0.01 (Settings)."
    assert reason in page.sentence.text()
    assert _primary(page) == ["Export iter2/merged…"]
    with qtbot.waitSignal(page.export_wanted) as wanted:
        page.suggestion.click()
    assert wanted.args == ["iter2/merged"]


def test_that_an_older_project_says_what_was_not_measured(opened: Opened) -> None:
    page = opened("old")
    assert page.verdict.text().splitlines()[1] == (
        "SRCC +0.031 [0.019, 0.043] · Consistency: not judged · Format failures: not measured"
    )
    assert page.verdict.property("level") == "better"


def test_that_the_other_button_is_blue_again_once_the_advice_has_gone(opened: Opened) -> None:
    page = opened("plateau")
    rows = page._rows
    assert rows is not None
    page.button.setFocus()
    page._on_rows(rows)
    assert page.button.hasFocus()  # a refresh does not take the keyboard away
    page.suggestion.setFocus()
    page._on_rows(dataclasses.replace(rows, advice=None))
    assert _primary(page) == ["Run iteration 3"] and page.button.hasFocus()
    page._on_rows(rows)
    assert page.suggestion.hasFocus()


@pytest.mark.parametrize("case", CASES)
def test_that_status_says_the_same(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_compared_project(tmp_path / "p", tmp_path / "data", case)
    status.status(root, as_json=True)
    told = json.loads(capsys.readouterr().out)
    status.status(root, as_json=False)
    text = capsys.readouterr().out
    words = {"gained": "better", "too few": "unclear", "plateau": "unclear", "old": "better"}
    assert [one["other"] for one in told["verdict"]["against"]] == ["iter1/score", "base"]
    assert told["verdict"]["against"][0]["word"] == words.get(case, "worse")
    reasons = {"too few": "unclear", "plateau": "plateau", "gained": "gained", "old": "gained"}
    assert told["advice"]["reason"] == reasons.get(case, "worse")
    assert told["verdict"]["comparisons"] == {"too few": 4, "old": 2}.get(case, 6)
    assert ("Another iteration is unlikely to help" in text) == (case in ("plateau", "lost format", "lost consistency"))
    assert ("consistency: not judged" in text) == (case in ("too few", "old"))
    if case == "too few":
        more = told["verdict"]["against"][0]["measures"]["srcc"]["more_images"]
        assert more["count"] > 1000 and not more["or_more"]
        assert f"About {more['count']:,} more would be needed." in text
