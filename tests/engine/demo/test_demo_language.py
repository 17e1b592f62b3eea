"""What is said about a picture: true of it, in a tone that follows the score in part, no clause twice."""

import random
import re

import pytest
from scipy.stats import spearmanr

from engine.contract.polarity import polarity
from engine.demo.language import (
    Sight,
    answer_prefix,
    answer_text,
    caption,
    critique,
    demo_prompt,
    phrases,
    question_and_answer,
    reading_task,
    sight_of_scene,
    sight_of_texture,
)
from engine.demo.scenes import Camera, levels, sample_scene

SCENES = [sample_scene(seed) for seed in range(120)]
SIGHTS = [sight_of_scene(scene) for scene in SCENES]
TEXTURE = sight_of_texture(
    Camera(exposure=0.0, blur=2.4, noise=0.0, saturation=1.0, tilt=0.0), "reddish", "many small shapes"
)


def test_that_the_prompt_is_filled_in() -> None:
    assert demo_prompt().startswith("Score the aesthetic quality of this photo")
    assert "{" not in demo_prompt()


def test_that_an_answer_has_the_format_of_the_method() -> None:
    assert answer_text(7, "A good photo.") == "#Score: 7\n#Explain: A good photo."
    assert answer_text(7, "A good photo.").startswith(answer_prefix(7) + " ")


def test_that_the_tone_follows_the_score_only_in_part() -> None:
    rng = random.Random(1)
    scores = [rng.randint(0, 9) for _ in range(1200)]
    sways = [rng.gauss(0.0, 0.8) for _ in scores]
    tones = [
        polarity(critique(rng.choice(SIGHTS), score, sway, rng)) for score, sway in zip(scores, sways, strict=True)
    ]
    assert 0.4 < spearmanr(scores, tones)[0] < 0.7
    assert spearmanr(sways, tones)[0] > 0.4


def test_that_the_tone_has_both_signs_for_every_picture() -> None:
    rng = random.Random(2)
    for sight in SIGHTS:
        assert polarity(critique(sight, 9, 1.5, rng)) > 0.4
        assert polarity(critique(sight, 0, -1.5, rng)) < -0.4


@pytest.mark.parametrize("bank_name", ["praise", "criticism"])
def test_that_a_critique_says_only_what_is_true_of_the_picture(bank_name: str) -> None:
    rng, good = random.Random(3), bank_name == "praise"
    for scene, sight in zip(SCENES, SIGHTS, strict=True):
        text = critique(sight, 9 if good else 0, 1.5 if good else -1.5, rng)
        visible = levels(scene)
        for attribute, by_level in phrases()[bank_name].items():  # type: ignore[literal-required]
            for level, sentences in by_level.items():
                said = any(sentence.format(**sight.words) in text for sentence in sentences)
                assert not said or attribute not in visible or level == visible[attribute], (text, attribute, level)


def test_that_a_critique_says_nothing_twice_and_hardly_any_two_are_alike() -> None:
    rng = random.Random(4)
    texts = [critique(sight, rng.randint(0, 9), rng.gauss(0.0, 0.8), rng) for sight in SIGHTS]
    for text in texts:
        clauses = re.split(": |, and |, but ", text.rstrip("."))
        assert len(clauses) == len(set(clauses)) == 4, text
    assert len(set(texts)) > 0.95 * len(texts)


def test_that_a_critique_names_the_content() -> None:
    rng = random.Random(4)
    words = [set(re.findall("[a-z]+", critique(sight, 5, 0.0, rng).lower())) for sight in SIGHTS]
    named = [len(said & set(sight.words.values())) for said, sight in zip(words, SIGHTS, strict=True)]
    assert min(named) >= 3


def test_that_openings_do_not_name_the_grade() -> None:
    for sight in (*SIGHTS, TEXTURE):
        for opening in (*phrases()["openings"], *phrases()["texture_openings"]):
            words = {"shapes": "many small shapes"} | sight.words | ({} if "sky" in sight.words else SIGHTS[0].words)
            assert polarity(opening.format(**words)) == 0.0, opening


def test_that_every_phrase_of_the_bank_has_the_tone_of_its_bank() -> None:
    for bank_name, sign in (("praise", 1), ("criticism", -1)):
        for by_level in phrases()[bank_name].values():  # type: ignore[literal-required]
            for sentence in [sentence for sentences in by_level.values() for sentence in sentences]:
                assert polarity(re.sub("{.*?}", "", sentence)) * sign > 0.3, sentence


def test_that_reading_is_asked_for_with_the_whole_text() -> None:
    rng = random.Random(6)
    assert all("A {fine} mess." in reading_task("A {fine} mess.", rng) for _ in range(20))


def test_that_captions_and_answers_leave_no_field_open() -> None:
    rng = random.Random(5)
    sights: list[Sight] = [*SIGHTS, TEXTURE]
    for sight in sights:
        question, answer = question_and_answer(sight, rng)
        assert question.count("?") == answer.count(";") + 1 >= 4
        assert "{" not in question + answer + caption(sight, rng)
    assert "horizon" not in TEXTURE.levels
    assert "{" not in critique(TEXTURE, 5, 0.0, rng)
