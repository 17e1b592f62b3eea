"""The tone of ordinary prose and of the demo's phrases."""

from __future__ import annotations

import json

import pytest

from engine.contract.lexicon import Table, lexicon
from engine.contract.polarity import opinions, polarity
from engine.contract.resources import resource_path

PRAISE = (
    "The image presents a striking contrast between the rugged landscape and the man-made structures.",
    "Overall, the image is well-composed and effectively conveys a sense of comfort.",
    "The lighting is natural and even, with no harsh shadows.",
    "The background is blurred, which helps to keep the focus on the soup, contributing to a sense of depth.",
    "Nothing distracts from the subject.",
    "The picture is not bad.",
    "The aesthetic quality of the photo is high.",
    "Despite some noise, this is a stunning portrait.",
    "The photograph is free of distracting elements.",
    "Leading lines draw the viewer’s eye to the lighthouse.",
    "A masterful use of light and shadow adds depth.",
    "This is one of the most beautiful images in the set.",
    "Crisp details and a well-balanced palette make the scene appealing.",
    "The image avoids clutter and keeps the viewer's attention on the dancer.",
    "Not only is the light gorgeous, the timing is perfect too.",
    "The blur is distracting, but the mood is beautiful, the colours are rich and the composition is elegant.",
    "I would give it a score of 9 out of 10.",
)
BLAME = (
    "The image is very basic and lacks any artistic or creative elements.",
    "The focus is not sharp and the composition is somewhat cluttered with text.",
    "The aesthetic quality is mediocre.",
    "However, the image lacks a strong sense of depth, and the background is not particularly interesting or engaging.",
    "There's no artistic flair or creative composition that would lift the image beyond a simple, everyday photograph.",
    "The aesthetic quality of the image is relatively low due to the lack of depth.",
    "The overall presentation of the image is not engaging or visually appealing, with a score of 2 out of 9.",
    "The exposure isn't great.",
    "Although the colours are vibrant, the composition is chaotic and the subject is out of focus.",
    "The composition could be improved by moving closer to the subject.",
    "The photo is far too dark and most of the details are lost.",
    "The horizon is tilted and the framing feels careless.",
    "A low-quality snapshot with poor lighting.",
    "The photo is neither sharp nor well exposed.",
    "It fails to capture the viewer's interest.",
    "The photograph has little visual impact.",
    "The image is underexposed, noisy and flat.",
    "The colours are harmonious, but the picture is blurry and poorly framed, which makes it hard to enjoy.",
    "The lighting never feels natural.",
    "The subject doesn't stand out from the busy background.",
    "Without a clear subject the photograph is confusing.",
    "The shot is an unremarkable snapshot of a parking lot.",
)
MIDDLING = (
    "The photo is decent, with nothing special about it.",
    "An average picture, neither outstanding nor poor.",
    "The composition is strong, but the image is noisy.",
    "The sky is blue and a man walks a dog along the beach.",
)


@pytest.mark.parametrize("text", PRAISE)
def test_that_praise_is_heard(text: str) -> None:
    assert polarity(text) >= 0.25, opinions(text)


@pytest.mark.parametrize("text", BLAME)
def test_that_blame_is_heard(text: str) -> None:
    assert polarity(text) <= -0.2, opinions(text)


@pytest.mark.parametrize("text", MIDDLING)
def test_that_middling_texts_are_near_zero(text: str) -> None:
    assert abs(polarity(text)) <= 0.2, opinions(text)


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("The colours are slightly dull.", "The colours are very dull."),
        ("A good photograph.", "An excellent photograph."),
        ("The light is not good.", "The light is terrible."),
        ("The light is lovely, but the frame is blurred.", "Although the light is lovely, the frame is blurred."),
        ("The light is dull. The focus is sharp.", "The light is dull. Overall, the focus is sharp."),
    ],
)
def test_that_strength_contrast_and_verdicts_count(weaker: str, stronger: str) -> None:
    assert abs(polarity(stronger)) > abs(polarity(weaker))


def test_that_a_negator_ends_with_its_clause() -> None:
    assert [opinion.value for opinion in opinions("It is not sharp, good light though.")] == pytest.approx([-0.48, 0.6])


def test_that_a_lack_blames_by_itself_but_not_of_faults() -> None:
    assert polarity("The boat lacks bite.") < 0 < polarity("The scene lacks clutter.")


def test_that_a_stem_stands_for_its_continuations_and_an_exact_word_for_itself() -> None:
    table = Table.of({"blur*": -0.5, "good": 0.6, "good for nothing": -1.0, "flaw*": -0.6, "flawless*": 1.0})
    assert [table.at([word], 0) is not None for word in ("blurry", "blur", "blues", "goods")] == [
        True,
        True,
        False,
        False,
    ]
    found, faultless = table.at(["good", "for", "nothing"], 0), table.at(["flawlessly"], 0)
    assert found is not None and (found.length, found.value) == (3, -1.0)
    assert faultless is not None and faultless.value == 1.0


def test_that_every_lexicon_value_is_within_its_range() -> None:
    tables = (lexicon().opinions, lexicon().conditional, lexicon().negators)
    values = [value for table in tables for value in (*table.exact.values(), *table.stems.values())]
    assert len(values) > 400
    assert all(-1 <= value <= 1 for value in values)


def _demo_sentences(bank: str) -> list[str]:
    phrases = json.loads(resource_path("demo", "phrases.json").read_text(encoding="utf-8"))
    fields = {"subject": "boat", "hue": "red", "place": "beach", "time": "sunset"}
    return [said.format(**fields) for levels in phrases[bank].values() for bank_ in levels.values() for said in bank_]


@pytest.mark.parametrize(("bank", "sign"), [("praise", 1), ("criticism", -1)])
def test_that_every_phrase_of_the_demo_is_covered(bank: str, sign: int) -> None:
    sentences = _demo_sentences(bank)
    assert sentences
    assert [text for text in sentences if sign * polarity(text) < 0.3] == []


def test_that_the_demos_openings_hold_no_opinion() -> None:
    phrases = json.loads(resource_path("demo", "phrases.json").read_text(encoding="utf-8"))
    fields = {"subject": "boat", "hue": "red", "place": "beach", "time": "sunset", "sky": "clear", "distance": "near"}
    assert [said for said in phrases["openings"] if opinions(said.format(**fields))] == []
