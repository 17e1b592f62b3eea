"""A project as it is after one iteration, made through services and rows: for tests that need no model."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from support.projects import SPLITS, write_photos

from db.models import Image, Judgement, Metric, ModelVersion, Pair, Prediction
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

BAD_TEXT = (
    "<b>bold</b> <img src='file:///etc/hostname'> <a href='file:///etc/passwd'>link</a> &amp; bell \x07 "
    "escape \x1b[31m reversed \u202egnp.exe \U0001f600 done"
)
"""HTML, file links, control characters and an emoji, as a model or a file may bring them."""
SRCC = {"base": 0.31, "iter1/score": 0.72}
MODEL = "some/model"


def make_reviewed_project(root: Path, data: Path) -> Path:
    """A project with two measured versions, a pair for every training image and predictions on the test split.

    Made once in this process for each size of the splits, and copied with its paths and its name changed.
    """
    made = _made(tuple(SPLITS.items()))
    shutil.copytree(made / "data", data, dirs_exist_ok=True)
    shutil.copytree(made / "project", root, dirs_exist_ok=True)
    settings = root / "studio.toml"
    text = settings.read_text("utf-8").replace(str(made / "data"), str(data.resolve()))
    settings.write_text(text.replace('name = "project"', f'name = "{root.name}"', 1), "utf-8")
    with closing(sqlite3.connect(root / "project.sqlite")) as database, database:
        database.execute("UPDATE meta SET value = replace(value, ?, ?)", (str(made / "data"), str(data)))
    return root


@cache
def _made(_splits: tuple[tuple[str, int], ...]) -> Path:
    home = Path(tempfile.mkdtemp(prefix="reviewed-", dir=os.environ["XDG_CACHE_HOME"]))
    root, data = home / "project", home / "data"
    create_and_open.create_project(root, images=data / "images", scores=write_photos(data), model=MODEL)
    project = create_and_open.open_project(root)
    try:
        _fill(project)
    finally:
        project.close()
    return home


def _fill(project: Project) -> None:
    with project.session() as session:
        images = session.query(Image).order_by(Image.id).all()
        for iteration, name in enumerate(SRCC):
            version = session.query(ModelVersion).filter_by(name=name).one_or_none()
            if version is None:
                version = ModelVersion(
                    name=name, iteration=iteration, kind="score", parents=["base"], hyperparameters={}
                )
                session.add(version)
                session.flush()
            tests = [image for image in images if image.split == "test"]
            predictions = [_prediction(version, image, place, name) for place, image in enumerate(tests)]
            session.add_all(predictions)
            session.flush()
            session.add_all(_judgement(prediction) for prediction in predictions)
            session.add_all(_metrics(version, SRCC[name], len(tests)))
            if iteration == 0:
                session.add_all(_pair(version, image) for image in images if image.split == "train")


def _pair(version: ModelVersion, image: Image) -> Pair:
    return Pair(
        iteration=1,
        image_id=image.id,
        chosen_score=image.bin,
        chosen_text="The light is soft and the subject is sharp.",
        chosen_truncated=False,
        rejected_score=(image.bin + 4) % 10,
        rejected_text=f"The light is harsh and the subject is blurry. {BAD_TEXT}",
        rejected_truncated=False,
        generator_version_id=version.id,
        flags=[],
    )


def _prediction(version: ModelVersion, image: Image, place: int, name: str) -> Prediction:
    distance = 2.0 if name == "base" else 0.1 * place
    return Prediction(
        model_version_id=version.id,
        image_id=image.id,
        logprobs=[-2.0] * 10,
        label=image.bin,
        score=image.mean_score + distance,
        text=f"{name} says: the light is soft. {BAD_TEXT if name != 'base' else ''}",
        raw="",
        parse_ok=True,
        truncated=False,
        explained=True,
    )


def _judgement(prediction: Prediction) -> Judgement:
    return Judgement(prediction_id=prediction.id, judge="offline", consistency=3.0, raw="", reason="")


def _metrics(version: ModelVersion, srcc: float, count: int) -> list[Metric]:
    values = {
        "srcc": (srcc, srcc - 0.05, srcc + 0.04),
        "plcc": (srcc + 0.01, srcc - 0.04, srcc + 0.05),
        "rmse": (1.1, 1.0, 1.2),
        "format_failures": (0.05, None, None),
        "word_tone": (2.5, 2.4, 2.6),
    }
    return [
        Metric(model_version_id=version.id, split="test", name=name, value=value, lo=lo, hi=hi, n=count)
        for name, (value, lo, hi) in values.items()
    ]
