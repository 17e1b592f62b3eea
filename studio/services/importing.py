"""Reading a score table: which rows are images with a score, and why the others are not. No Qt, torch or database."""

from __future__ import annotations

import csv
import math
import posixpath
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from studio.services.errors import StudioError
from studio.services.rows import Refusal, Split
from studio.services.settings import ImportSettings

MISSING_FILE = "there is no such file in the images folder"
"""The reason of a refusal: the table names an image that is not there."""
_SPLIT_WORDS: dict[str, Split] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}


@dataclass(frozen=True, slots=True)
class ScoredImage:
    """One accepted row. ``path`` is relative to the images folder, with forward slashes, spelled as the file is."""

    line: int
    path: str
    bytes: int
    score: float
    split: Split | None
    group: str | None
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table, beginning in ``line``; ``surplus`` counts the cells beyond the header (negative: missing)."""

    line: int
    cells: dict[str, str]
    surplus: int


@dataclass(slots=True)
class ScoreTable:
    """All rows of a table: accepted in file order, and refused."""

    images: list[ScoredImage] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class _RefusedError(Exception):
    def __init__(self, value: str, reason: str) -> None:
        super().__init__(value, reason)
        self.value, self.reason = value, reason


def read_rows(file: Path, required: tuple[str, ...]) -> Iterator[TableRow]:
    """The rows of a CSV table, blank lines left out. Every cell is text: "NA" stays "NA" and "007" stays "007".

    Raises:
        StudioError: unreadable, not UTF-8, not CSV, or without one of the ``required`` columns.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            header = next(reader, [])
            _require_columns(file, header, required)
            line = reader.line_num + 1
            for cells in reader:
                if cells:
                    yield TableRow(line, dict(zip(header, cells, strict=False)), len(cells) - len(header))
                line = reader.line_num + 1
    except FileNotFoundError as error:
        raise StudioError(f"The table {file} does not exist.", "Check the path.") from error
    except OSError as error:
        raise StudioError(f"The table {file} cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise StudioError(f"The table {file} is not UTF-8 text ({error}).", "Save it as CSV in UTF-8.") from error
    except csv.Error as error:
        raise StudioError(f"The table {file} is not CSV: {error}.", "Save it as comma-separated text.") from error


def read_scores(file: Path, images: Path, columns: ImportSettings) -> ScoreTable:
    """Every row of the score table, accepted or refused.

    Raises:
        StudioError: the table cannot be read at all.
    """
    if not images.is_dir():
        raise StudioError(f"The images folder {images} does not exist.", "Check the path.")
    table = ScoreTable()
    seen: dict[str, int] = {}
    for row in read_rows(file, (columns.image, columns.score)):
        try:
            image = _scored_image(row, images, columns)
            if image.path in seen:
                raise _RefusedError(image.path, f"the image is there already, in line {seen[image.path]}")
            seen[image.path] = row.line
            table.images.append(image)
        except _RefusedError as refusal:
            table.refused.append(Refusal(row.line, refusal.value, refusal.reason))
    return table


def find_image(images: Path, text: str) -> tuple[str, int] | None:
    """Relative path and size of the file that a cell names, in any Unicode spelling; None if there is none."""
    plain = posixpath.normpath(text)
    for spelling in dict.fromkeys((plain, unicodedata.normalize("NFC", plain), unicodedata.normalize("NFD", plain))):
        try:
            file = images / spelling
            if file.is_file():
                return spelling, file.stat().st_size
        except (OSError, ValueError):  # a name too long for the file system, or with a null byte
            return None
    return None


def _require_columns(file: Path, header: list[str], required: tuple[str, ...]) -> None:
    for column in required:
        if column not in header:
            separated = len(header) == 1 and any(mark in header[0] for mark in ";\t")
            raise StudioError(
                f"The table {file} has no column {column!r}; its columns are: {', '.join(header) or 'none'}.",
                "Save it with commas between the columns."
                if separated
                else "Rename the column, or name yours in the table [import] of a config file.",
            )
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        raise StudioError(f"The table {file} has two columns named {doubled[0]!r}.", "Rename or remove one.")


def _scored_image(row: TableRow, images: Path, columns: ImportSettings) -> ScoredImage:
    cells = row.cells
    if row.surplus:
        reason = "the row has more cells than the header" if row.surplus > 0 else "the row has too few cells"
        raise _RefusedError(cells.get(columns.image, ""), reason)
    path, size = _image_path(cells[columns.image], images)
    own = {columns.image, columns.score, columns.split, columns.group, ""}
    return ScoredImage(
        line=row.line,
        path=path,
        bytes=size,
        score=_score(cells[columns.score]),
        split=_split(cells[columns.split]) if columns.split in cells else None,
        group=cells.get(columns.group, "").strip() or None,
        tags={key: value for key, value in cells.items() if key not in own},
    )


def _image_path(text: str, images: Path) -> tuple[str, int]:
    if not text.strip():
        raise _RefusedError(text, "no image is named")
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts:
        raise _RefusedError(text, "the path leads out of the images folder; write it relative to that folder")
    found = find_image(images, text)
    if found is None:
        raise _RefusedError(text, MISSING_FILE)
    return found


def _score(text: str) -> float:
    score = finite_number(text)
    if score is None:
        raise _RefusedError(text, "the score is not a finite number")
    return score


def finite_number(text: str) -> float | None:
    """The number that a cell holds, or None."""
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _split(text: str) -> Split:
    word = _SPLIT_WORDS.get(text.strip().lower())
    if word is None:
        raise _RefusedError(text, "the split is none of train, val, test")
    return word
