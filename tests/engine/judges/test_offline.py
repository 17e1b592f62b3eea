"""The grades of the offline judge."""

from __future__ import annotations

import json

import pytest

from engine import judges
from engine.contract.context import StageError
from engine.judges.offline import OfflineJudge, expected_polarity

GLOWING = "A stunning photograph: the light is beautiful, the colours are gorgeous and the composition is superb."
PRAISING = "A good photograph: the crisp focus is pleasing and the colours are harmonious."
MIXED = "The colours are harmonious and the focus is sharp, the horizon is tilted and the sky is dull."
BLAMING = "A weak photograph: the focus is blurred, the scene is cluttered and the horizon is crooked."
SCATHING = "A terrible photograph: the noise is ugly, the framing is awful and the light is horrible."


def _grades(text: str) -> list[int | None]:
    return [OfflineJudge().grade(label, text, True).consistency for label in range(10)]


def test_that_it_is_always_labelled_an_estimate() -> None:
    judge = judges.find("offline")
    assert (judge.id, judge.label) == ("offline", "word tone (estimate)")


def test_that_an_unknown_judge_is_an_error_naming_the_known_ones() -> None:
    with pytest.raises(StageError, match="'gpt'") as caught:
        judges.find("gpt")
    assert "offline" in caught.value.remedy


def test_that_scores_expect_tones_from_blame_to_praise() -> None:
    assert (expected_polarity(0), expected_polarity(9)) == (-1, 1)
    assert expected_polarity(4) == -expected_polarity(5)


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        (GLOWING, [0, 0, 0, 1, 1, 2, 3, 3, 4, 4]),
        (PRAISING, [0, 1, 1, 1, 2, 3, 4, 4, 4, 3]),
        (MIXED, [2, 2, 3, 4, 4, 4, 4, 3, 2, 2]),
        (BLAMING, [3, 4, 4, 4, 3, 2, 1, 1, 1, 0]),
        (SCATHING, [4, 4, 4, 3, 2, 2, 1, 1, 0, 0]),
    ],
)
def test_that_grades_fall_with_the_distance_of_tone_and_score(text: str, grades: list[int]) -> None:
    assert _grades(text) == grades


def test_that_an_even_mix_is_excellent_in_the_middle_and_fair_at_the_ends() -> None:
    grades = _grades(MIXED)
    assert (grades[0], grades[4], grades[5], grades[9]) == (2, 4, 4, 2)


def test_that_a_text_without_judgement_justifies_no_score() -> None:
    assert _grades("A man walks a dog along the beach at noon.") == [1] * 10


def test_that_a_verdict_without_a_reason_is_fair_at_best() -> None:
    assert max(grade or 0 for grade in _grades("A good photograph.")) == 2


def test_that_a_text_that_repeats_itself_is_poor_at_best() -> None:
    assert max(grade or 0 for grade in _grades("the light is lovely and the tone is pleasing " * 8)) == 1


@pytest.mark.parametrize(
    ("label", "text", "parse_ok"),
    [(8, GLOWING, False), (None, GLOWING, True), (None, "", False), (8, "", True), (8, " \n", True)],
)
def test_that_what_does_not_parse_is_judged_as_empty_text(label: int | None, text: str, parse_ok: bool) -> None:
    grades = OfflineJudge().grade(label, text, parse_ok)
    assert grades.consistency == 0
    assert grades.reason


def test_that_only_consistency_is_graded_and_the_reason_can_be_followed() -> None:
    grades = OfflineJudge().grade(2, GLOWING, True)
    assert (grades.usefulness, grades.general) == (None, None)
    assert "where 2 expects -0.56" in grades.reason and "opposite" in OfflineJudge().grade(6, BLAMING, True).reason
    assert ["stunning*", 1.0, 1.0] in json.loads(grades.raw)


@pytest.mark.parametrize(
    "text", ["\ud800 lovely", "<b>good</b> & bad", "好い写真", "#Score: 7", "'" * 500, "good " * 5000]
)
def test_that_any_text_can_be_graded(text: str) -> None:
    assert OfflineJudge().grade(7, text, True).consistency in range(5)
