"""AesBench's figures: 30 questions of our own in the true format, with figures worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from engine.contract.aesbench.questions import BenchQuestion, read_benchmark
from engine.measuring.aesbench import (
    JUDGE,
    LIKELIHOOD,
    TEXT,
    BenchAnswer,
    BenchFigure,
    BenchGrade,
    BenchRun,
    bench_differences,
    bench_figures,
    likeliest,
    overall_score,
)

FILE = Path(__file__).with_name("aesbench_questions.json")
IMAGES = ("n1", "n2", "n3", "n4", "a1", "a2", "g1", "g2")
SAID = {
    # Right: n1, n3, a1, g1. Unread: n4, a2.
    "AesP": ("Yes.", "B", "B) On the left", "I cannot tell.", "No, it is not.", "A or B", "The answer is C.", "no"),
    # Wrong: a1. Unread: g1.
    "AesE": ("Yes", "It evokes joy.", "A", "(b).", "Yes, it does.", "C because it is calm", "", "**A**"),
    # Right: n1, n2, a1, g1. Unread: a2.
    "AesA": ("High", "medium", "B", "The quality is low.", "A) High", "high or medium", "B", "A"),
}
LIKELY: tuple[tuple[float, ...], ...] = (
    # Of AesP. Wrong: n3, g2. A tie: n4.
    (-0.1, -2), (-1, -2, -3), (-1, -3, -2), (-1, -1, -2), (-3, -1), (-1, -2, -2), (-2, -2.5, -1), (-2, -1),
)  # fmt: skip
GRADED = {"n1": (2, 1, 1), "n2": (2, 2, 2), "n3": (1, 0, 1), "a1": (1, 1, 2), "g1": (0, 1, 0), "g2": (None, 1, 1)}
FIGURES = [
    ("AesP", "all", "", TEXT, "accuracy", Fraction(4, 8), 8),
    ("AesP", "all", "", TEXT, "format_failures", Fraction(2, 8), 8),
    ("AesP", "source", "natural", TEXT, "accuracy", Fraction(2, 4), 4),
    ("AesP", "source", "natural", TEXT, "format_failures", Fraction(1, 4), 4),
    ("AesP", "source", "artistic", TEXT, "accuracy", Fraction(1, 2), 2),
    ("AesP", "source", "generated", TEXT, "accuracy", Fraction(1, 2), 2),
    ("AesP", "kind", "yes_no", TEXT, "accuracy", Fraction(2, 3), 3),
    ("AesP", "kind", "what", TEXT, "accuracy", Fraction(0, 2), 2),
    ("AesP", "kind", "how", TEXT, "accuracy", Fraction(2, 2), 2),
    ("AesP", "kind", "why", TEXT, "accuracy", Fraction(0, 1), 1),
    ("AesP", "aspect", "technical", TEXT, "accuracy", Fraction(2, 2), 2),
    ("AesP", "aspect", "colour_light", TEXT, "accuracy", Fraction(1, 2), 2),
    ("AesP", "aspect", "composition", TEXT, "accuracy", Fraction(1, 2), 2),
    ("AesP", "aspect", "content", TEXT, "accuracy", Fraction(0, 2), 2),
    ("AesP", "all", "", LIKELIHOOD, "accuracy", Fraction(5, 8), 8),
    ("AesP", "all", "", LIKELIHOOD, "format_failures", Fraction(1, 8), 8),
    ("AesP", "source", "artistic", LIKELIHOOD, "accuracy", Fraction(2, 2), 2),
    ("AesE", "all", "", TEXT, "accuracy", Fraction(6, 8), 8),
    ("AesE", "all", "", TEXT, "format_failures", Fraction(1, 8), 8),
    ("AesE", "source", "natural", TEXT, "accuracy", Fraction(4, 4), 4),
    ("AesE", "source", "artistic", TEXT, "accuracy", Fraction(1, 2), 2),
    ("AesE", "aspect", "emotion", TEXT, "accuracy", Fraction(2, 3), 3),
    ("AesE", "aspect", "vibe", TEXT, "accuracy", Fraction(3, 3), 3),
    ("AesA", "all", "", TEXT, "accuracy", Fraction(4, 8), 8),
    ("AesA", "all", "", TEXT, "format_failures", Fraction(1, 8), 8),
    ("AesA", "source", "generated", TEXT, "accuracy", Fraction(1, 2), 2),
    ("AesI", "all", "", JUDGE, "relevance", Fraction(6, 5), 5),
    ("AesI", "all", "", JUDGE, "precision", Fraction(5, 5), 5),
    ("AesI", "all", "", JUDGE, "completeness", Fraction(6, 5), 5),
    ("AesI", "all", "", JUDGE, "interpretation", Fraction(17, 15), 5),
    ("AesI", "all", "", JUDGE, "coverage", Fraction(5, 6), 6),
    ("AesI", "source", "natural", JUDGE, "interpretation", Fraction(4, 3), 3),
    # (50 + 75 + 50 + 100 * 17/15) / 4
    ("", "all", "", TEXT, "overall", Fraction(865, 12), 8),
]


def _questions() -> dict[tuple[str, str], BenchQuestion]:
    found = read_benchmark(FILE.read_bytes())
    assert not found.skipped and not found.unknown
    return {(one.image.removesuffix(".jpg"), one.dimension): one for one in found.questions}


def _run(said: Mapping[str, Sequence[str]] = SAID, graded: Mapping[str, tuple[float | None, ...]] = GRADED) -> BenchRun:
    asked = _questions()
    answers = [
        BenchAnswer(asked[image, dimension], text, LIKELY[place] if dimension == "AesP" else None)
        for dimension, texts in said.items()
        for place, (image, text) in enumerate(zip(IMAGES, texts, strict=False))
    ]
    return BenchRun(answers, [BenchGrade(asked[image, "AesI"], *values) for image, values in graded.items()])


def _by_place(found: Sequence[BenchFigure]) -> dict[tuple[str, ...], BenchFigure]:
    places = {(one.dimension, one.by, one.part, one.reading, one.name): one for one in found}
    assert len(places) == len(found)
    return places


def test_that_the_figures_of_thirty_questions_are_those_worked_out_by_hand() -> None:
    assert len(_questions()) == 30
    found = _by_place(bench_figures(_run(), bootstrap=200, seed=1))
    for *place, value, n in FIGURES:
        one = found[tuple(str(part) for part in place)]
        assert one.value == pytest.approx(float(value), abs=1e-12), place
        assert one.n == n, place
        assert one.lo <= one.value <= one.hi, place
    # Only AesP has likelihoods: no figures of other dimensions by them, and no overall score.
    assert {place[0] for place in found if place[3] == LIKELIHOOD} == {"AesP"}
    # Parts that no question belongs to have no figure, and AesA is not told apart by kind.
    assert not [place for place in found if place[0] == "AesA" and place[1] == "kind"]
    assert ("AesE", "aspect", "content", TEXT, "accuracy") not in found


def test_that_a_share_has_wilsons_interval() -> None:
    one = _by_place(bench_figures(_run(), bootstrap=0, seed=0))["AesP", "all", "", TEXT, "accuracy"]
    square = 1.959963984540054**2
    half = math.sqrt(square) * math.sqrt(0.25 / 8 + square / 256) / (1 + square / 8)
    assert (one.lo, one.hi) == (pytest.approx(0.5 - half), pytest.approx(0.5 + half))


@pytest.mark.parametrize(
    ("values", "overall"),
    [
        ((79.54, 84.89, 59.57, 1.340), 89.50),
        ((77.64, 82.68, 56.32, 1.336), 87.56),
        ((72.08, 70.16, 50.86, 1.301), 80.80),
        ((23.71, 32.04, 43.57, 0.701), 42.36),
    ],
)
def test_that_the_overall_score_is_the_papers(values: tuple[float, float, float, float], overall: float) -> None:
    assert overall_score(*values) == pytest.approx(overall, abs=0.0051)


def test_that_the_likeliest_option_is_chosen_and_nothing_guessed() -> None:
    assert likeliest([-3, -1, -2]) == 1
    assert likeliest([-math.inf, -4]) == 1
    for unclear in ([], [-1, -1], [math.nan, -1], [-math.inf, -math.inf]):
        assert likeliest(unclear) is None
    question = _questions()["n1", "AesP"]
    short = bench_figures(BenchRun([BenchAnswer(question, logprobs=(-1.0,))]), bootstrap=0, seed=0)
    assert [(one.name, one.value) for one in short if one.by == "all"] == [("accuracy", 0.0), ("format_failures", 1.0)]


def test_that_paired_differences_are_those_of_a_direct_computation() -> None:
    # AesA right: mine n1 n2 a1 g1, theirs n2 n3 a2, of the seven that both were asked.
    theirs = _run(
        {**SAID, "AesA": ("Low", "B", "C", "A", "C", "C", "A")}, {"n1": (1, 1, 1), "n2": (2, 2, 2), "n3": (0, 0, 0)}
    )
    found = _by_place(bench_differences(_run(), theirs, bootstrap=400, seed=3))
    one = found["AesA", "all", "", TEXT, "accuracy"]
    half = 1.959963984540054 * math.sqrt((4 / 9 + 3 / 9 - (4 / 9 - 3 / 9) ** 2) / 9)
    assert (one.value, one.n) == (pytest.approx(1 / 7), 7)
    assert (one.lo, one.hi) == (pytest.approx(1 / 9 - half), pytest.approx(1 / 9 + half))
    assert one.p == pytest.approx(11 / 16)  # three up, two down: P(X < 2) + P(X <= 2) = 6/32 + 16/32
    grades = found["AesI", "all", "", JUDGE, "interpretation"]
    assert (grades.value, grades.n) == (pytest.approx((1 / 3 + 0 + 2 / 3) / 3), 3)
    overall = found["", "all", "", TEXT, "overall"]
    assert overall.value == pytest.approx((100 / 7 + 100 / 3) / 4)
    assert overall.lo <= overall.value <= overall.hi and 0 < overall.p <= 1
    same = found["AesE", "all", "", TEXT, "accuracy"]
    assert (same.value, same.p) == (0.0, 1.0)
    back = _by_place(bench_differences(theirs, _run(), bootstrap=400, seed=3))
    assert back["", "all", "", TEXT, "overall"].value == pytest.approx(-overall.value)


def test_that_only_the_same_question_is_paired() -> None:
    mine = _run()
    changed = [replace(one, question=replace(one.question, right="A")) for one in mine.answers]
    found = bench_differences(mine, replace(mine, answers=changed), bootstrap=0, seed=0)
    same = sum(one.question == other.question for one, other in zip(mine.answers, changed, strict=True))
    assert 0 < same < len(changed)
    assert sum(one.n for one in found if one.by == "all" and one.name == "accuracy" and one.reading == TEXT) == same


def test_that_nothing_gives_no_figures() -> None:
    assert bench_figures(BenchRun(), bootstrap=10, seed=0) == []
    assert bench_differences(BenchRun(), _run(), bootstrap=10, seed=0) == []
