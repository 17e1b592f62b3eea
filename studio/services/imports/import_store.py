"""Write an import into a new database. No Qt, no torch."""

from __future__ import annotations

import json
import math
import posixpath
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from db.engine import Session
from db.queries import images as image_queries
from db.queries import meta
from db.queries import versions as version_queries
from engine.contract.binning import Binning
from studio.services.imports.ratings import RaterScore
from studio.services.imports.score_source import ScoredImage
from studio.services.projects.types import Split
from studio.services.recipes.version_names import BASE

_BINNING = "binning"
_BATCH = 5000
"""Rows per statement: few enough to have them in memory a second time."""


def store_import(
    session: Session,
    images: Sequence[ScoredImage],
    splits: Sequence[Split],
    binning: Binning,
    ratings: Sequence[RaterScore],
    scores_file: Path,
) -> None:
    """Store images, ratings, binning and the version "base", in the caller's transaction."""
    votes = _votes(ratings)
    with image_queries.many_images(session):
        for start in range(0, len(images), _BATCH):
            rows = [
                _row(number, images[number], splits[number], binning, votes.get(images[number].path, ()))
                for number in range(start, min(start + _BATCH, len(images)))
            ]
            image_queries.insert_images(session, rows)
    ids = {image.path: number for number, image in enumerate(images, start=1)} if ratings else {}
    for start in range(0, len(ratings), _BATCH):
        rows = [{"image_id": ids[r.path], "rater": r.rater, "score": r.score} for r in ratings[start : start + _BATCH]]
        image_queries.insert_ratings(session, rows)
    meta.put(session, _BINNING, _binning_text(binning))
    meta.put(session, "scores_file", str(scores_file))
    version_queries.add_version(session, name=BASE, iteration=0, kind="base", parents=[])


def stored_binning(session: Session) -> Binning:
    """Return the binning of the project's import."""
    data = json.loads(meta.require(session, _BINNING))
    return Binning(tuple(data["edges"]), tuple(data["means"]), bool(data.get("lower_is_better", False)))


def _binning_text(binning: Binning) -> str:
    known = {"edges": binning.edges, "means": binning.means}
    return json.dumps(known | ({"lower_is_better": True} if binning.lower_is_better else {}))


def _row(number: int, image: ScoredImage, split: Split, binning: Binning, votes: Sequence[float]) -> dict[str, Any]:
    """Return an image's row; the source's statistics of votes take precedence over those of individual ratings."""
    return {
        "id": number + 1,
        "path": image.path,
        "name": posixpath.basename(image.path),
        "bytes": image.bytes,
        "mean_score": image.score,
        "score_sd": image.sd if image.sd is not None else _deviation(votes),
        "votes": image.votes if image.votes is not None else len(votes) or None,
        "group_key": image.group,
        "split": split,
        "bin": binning.assign(image.score),
        "tags": image.tags,
    }


def _votes(ratings: Sequence[RaterScore]) -> dict[str, list[float]]:
    votes: dict[str, list[float]] = defaultdict(list)
    for rating in ratings:
        votes[rating.path].append(rating.score)
    return votes


def _deviation(scores: Sequence[float]) -> float | None:
    """Return the sample standard deviation; None for fewer than two scores."""
    if len(scores) < 2:
        return None
    mean = math.fsum(scores) / len(scores)
    return math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / (len(scores) - 1))
