"""Writing an import into a new database. No Qt, no torch."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from db.engine import Session
from db.queries import images as image_queries
from db.queries import meta
from db.queries import versions as version_queries
from engine.binning import Binning
from studio.services.importing import ScoredImage
from studio.services.ratings import Rating
from studio.services.rows import Split
from studio.services.stages import BASE

_BINNING = "binning"


def store_import(
    session: Session,
    images: Sequence[ScoredImage],
    splits: Sequence[Split],
    binning: Binning,
    ratings: Sequence[Rating],
    scores_file: Path,
) -> None:
    """Images, ratings, binning and the version "base", in the caller's transaction."""
    votes = _votes(ratings)
    image_queries.insert_images(
        session,
        [
            {
                "id": number,
                "path": image.path,
                "name": PurePosixPath(image.path).name,
                "bytes": image.bytes,
                "mean_score": image.score,
                "score_sd": _deviation(votes[image.path]),
                "votes": len(votes[image.path]) or None,
                "group_key": image.group,
                "split": split,
                "bin": binning.assign(image.score),
                "tags": image.tags,
            }
            for number, (image, split) in enumerate(zip(images, splits, strict=True), start=1)
        ],
    )
    ids = {image.path: number for number, image in enumerate(images, start=1)}
    image_queries.insert_ratings(
        session, [{"image_id": ids[r.path], "rater": r.rater, "score": r.score} for r in ratings]
    )
    meta.put(session, _BINNING, json.dumps({"edges": binning.edges, "means": binning.means}))
    meta.put(session, "scores_file", str(scores_file))
    version_queries.add_version(session, name=BASE, iteration=0, kind="base", parents=[])


def stored_binning(session: Session) -> Binning:
    """The binning that the project was made with."""
    data = json.loads(meta.require(session, _BINNING))
    return Binning(tuple(data["edges"]), tuple(data["means"]))


def _votes(ratings: Sequence[Rating]) -> dict[str, list[float]]:
    votes: dict[str, list[float]] = defaultdict(list)
    for rating in ratings:
        votes[rating.path].append(rating.score)
    return votes


def _deviation(scores: Sequence[float]) -> float | None:
    """Sample standard deviation; None for fewer than two scores."""
    if len(scores) < 2:
        return None
    mean = math.fsum(scores) / len(scores)
    return math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / (len(scores) - 1))
