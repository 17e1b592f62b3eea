"""Very small projects for tests, and running the command line on them as a person would: in a process of its own."""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

SPLITS = {"train": 24, "val": 12, "test": 12}
SETTINGS = """
[prompt]
template = "Rate the photo and explain."
[images]
longest_side = 64
[pairs]
max_new_tokens = 12
batch_size = 4
[training]
rank = 4
epochs = 2.0
batch_size = 4
micro_batch = 2
learning_rate = 0.005
checkpoint_steps = 2
[predict]
max_new_tokens = 12
batch_size = 4
[model]
threads = 1
[measure]
bootstrap = 20
"""
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")},
    "OMP_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
}
COMMAND = [sys.executable, "-m", "studio"]


def write_photos(folder: Path) -> Path:
    """Draw the images of the splits into ``folder/images`` and write ``folder/scores.csv``; returns the latter."""
    images = folder / "images"
    images.mkdir(parents=True)
    with (folder / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "score", "split"])
        for split, count in SPLITS.items():
            for index in range(count):
                name, shade = f"{split}_{index:02}.png", (index * 37 + len(split) * 11) % 256
                picture = Image.new("RGB", (40, 30), (shade, 255 - shade, index * 9 % 256))
                ImageDraw.Draw(picture).ellipse((index % 20, 3, index % 20 + 15, 20), fill=(255 - shade, 40, shade))
                picture.save(images / name)
                table.writerow([name, f"{1 + 0.37 * index:.2f}", split])
    return folder / "scores.csv"


def new_arguments(root: Path, data: Path, model: Path | str, config: Path | None = None) -> list[str]:
    """The arguments of ``new`` for images written by ``write_photos`` into ``data``."""
    options = ["--images", str(data / "images"), "--scores", str(data / "scores.csv"), "--model", str(model)]
    return ["new", str(root), *options, *(["--config", str(config)] if config else [])]


def command(*arguments: object, timeout: float = 280, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``score-studio`` with these arguments to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**ENVIRONMENT, **environment},
        check=False,
    )


def make_project(root: Path, model: Path, data: Path) -> Path:
    """A new project with the small settings."""
    config = root.with_suffix(".toml")
    config.write_text(SETTINGS, encoding="utf-8")
    made = command(*new_arguments(root, data, model, config))
    assert made.returncode == 0, made.stderr
    return root


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start ``score-studio`` in a process group of its own, as a terminal would."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def rows(root: Path, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query on the project's database."""
    connection = sqlite3.connect(f"file:{root / 'project.sqlite'}?mode=ro", uri=True, timeout=30)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


RESULTS = {
    "pairs": """SELECT pair.iteration, image.path, draw, chosen_score, chosen_text, rejected_score,
        rejected_text, flags FROM pair JOIN image ON image.id = image_id ORDER BY 1, 2, 3""",
    "predictions": """SELECT model_version.name, image.path, logprobs, label, prediction.score, text, parse_ok,
        explained FROM prediction JOIN image ON image.id = image_id
        JOIN model_version ON model_version.id = model_version_id ORDER BY 1, 2""",
    "judgements": """SELECT model_version.name, image.path, judge, judgement.consistency FROM judgement
        JOIN prediction ON prediction.id = prediction_id JOIN image ON image.id = image_id
        JOIN model_version ON model_version.id = model_version_id ORDER BY 1, 2, 3""",
    "metrics": """SELECT model_version.name, split, metric.name, value, lo, hi, n
        FROM metric JOIN model_version ON model_version.id = model_version_id ORDER BY 1, 2, 3""",
    "versions": "SELECT name, kind, iteration, parents, digest FROM model_version ORDER BY name",
}


def results(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a run computes, by natural key: two runs of the same project must agree in it."""
    return {name: rows(root, query) for name, query in RESULTS.items()}
