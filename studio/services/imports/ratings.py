"""Read individual ratings besides the mean scores. No Qt, no torch, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.imports.formats.numbers import finite_number
from studio.services.imports.formats.records import ImportNote, Refused
from studio.services.imports.formats.tables import table_rows
from studio.services.imports.formats.text import TableRow
from studio.services.settings.schema import ImportSettings

FILE_NAME = "ratings.csv"
_COLUMNS = ("image", "rater", "score")


@dataclass(frozen=True, slots=True)
class RaterScore:
    """One rater's score of one image."""

    path: str
    rater: str
    score: float


def read_ratings(
    scores: Path, images: Path, known: Iterable[str], columns: ImportSettings
) -> tuple[list[RaterScore], list[str]]:
    """Return the ratings of imported images (``known`` are their paths), and a warning with the number of skipped rows.

    Raises:
        StudioError: a table in the settings cannot be read.
    """
    file = scores.parent / (columns.ratings or FILE_NAME)
    if columns.ratings is None and not file.is_file():
        return [], []
    paths = set(known)
    kept: dict[tuple[str, str], RaterScore] = {}
    left_out: list[str] = []
    try:
        for row in table_rows(file, _COLUMNS):
            if isinstance(row, ImportNote):
                continue
            rating = row.reason if isinstance(row, Refused) else _rating(row, paths)
            if isinstance(rating, str):
                left_out.append(f"line {row.line}: {rating}")
            elif (rating.path, rating.rater) in kept:
                left_out.append(f"line {row.line}: the rater {rating.rater!r} has already rated {rating.path}")
            else:
                kept[rating.path, rating.rater] = rating
    except StudioError as error:
        if columns.ratings is not None:
            raise
        return [], [f"{file.name} was not used. {error.message}"]
    warnings = [f"{len(left_out)} rows of {file.name} were skipped; the first is {left_out[0]}."] if left_out else []
    return list(kept.values()), warnings


def _rating(row: TableRow, paths: set[str]) -> RaterScore | str:
    if row.surplus:
        return "the row has a wrong number of cells"
    image, rater, score = (row.cells[name] for name in _COLUMNS)
    number = finite_number(score)
    if image not in paths:
        return f"the image {image!r} was not imported"
    if number is None:
        return f"the score {score!r} is not a number"
    return RaterScore(image, rater, number) if rater.strip() else "the rater is missing"
