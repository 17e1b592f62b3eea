"""Write the demo's data set to disk: synthetic photographs, their mean scores, and every rater's vote.

Its scenes use their own random seeds: the demo model has never seen any of them. The module does not depend on any
model.
"""

import csv
import statistics
from pathlib import Path

from PIL.Image import Image

from engine.demo.drawing import draw_scene
from engine.demo.scenes import derive_seed, sample_scene, votes

TRAIN, VAL, TEST = 512, 256, 400


def demo_scene_seed(seed: int, split: str, index: int) -> int:
    """Return the random seed of a demo scene, from a stream of the data set's own."""
    return derive_seed("demo-data", seed, split, index)


def write_demo_data(
    folder: Path, *, seed: int, train: int = TRAIN, val: int = VAL, test: int = TEST, jpeg: bool = False
) -> Path:
    """Generate the data set in `folder` and return the path of its score table.

    Writes `images/*.png` (96 x 96 RGB; with `jpeg` a fourth of the bytes, `images/*.jpg`), `scores.csv` (image
    relative to `images`, mean score 0..9, split, and the tags place, subject and time) and `ratings.csv` (image,
    rater, score). The same seed writes the same bytes; other files in the folder are left untouched.
    """
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    scores, ratings = folder / "scores.csv", folder / "ratings.csv"
    with (
        scores.open("w", encoding="utf-8", newline="") as score_file,
        ratings.open("w", encoding="utf-8", newline="") as rating_file,
    ):
        score_table, rating_table = csv.writer(score_file), csv.writer(rating_file)
        score_table.writerow(["image", "score", "split", "place", "subject", "time"])
        rating_table.writerow(["image", "rater", "score"])
        for split, count in (("train", train), ("val", val), ("test", test)):
            for index in range(count):
                name = f"{split}_{index:04d}.{'jpg' if jpeg else 'png'}"
                own = demo_scene_seed(seed, split, index)
                scene, given = sample_scene(own), votes(sample_scene(own), derive_seed(own, "votes"))
                _save(draw_scene(scene, own), images / name)
                mean = statistics.fmean(given)
                score_table.writerow([name, f"{mean:.2f}", split, scene.place, scene.subject, scene.time])
                rating_table.writerows([name, f"rater_{rater:02d}", vote] for rater, vote in enumerate(given, 1))
    return scores


def _save(picture: Image, file: Path) -> None:
    if file.suffix == ".jpg":
        picture.save(file, quality=85, subsampling=0)
    else:
        picture.save(file)
