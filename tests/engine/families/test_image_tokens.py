"""Image tokens on the published models' own geometry: what a photograph takes, and that odd sizes come through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support.families.published import PHOTO, PUBLISHED

from engine.contract.specs import ModelSpec
from engine.families import VisionLanguageModel, load
from engine.families.checks import image_problem
from engine.families.vlm import UnfitImageError

ODD = [(1, 1), (2, 3), (448, 448), (448, 224), (448, 17), (17, 448), (298, 448), (448, 252), (31, 29), (447, 446)]
"""Sizes that our own preparation leaves at most 448 pixels long."""

THREADS = ((448, 1), (1, 448))


@pytest.fixture(params=sorted(PUBLISHED))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def vlm(name: str, tmp_path: Path) -> VisionLanguageModel:
    one = PUBLISHED[name]
    return load(ModelSpec(str(one.make(tmp_path / "model", one.geometry)), device="cpu", dtype="float32", threads=1))


def test_that_a_photograph_takes_the_published_tokens_and_every_odd_size_as_many_as_the_model_fills(
    vlm: VisionLanguageModel, name: str
) -> None:
    text = vlm.chat_text("x")
    ids = vlm.encode([Image.new("RGB", PHOTO)], [text])["input_ids"]
    token = vlm.model.config.image_token_id
    assert int((ids == token).sum()) == PUBLISHED[name].tokens
    assert {size: reason for size in ODD if (reason := image_problem(vlm, size)) is not None} == {}


def test_that_a_thread_of_an_image_comes_through_or_is_refused_with_its_size(
    vlm: VisionLanguageModel, name: str
) -> None:
    for size in THREADS:
        if name.startswith("qwen"):
            with pytest.raises(UnfitImageError, match=f"{size[0]} x {size[1]} pixels"):
                vlm.encode([Image.new("RGB", (60, 40)), Image.new("RGB", size)], [vlm.chat_text("x")] * 2)
        else:
            assert image_problem(vlm, size) is None


def test_that_the_image_tokens_are_counted_against_what_the_model_fills(
    family_folder: Callable[[str], Path],
) -> None:
    vlm = load(ModelSpec(str(family_folder("llava-next")), device="cpu", dtype="float32", threads=1))
    vlm.processor.num_additional_image_tokens = 2
    reason = image_problem(vlm, (60, 40))
    assert reason is not None and "does not accept the prepared image" in reason
