"""Blind tests of explanations: hidden, shuffled, kept, counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.reviewed import make_reviewed_project

from db.models import Prediction
from studio.services.errors import StudioError
from studio.services.judging.blind_tests import BlindTests, places, win_rates
from studio.services.judging.types import BlindState
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

BOTH = ["base", "iter1/score"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))


def place_of(state: BlindState, start: str) -> int:
    assert state.card is not None
    return next(place for place, text in enumerate(state.card.texts, 1) if text.startswith(start))


def test_that_votes_reach_the_version_behind_the_place(project: Project) -> None:
    tests = BlindTests(project)
    state = tests.begin(BOTH)
    asked = set()
    while state.card is not None:
        assert state.versions == () and state.rates == ()
        asked.add(state.card.image_id)
        place = 0 if state.voted < 2 else place_of(state, "base says")
        state = tests.vote(state.test_id, state.card.image_id, place)
    assert (state.voted, state.ties, state.total, len(asked)) == (12, 2, 12, 12)
    end = tests.reveal(state.test_id)
    assert [(rate.version, rate.wins, rate.rate) for rate in end.rates] == [
        ("base", 10, pytest.approx(11 / 12)),
        ("iter1/score", 0, pytest.approx(1 / 12)),
    ]
    assert end.rates[0].lo < 11 / 12 < end.rates[0].hi <= 1


def test_that_a_test_is_taken_up_where_it_was_left(project: Project) -> None:
    first = BlindTests(project)
    state = first.begin(BOTH)
    assert state.card is not None
    state = first.vote(state.test_id, state.card.image_id, 2)
    again = BlindTests(project).begin(list(reversed(BOTH)))
    assert again == state
    assert BlindTests(project).begin(BOTH, anew=True).voted == 0


def test_that_a_vote_can_be_taken_back(project: Project) -> None:
    tests = BlindTests(project)
    state = tests.begin(BOTH)
    assert state.card is not None
    seen = state.card
    assert tests.vote(state.test_id, seen.image_id, 1).voted == 1
    back = tests.undo(state.test_id)
    assert back.voted == 0 and back.card == seen
    assert tests.undo(state.test_id).voted == 0


def test_that_a_revealed_test_takes_no_more_votes(project: Project) -> None:
    tests = BlindTests(project)
    state = tests.begin(BOTH)
    assert state.card is not None
    tests.reveal(state.test_id)
    for call in (lambda: tests.vote(state.test_id, state.card.image_id, 1), lambda: tests.undo(state.test_id)):
        with pytest.raises(StudioError, match="no more votes"):
            call()
    assert tests.begin(BOTH).test_id != state.test_id


def test_that_places_are_shuffled_by_image_and_stay(project: Project) -> None:
    orders = [tuple(places(BOTH, 7, image)) for image in range(200)]
    assert orders == [tuple(places(list(reversed(BOTH)), 7, image)) for image in range(200)]
    assert 70 < orders.count(("base", "iter1/score")) < 130


def test_that_equal_explanations_are_not_asked_about(project: Project) -> None:
    with project.session() as session:
        for prediction in session.query(Prediction).order_by(Prediction.image_id).limit(4):
            prediction.text = "the  same"
    state = BlindTests(project).begin(BOTH)
    assert (state.total, state.alike) == (10, 2)
    with project.session() as session:
        session.query(Prediction).update({"text": "the same"})
    with pytest.raises(StudioError, match="the same for every image"):
        BlindTests(project).begin(BOTH)


@pytest.mark.parametrize("versions", [["base"], ["base", "base"], ["a", "b", "c", "d", "e"], ["base", "iter9/score"]])
def test_that_too_few_too_many_or_unknown_versions_are_refused(project: Project, versions: list[str]) -> None:
    with pytest.raises(StudioError):
        BlindTests(project).begin(versions)


def test_that_the_interval_is_wilsons() -> None:
    rates = {rate.version: rate for rate in win_rates(["a", "b"], {"a": 8, "b": 2})}
    assert (rates["a"].lo, rates["a"].hi) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert rates["b"].lo == pytest.approx(1 - rates["a"].hi)
    assert win_rates(["a", "b"], {}) == ()
    ties = win_rates(["a", "b", "c"], {None: 9})
    assert [rate.rate for rate in ties] == [pytest.approx(1 / 3)] * 3
