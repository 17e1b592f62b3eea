"""What is said about a picture: true of it, in the tone of its score, in words whose polarity can be told."""

import random
import re
import statistics

import pytest
from scipy.stats import spearmanr

from engine.demo.language import (
    Sight,
    answer_prefix,
    answer_text,
    caption,
    critique,
    demo_prompt,
    phrases,
    polarity,
    polarity_words,
    question_and_answer,
    sight_of_scene,
    sight_of_texture,
)
from engine.demo.scenes import Camera, sample_scene

SIGHTS = [sight_of_scene(sample_scene(seed)) for seed in range(120)]


def test_that_the_prompt_is_filled_in() -> None:
    assert demo_prompt().startswith("Score the aesthetic quality of this photo")
    assert "{" not in demo_prompt()


def test_that_an_answer_has_the_format_of_the_method() -> None:
    assert answer_text(7, "A good photo.") == "#Score: 7\n#Explain: A good photo."
    assert answer_text(7, "A good photo.").startswith(answer_prefix(7) + " ")


def test_that_the_tone_of_a_critique_follows_its_score() -> None:
    rng = random.Random(1)
    scores = [rng.randint(0, 9) for _ in range(1200)]
    tones = [polarity(critique(rng.choice(SIGHTS), score, rng, careless=0.0)) for score in scores]
    assert spearmanr(scores, tones)[0] > 0.75
    assert statistics.fmean(tone for score, tone in zip(scores, tones, strict=True) if score == 9) > 0.7
    assert statistics.fmean(tone for score, tone in zip(scores, tones, strict=True) if score == 0) < -0.7


def test_that_careless_critiques_ignore_the_score() -> None:
    rng = random.Random(2)
    scores = [rng.randint(0, 9) for _ in range(1200)]
    tones = [polarity(critique(rng.choice(SIGHTS), score, rng, careless=1.0)) for score in scores]
    assert abs(spearmanr(scores, tones)[0]) < 0.1


@pytest.mark.parametrize("bank_name", ["praise", "criticism"])
def test_that_a_critique_says_only_what_is_true_of_the_picture(bank_name: str) -> None:
    rng = random.Random(3)
    for sight in SIGHTS:
        text = critique(sight, 9 if bank_name == "praise" else 0, rng, careless=0.0)
        for attribute, by_level in phrases()[bank_name].items():  # type: ignore[literal-required]
            for level, sentences in by_level.items():
                said = any(sentence.format(**sight.words) in text for sentence in sentences)
                assert not said or level in ("", sight.levels.get(attribute)), (text, attribute, level)


def test_that_a_critique_names_the_content() -> None:
    rng = random.Random(4)
    words = [set(re.findall("[a-z]+", critique(sight, 5, rng, careless=0.25))) for sight in SIGHTS]
    named = [bool(said & set(sight.words.values())) for said, sight in zip(words, SIGHTS, strict=True)]
    assert statistics.fmean(named) > 0.6


def test_that_praise_and_criticism_share_no_word() -> None:
    good, bad = polarity_words()
    assert not good & bad
    assert {"excellent", "harmonious", "pleasing"} <= good
    assert {"poor", "ugly", "distracting"} <= bad
    assert polarity("An excellent, pleasing picture.") == 1.0
    assert polarity("Poor focus and ugly noise.") == -1.0
    assert polarity("The boat at the beach.") == 0.0


def test_that_every_phrase_of_the_bank_has_the_polarity_of_its_bank() -> None:
    for bank_name, sign in (("praise", 1), ("criticism", -1)):
        for by_level in phrases()[bank_name].values():  # type: ignore[literal-required]
            for sentence in [sentence for sentences in by_level.values() for sentence in sentences]:
                assert polarity(re.sub("{.*?}", "", sentence)) * sign > 0, sentence


def test_that_captions_and_answers_leave_no_field_open() -> None:
    rng = random.Random(5)
    texture = sight_of_texture(Camera(exposure=0.0, blur=2.0, noise=0.0, saturation=1.0, tilt=0.0))
    sights: list[Sight] = [*SIGHTS, texture]
    for sight in sights:
        question, answer = question_and_answer(sight, rng)
        assert question.count("?") + question.count(".") == 3
        assert "{" not in question + answer + caption(sight, rng)
    assert "horizon" not in texture.levels
