"""Which words name what is wrong with a picture, and which do not."""

from __future__ import annotations

import pytest

from engine.contract.degradations.kinds import KINDS
from engine.contract.degradations.naming import names, word_lists

NAMED = [
    ("blur", "The whole frame is blurred.", "blurred"),
    ("blur", "It is a little soft, which is a pity.", "soft"),
    ("blur", "The bird is out of focus", "out of focus"),
    ("blur", "The image is not sharp and blurry.", "not sharp"),
    ("blur", "The subject lacks bite.", "lacks bite"),
    ("blur", "Overall, sharpness is lacking", "sharpness is lacking"),
    ("blur", "Not noisy, but blurry", "blurry"),
    ("noise", "There is heavy noise in the shadows", "noise"),
    ("compression", "Visible JPEG artefacts", "jpeg"),
    ("pixelation", "It looks pixelated", "pixelated"),
    ("underexposure", "it is badly underexposed", "underexposed"),
    ("overexposure", "The highlights are blown out", "blown out"),
    ("low_contrast", "lacks contrast", "lacks contrast"),
    ("high_contrast", "harsh contrast", "harsh contrast"),
    ("desaturation", "The colours are muted.", "muted"),
    ("oversaturation", "gaudy and oversaturated", "gaudy"),
    ("monochrome", "A black-and-white photograph", "black and white"),
    ("tilt", "The horizon isn't level.", "isn't level"),
    ("crop", "The dog is cut off at the edge", "cut off"),
    ("subject_blur", "A blurred foreground spoils it", "blurred"),
    ("subject_blur", "The bird is not sharp", "not sharp"),
    ("subject_mask", "A black patch lies on the bird", "black patch"),
    ("subject_mask", "The face is hidden", "hidden"),
]
NOT_NAMED = [
    ("blur", ""),
    ("blur", "The image is sharp, crisp and in focus."),
    ("blur", "It isn’t blurry at all"),
    ("blur", "Without any noise or blur"),
    ("blur", "free from distracting blur"),
    ("blur", "Soft light on a blurred background"),
    ("blur", "The focus is on the child, with attention to detail"),
    ("blur", "not only sharp, but colourful"),
    ("noise", "The noise is well controlled"),
    ("noise", "minimal noise"),
    ("noise", "noise-free"),
    ("noise", "The image is blurry"),
    ("underexposure", "a bright scene with a dark background"),
    ("overexposure", "It is not overexposed"),
    ("low_contrast", "The contrast is strong"),
    ("desaturation", "vibrant colours"),
    ("tilt", "a level horizon"),
    ("tilt", "the horizon is never crooked"),
    ("crop", "nothing is cut off"),
    ("subject_blur", "A blurred background behind a sharp bird"),
    ("subject_mask", "a snow-covered field, the bird fully visible"),
    ("subject_mask", "nothing is hidden"),
]


@pytest.mark.parametrize(("attribute", "text", "words"), NAMED)
def test_what_names_an_attribute(attribute: str, text: str, words: str) -> None:
    assert names(text, attribute) == words


@pytest.mark.parametrize(("attribute", "text"), NOT_NAMED)
def test_what_does_not_name_it(attribute: str, text: str) -> None:
    assert names(text, attribute) is None


def test_that_every_degradation_has_words_and_every_word_names_its_attribute() -> None:
    assert {kind.words for kind in KINDS} == set(word_lists())
    for attribute, known in word_lists().items():
        for entry in (*known.words.exact, *known.words.stems):
            if not known.ignored.at(entry, 0):
                assert names(f"The picture: {' '.join(entry)}.", attribute), (attribute, entry)
        for entry in (*known.opposites.exact, *known.opposites.stems):
            assert names(" ".join(entry), attribute) is None, (attribute, entry)


def test_that_each_attribute_of_the_table_is_tested() -> None:
    assert {attribute for attribute, _, _ in NAMED} == set(word_lists())
