"""The results of a collection as tables, contact sheets, copies and sidecars: what is written from which rows.

No Qt, no torch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from db.collections import CollectionImage, CollectionScore
from db.queries.collections import images as images_queries
from db.queries.collections import scores as scores_queries
from engine.contract.specs import LABELS
from studio.services.errors import StudioError
from studio.services.exports.tabular import Cell, Kind, write_table
from studio.services.exports.types import ScoredPicture
from studio.services.projects.project import Project
from studio.services.scoring import scorers
from studio.services.scoring.collections import RECORDS
from studio.services.scoring.types import ScorerRow
from studio.services.sidecars import undoing
from studio.services.sidecars.types import Pick, ScoreOrigin, SidecarItem
from studio.services.versions.prediction import central_range, probabilities

COLUMNS: dict[str, Kind] = {
    "path": "text", "name": "text", "pick": "int", "model": "text", "digest": "text", "score": "float",
    "low": "float", "high": "float", "label": "int", "explanation": "text", "parse_ok": "bool",
    **{f"p{label}": "float" for label in LABELS}, "problem": "text",
}  # fmt: skip
"""Of a table: one row for an image and a model. ``low`` to ``high`` holds at least 90% of the label distribution."""
_PART = 500


@dataclass(frozen=True, slots=True)
class _Scored:
    image: CollectionImage
    score: CollectionScore | None


def write_results(project: Project, ids: Sequence[int], models: Sequence[int], file: Path) -> int:
    """Write what these models say about these images as CSV or Parquet, in the order of images; returns the rows.

    Raises:
        StudioError: another suffix, a file that cannot be written, or a model that is not stored.
    """
    return write_table(file, COLUMNS, _table(project, ids, models))


def pictures(project: Project, ids: Sequence[int], scorer: int) -> list[ScoredPicture]:
    """Return these images with what a model says, in this order, for a contact sheet or copies."""
    name = scorers.row_of(project, scorer).name
    return [
        ScoredPicture(
            path=Path(one.image.path),
            name=one.image.name,
            score=None if one.score is None else one.score.score,
            explanation="" if one.score is None else one.score.text,
            version=name,
        )
        for one in _scored(project, ids, scorer)
    ]


def sidecar_items(project: Project, ids: Sequence[int], scorer: int) -> list[SidecarItem]:
    """Return these images with what a model says, for sidecars."""
    return [
        SidecarItem(
            image=Path(one.image.path),
            score=None if one.score is None else one.score.score,
            explanation="" if one.score is None else one.score.text,
            pick=cast(Pick, one.image.pick),
        )
        for one in _scored(project, ids, scorer)
    ]


def origin(scorer: ScorerRow) -> ScoreOrigin:
    """Return where a model's scores come from, as of now."""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    return ScoreOrigin(scorer.name, scorer.digest, scorer.low, scorer.high, time, scorer.lower_is_better)


def new_record(project: Project, collection: int) -> Path:
    """Return a folder that is free for the record of a run of sidecars."""
    home = project.root / RECORDS / str(collection)
    home.mkdir(parents=True, exist_ok=True)
    return home / f"{max((_number(folder) for folder in home.iterdir()), default=0) + 1:06}"


def last_record(project: Project, collection: int) -> Path | None:
    """Return the record of the newest run of a collection that has something left to undo."""
    home = project.root / RECORDS / str(collection)
    if not home.is_dir():
        return None
    for folder in sorted(home.iterdir(), key=_number, reverse=True):
        try:
            if undoing.left_to_undo(folder):
                return folder
        except StudioError:
            continue  # it was killed before anything was recorded, so nothing was written
    return None


def _number(folder: Path) -> int:
    return int(folder.name) if re.fullmatch(r"\d+", folder.name) else 0


def _table(project: Project, ids: Sequence[int], models: Sequence[int]) -> Iterator[list[Cell]]:
    rows = [scorers.row_of(project, model) for model in models]
    with project.reader() as session:
        reference = {row.id: list(scorers.find_scorer(session, row.id).reference) for row in rows}
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        found = [_scored(project, part, row.id) for row in rows]
        for place in range(len(found[0]) if found else 0):
            for row, scored in zip(rows, found, strict=True):
                yield _row(scored[place], row, reference[row.id])


def _row(one: _Scored, scorer: ScorerRow, reference: Sequence[float]) -> list[Cell]:
    image, score = one.image, one.score
    found: dict[str, Any] = {
        "path": image.path,
        "name": image.name,
        "pick": image.pick,
        "model": scorer.name,
        "digest": scorer.digest,
        "problem": image.problem or ("the file is missing" if image.missing else None),
    }
    if score is not None:
        shares = probabilities(score.logprobs)
        found["low"], found["high"] = central_range(shares, reference)
        found |= {"score": score.score, "label": score.label, "explanation": score.text, "parse_ok": score.parse_ok}
        found |= {f"p{label}": share for label, share in zip(LABELS, shares, strict=True)}
    return [found.get(name) for name in COLUMNS]


def _scored(project: Project, ids: Sequence[int], scorer: int) -> list[_Scored]:
    with project.reader() as session:
        images = {row.id: row for row in images_queries.images(session, ids)}
        answers = {row.image_id: row for row in scores_queries.answers(session, ids, [scorer])}
        session.expunge_all()
    return [_Scored(images[key], answers.get(key)) for key in ids if key in images]
