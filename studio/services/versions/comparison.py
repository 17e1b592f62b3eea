"""Compare two to four versions, fast enough for tens of thousands of images. No Qt, no torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from db.engine import Session
from db.models import WORD_TONE
from db.queries import comparison as queries
from db.queries import versions as version_queries
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.recipes.version_names import newest_main
from studio.services.versions.types import ColumnOrder, Comparison, ComparisonOrder, VersionColumn

MOST_VERSIONS = 4
_SAME = 0.005
"""A smaller difference of two errors is none, as shown with two decimals."""
Scores = tuple[float | None, ...]
"""One image's scores, in the order of the versions."""
Answer = tuple[float | None, int | None, bool | None, bool | None, float | None]
"""Score, label, parse_ok, truncated, grade."""


def contrast(
    project: Project, versions: Sequence[str] = (), order: ComparisonOrder | ColumnOrder = "change"
) -> Comparison:
    """Return the test images with these versions' scores; by default the base and the newest main version.

    Versions that are not measured are skipped. With fewer than two versions there are no rows. ``improved`` and
    ``worsened`` sort by how much closer to the truth, or further from it, the last version is than the first;
    ``change`` by the largest difference from the first version, ``error`` by the largest difference from the truth,
    ``disagreement`` by the range of the scores. Images without the scores come last.

    Raises:
        StudioError: more than four versions.
    """
    root = project.images_root()
    with project.reader() as session:
        known = {name: key for key, name in _measured(session)}
        chosen = [name for name in dict.fromkeys(versions) if name in known]
        if len(chosen) < 2:
            chosen = list(dict.fromkeys([*list(known)[:1], *newest_main(list(known))]))
        if len(chosen) > MOST_VERSIONS:
            raise StudioError(f"{len(chosen)} versions are too many to compare.", f"Choose up to {MOST_VERSIONS}.")
        if len(chosen) < 2:
            return Comparison(tuple(known), tuple(chosen), order, root)
        judge = version_queries.model_judge(session)
        answers = [_answers(session, known[name], judge or WORD_TONE) for name in chosen]
        images = [row for row in queries.test_images(session) if any(row[0] in answered for answered in answers)]
    scores = [tuple(_score(answered.get(row[0])) for answered in answers) for row in images]
    places = _in_order(order, images, scores, chosen)
    images, scores = [images[place] for place in places], [scores[place] for place in places]
    ids, paths, names, truths, bins = zip(*images, strict=True) if images else ((), (), (), (), ())
    lowest, highest = _bounds(truths, scores)
    columns = tuple(_column(answered, ids) for answered in answers)
    signs = [gain_sign(gain(truth, row)) for truth, row in zip(truths, scores, strict=True)]
    rows = ids, paths, names, truths, bins, columns
    changed = signs.count(1), signs.count(-1)
    return Comparison(tuple(known), tuple(chosen), order, root, *rows, lowest, highest, judge or "", *changed)


def texts(project: Project, image_id: int, versions: Sequence[str]) -> tuple[str, ...]:
    """Return these versions' texts about one image, "" if a version has none."""
    with project.reader() as session:
        ids = {row.name: row.id for row in version_queries.all_versions(session)}
        found = queries.texts(session, image_id)
    return tuple(found.get(ids.get(name, -1), "") for name in versions)


def largest_change(truth: float, scores: Scores) -> float | None:
    """Return the largest difference of a version from the first one."""
    first, others = scores[0], [score for score in scores[1:] if score is not None]
    return None if first is None or not others else max(abs(score - first) for score in others)


def largest_error(truth: float, scores: Scores) -> float | None:
    """Return the largest difference of a version from the truth."""
    return max((abs(score - truth) for score in scores if score is not None), default=None)


def disagreement(truth: float, scores: Scores) -> float | None:
    """Return highest minus lowest score; None with fewer than two."""
    there = [score for score in scores if score is not None]
    return None if len(there) < 2 else max(there) - min(there)


def gain(truth: float, scores: Scores) -> float | None:
    """Return how much smaller the last version's error is than the first's; negative if it is larger."""
    first, last = scores[0], scores[-1]
    return None if first is None or last is None else abs(first - truth) - abs(last - truth)


def gain_sign(value: float | None) -> int:
    """Return 1 for better, -1 for worse, 0 where the error is the same (or unknown) to two decimals."""
    return 0 if value is None or abs(value) < _SAME else 1 if value > 0 else -1


def _in_order(
    order: ComparisonOrder | ColumnOrder, images: Sequence[Any], scores: Sequence[Scores], versions: Sequence[str]
) -> list[int]:
    """Return positions sorted as wanted, then by name; images without the value come last."""
    by_name = sorted(range(len(images)), key=lambda place: (images[place][2], images[place][0]))
    if isinstance(order, ColumnOrder) and order.column == "name":
        return by_name[::-1] if order.descending else by_name
    measure, descending = _measure(order, versions)
    if measure is None:
        return by_name
    found = [measure(image[3], row) for image, row in zip(images, scores, strict=True)]
    keys = [math.inf if value is None else -value if descending else value for value in found]
    return sorted(by_name, key=keys.__getitem__)


def _measure(
    order: ComparisonOrder | ColumnOrder, versions: Sequence[str]
) -> tuple[Callable[[float, Scores], float | None] | None, bool]:
    """Return what the images are sorted by, and whether the highest value comes first."""
    if isinstance(order, ColumnOrder):
        if order.column == "truth":
            return (lambda truth, _row: truth), order.descending
        if order.column in versions:
            place = list(versions).index(order.column)
            return (lambda _truth, row: row[place]), order.descending
        return gain, order.descending
    match order:
        case "improved" | "worsened":
            return gain, order == "improved"
        case "change":
            return largest_change, True
        case "error":
            return largest_error, True
        case "disagreement":
            return disagreement, True
        case "name":
            return None, False


def _measured(session: Session) -> list[tuple[int, str]]:
    have = {metric.model_version_id for metric in version_queries.metrics(session, "test")}
    return [(row.id, row.name) for row in version_queries.all_versions(session) if row.id in have]


def _answers(session: Session, version_id: int, judge: str) -> dict[int, Answer]:
    grades = queries.grades(session, version_id, judge)
    return {
        image: (score, label, parse_ok, truncated, grades.get(prediction))
        for image, prediction, score, label, parse_ok, truncated in queries.scores(session, version_id)
    }


def _score(answer: Answer | None) -> float | None:
    return None if answer is None else answer[0]


def _column(answers: Mapping[int, Answer], ids: Sequence[int]) -> VersionColumn:
    nothing: Answer = (None, None, None, None, None)
    rows = [answers.get(image, nothing) for image in ids]
    return VersionColumn(
        score=tuple(row[0] for row in rows),
        label=tuple(row[1] for row in rows),
        parse_ok=tuple(row[2] for row in rows),
        truncated=tuple(row[3] for row in rows),
        grade=tuple(row[4] for row in rows),
    )


def _bounds(truths: Sequence[float], scores: Sequence[Scores]) -> tuple[float, float]:
    values = [*truths, *(score for row in scores for score in row if score is not None)]
    lowest, highest = min(values, default=0.0), max(values, default=1.0)
    return (lowest, highest) if highest > lowest else (lowest - 0.5, highest + 0.5)
