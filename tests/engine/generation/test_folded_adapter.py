"""An adapter added to the weights: the same answers, and only where nothing is lost by it."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from PIL import Image
from support.tiny import PROMPT, make_images, make_tiny_llava

from engine import images
from engine.contract.specs import ImageLimits, ModelSpec
from engine.families import VisionLanguageModel, adapters, load
from engine.generation.answers import Answerer

pytestmark = pytest.mark.usefixtures("one_thread")


def adapted(base: Path, dtype: str) -> VisionLanguageModel:
    vlm = load(ModelSpec(str(base), dtype=dtype))
    torch.manual_seed(0)
    config = LoraConfig(r=4, target_modules=vlm.lora_targets(), init_lora_weights=False)
    return dataclasses.replace(vlm, model=get_peft_model(vlm.model, config).eval())


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    return [images.load(path, ImageLimits()) for path in make_images(tmp_path_factory.mktemp("pictures"), 6)]


def test_that_a_folded_adapter_gives_the_same_answers(tmp_path: Path, pictures: list[Image.Image]) -> None:
    vlm = adapted(make_tiny_llava(tmp_path / "base"), "float32")
    bare = Answerer.make(dataclasses.replace(vlm, model=copy.deepcopy(vlm.model).unload()), PROMPT, 24)
    apart = Answerer.make(vlm, PROMPT, 24)
    pairs, scores = apart.justify(pictures, [2] * 6, [8] * 6), apart.label_logprobs(pictures)
    folded = dataclasses.replace(vlm, model=copy.deepcopy(vlm.model))
    adapters.fold(folded)
    assert not isinstance(folded.model, PeftModel)
    assert not any("lora" in name for name, _ in folded.model.named_parameters())
    answerer = Answerer.make(folded, PROMPT, 24)
    assert answerer.justify(pictures, [2] * 6, [8] * 6) == pairs
    assert answerer.label_logprobs(pictures)[0] == pytest.approx(scores[0], abs=1e-4)
    assert bare.label_logprobs(pictures)[0] != pytest.approx(scores[0], abs=1e-2)


def test_that_an_adapter_on_16_bits_stays_apart(tmp_path: Path) -> None:
    vlm = adapted(make_tiny_llava(tmp_path / "base"), "bfloat16")
    adapters.fold(vlm)
    assert isinstance(vlm.model, PeftModel)
