"""Second reviewers: decisions of their own that change no training, agreement, disagreements, use of a decision."""

from __future__ import annotations

import random

import pytest
from sklearn.metrics import cohen_kappa_score
from support.fake_engine import run_fake_jobs_until
from support.pair_rows import list_pairs, training_pairs
from support.review.many_pairs import draw_pairs

from db.queries import reviews
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps, reviewers
from studio.services.review.pair_list import filter_counts
from studio.services.review.review_steps import ReviewStepSummary
from studio.services.review.types import PairFilter

ANN = "Ann B."


@pytest.fixture
def generated(project: Project) -> Project:
    """A project whose first pairs are there."""
    run_fake_jobs_until(project, 1, "train")
    return project


def verdicts(project: Project, reviewer: str = "", **conditions: object) -> list[str]:
    found = pair_list.listed(project, PairFilter(1, reviewer=reviewer, **conditions)).tolist()  # type: ignore[arg-type]
    return [row.verdict for row in pair_list.rows(project, found, reviewer)]


def trained(project: Project) -> list[int]:
    return [row["pair_id"] for row in training_pairs(project, 1, "score")]


def test_that_a_named_reviewers_decisions_change_no_training(generated: Project) -> None:
    everything = trained(generated)
    first, second, third = (row.id for row in list_pairs(generated, PairFilter(1))[:3])
    review_steps.decide(generated, first, "veto", reason="generic", reviewer=ANN)
    review_steps.decide_all(generated, [second, third], "veto", reviewer=ANN)
    assert trained(generated) == everything
    assert verdicts(generated)[:3] == ["none"] * 3 and verdicts(generated, ANN)[:3] == ["veto"] * 3
    assert pair_list.pair(generated, first, ANN).reason == "generic"
    assert pair_list.counts(generated, 1).reviewed == 0 and pair_list.counts(generated, 1, ANN).vetoed == 3
    review_steps.decide(generated, first, "veto")
    assert trained(generated) == [pair_id for pair_id in everything if pair_id != first]
    review_steps.decide(generated, first, "keep", reviewer=ANN)
    assert trained(generated) == [pair_id for pair_id in everything if pair_id != first]
    assert [row.verdict for row in list_pairs(generated, PairFilter(1, "veto"))] == ["veto"]


def test_that_each_reviewer_undoes_their_own_steps(generated: Project) -> None:
    first, second = (row.id for row in list_pairs(generated, PairFilter(1))[:2])
    review_steps.decide(generated, first, "veto")
    review_steps.decide(generated, first, "keep", reviewer=ANN)
    review_steps.decide(generated, second, "veto", reviewer=ANN)
    undone = review_steps.undo(generated)
    assert undone is not None and undone.pair.id == first
    assert verdicts(generated)[:2] == ["none", "none"] and verdicts(generated, ANN)[:2] == ["keep", "veto"]
    assert review_steps.undo(generated) is None
    undone = review_steps.undo(generated, ANN)
    assert undone is not None and (undone.pair.id, undone.pair.verdict) == (second, "none")
    review_steps.decide(generated, second, "keep")
    assert review_steps.redo(generated, ANN) is not None, "what another reviewer does ends no redo"
    assert verdicts(generated, ANN)[:2] == ["keep", "veto"] and verdicts(generated)[:2] == ["none", "keep"]


def test_that_a_decision_is_used_for_training_only_when_asked(generated: Project) -> None:
    everything, ids = trained(generated), [row.id for row in list_pairs(generated, PairFilter(1))[:3]]
    review_steps.annotate(generated, ids[0], "mine")
    review_steps.decide_all(generated, ids[:2], "veto", scope="score", reason="generic", reviewer=ANN)
    assert review_steps.use_decisions(generated, ids, ANN) == 2
    row = pair_list.pair(generated, ids[0])
    assert (row.verdict, row.scope, row.reason, row.note) == ("veto", "score", "generic", "mine")
    assert trained(generated) == [pair_id for pair_id in everything if pair_id not in ids[:2]]
    review_steps.undo(generated)
    assert trained(generated) == everything and verdicts(generated, ANN)[:2] == ["veto", "veto"]
    with pytest.raises(StudioError, match="not decided"):
        review_steps.use_decisions(generated, ids[2:], ANN)


def test_that_texts_are_the_first_reviewers_and_a_reset_discards_the_decisions_of_all(generated: Project) -> None:
    row = list_pairs(generated, PairFilter(1))[0]
    review_steps.edit(generated, row.id, "Edited.", row.rejected_text)
    review_steps.decide(generated, row.id, "veto", reviewer=ANN)
    assert pair_list.pair(generated, row.id, ANN).chosen_text == "Edited."
    with generated.session() as session:
        reviews.reset(session, [row.id], "other texts")
    assert pair_list.pair(generated, row.id).chosen_text == row.chosen_text
    assert pair_list.pair(generated, row.id, ANN).verdict == "none"
    assert review_steps.undo(generated, ANN) is None


def test_that_disagreements_are_filtered_and_counted_for_both(generated: Project) -> None:
    ids = [row.id for row in list_pairs(generated, PairFilter(1))]
    for place, (first, second) in enumerate((("keep", "veto"), ("veto", "veto"), ("veto", "keep"), ("keep", "none"))):
        review_steps.decide(generated, ids[place], first)  # type: ignore[arg-type]
        review_steps.decide(generated, ids[place], "keep", reviewer=ANN)
        review_steps.decide(generated, ids[place], second, reviewer=ANN)  # type: ignore[arg-type]
    for reviewer in ("", ANN):
        found = pair_list.listed(generated, PairFilter(1, "disagree", reviewer=reviewer)).tolist()
        assert found == [ids[0], ids[2]]
        assert filter_counts(generated, PairFilter(1, reviewer=reviewer)).states["disagree"] == 2
    assert pair_list.listed(generated, PairFilter(1, "disagree", reviewer="Cy")).tolist() == []
    assert pair_list.listed(generated, PairFilter(1, "unreviewed", reviewer="Cy")).tolist() == ids


