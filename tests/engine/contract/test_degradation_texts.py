"""The texts about degraded images: complete, grammatical, and the same for the same random numbers."""

from __future__ import annotations

import random
import re

import pytest

from engine.contract.degradations.kinds import BY_NAME, KINDS, DegradationName
from engine.contract.degradations.naming import names
from engine.contract.degradations.texts import (
    FORMS,
    contrast_answer,
    draw_degradations,
    joined,
    question,
    single_answer,
    text_bank,
)

NAMES: tuple[DegradationName, ...] = tuple(kind.name for kind in KINDS)
COMPARATIVE = re.compile(r"(more|less|better|lower|higher|further|closer|[a-z]+er)\b")


def seeded(number: int) -> random.Random:
    return random.Random(number)


@pytest.mark.parametrize("name", NAMES)
def test_that_every_degradation_has_several_texts_in_each_form(name: DegradationName) -> None:
    phrases = text_bank().phrases[name]
    for form in (phrases.single, phrases.nouns, phrases.worse, phrases.better):
        assert len(form) >= 3 and len(set(form)) == len(form)
        assert all(text == text.strip() and not text.endswith(".") and "{" not in text for text in form)
    for text in (*phrases.worse, *phrases.better):
        assert COMPARATIVE.match(text), f"{text!r} does not precede 'than'"
    assert not set(phrases.worse) & set(phrases.better)


@pytest.mark.parametrize("name", NAMES)
def test_that_the_probe_finds_the_degradation_in_every_sentence_about_it(name: DegradationName) -> None:
    """The word list that grades answers accepts what the bank teaches."""
    phrases = text_bank().phrases[name]
    for text in phrases.single:
        assert names(f"The image is {text}.", BY_NAME[name].words), text
    for text in phrases.nouns:
        assert names(f"The image shows {text}.", BY_NAME[name].words), text


def test_that_nothing_is_left_over_in_the_bank() -> None:
    bank = text_bank()
    assert set(bank.phrases) == set(NAMES)
    assert set().union(*bank.exclusive) <= set(NAMES)
    for form in FORMS:
        assert len(set(bank.questions[form])) == len(bank.questions[form]) >= 8
        assert len(set(bank.untouched[form])) == len(bank.untouched[form]) >= 5
    for patterns in bank.patterns.values():
        assert len(patterns) >= 4 and all(pattern.count("{what}") == 1 for pattern in patterns)


def test_enumerations() -> None:
    assert joined(["a"]) == "a"
    assert joined(["a", "b"]) == "a and b"
    assert joined(["a", "b", "c"]) == "a, b and c"


def test_sentences_about_one_two_and_three_degradations() -> None:
    one = {single_answer(["blur"], seeded(n)) for n in range(400)}
    assert {"The image is blurred.", "This picture is out of focus.", "This image suffers from blur."} <= one
    assert len(one) == 4 * 4 + 4 * 3
    two = {single_answer(["blur", "noise"], seeded(n)) for n in range(2000)}
    assert {"The image is blurred and noisy.", "The image shows blur and strong grain."} <= two
    three = {single_answer(["blur", "noise", "tilt"], seeded(n)) for n in range(6000)}
    assert "The photograph is blurry, grainy and tilted." in three
    for text in one | two | three:
        assert re.fullmatch(r"[A-Z][^.{}]+\.", text) and "  " not in text


def test_sentences_about_two_images() -> None:
    first = {contrast_answer(["blur", "noise"], 1, seeded(n)) for n in range(4000)}
    assert "The first image is blurrier and noisier than the second." in first
    assert "The second image is sharper and cleaner than the first." in first
    assert "The second image is blurrier and noisier than the first." not in first
    assert "The first image is sharper and cleaner than the second." not in first
    second = {contrast_answer(["blur"], 2, seeded(n)) for n in range(400)}
    assert {"The second image is blurrier than the first.", "Of the two images, the first is sharper."} <= second
    assert "The first image is blurrier than the second." not in second
    three = {contrast_answer(["underexposure", "tilt", "noise"], 1, seeded(n)) for n in range(6000)}
    assert "The first image is darker, more tilted and noisier than the second." in three
    for text in first | second | three:
        assert re.fullmatch(r"[A-Z][^.{}]+\.", text) and "  " not in text


def test_that_an_untouched_image_has_texts_of_its_own() -> None:
    for form, answer in (("single", single_answer([], seeded(3))), ("contrast", contrast_answer([], 1, seeded(3)))):
        assert answer in text_bank().untouched[form]  # type: ignore[index]
    for text in text_bank().untouched["single"]:
        assert not any(names(text, kind.words) for kind in KINDS), text


def test_that_the_same_random_numbers_give_the_same_words() -> None:
    for number in range(20):
        for form in FORMS:
            assert question(form, seeded(number)) == question(form, seeded(number))
        assert single_answer(["crop"], seeded(number)) == single_answer(["crop"], seeded(number))
    assert len({question("single", seeded(n)) for n in range(200)}) == len(text_bank().questions["single"])


def test_that_drawn_degradations_never_contradict_one_another() -> None:
    counts = set()
    for number in range(2000):
        drawn = draw_degradations(NAMES, 4, seeded(number))
        assert drawn == draw_degradations(NAMES, 4, seeded(number))
        assert len(set(drawn)) == len(drawn)
        for group in text_bank().exclusive:
            assert len(group & set(drawn)) <= 1, drawn
        counts.add(len(drawn))
    assert counts == {1, 2, 3, 4}
    pair: tuple[DegradationName, ...] = ("blur", "motion_blur")
    assert {draw_degradations(pair, 5, seeded(n)) for n in range(50)} == {("blur",), ("motion_blur",)}
