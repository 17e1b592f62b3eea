"""Filters by numbers, and the counts beside their choices, against the rules written down once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from support.pair_rows import list_pairs
from support.review.many_pairs import decide_at_random, draw_pairs

from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps
from studio.services.review.types import Bounds, PairFilter, PairRow

STATES = ("unreviewed", "suspicious", "veto", "keep", "edited", "noted")
FLAGS = (
    "format",
    "identical",
    "rejected_praises",
    "chosen_criticises",
    "low_margin",
    "near_identical",
    "truncated",
    "length",
)


@pytest.fixture
def drawn(project: Project) -> Project:
    """Forty pairs of two iterations, most of them decided."""
    decide_at_random(project, draw_pairs(project, 3, iterations=(1, 2)), 4)
    return project


def words(row: PairRow) -> list[int]:
    return [len(text.split()) for text in (row.chosen_text, row.rejected_text)]


def margins(row: PairRow) -> list[float]:
    return [margin for margin in (row.margin_score, row.margin_consistency) if margin is not None]


Values = Callable[[PairRow], list[float] | list[int]]


@pytest.mark.parametrize(
    ("name", "bounds", "values"),
    [
        ("distance", Bounds(4, None), lambda row: [abs(row.chosen_score - row.rejected_score)]),
        ("distance", Bounds(3, 5), lambda row: [abs(row.chosen_score - row.rejected_score)]),
        ("words", Bounds(None, 5), words),
        ("words", Bounds(20, 30), words),
        ("margin", Bounds(None, 0), margins),
        ("margin", Bounds(0.5, 2), margins),
        ("score", Bounds(1.0, 3.25), lambda row: [row.truth]),
    ],
)
def test_that_a_range_selects_the_pairs_with_a_value_in_it(
    drawn: Project, name: str, bounds: Bounds, values: Values
) -> None:
    def inside(value: float) -> bool:
        return (bounds.low is None or value >= bounds.low) and (bounds.high is None or value <= bounds.high)

    everything = list_pairs(drawn, PairFilter())
    wanted = [row.id for row in everything if any(inside(value) for value in values(row))]
    found = [row.id for row in list_pairs(drawn, PairFilter(**{name: bounds}))]  # type: ignore[arg-type]
    assert found == wanted and 0 < len(wanted) < len(everything)


def test_that_a_reason_selects_its_vetoes_and_no_others(drawn: Project) -> None:
    for reason in ("", "generic"):
        wanted = [row.id for row in list_pairs(drawn, PairFilter()) if (row.verdict, row.reason) == ("veto", reason)]
        assert wanted and [row.id for row in list_pairs(drawn, PairFilter(reason=reason))] == wanted


def test_that_a_kept_pair_has_lost_the_reason_of_its_veto(drawn: Project) -> None:
    pair_id = list_pairs(drawn, PairFilter(reason="generic"))[0].id
    review_steps.decide(drawn, pair_id, "keep")
    assert pair_list.pair(drawn, pair_id).reason == ""
    review_steps.undo(drawn)
    assert pair_list.pair(drawn, pair_id).reason == "generic"


@pytest.mark.parametrize(
    "shown",
    [
        PairFilter(),
        PairFilter(iteration=2),
        PairFilter(iteration=1, state="veto"),
        PairFilter(iteration=1, state="suspicious", words=Bounds(2, 30)),
        PairFilter(flag="low_margin"),
        PairFilter(iteration=1, flag="length", text="sharp"),
        PairFilter(state="veto", reason="generic", flag="length"),
    ],
)
def test_that_each_count_is_the_length_of_the_list_that_its_choice_shows(drawn: Project, shown: PairFilter) -> None:
    counts = pair_list.filter_counts(drawn, shown)

    def length(**changes: object) -> int:
        return len(pair_list.listed(drawn, replace(shown, **changes)))  # type: ignore[arg-type]

    assert {state: counts.states.get(state, 0) for state in STATES} == {state: length(state=state) for state in STATES}
    assert {flag: counts.flags.get(flag, 0) for flag in FLAGS} == {flag: length(flag=flag) for flag in FLAGS}
    assert (counts.all_states, counts.all_flags) == (length(state=None), length(flag=None))
    assert dict(counts.reasons) == {
        reason: count for reason in ("", "generic") if (count := length(state="veto", reason=reason))
    }
    assert counts.all_states and counts.all_flags