@pytest.mark.parametrize("seed", range(4))
def test_that_agreement_is_what_scikit_learn_computes(project: Project, seed: int) -> None:
    chance = random.Random(seed)
    ids = draw_pairs(project, seed)
    given = {}
    for pair_id in ids:
        first = chance.choice(("keep", "veto"))
        second = first if chance.random() < 0.7 else chance.choice(("keep", "veto", "none"))
        given[pair_id] = first, second
        review_steps.decide(project, pair_id, first)  # type: ignore[arg-type]
        review_steps.decide(project, pair_id, second, reviewer=ANN)  # type: ignore[arg-type]
    both = [(first, second) for first, second in given.values() if second != "none"]
    found = reviewers.agreements(project, 1)
    assert [each.reviewer for each in found] == [ANN]
    agreement = found[0]
    same = sum(first == second for first, second in both)
    assert (agreement.n, agreement.disagreements, agreement.reviewed) == (len(both), len(both) - same, len(both))
    assert agreement.same == pytest.approx(same / len(both))
    expected = cohen_kappa_score(*zip(*both, strict=True))
    assert agreement.kappa == pytest.approx(expected) and agreement.lo is not None and agreement.hi is not None
    assert agreement.lo <= expected <= agreement.hi
    assert agreement.same_lo is not None and agreement.same_hi is not None
    assert agreement.same_lo < agreement.same < agreement.same_hi or same == len(both)


def test_that_names_are_kept_and_wrong_ones_refused(project: Project) -> None:
    assert reviewers.reviewer_names(project) == () and reviewers.agreements(project) == []
    assert reviewers.add_reviewer(project, "  Ann   B. ") == ANN
    review_steps.decide(project, draw_pairs(project, 1)[0], "keep", reviewer="Cy")
    assert reviewers.reviewer_names(project) == (ANN, "Cy")
    for wrong in ("", "  ", "x" * 41, "ann b."):
        with pytest.raises(StudioError):
            reviewers.add_reviewer(project, wrong)
    assert [(each.reviewer, each.reviewed, each.n, each.kappa) for each in reviewers.agreements(project)] == [
        (ANN, 0, 0, None), ("Cy", 1, 0, None),
    ]  # fmt: skip


def test_that_a_decision_taken_over_is_no_agreement(generated: Project) -> None:
    ids = [row.id for row in list_pairs(generated, PairFilter(1))[:6]]
    for pair_id, first in zip(ids, ("keep", "keep", "veto", "keep"), strict=False):
        review_steps.decide(generated, pair_id, first)  # type: ignore[arg-type]
    review_steps.decide_all(generated, ids[:5], "veto", reason="generic", reviewer=ANN)

    def found() -> tuple[int, float | None, int]:
        agreement = reviewers.agreements(generated, 1)[0]
        return agreement.n, agreement.same, agreement.disagreements

    assert found() == (4, 0.25, 3)
    assert review_steps.use_decisions(generated, ids, ANN) == 5
    assert verdicts(generated)[:6] == ["veto"] * 5 + ["none"]
    assert found() == (4, 0.25, 0), "the verdicts of before are compared; no disagreement is left"
    assert review_steps.history(generated).undo == ReviewStepSummary("use", 5)
    review_steps.annotate(generated, ids[0], "look")
    review_steps.edit(generated, ids[1], "Edited.", "Texts.")
    assert found() == (4, 0.25, 0)
    review_steps.undo(generated)
    review_steps.undo(generated)
    assert found() == (4, 0.25, 0)
    undone = review_steps.undo(generated)
    assert undone is not None and (undone.act, undone.count) == ("use", 5)
    assert found() == (4, 0.25, 3) and verdicts(generated)[:5] == ["keep", "keep", "veto", "keep", "none"]
    review_steps.redo(generated)
    assert found() == (4, 0.25, 0) and verdicts(generated)[:5] == ["veto"] * 5
    assert review_steps.use_decisions(generated, ids[:1], ANN) == 1
    assert found() == (4, 0.25, 0), "taking over twice is no verdict either"
    review_steps.decide(generated, ids[0], "veto")
    assert found() == (4, 0.5, 0), "their own again"


def test_that_each_kind_of_decision_is_taken_over_in_one_step(generated: Project) -> None:
    ids = [row.id for row in list_pairs(generated, PairFilter(1))[:4]]
    review_steps.decide(generated, ids[0], "veto", scope="score", reason="generic", reviewer=ANN)
    review_steps.decide(generated, ids[1], "keep", reviewer=ANN)
    review_steps.decide(generated, ids[2], "veto", reason="dull", reviewer=ANN)
    review_steps.decide(generated, ids[2], "veto", reason="wrong object", reviewer=ANN)
    assert review_steps.use_decisions(generated, ids, ANN) == 3
    found = [pair_list.pair(generated, pair_id) for pair_id in ids]
    assert [(row.verdict, row.scope, row.reason) for row in found] == [
        ("veto", "score", "generic"), ("keep", "both", ""), ("veto", "both", "wrong object"), ("none", "both", ""),
    ]  # fmt: skip
