"""The order that learns from the verdicts, and a session of the most doubtful pairs, in the window."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from support import projects as small
from support.pair_rows import list_pairs
from support.reviewed import make_reviewed_project
from support.window import open_in

from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import review_steps
from studio.services.review.triage import ranking
from studio.services.review.triage.ranking import Triage
from studio.services.review.types import PairFilter
from studio.views.pairs.pairs_page import PairsPage
from studio.views.pairs.triage import triage_tools
from studio.views.pairs.triage.triage_bar import quality_text
from studio.views.window.main_window import MainWindow

PAIRS = 160
WORDS = [f"word{number}" for number in range(120)]


def lovely(number: int) -> bool:
    return number % 6 == 0


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with many pairs; some of the chosen texts say "lovely"."""
    monkeypatch.setitem(small.SPLITS, "train", PAIRS)
    root = make_reviewed_project(tmp_path / "many", tmp_path / "data")
    chance = random.Random(1)
    with closing(sqlite3.connect(root / "project.sqlite")) as database, database:
        for number in range(1, PAIRS + 1):
            chosen, rejected = (" ".join(chance.choices(WORDS, k=20)) for _ in range(2))
            text = f"lovely {chosen}" if lovely(number) else chosen
            values = (text, rejected, number)
            database.execute("UPDATE pair SET chosen_text = ?, rejected_text = ? WHERE id = ?", values)
    return root


def decide(root: Path, reviewed: int, *, by_rule: bool) -> None:
    """Decide on the first pairs, by the rule or at random."""
    chance = random.Random(2)
    project = create_and_open.open_project(root)
    try:
        for row in list_pairs(project, PairFilter(1))[:reviewed]:
            vetoed = lovely(row.id) if by_rule else chance.random() < 0.3
            review_steps.decide(project, row.id, "veto" if vetoed else "keep")
    finally:
        project.close()


def page_of(qtbot: QtBot, window: MainWindow, root: Path) -> PairsPage:
    open_in(qtbot, window, root)
    assert window.shell is not None
    window.shell.show_page("pairs")
    page = window.shell.pairs
    qtbot.waitUntil(lambda: page.model.rowCount() == PAIRS and page.current is not None and bool(page.tools.reasons))
    page.table.setFocus()
    return page


def sort_by_doubt(page: PairsPage) -> None:
    page.controls.order.setCurrentIndex(page.controls.order.findData("doubt"))


def said(page: PairsPage) -> str:
    return page.triage.bar.quality.text()


def test_that_the_most_doubtful_pairs_come_first_with_what_the_order_is_worth(
    qtbot: QtBot, empty_window: MainWindow, root: Path
) -> None:
    decide(root, 90, by_rule=True)
    page = page_of(qtbot, empty_window, root)
    assert not page.triage.bar.isVisible()
    sort_by_doubt(page)
    qtbot.waitUntil(lambda: page.triage.order is not None)
    expected = sum(lovely(number) for number in range(1, PAIRS + 1))
    qtbot.waitUntil(lambda: all(lovely(pair_id) for pair_id in page.model.ids[:expected].tolist()))
    assert page.table.currentIndex().row() == 0 and page.triage.bar.isVisible()
    found = (
        "The first 30% in this order contained 15 of 15 vetoes, 100% [80, 100] (chance: 30%; cross-validated on 90 "
        "reviewed pairs)."
    )
    assert said(page) == found
    page.controls.state.setCurrentIndex(page.controls.state.findData("unreviewed"))
    left = [number for number in range(91, PAIRS + 1) if lovely(number)]
    qtbot.waitUntil(lambda: page.model.rowCount() == PAIRS - 90)
    assert set(page.model.ids[: len(left)].tolist()) == set(left)
    page.controls.order.setCurrentIndex(0)
    qtbot.waitUntil(lambda: page.model.ids.tolist() == list(range(91, PAIRS + 1)))
    assert not page.triage.bar.isVisible()


