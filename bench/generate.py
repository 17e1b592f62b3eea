"""Time the pairs of a batch: image and prompt once (ours) against plain ``generate`` twice, at the same batch.

Models of the demo's architecture with random weights, greedy, float32. With random weights no answer ends before the
limit, so nothing is gained here by rows that leave the batch. A figure is void if a single text differs.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from bench import demo_family
from bench.machine import machine
from bench.turns import Figure, Way, figure, results, take_turns
from engine import families
from engine.contract.context import ListContext
from engine.contract.specs import ImageLimits, RunFolder, VisionCache
from engine.families.vlm import VisionLanguageModel
from engine.generation.answers import Answerer
from engine.model_loading import keep_vision

SIDES = (432, 704)
CHOSEN, REJECTED = 3, 8


def run(
    sides: Sequence[int] = SIDES, *, rounds: int = 5, images: int = 4, tokens: int = 47, threads: int = 1
) -> dict[str, Any]:
    """Measure at each size of the images; returns {"results": [...], "machine": {...}}."""
    torch.set_num_threads(threads)
    figures: list[Figure] = []
    for side in sides:
        with tempfile.TemporaryDirectory() as folder:
            figures += _measure(Path(folder), side, rounds, images, tokens, threads)
    return results(figures, machine(threads))


def _measure(folder: Path, side: int, rounds: int, count: int, tokens: int, threads: int) -> list[Figure]:
    spec = demo_family.make(folder / "model", side, threads)
    rows = demo_family.make_rows(folder / "images", side, count)
    pictures = [Image.open(row.path).convert("RGB") for row in rows]
    plain, ours, again = (Answerer.make(families.load(spec), demo_family.PROMPT, tokens) for _ in range(3))

    def cold() -> None:
        shutil.rmtree(folder / "cold", ignore_errors=True)
        _keep(ours.vlm, folder / "cold", count)

    def justify(answerer: Answerer) -> list[tuple[str, ...]]:
        pairs = answerer.justify(pictures, [CHOSEN] * count, [REJECTED] * count)
        return [tuple(text.text for text in pair) for pair in pairs]

    _keep(again.vlm, folder / "warm", count)
    ways = [
        Way("plain generate, twice", lambda: _plain(plain, pictures)),
        Way("cold", lambda: justify(ours), cold),
        Way("warm", lambda: justify(again)),
    ]
    wanted, *found = take_turns(ways, rounds)
    length = plain.vlm.encode(pictures[:1], [plain.vlm.chat_text(demo_family.PROMPT.text, "x")])["input_ids"].shape[1]
    ideal = 2 * (length + tokens) / (length + 2 * tokens)
    return [
        figure(way, ways[0], length, tokens, way.name, ideal, 0.0 if texts == wanted else 1.0)
        for way, texts in zip(ways[1:], found, strict=True)
    ]


def _keep(vlm: VisionLanguageModel, folder: Path, images: int) -> None:
    cache = VisionCache(str(folder), 10**10, images)
    keep_vision(vlm, cache, ImageLimits(), ListContext(RunFolder(folder), []))


@torch.inference_mode()
def _plain(answerer: Answerer, pictures: Sequence[Image.Image]) -> list[tuple[str, ...]]:
    """Write both explanations of each image as a script would: two calls of ``generate``."""
    vlm, sides = answerer.vlm, []
    for label in (CHOSEN, REJECTED):
        prefix = vlm.chat_text(demo_family.PROMPT.text, f"#Score: {label}\n#Explain:")
        inputs = vlm.encode(pictures, [prefix] * len(pictures))
        ids = vlm.model.generate(**inputs, max_new_tokens=answerer.max_new_tokens, do_sample=False)
        new = ids[:, inputs["input_ids"].shape[1] :]
        sides.append(vlm.tokenizer.batch_decode(new, skip_special_tokens=True))
    return list(zip(*sides, strict=True))
