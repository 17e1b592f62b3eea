"""Create a project of very many images: real rows, and hard links to a pool of generated JPEG files."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from db.engine import connect
from studio.services.projects import create_and_open
from studio.services.scoring import collections

POOL = 300
SIZE = (1024, 768)
FOLDER = 1000
"""Images per folder."""
SEED = 7
PLACES = ("beach", "city", "forest", "meadow", "mountains", "street")
WORDS = (
    *("light", "soft", "harsh", "sharp", "blurry", "balanced", "crooked", "warm", "cold", "muted", "vivid", "contrast"),
    *("subject", "background", "horizon", "centred", "cropped", "exposure", "shadows", "highlights", "noise", "grain"),
    *("composition", "leading", "lines", "depth", "colours", "tones", "detail", "focus"),
)
VERSIONS = ("base", "iter1/score")


def make_big_project(folder: Path, images: int) -> Path:
    """Create ``folder/project`` with two versions that have scored every image and explained the test split."""
    root = folder / "project"
    if (root / "project.sqlite").exists():
        return root
    names = _link_images(folder, images)
    table = folder / "scores.csv"
    chance = random.Random(SEED)
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["image", "score", "place", "hour"])
        for name in names:
            score = min(10.0, max(0.0, chance.gauss(5.4, 1.4)))
            rows.writerow([name, f"{score:.3f}", chance.choice(PLACES), chance.randrange(24)])
    create_and_open.create_project(root, images=folder / "images", scores=table, model="demo")
    _add_predictions(root / "project.sqlite", chance)
    return root


def make_big_collection(folder: Path, images: int) -> Path:
    """Create ``folder/scoring``, a project with one collection of so many images, all scored and explained."""
    root = folder / "scoring"
    if (root / "project.sqlite").exists():
        return root
    _link_images(folder, images)
    create_and_open.create_scoring_project(root, "Scored images")
    project = create_and_open.open_project(root, exclusive=True)
    try:
        made = collections.create(project, [folder / "images"])
        _add_scores(project.root / "project.sqlite", made, random.Random(SEED))
    finally:
        project.close()
    return root


def _add_scores(database: Path, collection: int, chance: random.Random) -> None:
    with closing(connect(database)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        reference = json.dumps([float(label) for label in range(10)])
        connection.execute(
            "INSERT INTO scorer (name, digest, folder, base, reference, created_at) "
            "VALUES ('iter1/score', 'd', '/models/exported', '', ?, '2026-01-01T00:00:00.000000+00:00')",
            (reference,),
        )
        scorer = connection.execute("SELECT id FROM scorer").fetchone()[0]
        logprobs = json.dumps([-2.302585092994046] * 10)
        ids = connection.execute("SELECT id FROM collection_image WHERE collection_id = ?", (collection,)).fetchall()
        rows = (
            (
                image,
                scorer,
                logprobs,
                min(9.0, max(0.0, chance.gauss(5.4, 1.4))),
                f"{' '.join(chance.choices(WORDS, k=40))}.",
            )
            for (image,) in ids
        )
        connection.executemany(
            "INSERT INTO collection_score (image_id, scorer_id, logprobs, label, score, text, raw, parse_ok, "
            "truncated, explained, job_id) VALUES (?, ?, ?, 5, ?, ?, '', 1, 0, 1, 1)",
            rows,
        )
        connection.execute("COMMIT")


def _score(chance: random.Random) -> float:
    return min(9.0, max(0.0, chance.gauss(5.4, 1.4)))


def _words(chance: random.Random) -> str:
    return f"{' '.join(chance.choices(WORDS, k=40))}."


def _link_images(folder: Path, images: int) -> list[str]:
    pool = [_draw(folder / "pool" / f"{number:04}.jpg", number) for number in range(POOL)]
    names = []
    for number in range(images):
        name = f"{number // FOLDER:04}/photo_{number:06}.jpg"
        file = folder / "images" / name
        if number % FOLDER == 0:
            file.parent.mkdir(parents=True, exist_ok=True)
        os.link(pool[number % POOL], file)
        names.append(name)
    return names


def _draw(file: Path, number: int) -> Path:
    """Draw a JPEG with the dimensions and file size of a photograph from a photo site."""
    file.parent.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(number)
    coarse = Image.fromarray(chance.integers(0, 255, (12, 16, 3), dtype=np.uint8))
    picture = coarse.resize(SIZE, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        left, top = (int(value) for value in chance.integers(0, 900, 2))
        colour = tuple(int(value) for value in chance.integers(0, 255, 3))
        draw.ellipse((left, top, left + 130, top + 90), fill=colour)
    grain = Image.fromarray(chance.integers(96, 160, (SIZE[1], SIZE[0], 3), dtype=np.uint8))
    picture = Image.blend(picture, grain.filter(ImageFilter.GaussianBlur(1)), 0.25)
    picture.save(file, "JPEG", quality=88)
    return file


def _add_predictions(database: Path, chance: random.Random) -> None:
    with closing(connect(database)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for number, name in enumerate(VERSIONS):
            if number:
                connection.execute(
                    "INSERT INTO model_version (name, iteration, kind, parents, hyperparameters, created_at) "
                    "VALUES (?, ?, 'score', '[\"base\"]', '{}', '2026-01-01T00:00:00.000000+00:00')",
                    (name, number),
                )
            version = connection.execute("SELECT id FROM model_version WHERE name = ?", (name,)).fetchone()[0]
            images = connection.execute("SELECT id, mean_score, split, bin FROM image ORDER BY id").fetchall()
            connection.executemany(
                "INSERT INTO prediction (model_version_id, image_id, logprobs, label, score, text, raw, parse_ok, "
                "truncated, explained) VALUES (?, ?, ?, ?, ?, ?, '', 1, 0, ?)",
                _predictions(version, images, 1.2 / (number + 1), chance),
            )
        connection.execute("COMMIT")


def _predictions(
    version: int, images: list[tuple[int, float, str, int]], spread: float, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    logprobs = json.dumps([-2.302585092994046] * 10)
    for image_id, truth, split, label in images:
        explained = split == "test"
        text = " ".join(chance.choices(WORDS, k=40)) + "." if explained else ""
        yield version, image_id, logprobs, label, truth + chance.gauss(0.0, spread), text, explained
