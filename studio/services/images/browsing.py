"""Browse a project's images: the index in memory, filters, grid cells by id, one image's details.

No Qt, no torch. All functions may take longer than a frame: call them on a thread.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from db.engine import Session
from db.models import WORD_TONE, Judgement, ModelVersion, Prediction
from db.queries import images_browsing as queries
from db.queries import versions as version_queries
from studio.services.errors import StudioError
from studio.services.images.image_columns import BY_NAME, Floats, Ids, ImageColumns, Mask, numbers
from studio.services.images.types import (
    ChangedRatings,
    Histogram,
    ImageAnswer,
    ImageCell,
    ImageDetail,
    ImageFilter,
    ImageSort,
    Tag,
    TagCount,
)
from studio.services.imports.import_store import stored_binning
from studio.services.projects.project import Project
from studio.services.projects.types import Split

TAG_VALUES = 50
"""Values offered per tag: a column with more is more like a number or a name, for which there is search."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The ids that match a filter, in the requested order, and their scores."""

    ids: Ids
    histogram: Histogram


def load_index(project: Project) -> ImageColumns:
    """Return the columns of all images in their current state, in one read transaction."""
    with project.reader() as session:
        codes = numbers(queries.codes(session))
        ids = codes >> 8
        scale = _scale(queries.largest_score(session))
        newest = queries.newest_predicting(session)
        binning = stored_binning(session)
        return ImageColumns(
            ids=ids,
            score=numbers(queries.scores(session, scale)) / scale,
            split=(codes >> 5 & 7).astype(np.int8),
            bin=(codes >> 1 & 15).astype(np.int8),
            problem=(codes & 1).astype(np.bool_),
            predicted=_predicted(session, ids, None if newest is None else newest[0]),
            newest=newest,
            versions=tuple(queries.scored_versions(session)),
            bin_edges=binning.edges,
            lower_is_better=binning.lower_is_better,
        )


def select(project: Project, index: ImageColumns, wanted: ImageFilter, sort: ImageSort) -> Selection:
    """Return the images that match the filter. Tags, texts, decisions and versions are queried from the database.

    Raises:
        StudioError: the filter names a version that does not exist.
    """
    with project.reader() as session:
        masks = [index.mask_of(_known(index, ids)) for ids in _conditions(session, wanted)]
        if wanted.changed is not None:
            masks.append(_changed(session, index, wanted.changed))
        if sort.by == "name":
            _keep_names(session, index)
    mask = index.matching(wanted, masks)
    return Selection(index.in_order(mask & index.in_range(wanted), sort), index.histogram(mask))


def cells(project: Project, index: ImageColumns, ids: Sequence[int]) -> list[ImageCell]:
    """Return the grid cells of these images in this order; images that no longer exist are skipped."""
    root = project.images_root()
    with project.reader() as session:
        rows = queries.cells(session, ids, None if index.newest is None else index.newest[0])
    found = {row[0]: _cell(root, row) for row in rows}
    return [found[image_id] for image_id in ids if image_id in found]


def detail(project: Project, index: ImageColumns, image_id: int) -> ImageDetail:
    """Return all details of one image.

    Raises:
        StudioError: there is no image with this id.
    """
    root = project.images_root()
    with project.reader() as session:
        image = queries.one(session, image_id)
        if image is None:
            raise StudioError(f"There is no image {image_id} in this project.", "Reload the images.")
        rows = queries.cells(session, [image_id], None if index.newest is None else index.newest[0])
        verdicts = queries.verdicts(session, image_id)
        judge = version_queries.model_judge(session) or WORD_TONE
        return ImageDetail(
            cell=_cell(root, rows[0]),
            relative_path=image.path,
            bytes=image.bytes,
            score_sd=image.score_sd,
            votes=image.votes,
            group=image.group_key or "",
            tags=tuple(Tag(key, str(value)) for key, value in image.tags.items()),
            answers=tuple(_answer(*record) for record in queries.answers(session, image_id, judge)),
            pairs=len(verdicts),
            vetoed=verdicts.count("veto"),
        )


def tag_counts(project: Project) -> list[TagCount]:
    """Return the tags to offer: for each key its most frequent values, except values of a single image."""
    with project.reader() as session:
        counted = queries.tag_counts(session, TAG_VALUES)
    return [TagCount(Tag(key, value), images) for key, value, images in counted if images > 1]


def _scale(largest: float) -> float:
    """Return the factor that converts scores to integers with fifteen digits of the largest one."""
    return 10.0 ** (15 - math.ceil(math.log10(largest))) if largest > 0 else 1.0


def _predicted(session: Session, ids: Ids, version_id: int | None) -> Floats:
    predicted = np.full(len(ids), np.nan)
    if version_id is not None:
        of = numbers(queries.scored_ids(session, version_id))
        scale = _scale(queries.largest_predicted(session, version_id))
        predicted[np.searchsorted(ids, of)] = numbers(queries.predicted_scores(session, version_id, scale)) / scale
    return predicted


def _keep_names(session: Session, index: ImageColumns) -> None:
    """Load the order of names unless it is loaded."""
    if BY_NAME not in index.kept:
        place = np.empty(len(index), dtype=np.float64)
        place[np.searchsorted(index.ids, numbers(queries.ids_by_name(session)))] = np.arange(len(index))
        index.kept[BY_NAME] = place


def _conditions(session: Session, wanted: ImageFilter) -> Iterator[Ids]:
    """Yield the images that match each condition that the index cannot answer."""
    if wanted.tag is not None:
        yield numbers(queries.ids_with_tag(session, wanted.tag.key, wanted.tag.value))
    if wanted.vetoed:
        yield np.array(queries.ids_vetoed(session), dtype=np.int64)
    text = wanted.text.strip()
    if text:
        found = [*queries.ids_named(session, text), *queries.ids_explained(session, text)]
        yield np.concatenate([numbers(part) for part in found])


def _known(index: ImageColumns, ids: Ids) -> Ids:
    """Return the ids without images that were added after the index was loaded."""
    return ids if len(ids) == 0 or ids.max() <= index.ids[-1] else ids[np.isin(ids, index.ids)]


def _changed(session: Session, index: ImageColumns, change: ChangedRatings) -> Mask:
    scores = []
    for name in (change.before, change.after):
        version = version_queries.by_name(session, name)
        if version is None:
            raise StudioError(f"There is no version {name!r}.", "Choose other versions in the filter.")
        if index.newest is not None and name == index.newest[1]:
            scores.append(index.predicted)
            continue
        if name not in index.kept:
            index.kept[name] = _predicted(session, index.ids, version.id)
        scores.append(index.kept[name])
    return np.abs(scores[1] - scores[0]) >= change.least  # NaN compares as false


def _cell(root: Path, row: Any) -> ImageCell:
    image_id, path, name, score, split, number, problem, predicted = row
    return ImageCell(image_id, root / path, name, score, cast(Split, split), number, problem or "", predicted)


def _answer(version: ModelVersion, prediction: Prediction, judgement: Judgement | None) -> ImageAnswer:
    return ImageAnswer(
        version=version.name,
        score=prediction.score,
        label=prediction.label,
        text=prediction.text,
        explained=prediction.explained,
        parse_ok=prediction.parse_ok,
        truncated=prediction.truncated,
        grade=None if judgement is None else judgement.consistency,
        estimated=judgement is not None and judgement.judge == WORD_TONE,
    )
