"""Browsing a project's images: the index in memory, what a filter selects, cells by id, one image whole.

No Qt, no torch. Everything here may take longer than a frame: call it on a thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from db.engine import Session
from db.models import Judgement, ModelVersion, Prediction
from db.queries import images_browsing as queries
from db.queries import versions as version_queries
from studio.services.errors import StudioError
from studio.services.images_index import Floats, Ids, ImageIndex, Mask, gather
from studio.services.project import Project
from studio.services.rows import SPLITS, Split
from studio.services.rows_images import (
    Change,
    Histogram,
    ImageAnswer,
    ImageCell,
    ImageDetail,
    ImageFilter,
    ImageSort,
    Tag,
    TagCount,
)
from studio.services.storing import stored_binning

TAG_VALUES = 50
"""Values offered of one tag: a column with more is rather a number or a name, which search finds."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The ids that a filter leaves, in the wanted order, and the scores that it leaves."""

    ids: Ids
    histogram: Histogram


def load_index(project: Project) -> ImageIndex:
    """The columns of all images as they are now, in one read transaction."""
    with project.reader() as session:
        ids, score, split, bins, problem = gather(
            _coded(queries.columns(session)), ("int64", "float64", "int8", "int8", "bool")
        )
        (named,) = gather(queries.ids_by_name(session), ("int64",))
        place = np.empty(len(ids), dtype=np.int64)
        place[np.searchsorted(ids, named)] = np.arange(len(ids))
        newest = queries.newest_predicting(session)
        return ImageIndex(
            ids=ids,
            score=score,
            split=split,
            bin=bins,
            problem=problem,
            name_place=place,
            predicted=_predicted(session, ids, None if newest is None else newest[0]),
            newest=newest,
            versions=tuple(queries.scored_versions(session)),
            bin_edges=stored_binning(session).edges,
        )


def select(project: Project, index: ImageIndex, wanted: ImageFilter, sort: ImageSort) -> Selection:
    """What the filter leaves of the index. Conditions on tags, texts, decisions and versions are asked of the database.

    Raises:
        StudioError: the filter names a version that is not there.
    """
    with project.reader() as session:
        masks = [index.mask_of(_known(index, ids)) for ids in _conditions(session, wanted)]
        if wanted.changed is not None:
            masks.append(_changed(session, index, wanted.changed))
    mask = index.matching(wanted, masks)
    return Selection(index.in_order(mask & index.in_range(wanted), sort), index.histogram(mask))


def cells(project: Project, index: ImageIndex, ids: Sequence[int]) -> list[ImageCell]:
    """What the grid shows of these images, in their order; an image that is gone is left out."""
    root = project.images_root()
    with project.reader() as session:
        rows = queries.cells(session, ids, None if index.newest is None else index.newest[0])
    found = {row[0]: _cell(root, row) for row in rows}
    return [found[image_id] for image_id in ids if image_id in found]


def detail(project: Project, index: ImageIndex, image_id: int) -> ImageDetail:
    """Everything about one image.

    Raises:
        StudioError: there is none of that id.
    """
    root = project.images_root()
    with project.reader() as session:
        image = queries.one(session, image_id)
        if image is None:
            raise StudioError(f"There is no image {image_id} in this project.", "Reload the images.")
        rows = queries.cells(session, [image_id], None if index.newest is None else index.newest[0])
        verdicts = queries.verdicts(session, image_id)
        return ImageDetail(
            cell=_cell(root, rows[0]),
            relative_path=image.path,
            bytes=image.bytes,
            score_sd=image.score_sd,
            votes=image.votes,
            group=image.group_key or "",
            tags=tuple(Tag(key, str(value)) for key, value in image.tags.items()),
            answers=tuple(_answer(*record) for record in queries.answers(session, image_id)),
            pairs=len(verdicts),
            vetoed=verdicts.count("veto"),
        )


def tag_counts(project: Project) -> list[TagCount]:
    """The tags to offer: of each key its most frequent values; a value that only one image has is left out."""
    with project.reader() as session:
        counted = queries.tag_counts(session, TAG_VALUES)
    return [TagCount(Tag(key, value), images) for key, value, images in counted if images > 1]


def _coded(chunks: Iterator[Sequence[tuple[int, float, str, int, bool]]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    codes = {split: code for code, split in enumerate(SPLITS)}
    for rows in chunks:
        yield [(key, score, codes[cast(Split, split)], number, bad) for key, score, split, number, bad in rows]


def _predicted(session: Session, ids: Ids, version_id: int | None) -> Floats:
    predicted = np.full(len(ids), np.nan)
    if version_id is not None:
        of, score = gather(queries.predicted_scores(session, version_id), ("int64", "float64"))
        predicted[np.searchsorted(ids, of)] = score
    return predicted


def _conditions(session: Session, wanted: ImageFilter) -> Iterator[Ids]:
    """The images that satisfy each condition which the index does not hold."""
    if wanted.tag is not None:
        yield gather(queries.ids_with_tag(session, wanted.tag.key, wanted.tag.value), ("int64",))[0]
    if wanted.vetoed:
        yield np.array(queries.ids_vetoed(session), dtype=np.int64)
    text = wanted.text.strip()
    if text:
        named = gather(queries.ids_named(session, text), ("int64",))[0]
        yield np.concatenate([named, gather(queries.ids_explained(session, text), ("int64",))[0]])


def _known(index: ImageIndex, ids: Ids) -> Ids:
    """Without images that came after the index was made."""
    return ids if len(ids) == 0 or ids.max() <= index.ids[-1] else ids[np.isin(ids, index.ids)]


def _changed(session: Session, index: ImageIndex, change: Change) -> Mask:
    scores = []
    for name in (change.before, change.after):
        version = version_queries.by_name(session, name)
        if version is None:
            raise StudioError(f"There is no version {name!r}.", "Choose other versions in the filter.")
        scores.append(_predicted(session, index.ids, version.id))
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
        consistency=None if judgement is None else judgement.consistency,
    )
