"""A model of the demo's architecture with random weights, at any number of image tokens, and pairs to train it on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import AutoTokenizer

from engine.contract.specs import ModelSpec, PromptSpec
from engine.demo.architecture import build_model, build_processor
from engine.demo.build import DEMO_MODEL
from engine.demo.camera import PATCH
from engine.demo.language import demo_prompt, phrases
from engine.training.preference_rows import PreferenceRow

PROMPT = PromptSpec(demo_prompt())
ANSWER_WORDS = 32
POSITIONS = 4096


def make(folder: Path, side: int, threads: int) -> ModelSpec:
    """Save a model for images of ``side`` pixels in ``folder``: (side / 16)^2 image tokens, weights of seed 0."""
    torch.manual_seed(0)
    tokenizer: Any = AutoTokenizer.from_pretrained(DEMO_MODEL)
    tokenizer.model_max_length = POSITIONS
    model = build_model(tokenizer, side, POSITIONS)
    model.save_pretrained(folder)
    build_processor(tokenizer, side).save_pretrained(folder)
    return ModelSpec(str(folder), dtype="float32", device="cpu", threads=threads)


def image_tokens(side: int) -> int:
    """Return the tokens of an image."""
    return (side // PATCH) ** 2


def make_rows(folder: Path, side: int, count: int) -> list[PreferenceRow]:
    """Draw ``count`` images of noise and return a pair for each, with texts of equal numbers of words."""
    folder.mkdir(parents=True, exist_ok=True)
    words = sorted({word for sentence in _sentences() for word in sentence.split()})
    rows = []
    for index in range(count):
        rng = np.random.default_rng(index)
        path = folder / f"{index:03}.png"
        Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)).save(path)
        chosen, rejected = (_answer(words, random.Random(2 * index + side)) for side in (0, 1))
        rows.append(PreferenceRow(index, str(path), chosen, rejected))
    return rows


def _answer(words: Sequence[str], rng: random.Random) -> str:
    return f"#Score: {rng.randrange(10)}\n#Explain: {' '.join(rng.choices(words, k=ANSWER_WORDS))}"


def _sentences() -> list[str]:
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(dict(phrases()))
    return found
