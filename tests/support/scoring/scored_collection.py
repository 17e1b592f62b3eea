"""A collection that two models have scored, made through rows: for tests that need no model."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image as Picture

from db.collections import CollectionImage, CollectionScore, Scorer
from studio.services.projects.project import Project
from studio.services.scoring import collections

TEXT = "Sharp and well lit."
REFERENCE = [float(label) for label in range(10)]


def write_photos(folder: Path, count: int) -> Path:
    """Save so many small pictures of different colours into a new folder."""
    folder.mkdir()
    for number in range(count):
        shade = number * 37 % 256
        Picture.new("RGB", (40, 30), (shade, 90, 255 - shade)).save(folder / f"photo {number:02}.jpg")
    return folder


def make_scored_collection(project: Project, photos: Path) -> int:
    """Return a collection of the folder; "base" has scored and explained all, "iter1/score" has scored all."""
    made = collections.create(project, [photos])
    with project.session() as session:
        images = session.query(CollectionImage).filter_by(collection_id=made).order_by(CollectionImage.id).all()
        for place, name in enumerate(("base", "iter1/score")):
            scorer = Scorer(name=name, digest="", folder="", base="", reference=REFERENCE)
            session.add(scorer)
            session.flush()
            for number, image in enumerate(images):
                session.add(_answer(image.id, scorer.id, (number * 7 + place * 3) % 10, explained=name == "base"))
    return made


def _answer(image: int, scorer: int, label: int, *, explained: bool) -> CollectionScore:
    shares = [0.55 if digit == label else 0.05 for digit in range(10)]
    score = sum(share * value for share, value in zip(shares, REFERENCE, strict=True))
    return CollectionScore(
        image_id=image,
        scorer_id=scorer,
        logprobs=[math.log(share) for share in shares],
        label=label,
        score=score,
        text=TEXT if explained else "",
        raw="",
        parse_ok=True,
        truncated=False,
        explained=explained,
        job_id=1,
    )
