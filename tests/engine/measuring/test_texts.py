"""What explanations are like, counted by hand."""

from __future__ import annotations

import pytest

from engine.measuring import texts
from engine.measuring.texts import Answer


def test_that_distinct_n_counts_different_sequences_among_all() -> None:
    said = ["the light is soft", "the light is hard"]
    assert texts.distinct(said, 1) == pytest.approx(5 / 8)
    assert texts.distinct(said, 2) == pytest.approx(4 / 6)
    assert texts.distinct(["one"], 2) is None and texts.distinct([], 1) is None


def test_that_a_text_counts_as_shared_whatever_its_case_and_spaces() -> None:
    assert texts.shared(["A  tree.", "a tree.", "A lake.", "", ""]) == [True, True, False, True, True]


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("The tree is tall, and the tree is tall.", True),
        ("The tree is tall. The light is soft. The tree is tall.", True),
        ("The tree is tall, and the tree is small.", False),
        ("For example, a tree; for example, a lake.", False),
        ("", False),
    ],
)
def test_that_a_clause_said_twice_is_found(text: str, repeats: bool) -> None:
    assert texts.repeats_a_clause(text) is repeats


def test_that_words_are_counted_without_signs() -> None:
    assert texts.lengths(["Soft light - a well-lit lake.", ""]) == [6, 0]


def test_that_the_tone_and_its_fit_are_the_offline_estimates() -> None:
    praise = "A stunning photograph: the light is beautiful and the composition is superb."
    answers = [Answer(9, praise, True), Answer(0, praise, True), Answer(9, praise, False), Answer(None, praise, True)]
    assert texts.word_tones(answers) == [4, 0, 0, 0]
    assert texts.tones(answers)[0] > 0.5 and texts.tones([Answer(5, "A tree.", True)]) == [0]
