"""A score read from an explanation: against plain full passes, and what decides it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from support.families.table import ALL
from support.tiny import PROMPT, make_images, make_tiny_llava, teach_format

from engine import images
from engine.contract.context import StageError
from engine.contract.specs import ImageLimits, ModelSpec
from engine.families import VisionLanguageModel, load
from engine.generation.answers import Answerer
from engine.generation.reading import ScoreReader, blank_picture

TEXTS = ("The light is soft.", "A dull and crooked picture, far too dark.")
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    return [images.load(path, ImageLimits()) for path in make_images(tmp_path_factory.mktemp("pictures"), 2)]


def plain(vlm: VisionLanguageModel, picture: Image.Image, text: str) -> torch.Tensor:
    """Ten bare forward passes of whole answers, each encoded by itself."""
    found = []
    for label in range(10):
        ids = vlm.encode([picture], [vlm.chat_text(PROMPT.text, f"#Score: {label}\n#Explain:")])["input_ids"]
        inputs = vlm.encode([picture], [vlm.chat_text(PROMPT.text, f"#Score: {label}\n#Explain: {text}")])
        with torch.inference_mode():
            logits = vlm.model(**inputs).logits[0].float().log_softmax(-1)
        whole = inputs["input_ids"][0]
        start = ids.shape[1]
        found.append(float(sum(logits[place - 1, whole[place]] for place in range(start, len(whole)))))
    return torch.tensor(found, dtype=torch.float64).log_softmax(0)


@pytest.mark.parametrize("name", sorted(ALL))
def test_that_every_family_reads_as_plain_full_passes_do(
    name: str, tmp_path: Path, pictures: list[Image.Image]
) -> None:
    vlm = load(ModelSpec(str(ALL[name].make(tmp_path / name))))
    read = ScoreReader(Answerer.make(vlm, PROMPT, 8)).read(pictures, TEXTS)
    for row, picture, text in zip(read, pictures, TEXTS, strict=True):
        assert torch.tensor(row).exp().sum().item() == pytest.approx(1)
        assert list(row) == pytest.approx(plain(vlm, picture, text).tolist(), abs=2e-3)


def test_that_an_empty_text_is_refused(tmp_path: Path, pictures: list[Image.Image]) -> None:
    vlm = load(ModelSpec(str(teach_format(make_tiny_llava(tmp_path / "m", "digits"), make_images(tmp_path / "p", 2)))))
    reader = ScoreReader(Answerer.make(vlm, PROMPT, 8))
    with pytest.raises(StageError, match="empty"):
        reader.read(pictures[:1], [" "])
    assert blank_picture(32).size == (32, 32)
