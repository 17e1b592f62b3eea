"""The length of a chat with an image, known from the image's size, against what the processor makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support.families.table import FAMILIES

from engine.contract.specs import ModelSpec
from engine.families import load
from engine.families.lengths import ImageLengths

SIZES = [(60, 40), (40, 60), (448, 448), (448, 336), (120, 448), (17, 9), (448, 33)]


@pytest.mark.parametrize("name", FAMILIES)
def test_that_an_images_tokens_are_known_from_its_size(name: str, family_folder: Callable[[str], Path]) -> None:
    vlm = load(ModelSpec(str(family_folder(name)), device="cpu", threads=1))
    lengths = ImageLengths(vlm)
    text = vlm.chat_text("Rate the photo.", "#Score: 3\n#Explain: sharp")
    for size in SIZES:
        true = vlm.encode([Image.new("RGB", size)], [text])["input_ids"].shape[1]
        assert lengths.tokens(size) + len(vlm.token_ids(text)) == true, size
    most, widest = lengths.longest(448)
    assert most >= max(lengths.tokens(size) for size in SIZES) and lengths.tokens(widest) == most
    assert lengths.patches(widest) >= 4
