"""Triage on simulated reviewers: rules are found in the first 30%, random vetoes are no pattern."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from support.review.many_pairs import draw_pairs

from db.queries.reviewing.triage_rows import TriageRow, triage_rows
from studio.services.projects.project import Project
from studio.services.review import review_steps
from studio.services.review.triage.ranking import FIRST, FOLDS, MIN_VETOES, Triage, folds, in_order, rank, triage

SEEDS = range(5)
COMMON = [f"word{number}" for number in range(400)]
OBJECTS = ("boat", "dog", "tower", "flower", "bridge", "child", "mountain", "car")
PRAISE = ("excellent", "beautiful", "sharp", "balanced")
BLAME = ("blurry", "dull", "poor", "noisy")
Rule = Callable[[TriageRow, random.Random], bool]


def draw(chance: random.Random, count: int, words: tuple[int, int] = (20, 60)) -> list[TriageRow]:
    """Pairs as a model may write them; both texts name an object, the chosen one of some pairs another one."""
    rows = []
    for number in range(count):
        thing = chance.choice(OBJECTS)
        named = chance.choice(OBJECTS) if chance.random() < 0.2 else thing
        score, other = chance.randrange(10), chance.randrange(10)
        length = chance.randrange(4, 12) if chance.random() < 0.15 else chance.randrange(*words)
        texts = [
            " ".join([f"a {name} is", *chance.choices(COMMON, k=length), chance.choice(tone), *end])
            for name, tone, end in (
                (named, PRAISE if score >= 5 else BLAME, ["lovely"] if chance.random() < 0.12 else []),
                (thing, PRAISE if other >= 5 else BLAME, []),
            )
        ]
        flags = [flag for flag in ("truncated", "near_identical") if chance.random() < 0.15]
        margin = chance.gauss(1, 1)
        rows.append(TriageRow(number + 1, *texts, score, other, margin, None, flags, "none", number))
    return rows


def with_verdict(row: TriageRow, verdict: str) -> TriageRow:
    return TriageRow(**{name: getattr(row, name) for name in TriageRow.__slots__} | {"verdict": verdict})


def simulated(seed: int, rule: Rule, *, pairs: int = 600, reviewed: int = 240) -> tuple[Triage, list[bool]]:
    """A reviewer has decided on some pairs by a rule; returns the ranking, and what they would veto of all."""
    chance = random.Random(seed)
    rows = draw(chance, pairs)
    vetoed = [rule(row, chance) for row in rows]
    decided = set(chance.sample(range(pairs), reviewed))
    given = [
        with_verdict(row, ("veto" if vetoed[place] else "keep") if place in decided else "none")
        for place, row in enumerate(rows)
    ]
    return rank(given, 1), vetoed


def found_first(ranking: Triage, vetoed: list[bool], rows_decided: set[int]) -> float:
    """The share of the vetoes among unreviewed pairs that are in the first 30% of the order."""
    assert ranking.ids is not None
    left = np.array([pair_id for pair_id in ranking.ids.tolist() if pair_id not in rows_decided], dtype=np.int64)
    order = in_order(ranking, left).tolist()
    hits = [vetoed[pair_id - 1] for pair_id in order]
    return sum(hits[: round(FIRST * len(order))]) / sum(hits)


def says_lovely(row: TriageRow, _chance: random.Random) -> bool:
    return "lovely" in row.chosen


def is_short(row: TriageRow, _chance: random.Random) -> bool:
    return min(len(row.chosen.split()), len(row.rejected.split())) < 16


def names_a_boat_or_dog(row: TriageRow, _chance: random.Random) -> bool:
    return row.chosen.split()[1] in ("boat", "dog")


def is_cut_off(row: TriageRow, _chance: random.Random) -> bool:
    return "truncated" in row.flags


def has_a_low_margin(row: TriageRow, _chance: random.Random) -> bool:
    return row.margin_score is not None and row.margin_score < 0


def says_lovely_mostly(row: TriageRow, chance: random.Random) -> bool:
    return ("lovely" in row.chosen) != (chance.random() < 0.01)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "rule", [says_lovely, is_short, names_a_boat_or_dog, is_cut_off, has_a_low_margin, says_lovely_mostly]
)
def test_that_a_rule_is_found_in_the_first_thirty_percent(seed: int, rule: Rule) -> None:
    ranking, vetoed = simulated(seed, rule)
    assert ranking.has_pattern, (ranking.auc, ranking.p)
    chance = random.Random(seed)
    rows = draw(chance, 600)
    for row in rows:
        rule(row, chance)
    decided = {place + 1 for place in chance.sample(range(600), 240)}
    found = found_first(ranking, vetoed, decided)
    assert found >= 0.8, f"{found:.0%} of the vetoes are in the first 30%"
    assert abs(ranking.found - found) < 0.2, "what is shown is about what comes"


@pytest.mark.parametrize("seed", range(25))
def test_that_random_vetoes_are_no_pattern(seed: int) -> None:
    share = (0.15, 0.25, 0.4)[seed % 3]
    ranking, _vetoed = simulated(seed, lambda _row, chance: chance.random() < share, pairs=300, reviewed=160)
    assert ranking.is_enough and not ranking.has_pattern, (ranking.auc, ranking.p)


@pytest.mark.parametrize(
    ("kept", "vetoed", "missing"),
    [(0, 0, (40, 10, 10)), (20, 5, (15, 5, 0)), (35, 5, (0, 5, 0)), (3, 60, (0, 0, 7)), (30, 10, (0, 0, 0))],
)
def test_that_too_few_verdicts_say_how_many_are_missing(kept: int, vetoed: int, missing: tuple[int, int, int]) -> None:
    rows = draw(random.Random(1), 120)
    verdicts = ["keep"] * kept + ["veto"] * vetoed + ["none"] * (120 - kept - vetoed)
    ranking = rank([with_verdict(row, verdict) for row, verdict in zip(rows, verdicts, strict=True)], 1)
    assert (ranking.missing_verdicts, ranking.missing_vetoes, ranking.missing_kept) == missing
    assert ranking.is_enough is (missing == (0, 0, 0)) and (ranking.ids is None) is not ranking.is_enough


def test_that_pairs_of_one_image_are_in_one_fold() -> None:
    rows = draw(random.Random(3), 120)
    words = [f"unique{number}" for number in range(60)]
    alike = [
        replace(row, chosen=" ".join([words[number // 2]] * 30), rejected="no", image_id=number // 2)
        for number, row in enumerate(rows)
    ]
    chance = random.Random(4)
    verdicts = [verdict for _ in range(60) for verdict in [chance.choice(("veto", "keep"))] * 2]
    found = rank([with_verdict(row, verdict) for row, verdict in zip(alike, verdicts, strict=True)], 1)
    assert found.is_enough and not found.has_pattern, "a copy of a pair says nothing about other images"


def test_that_folds_keep_images_together_and_spread_vetoes() -> None:
    chance = np.random.default_rng(5)
    for seed in range(20):
        images = chance.integers(0, 60, 150)
        labels = chance.random(150) < 0.3
        labels[images % 20 == 0] = True
        fold = folds(labels, images, seed)
        assert set(fold.tolist()) == set(range(FOLDS))
        assert all(len(set(fold[images == image].tolist())) == 1 for image in set(images.tolist()))
        vetoed = [len(set(images[(fold == number) & labels].tolist())) for number in range(FOLDS)]
        assert max(vetoed) - min(vetoed) <= 2, vetoed
        assert not (fold == folds(labels, images, seed + 1)).all()


def test_that_copies_of_an_image_are_no_evidence_of_their_own() -> None:
    rows = [with_verdict(row, "veto" if row.chosen_score > 5 else "keep") for row in draw(random.Random(6), 60)]
    noise = random.Random(7)
    blurred = [with_verdict(row, noise.choice(("veto", "keep"))) if noise.random() < 0.4 else row for row in rows]
    once = rank(blurred, 1)
    thrice = rank([replace(row, id=3 * row.id + copy) for row in blurred for copy in range(3)], 1)
    assert (thrice.verdicts, thrice.vetoed_images) == (3 * once.verdicts, once.vetoed_images)
    assert thrice.p == pytest.approx(once.p, rel=0.5)


def test_that_vetoes_are_counted_by_image() -> None:
    rows = [replace(row, image_id=min(number, 20)) for number, row in enumerate(draw(random.Random(1), 60))]
    given = [with_verdict(row, "veto" if number >= 20 else "keep") for number, row in enumerate(rows)]
    ranking = rank(given, 1)
    assert (ranking.missing_vetoes, ranking.missing_kept) == (MIN_VETOES - 1, 0)


def test_that_edits_of_reviewed_pairs_are_not_learned_from(project: Project) -> None:
    ids = draw_pairs(project, 9)
    with project.reader() as session:
        before = triage_rows(session, 1)
    review_steps.edit(project, ids[0], "Edited.", "Edited too, at length, with many words.")
    with project.reader() as session:
        assert triage_rows(session, 1) == before


def test_that_a_project_is_ranked_by_each_reviewers_own_verdicts(project: Project) -> None:
    ids = draw_pairs(project, 9, iterations=(9,))
    for pair_id in ids:
        review_steps.decide(project, pair_id, "veto", reviewer="Ann")
    assert triage(project, 9).vetoes == 0
    found = triage(project, 9, "Ann")
    assert (found.verdicts, found.vetoes) == (len(ids), len(ids)) and found.missing_vetoes == max(
        0, MIN_VETOES - len(ids)
    )
    assert in_order(found, np.array(ids)).tolist() == ids, "an order that is not known changes nothing"


def test_that_pairs_that_came_later_are_last() -> None:
    ranking = Triage(1, 50, 20, 20, ids=np.array([2, 5, 9]), chances=np.array([0.2, 0.9, 0.5]), p=0.001)
    assert in_order(ranking, np.array([9, 2, 7, 5, 100, 1])).tolist() == [5, 9, 2, 7, 100, 1]
    assert in_order(ranking, np.array([], dtype=np.int64)).tolist() == []


def test_that_texts_without_words_are_ranked_too() -> None:
    rows = draw(random.Random(2), 80)
    empty = [
        TriageRow(row.id, "", ".", 1, 2, None, None, row.flags, "veto" if row.id % 4 == 0 else "keep", row.id)
        for row in rows
    ]
    assert rank(empty, 1).is_enough


def test_that_eight_thousand_pairs_take_seconds() -> None:
    chance = random.Random(4)
    rows = draw(chance, 8000, (70, 90))
    given = [
        with_verdict(row, ("veto" if says_lovely(row, chance) else "keep") if row.id % 8 == 0 else "none")
        for row in rows
    ]
    began = time.thread_time()
    ranking = rank(given, 1)
    assert ranking.has_pattern and ranking.found > 0.8
    assert time.thread_time() - began < 20
