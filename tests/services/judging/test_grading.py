"""Grading by people: the order, what a grade stores, undo, skipping, rounds, several graders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.projects import rows
from support.reviewed import make_reviewed_project

from db.models import Judgement
from studio.services.errors import StudioError
from studio.services.judging import grading
from studio.services.judging.grading import Gradings, GradingState
from studio.services.projects import create_and_open
from studio.services.projects.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))
    yield opened
    opened.close()


def stored(project: Project, name: str = "Ann") -> dict[int, tuple[Any, ...]]:
    query = "SELECT prediction_id, consistency, usefulness, general, reason FROM judgement WHERE judge = ?"
    found = rows(project.root, query.replace("?", f"'person:{name}'"))
    return {row[0]: row[1:] for row in found}


def card_of(state: GradingState) -> int:
    assert state.card is not None
    return state.card.prediction_id


def grade_all(gradings: Gradings, state: GradingState, grade: int) -> GradingState:
    for _ in grading.SCALES:
        state = gradings.grade(card_of(state), grade)
    return state


def test_that_each_grade_is_stored_at_once_and_the_next_scale_follows(project: Project) -> None:
    gradings = Gradings(project)
    state = gradings.begin("  Ann ")
    assert state.grader == "Ann" and state.done == 0 and state.card is not None and state.card.scale == 0
    first = card_of(state)
    state = gradings.grade(first, 4)
    assert stored(project) == {first: (4, None, None, "")}
    assert state.card is not None and (state.card.prediction_id, state.card.grades) == (first, (4, None, None))
    state = gradings.grade(first, 0)
    state = gradings.grade(first, 2)
    assert stored(project) == {first: (4, 0, 2, "")}
    assert state.done == 1 and card_of(state) != first


def test_that_a_grader_goes_on_where_the_last_one_ended_and_others_get_the_same_order(project: Project) -> None:
    one = Gradings(project)
    state = grade_all(one, one.begin("Ann"), 3)
    one.grade(card_of(state), 1)
    again = Gradings(project).begin("Ann")
    assert again.done == 1 and again.card is not None and again.card.grades == (1, None, None)
    ben = Gradings(project)
    seen = [card_of(ben.begin("Ben"))]
    seen.append(card_of(grade_all(ben, ben.begin("Ben"), 0)))
    assert seen == [*stored(project)], "what Ann has graded comes first for Ben too"
    assert Gradings(project).graders() == ("Ann", "Ben")


def test_that_the_order_mixes_versions_and_shows_each_image_once_before_it_repeats(project: Project) -> None:
    gradings = Gradings(project)
    gradings.begin("Ann")
    found = dict(rows(project.root, "SELECT id, image_id || ' ' || model_version_id FROM prediction"))
    order = [found[one].split() for one in gradings._order]
    images = len({image for image, _ in order})
    assert len(order) == 2 * images and len({image for image, _ in order[:images]}) == images
    assert len({version for _, version in order[:images]}) == 2


def test_that_what_a_language_model_has_graded_comes_first(project: Project) -> None:
    gradings = Gradings(project)
    gradings.begin("Ann")
    judged = gradings._order[-3:]
    with project.session() as session:
        for one in judged:
            session.add(Judgement(prediction_id=one, judge="gpt@there", consistency=2, raw="", reason=""))
    gradings.begin("Ann")
    assert gradings._order[:3] == judged


def test_that_undo_takes_grades_back_one_by_one_also_of_the_card_before(project: Project) -> None:
    gradings = Gradings(project)
    state = gradings.begin("Ann")
    first = card_of(state)
    state = grade_all(gradings, state, 3)
    second = card_of(state)
    gradings.grade(second, 1)
    state = gradings.undo()
    assert stored(project) == {first: (3, 3, 3, "")} and card_of(state) == second
    state = gradings.undo()
    assert stored(project) == {first: (3, 3, None, "")} and card_of(state) == first
    gradings.undo()
    state = gradings.undo()
    assert stored(project) == {} and state.done == 0
    assert gradings.undo() == state, "there is nothing left"


def test_that_a_skipped_explanation_has_no_grade_but_a_reason_and_undo_brings_it_back(project: Project) -> None:
    gradings = Gradings(project)
    state = gradings.begin("Ann")
    first = card_of(state)
    gradings.grade(first, 2)
    state = gradings.skip(first)
    assert stored(project) == {first: (None, None, None, "skipped")} and state.done == 1
    assert Gradings(project).begin("Ann").done == 1
    state = gradings.undo()
    assert stored(project) == {} and card_of(state) == first


def test_that_a_round_ends_and_another_can_begin_until_all_are_graded(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "ROUND", 3)
    gradings = Gradings(project)
    state = gradings.begin("Ann")
    for _ in range(3):
        assert state.goal == 3
        state = grade_all(gradings, state, 1)
    assert state.card is None and (state.done, state.goal) == (3, 3) and state.total > 3
    state = gradings.go_on()
    while state.done < state.total:
        state = gradings.skip(card_of(state)) if state.card is not None else gradings.go_on()
    assert state.card is None and state.goal == state.total == len(stored(project))


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb\x00"])
def test_that_a_name_must_be_readable(project: Project, name: str) -> None:
    with pytest.raises(StudioError, match="name"):
        Gradings(project).begin(name)


def test_that_only_the_explanation_shown_can_be_graded(project: Project) -> None:
    gradings = Gradings(project)
    first = card_of(gradings.begin("Ann"))
    for prediction, grade in ((first + 1, 2), (first, 5), (first, -1)):
        with pytest.raises(StudioError):
            gradings.grade(prediction, grade)
    assert stored(project) == {}
