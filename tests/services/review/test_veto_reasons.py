"""Reasons of vetoes: a list of the project's own, and what was counted under each."""

from __future__ import annotations

import pytest
from support.review.many_pairs import draw_pairs

from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps, veto_reasons
from studio.services.review.veto_reasons import DEFAULT_REASONS, reason_counts


def counted(project: Project, iteration: int | None = None) -> dict[str, int]:
    return {each.reason: each.pairs for each in reason_counts(project, iteration)}


def test_that_a_project_has_reasons_of_its_own_after_a_restart(project: Project) -> None:
    assert veto_reasons.veto_reasons(project) == DEFAULT_REASONS and len(DEFAULT_REASONS) <= veto_reasons.MOST
    assert veto_reasons.set_veto_reasons(project, ["  wrong \n breed ", "", "generic"]) == ("wrong breed", "generic")
    project.close()
    again = create_and_open.open_project(project.root)
    assert veto_reasons.veto_reasons(again) == ("wrong breed", "generic")
    again.close()


@pytest.mark.parametrize(
    ("reasons", "message"),
    [
        ([str(number) for number in range(10)], "10 reasons are too many.*at most 9"),
        (["x" * 61], "too long.*at most 60"),
        (["Generic", "generic"], "“generic” is there twice"),
    ],
)
def test_that_a_list_that_the_keys_cannot_give_is_refused(project: Project, reasons: list[str], message: str) -> None:
    with pytest.raises(StudioError, match=message):
        veto_reasons.set_veto_reasons(project, reasons)
    assert veto_reasons.veto_reasons(project) == DEFAULT_REASONS


def test_that_vetoes_are_counted_by_reason_with_those_that_were_not_given(project: Project) -> None:
    ids = draw_pairs(project, 1, iterations=(1, 2))
    review_steps.decide_all(project, ids[:5], "veto", reason="generic")
    review_steps.decide_all(project, ids[5:7], "veto")
    review_steps.decide(project, ids[0], "keep")
    review_steps.decide(project, ids[-1], "veto", reason="an old reason")
    found = reason_counts(project)
    assert [(each.reason, each.pairs) for each in found[:3]] == [("generic", 4), ("", 2), ("an old reason", 1)]
    assert {each.reason for each in found[3:]} == set(DEFAULT_REASONS) - {"generic"}
    assert counted(project, 2)["an old reason"] == 1 and "" not in counted(project, 2)
    review_steps.undo(project)
    assert "an old reason" not in counted(project)


def test_that_many_pairs_get_one_reason_in_one_step(project: Project) -> None:
    ids = draw_pairs(project, 1)
    review_steps.decide_all(project, ids, "veto", scope="score", reason="language")
    row = pair_list.pair(project, ids[3])
    assert (row.verdict, row.scope, row.reason) == ("veto", "score", "language")
    undone = review_steps.undo(project)
    assert undone is not None and undone.count == len(ids)
    assert pair_list.pair(project, ids[3]).verdict == "none"