def test_that_the_order_is_learned_once_and_again_for_another_reviewer(
    qtbot: QtBot, empty_window: MainWindow, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[str] = []

    def learn(project: Project, iteration: int, reviewer: str) -> Triage:
        learned.append(reviewer)
        return ranking.triage(project, iteration, reviewer)

    monkeypatch.setattr(triage_tools, "triage", learn)
    decide(root, 90, by_rule=True)
    page = page_of(qtbot, empty_window, root)
    sort_by_doubt(page)
    page.reviewers.choose("Ann")
    qtbot.waitUntil(lambda: said(page).startswith("Too few verdicts"))
    page.reviewers.choose("")
    qtbot.waitUntil(lambda: page.triage.order is not None)
    qtbot.wait(200)
    assert learned[-2:] == ["Ann", ""] and learned.count("") <= 2
    learned.clear()
    page.triage.leave_order()
    page.controls.order.setCurrentIndex(0)
    sort_by_doubt(page)
    qtbot.waitUntil(lambda: page.triage.order is not None)
    qtbot.wait(200)
    assert learned == [""]


def test_that_the_worth_of_an_order_is_said_with_its_interval() -> None:
    ids, chances = np.arange(40), np.zeros(40)
    known = ranking.Triage(1, 40, 10, 10, ids=ids, chances=chances, found=0.72, p=0.001)
    wanted = (
        "The first 30% in this order contained 7 of 10 vetoes, 70% [40, 89] (chance: 30%; cross-validated on 40 "
        "reviewed pairs)."
    )
    assert quality_text(known) == wanted


def test_that_a_session_lists_the_most_doubtful_and_counts_what_is_left(
    qtbot: QtBot, empty_window: MainWindow, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triage_tools, "SESSION_PAIRS", 15)
    decide(root, 90, by_rule=True)
    page = page_of(qtbot, empty_window, root)
    qtbot.keyClicks(page.table, "d")
    qtbot.waitUntil(lambda: page.model.rowCount() == 15)
    left = {number for number in range(91, PAIRS + 1) if lovely(number)}
    assert set(page.model.ids[: len(left)].tolist()) == left
    qtbot.waitUntil(lambda: page.triage.bar.session.text() == "15 most doubtful: 15 left")
    page.table.setFocus()
    for _ in range(3):
        qtbot.keyClicks(page.table, "v")
    qtbot.waitUntil(lambda: page.triage.bar.session.text() == "15 most doubtful: 12 left")
    page.refresh()
    qtbot.waitUntil(lambda: page.pair_actions.saving == 0)
    assert page.model.rowCount() == 15
    page.triage.bar.end_button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == PAIRS)
    assert page.triage.session is None and not page.triage.bar.session.isVisible()


def test_that_random_vetoes_are_said_to_be_no_pattern(qtbot: QtBot, empty_window: MainWindow, root: Path) -> None:
    decide(root, 120, by_rule=False)
    page = page_of(qtbot, empty_window, root)
    before = page.model.ids.tolist()
    sort_by_doubt(page)
    qtbot.waitUntil(lambda: said(page).startswith("No pattern found in "))
    assert said(page).endswith(" vetoes among 120 verdicts; pairs are listed as generated.")
    page.refresh()
    qtbot.wait(300)
    assert page.model.ids.tolist() == before
    qtbot.keyClicks(page.table, "d")
    qtbot.wait(500)
    assert page.triage.session is None and page.model.rowCount() == PAIRS


def test_that_too_few_verdicts_say_how_many_are_missing(qtbot: QtBot, empty_window: MainWindow, root: Path) -> None:
    decide(root, 30, by_rule=True)
    page = page_of(qtbot, empty_window, root)
    sort_by_doubt(page)
    wanted = "Too few verdicts to learn from: 10 more verdicts, 5 more vetoes needed."
    qtbot.waitUntil(lambda: said(page) == wanted)
