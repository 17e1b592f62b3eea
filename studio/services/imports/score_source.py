"""Read a score source: rows that are images with a score, and the reasons for rejecting others. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.direction import Direction, direction
from studio.services.imports.formats import json_rows, registry
from studio.services.imports.formats.column_names import NAMES
from studio.services.imports.formats.numbers import finite_number
from studio.services.imports.formats.path_index import MISSING_FILE, PathIndex, find_image, shared_folders
from studio.services.imports.formats.records import (
    Candidate,
    ColumnsUsed,
    DrawValidation,
    ImportNote,
    Item,
    Record,
    Refused,
    RefusedError,
)
from studio.services.imports.ratings import RaterScore
from studio.services.imports.types import Refusal
from studio.services.projects.types import Split
from studio.services.seeding import seeded_rank
from studio.services.settings.schema import ImportSettings, SplitSettings

__all__ = ["MISSING_FILE", "ScoreTable", "ScoredImage", "find_image", "finite_number", "read_scores"]


@dataclass(frozen=True, slots=True)
class ScoredImage:
    """One accepted row. ``path`` is relative to the images folder, with forward slashes, spelled like the file.

    It is absolute only below the additional folder in the settings. ``sd`` and ``votes`` are those of the
    source.
    """

    line: int
    path: str
    bytes: int
    score: float
    split: Split | None
    group: str | None
    tags: dict[str, str]
    sd: float | None = None
    votes: int | None = None


@dataclass(slots=True)
class ScoreTable:
    """All rows of a source: accepted ones in its order, and rejected ones. Individual ratings are counted separately.

    ``votes_read == len(ratings) + len(refused_votes)``. ``columns``: the settings with the names that the source uses.
    ``contradicted``: two scores of images that have several.
    """

    source: Path
    format: str
    columns: ImportSettings
    images: list[ScoredImage] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    ratings: list[RaterScore] = field(default_factory=list)
    refused_votes: list[Refusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    draw: DrawValidation | None = None
    header: tuple[str, ...] = ()
    contradicted: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def direction(self) -> Direction:
        """Return which scores are better; those of a published data set's own format always rise."""
        chosen = self.columns.lower_is_better
        if self.format not in registry.GENERIC:
            return Direction(bool(chosen))
        return direction(chosen, self.columns.score, self.source, self.header)

    @property
    def votes_read(self) -> int:
        """Return the number of ratings, accepted and rejected."""
        return len(self.ratings) + len(self.refused_votes)


def read_scores(
    file: Path, images: Path, columns: ImportSettings, shares: SplitSettings | None = None, seed: int = 0
) -> ScoreTable:
    """Read every row of the source; ``file`` may be a table, a label file or a dataset's folder.

    ``shares`` and ``seed`` are used if the source has train and test images but none for validation.

    Raises:
        StudioError: the source cannot be read at all.
    """
    if not images.is_dir():
        raise StudioError(f"The images folder {images} does not exist.", "Check the path.")
    candidate = registry.choose(file, columns)
    index = PathIndex(images, Path(columns.outside).expanduser() if columns.outside else None)
    table = _read(candidate, columns, index)
    for prefix in _foreign_folders(table) if not table.images else ():
        shorter = PathIndex(images, index.outside, prefix)
        found = _read(candidate, columns, shorter)
        if found.images:
            table, index = found, shorter
            table.warnings.append(f"The paths begin with {prefix}, which is not in the images folder; it was left out.")
            break
    table.warnings += index.left_out
    if index.shadowed:
        taken, other = next(iter(index.shadowed.items()))
        count = len(index.shadowed)
        table.warnings.append(
            f"{count} file names exist in several folders; of {taken} and {other} the first was used."
        )
    if table.contradicted:
        table.warnings.append(_contradictions(table.contradicted))
    _refuse_without_split(table)
    if table.draw is not None:
        _draw_validation(table, table.draw.share, shares or SplitSettings(), seed)
    return table


def _contradictions(found: dict[str, tuple[float, float]]) -> str:
    path, scores = next(iter(found.items()))
    many = "1 image has" if len(found) == 1 else f"{len(found)} images have"
    return (
        f"{many} several rows with different scores, of which the first is used: {path} with {scores[0]:g} and "
        f"{scores[1]:g}. If these are single ratings, give them as a table with the columns image, rater and score."
    )


def _read(candidate: Candidate, columns: ImportSettings, index: PathIndex) -> ScoreTable:
    table = ScoreTable(candidate.source, candidate.format, columns)
    _sort(registry.FORMATS[candidate.format].read(candidate.source, columns), table, index)
    return table


def _foreign_folders(table: ScoreTable) -> list[str]:
    """Return the folders that all paths of a JSON file begin with, if no image was found by them."""
    if table.source.suffix.lower() not in json_rows.SUFFIXES:
        return []
    return shared_folders(one.value for one in table.refused if one.reason.startswith(MISSING_FILE))


def _sort(items: Iterator[Item], table: ScoreTable, index: PathIndex) -> None:
    seen: dict[str, Record] = {}
    for item in items:
        match item:
            case ImportNote(text):
                table.warnings.append(text)
            case DrawValidation():
                table.draw = item
            case ColumnsUsed(columns, header):
                names = {role: getattr(columns, role) for role in NAMES}
                table.columns, table.header = table.columns.model_copy(update=names), header
            case Refused(file, line, value, reason, vote):
                (table.refused_votes if vote else table.refused).append(Refusal(line, value, reason, file))
            case Record():
                try:
                    _accept(item, table, index, seen)
                except RefusedError as refusal:
                    table.refused.append(Refusal(item.line, refusal.value, refusal.reason, item.file))
                    _refuse_votes(item, table)


def _accept(record: Record, table: ScoreTable, index: PathIndex, seen: dict[str, Record]) -> None:
    if record.score is None:
        raise RefusedError(record.image, "the image has no score")
    path, size = index.find(record)
    first = seen.setdefault(path, record)
    if first is not record:
        where = f"line {first.line}" + (f" of {first.file}" if first.file != record.file else "")
        if first.score != record.score:
            table.contradicted.setdefault(path, (first.score or 0.0, record.score))
        raise RefusedError(path, f"duplicate: the image is already in {where}")
    table.images.append(
        ScoredImage(
            record.line, path, size, record.score, record.split, record.group, record.tags, record.sd, record.votes
        )
    )
    table.ratings.extend(RaterScore(path, rater, score) for rater, score in record.ratings)


def _refuse_without_split(table: ScoreTable) -> None:
    """Reject rows without a split if others have one: a random choice would change the source's own split."""
    without = [image for image in table.images if image.split is None]
    if not without or len(without) == len(table.images):
        return
    table.images = [image for image in table.images if image.split is not None]
    reason = "the row has no split, but others have one"
    table.refused.extend(Refusal(image.line, image.path, reason, table.source.name) for image in without)


def _refuse_votes(record: Record, table: ScoreTable) -> None:
    reason = "the image was not imported"
    table.refused_votes.extend(Refusal(line, record.image, reason, record.file) for line in record.lines)


def _draw_validation(table: ScoreTable, share: float | None, shares: SplitSettings, seed: int) -> None:
    """Move a share of train to val, determined only by seed and path."""
    share = shares.val / (shares.train + shares.val) if share is None else share
    training = [number for number, image in enumerate(table.images) if image.split == "train"]
    training.sort(key=lambda number: seeded_rank(seed, "validation", table.images[number].path))
    for number in training[: round(share * len(training))]:
        table.images[number] = replace(table.images[number], split="val")
