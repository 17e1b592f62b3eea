"""A project with pairs of a given length to review, and images of a given size."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image as Picture

from bench.big_project import WORDS
from db.models import Image, ModelVersion, Pair
from studio.services.projects import create_and_open
from studio.services.review.flags import pair_flags

SEED = 11
CHANGED = 0.25
"""Share of the words of a rejected text that differ from the chosen one."""


def make_review_project(folder: Path, pairs: int, words: int, side: int) -> Path:
    """Create ``folder/project`` with so many pairs; each has a JPEG of its own, ``side`` pixels wide."""
    chance = random.Random(SEED)
    images = folder / "images"
    images.mkdir(parents=True)
    lines = ["image,score,split"]
    for number in range(pairs + 20):
        name = f"{number:05}.jpg"
        _photo(chance, side).save(images / name, quality=88)
        split = "train" if number < pairs else ("val", "test")[number % 2]
        lines.append(f"{name},{1 + 9 * chance.random():.2f},{split}")
    (folder / "scores.csv").write_text("\n".join(lines), "utf-8")
    root = folder / "project"
    create_and_open.create_project(root, images=images, scores=folder / "scores.csv", model="some/model")
    project = create_and_open.open_project(root)
    try:
        with project.session() as session:
            version = session.query(ModelVersion).filter_by(name="base").one_or_none()
            if version is None:
                version = ModelVersion(name="base", iteration=0, kind="base", parents=[], hyperparameters={})
                session.add(version)
                session.flush()
            trained = session.query(Image).filter_by(split="train").order_by(Image.id)
            session.add_all(_pair(chance, version.id, image, words) for image in trained)
    finally:
        project.close()
    return root


def _photo(chance: random.Random, side: int) -> Picture.Image:
    """Return a picture with the detail of a photograph: noise of several sizes."""
    size = (side, side * 3 // 4)
    coarse = Picture.frombytes("RGB", (24, 18), chance.randbytes(24 * 18 * 3)).resize(size, Picture.Resampling.BICUBIC)
    fine = Picture.frombytes("RGB", (400, 300), chance.randbytes(400 * 300 * 3)).resize(size)
    return Picture.blend(coarse, fine, 0.25)


def _pair(chance: random.Random, version: int, image: Image, words: int) -> Pair:
    chosen = [chance.choice(WORDS) for _ in range(words)]
    rejected = [chance.choice(WORDS) if chance.random() < CHANGED else word for word in chosen]
    row = {
        "chosen_score": image.bin,
        "chosen_text": _sentences(chosen),
        "chosen_truncated": False,
        "rejected_score": (image.bin + 4) % 10,
        "rejected_text": _sentences(rejected),
        "rejected_truncated": False,
    }
    return Pair(**row, iteration=1, image_id=image.id, generator_version_id=version, flags=pair_flags(row))


def _sentences(words: list[str]) -> str:
    parts = (words[start : start + 12] for start in range(0, len(words), 12))
    return " ".join(f"{' '.join(part).capitalize()}." for part in parts)
