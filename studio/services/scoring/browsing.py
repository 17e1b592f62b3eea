"""Browse a collection: its columns in memory, filters, grid cells by id, one image's details.

No Qt, no torch. All functions may take longer than a frame: call them on a thread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from db.collections import CollectionImage, CollectionScore
from db.engine import Session
from db.queries.collections import columns as columns_queries
from db.queries.collections import images as images_queries
from db.queries.collections import scores as scores_queries
from db.queries.collections.images import ShownImage
from studio.services.errors import StudioError
from studio.services.images.image_columns import Floats, Ids, numbers
from studio.services.images.types import Histogram
from studio.services.projects.project import Project
from studio.services.scoring import scorers
from studio.services.scoring.collection_columns import CollectionColumns
from studio.services.scoring.types import (
    CollectionAnswer,
    CollectionCell,
    CollectionDetail,
    CollectionFilter,
    CollectionSort,
    ScorerRow,
)
from studio.services.versions.prediction import central_range, probabilities


@dataclass(frozen=True, slots=True)
class CollectionSelection:
    """The ids that match a filter, in the requested order, and their scores."""

    ids: Ids
    histogram: Histogram


def load_columns(project: Project, collection_id: int, scorer: int | None, beside: int | None) -> CollectionColumns:
    """Return the columns of a collection in its current state, in one read transaction.

    Args:
        project: the project.
        collection_id: the collection.
        scorer: whose scores are shown; None: nothing has scored it.
        beside: the model to compare with.
    """
    with project.reader() as session:
        codes = numbers(columns_queries.codes(session, collection_id))
        ids = codes >> 4
        score, explained = _scores(session, collection_id, scorer, ids)
        other, _explained = _scores(session, collection_id, beside, ids)
        reference = [] if scorer is None else scorers.find_scorer(session, scorer).reference
    return CollectionColumns(
        collection=collection_id,
        scorer=scorer,
        beside=beside,
        ids=ids,
        pick=((codes >> 2 & 3) - 1).astype(np.int8),
        missing=(codes >> 1 & 1).astype(np.bool_),
        problem=(codes & 1).astype(np.bool_),
        score=score,
        other=other,
        explained=explained,
        lower_is_better=bool(reference) and reference[-1] < reference[0],
    )


def select(
    project: Project, columns: CollectionColumns, wanted: CollectionFilter, sort: CollectionSort
) -> CollectionSelection:
    """Return the images that match the filter; texts, names and paths are asked from the database."""
    having = []
    text = wanted.text.strip()
    with project.reader() as session:
        if text:
            found = columns_queries.ids_with_text(session, columns.collection, columns.scorer, text)
            having.append(columns.mask_of(np.concatenate([numbers(part) for part in found])))
        if sort.by in ("name", "path") and sort.by not in columns.places:
            place = np.full(len(columns), np.nan)
            ordered = numbers(columns_queries.ids_by(session, columns.collection, sort.by))
            ordered = ordered[np.isin(ordered, columns.ids)]
            place[np.searchsorted(columns.ids, ordered)] = np.arange(len(ordered))
            columns.places[sort.by] = place
    mask = columns.matching(wanted, having)
    return CollectionSelection(columns.in_order(mask & columns.in_range(wanted), sort), columns.histogram(mask))


def cells(project: Project, columns: CollectionColumns, ids: Sequence[int]) -> list[CollectionCell]:
    """Return the grid cells of these images in this order; images that no longer exist are skipped."""
    asked = [scorer for scorer in (columns.scorer, columns.beside) if scorer is not None]
    with project.reader() as session:
        rows = images_queries.shown(session, ids)
        scores = scores_queries.scores_of(session, ids, asked) if asked else {}
        found = {row.id: _cell(row, scores, columns) for row in rows}
    return [found[image_id] for image_id in ids if image_id in found]


def detail(project: Project, columns: CollectionColumns, image_id: int) -> CollectionDetail:
    """Return all that is known about one image; the answer of the shown model first.

    Raises:
        StudioError: the image is no longer in the collection.
    """
    rows = {row.id: row for row in scorers.rows(project, columns.collection)}
    with project.reader() as session:
        images = images_queries.images(session, [image_id])
        if not images:
            raise StudioError("The image is no longer in the collection.", "Choose another one.")
        image = images[0]
        answers = scores_queries.answers(session, [image_id])
        scores = {(row.image_id, row.scorer_id): row.score for row in answers}
        reference = {row.scorer_id: scorers.find_scorer(session, row.scorer_id).reference for row in answers}
        known = [
            _answer(row, rows[row.scorer_id], reference[row.scorer_id]) for row in answers if row.scorer_id in rows
        ]
        order = {columns.scorer: 0, columns.beside: 1}
        return CollectionDetail(
            cell=_cell(image, scores, columns),
            bytes=image.bytes,
            missing=image.missing,
            answers=tuple(sorted(known, key=lambda answer: (order.get(answer.scorer.id, 2), answer.scorer.id))),
        )


def _scores(session: Session, collection_id: int, scorer: int | None, ids: Ids) -> tuple[Floats, np.ndarray]:
    """Return scores, NaN where there is none, and whether they are explained, by id."""
    found, explained = np.full(len(ids), np.nan), np.zeros(len(ids), dtype=np.bool_)
    if scorer is None:
        return found, explained
    marks = numbers(columns_queries.scored_ids(session, collection_id, scorer))
    if len(marks):
        largest = columns_queries.largest_score(session, scorer)
        scale = 10.0 ** (15 - math.ceil(math.log10(largest))) if largest > 0 else 1.0
        places = np.searchsorted(ids, marks >> 1)
        found[places] = numbers(columns_queries.scores(session, collection_id, scorer, scale)) / scale
        explained[places] = (marks & 1).astype(np.bool_)
    return found, explained


def _cell(
    row: CollectionImage | ShownImage, scores: dict[tuple[int, int], float], columns: CollectionColumns
) -> CollectionCell:
    def of(scorer: int | None) -> float | None:
        return None if scorer is None else scores.get((row.id, scorer))

    problem = row.problem or ("The file is not there any more." if row.missing else "")
    return CollectionCell(row.id, Path(row.path), row.name, of(columns.scorer), of(columns.beside), row.pick, problem)


def _answer(row: CollectionScore, scorer: ScorerRow, reference: Sequence[float]) -> CollectionAnswer:
    shares = tuple(probabilities(row.logprobs))
    low, high = central_range(shares, reference)
    return CollectionAnswer(
        scorer=scorer,
        score=row.score,
        low=low,
        high=high,
        label=row.label,
        text=row.text,
        explained=row.explained,
        parse_ok=row.parse_ok,
        truncated=row.truncated,
        shares=shares,
        values=tuple(reference),
    )
